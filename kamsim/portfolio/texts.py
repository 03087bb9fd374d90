"""Columns of text, built in Arrow: no Python text is made for a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kamsim.dynamics.state import Counts


def pick_words(words: Sequence[str], codes: Counts) -> pa.Array:
    """Write the word at each position; nothing where the position is below 0.

    Examples
    --------
    >>> pick_words(["a", "b"], np.array([1, 0, -1])).to_pylist()
    ['b', 'a', None]
    """
    positions = pa.array(codes, mask=np.asarray(codes) < 0)
    return pa.array(list(words), pa.large_string()).take(positions)


def numbered(prefix: str, numbers: Counts, digits: int) -> pa.Array:
    """Write ids: a prefix and a number with leading zeros; nothing where the number is below 0.

    Examples
    --------
    >>> numbered("A", np.array([7, -1]), 3).to_pylist()
    ['A007', None]
    """
    texts = pc.cast(pa.array(numbers, mask=np.asarray(numbers) < 0), pa.large_string())
    padded = pc.utf8_lpad(texts, width=digits, padding="0")
    return joined(pa.scalar(prefix, pa.large_string()), padded)


def joined(*parts: Any, between: str = "") -> pa.Array:
    """Put texts together, row by row.

    Examples
    --------
    >>> joined(pick_words(["a"], np.array([0])), pick_words(["b"], np.array([0])), between=" ").to_pylist()
    ['a b']
    """
    return pc.binary_join_element_wise(*parts, pa.scalar(between, pa.large_string()))


def column(texts: pa.Array) -> Any:
    """Hand Arrow's texts to pandas as `str`.

    Examples
    --------
    >>> column(pick_words(["a"], np.array([0]))).dtype
    <StringDtype(na_value=nan)>
    """
    return pd.array(texts, dtype="str")
