"""`python -m exactland` is the command line."""

from exactland.interface.cli import main

if __name__ == "__main__":
    main()
