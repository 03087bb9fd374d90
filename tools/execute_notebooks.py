"""The same as `kamsim notebook refresh`: ``python -m tools.execute_notebooks [NAME ...] [--check]``."""

from __future__ import annotations

import sys

from kamsim.cli import app

if __name__ == "__main__":
    app(["notebook", "refresh", *sys.argv[1:]])
