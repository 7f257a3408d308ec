"""`python -m onrecord`, which is what build.py hands over to."""

import sys

if __name__ == "__main__":  # workers import this module again and must not start the command line
    from onrecord.cli.command_line import main

    sys.exit(main())
