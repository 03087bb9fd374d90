"""How long kamsim takes to be there: import and help, beside the libraries it stands on."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import kamsim.runs
from benchmarks.row import Row, at_most, measured, seconds

PEERS = "import pandas, sklearn.pipeline, seaborn"
ROOMS = [p.stem for p in Path(kamsim.runs.__file__).parent.glob("[a-z]*.py")]
EVERYTHING = "import kamsim.reporting, " + ", ".join(f"kamsim.runs.{name}" for name in ROOMS)
TURNS = 5


def rows() -> Iterator[Row]:
    """Wall time of fresh interpreters, start of the interpreter included."""
    bare = _python("-c", "pass")
    peers = _python("-c", PEERS) - bare
    yield measured("start.interpreter", bare, "s")
    yield measured("start.import_pandas_sklearn_seaborn", peers, "s")
    yield at_most("start.import_kamsim_ratio", (_python("-c", "import kamsim") - bare) / peers, "ratio", 0.1)
    yield measured("start.import_everything_ratio", (_python("-c", EVERYTHING) - bare) / peers, "ratio")
    yield at_most("start.import_own_ratio", _own_share(), "ratio", 0.33)
    yield at_most("start.help", _python("-m", "kamsim", "--help"), "s", 0.5)


def _python(*words: str) -> float:
    return seconds(lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True))


def _own_share() -> float:
    """Return what kamsim's own modules take of an import of everything, against the whole of the peers'."""
    own = statistics.median(_import_seconds(EVERYTHING, "kamsim") for _ in range(TURNS))
    return own / statistics.median(_import_seconds(PEERS, "") for _ in range(TURNS))


def _import_seconds(code: str, package: str) -> float:
    """Add up the time that modules of a package take by themselves, without what they import."""
    words = [sys.executable, "-X", "importtime", "-c", code]
    lines = subprocess.run(words, check=True, capture_output=True, text=True).stderr.splitlines()
    parts = [line.removeprefix("import time:").split("|") for line in lines[1:] if "|" in line]
    return sum(int(part[0]) for part in parts if part[2].strip().startswith(package)) / 1e6
