"""`python -m mockclaude` is the command line."""

from mockclaude.cli import main

if __name__ == "__main__":
    main()
