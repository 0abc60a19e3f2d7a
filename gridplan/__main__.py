"""`python -m gridplan` is the command line."""

from gridplan.cli import main

if __name__ == "__main__":
    main()
