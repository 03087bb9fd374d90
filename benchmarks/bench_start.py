"""How long kamsim takes to be there: import and help, beside the libraries it stands on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.row import Row, at_most, measured, seconds

PEERS = "import pandas, sklearn.pipeline, seaborn"
EVERYTHING = "import kamsim.runs, kamsim.reporting"


def rows() -> Iterator[Row]:
    """Wall time of fresh interpreters, start of the interpreter included."""
    bare = _python("-c", "pass")
    peers = _python("-c", PEERS) - bare
    yield measured("start.interpreter", bare, "s")
    yield measured("start.import_pandas_sklearn_seaborn", peers, "s")
    yield at_most("start.import_kamsim_ratio", (_python("-c", "import kamsim") - bare) / peers, "ratio", 0.1)
    yield measured("start.import_everything_ratio", (_python("-c", EVERYTHING) - bare) / peers, "ratio")
    yield at_most("start.help", _python("-m", "kamsim", "--help"), "s", 0.5)


def _python(*words: str) -> float:
    return seconds(lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True))
