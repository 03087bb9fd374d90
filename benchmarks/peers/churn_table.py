"""A wide table of mixed columns with a churn label and a 3-year amount, as large as asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.streams import stream

NUMBERS, FLAGS = 30, 4
CATEGORIES = (3, 8, 20, 50, 100, 200)
"""How many texts each of the six columns of texts holds."""

GAPS = 0.1
"""Share missing of every third column of numbers and of every other column of texts."""

TELLING = 10
"""Columns of numbers on which the outcome rests; the others are noise."""

COLUMNS = NUMBERS + FLAGS + len(CATEGORIES)


def churn_table(rows: int, seed: int = 0) -> tuple[pd.DataFrame, NDArray[np.int64], NDArray[np.float64]]:
    """Make features (30 numbers, 4 booleans, 6 texts), who left, and what the others brought in EUR."""
    draw = stream(seed, "churn table")
    numbers = draw.standard_normal((NUMBERS, rows))
    flags = draw.random((FLAGS, rows)) < 0.3
    kinds = [np.minimum(draw.geometric(3 / (n + 2), rows) - 1, n - 1) for n in CATEGORIES]
    columns: dict[str, object] = {}
    logit = -1.7 + 0.9 * numbers[0] * (numbers[1] > 0) + 0.4 * np.abs(numbers[2]) - 0.5 * flags[0]
    for i, column in enumerate(numbers):
        if i < TELLING:
            logit += 0.3 * column / (1 + i)
        gap = draw.random(rows) < (GAPS if i % 3 == 0 else 0)
        columns[f"number_{i}"] = np.where(gap, np.nan, column)
    columns |= {f"flag_{i}": column for i, column in enumerate(flags)}
    for i, codes in enumerate(kinds):
        logit += 0.3 * draw.standard_normal(CATEGORIES[i])[codes]
        texts = pd.Series([f"kind {code:03d}" for code in range(CATEGORIES[i])], dtype="str")
        column = texts.take(codes).reset_index(drop=True)
        columns[f"text_{i}"] = column.mask(draw.random(rows) < (GAPS if i % 2 == 0 else 0))
    left = (draw.random(rows) < 1 / (1 + np.exp(-logit))).astype(np.int64)
    amount = np.exp(10 - 0.5 * logit + 0.5 * draw.standard_normal(rows))
    return pd.DataFrame(columns), left, amount
