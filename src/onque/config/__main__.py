"""`python -m onque.config` is the `onque` command."""

from onque.config.cli import main

if __name__ == "__main__":
    main()
