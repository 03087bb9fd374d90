"""Writes the tables of docs/evidence/calibration.md from measured rows.

    python -m tools.measure_calibration ROWS.csv
    python -m tools.write_calibration_evidence ROWS.csv [--page PAGE]

The text between the tables is the page's own and is kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from tools.evidence_page import FOLDER, stand, write_page

PAGE = FOLDER / "calibration.md"
STATED = 0.9


def main(arguments: Sequence[str] | None = None) -> int:
    """Write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args(arguments)
    rows = pd.read_csv(given.rows)
    write_page(given.page, {"stand": _stand(rows), "coverage": coverage_table(rows)})
    return 0


def coverage_table(rows: pd.DataFrame) -> str:
    """Share of truths inside their intervals, with Clopper-Pearson limits, by parameter and over all.

    Parameters of one bundle share its luck: the limits over all take bundles, not rows, as independent.
    """
    lines = [
        "| parameter | inside | share (95 %) | spread left, median | identified / weak / prior / at end |",
        "|---|---|---|---|---|",
    ]
    for name, own in rows.groupby("parameter", sort=True):
        inside, n = int(own["inside"].sum()), len(own)
        low, high = clopper_pearson(inside, n)
        kinds = [int((own["identified"] == s).sum()) for s in ("identified", "weak", "prior", "at_end")]
        lines.append(
            f"| `{name}` | {inside} of {n} | {inside / n:.2f} ({low:.2f}–{high:.2f})"
            f" | {own['spread_left'].median():.2f} | {' / '.join(map(str, kinds))} |"
        )
    by_bundle = rows.groupby("bundle")["inside"].mean()
    half = stats.t.ppf(0.975, len(by_bundle) - 1) * by_bundle.std(ddof=1) / np.sqrt(len(by_bundle))
    lines.append(
        f"| all | {int(rows['inside'].sum())} of {len(rows)} | {by_bundle.mean():.3f}"
        f" ({by_bundle.mean() - half:.3f}–{min(1.0, by_bundle.mean() + half):.3f}, over bundles)"
        f" | {rows['spread_left'].median():.2f} | |"
    )
    return "\n".join(lines)


def clopper_pearson(inside: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact limits of a share.

    Examples
    --------
    >>> [round(x, 3) for x in clopper_pearson(18, 20)]
    [0.683, 0.988]
    """
    interval = stats.binomtest(inside, n).proportion_ci(confidence, method="exact")
    return float(interval.low), float(interval.high)


def _stand(rows: pd.DataFrame) -> str:
    bundles = rows.groupby("bundle").first()
    rejected = int((bundles["misfit"] < 0.01).sum())
    return f"Measured {stand()}; bundles {len(bundles)}; J below .01 in {rejected} of them."


if __name__ == "__main__":
    sys.exit(main())
