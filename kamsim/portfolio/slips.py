"""Slips of the pen: one small edit of a text."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.dynamics.state import Floats

EDITS = ("swap", "drop", "double", "case", "accent")


def misspell(text: str, kind: float, place: float) -> str:
    """Make one slip: two letters swapped, one dropped or doubled, the case turned, accents lost.

    Parameters
    ----------
    text : str
    kind, place : float
        Uniform numbers: which of `EDITS`, and at which letter.

    Returns
    -------
    str
        Never empty; where the edit would change nothing, a letter is doubled.

    Examples
    --------
    >>> misspell("Lyon", 0.0, 0.5), misspell("Orléans", 0.9, 0.5), misspell("energy", 0.7, 0.0)
    ('Lyno', 'Orleans', 'Energy')
    """
    at = min(int(place * len(text)), len(text) - 1)
    edit = EDITS[int(kind * len(EDITS))]
    slip = text
    if edit == "swap":
        slip = text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    elif edit == "drop" and len(text) > 1:
        slip = text[:at] + text[at + 1 :]
    elif edit == "case":
        slip = text[0].swapcase() + text[1:]
    elif edit == "accent":
        slip = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    slip = slip.strip()
    return slip if slip and slip != text else text[: at + 1] + text[at:]


def misspell_some(
    texts: pd.Series[str], which: NDArray[np.bool_], kind: Floats, place: Floats
) -> pd.Series[str]:
    """Make a slip in some texts of a column, those that are missing aside.

    They are few, so they are edited one by one.
    """
    chosen = np.flatnonzero(which & texts.notna().to_numpy())
    if not chosen.size:
        return texts
    old = texts.iloc[chosen].tolist()
    edited = [misspell(*slip) for slip in zip(old, kind[chosen], place[chosen], strict=True)]
    column = texts.copy()
    column.iloc[chosen] = pd.Series(edited, dtype="str")
    return column
