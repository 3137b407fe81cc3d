"""`python -m talkshow` does what `talkshow` does."""

from talkshow.cli import main

if __name__ == "__main__":
    main()
