"""Run the command line as `python -m mediaprep`."""

from mediaprep.cli import main

if __name__ == "__main__":
    main()
