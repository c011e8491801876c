"""`python -m branchline` is the command line."""

from branchline.cli.main import run

if __name__ == "__main__":
    run()
