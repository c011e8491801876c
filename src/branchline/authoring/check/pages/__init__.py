"""The sheets that explain codes: why a rule exists, an example that breaks it and one that does not."""
