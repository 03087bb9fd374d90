"""``python -m kamsim`` is the command ``kamsim``."""

from kamsim.cli import main

if __name__ == "__main__":
    main()
