"""The command line: one module per group; every body imports late, so that help answers at once."""
