"""Tables as CSV that a spreadsheet can open without running what stands in them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kamsim.durable import file_aside
from kamsim.errors import BundleError

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a text begins that a spreadsheet would take for a formula."""


def defuse(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before each text that a spreadsheet would run; numbers and dates stay.

    Examples
    --------
    >>> defuse(pd.DataFrame({"name": ["=1+1", "Arc"], "eur": [-1.0, 2.0]})).to_numpy().tolist()
    [["'=1+1", -1.0], ['Arc', 2.0]]
    """
    safe = frame.copy()
    for name in frame.columns:
        if pd.api.types.is_string_dtype(frame[name]):
            risky = frame[name].str.startswith(RISKY).fillna(False).astype(bool)
            safe[name] = frame[name].mask(risky, "'" + frame[name])
    return safe


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, in numbers, with texts defused; whole or not at all.

    Raises
    ------
    BundleError
        When the file cannot be written.
    """
    try:
        with file_aside(path) as aside:
            defuse(frame).to_csv(aside, index=False, lineterminator="\n")
    except OSError as caught:
        raise BundleError(f"{path}: cannot be written ({caught.strerror or caught})") from None
