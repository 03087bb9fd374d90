"""Measures the scores over many generated books and writes the tables of docs/evidence/scores.md.

    python -m tools.write_score_evidence [--rows FOLDER] [--page PAGE]

The text between the tables is the page's own and is kept: only what stands between the marks of a table, and
the line of the stand, is written anew.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from tools.evidence_page import FOLDER, stand, write_page
from tools.measure_scores import OUTCOMES, measure_forward, measure_intervals, measure_oracle
from tools.score_summaries import (
    Limits,
    calibration,
    share_of_books,
    share_over_books,
    shares_of_ceiling,
)

PAGE = FOLDER / "scores.md"
DRIFT, DRIFTED_BOOKS = 0.3, 12
SIZES = (600, 2_000, 4_000)
ORACLE_PRESETS = ("saas_midmarket",)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--rows", type=Path, help="folder of measured rows: what is there is not measured again"
    )
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write")
    given = parser.parse_args(arguments)
    intervals = _rows(given.rows, "intervals", measure_intervals)
    neutral = _rows(given.rows, "forward", measure_forward)
    drifted = _rows(given.rows, "drifted", lambda: measure_forward(drift=DRIFT, books=DRIFTED_BOOKS))
    oracle = pd.concat(
        [
            _rows(given.rows, f"oracle_{name}", lambda name=name: measure_oracle(name, SIZES))
            for name in ORACLE_PRESETS
        ],
        ignore_index=True,
    )
    tables = {
        "stand": f"Tables measured {stand()}.",
        "intervals": intervals_table(intervals),
        "forward": forward_table(neutral),
        "alarms": alarm_table(neutral, drifted),
        "oracle": oracle_table(oracle),
        "truth": truth_table(oracle),
    }
    write_page(given.page, tables)
    return 0


def intervals_table(rows: pd.DataFrame) -> str:
    """Write coverage overall and by group."""
    told = rows["disclosed"].map({True: "wallet disclosed", False: "wallet not disclosed"})
    named = rows.assign(
        tier="tier " + rows["tier"].astype(str),
        told=told,
        told_tier=told + ", tier " + rows["tier"].astype(str),
    )
    lines = [_head("accounts", "coverage", "truth above", "median high/low"), _covered("all", named)]
    for by in ("tier", "told", "told_tier", "preset", "segment"):
        lines += [_covered(str(name), own) for name, own in named.groupby(by)]
    return "\n".join(lines)


def forward_table(rows: pd.DataFrame) -> str:
    """Write calibration forward in time, pooled and by group."""
    lines = [
        _head("customers", "happened", "ECE", "bias, points", "slope", "base rate's bias", "left in the past")
    ]
    groups = [("all", rows), *((str(n), own) for by in ("preset", "segment") for n, own in rows.groupby(by))]
    for name, own in groups:
        found = calibration(own)
        cells = [_limits(found["ece"], 4), _limits(found["bias"], 2), _limits(found["slope"], 2),
                 _limits(found["base_bias"], 2)]  # fmt: skip
        past = own.groupby(["preset", "seed"])["past"].first().mean()
        cells.append("" if name in set(rows["segment"]) else f"{past:.1%}")
        lines.append(f"| {name} | {len(own):,} | {own['happened'].mean():.1%} | {' | '.join(cells)} |")
    return "\n".join(lines)


def alarm_table(neutral: pd.DataFrame, drifted: pd.DataFrame) -> str:
    """Write in how many books the notes say that churn drifted."""
    lines = [_head("books", "say so", "mean bias, points")]
    for name, rows in (("neutral", neutral), (f"drift {DRIFT:g} a year", drifted)):
        groups = [("all", rows), *((str(preset), own) for preset, own in rows.groupby("preset"))]
        for group, own in groups:
            found, bias = share_of_books(own), 100 * (own["predicted"].mean() - own["happened"].mean())
            lines.append(f"| {name}, {group} | {found.n} | {_percent(found)} | {bias:+.1f} |")
    return "\n".join(lines)


def oracle_table(rows: pd.DataFrame) -> str:
    """Write the share of the ceiling by number of accounts."""
    lines = [_head("books", "log-loss skill", "share of the ceiling", "smallest", "largest")]
    for preset, own in rows.groupby("preset"):
        large = own[own["ceiling"]]
        oracle = own["oracle_skill"].iloc[0]
        lines.append(f"| {preset}, the oracle | | {oracle:.3f} | | | |")
        lines += [f"| {preset}, {r.accounts:,} | 1 | {r.skill:.4f} | | | |" for r in large.itertuples()]
        for accounts, found in shares_of_ceiling(own).items():
            small = own[~own["ceiling"] & (own["accounts"] == accounts)]["skill"]
            top = small.mean() / found.value
            cells = (
                f"{small.mean():.4f} | {_percent(found)} | {small.min() / top:.0%} | {small.max() / top:.0%}"
            )
            lines.append(f"| {preset}, {accounts:,} | {found.n} | {cells} |")
    return "\n".join(lines)


def truth_table(rows: pd.DataFrame) -> str:
    """Write how often a model is said to beat the truth."""
    lines = [_head("draws of outcomes", "alarms")]
    small = rows[~rows["ceiling"]]
    lines.append(f"| honest models | {len(rows) * OUTCOMES} | {int(rows['alarms'].sum())} |")
    lines.append(
        f"| models with a column that knows | {len(small) * OUTCOMES} | {int(small['leak_alarms'].sum())} |"
    )
    return "\n".join(lines)


def _rows(folder: Path | None, name: str, measure: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Measure, or read what was measured."""
    if folder is None:
        return measure()
    path = folder / f"{name}.parquet"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        measure().to_parquet(path)
    return pd.read_parquet(path)


def _covered(name: str, rows: pd.DataFrame) -> str:
    above, width = shares_above(rows), float(rows["log_width"].median())
    ratio = f"{2.718281828459045**width:.1f}"
    return f"| {name} | {len(rows):,} | {_percent(share_over_books(rows))} | {above:.1%} | {ratio} |"


def shares_above(rows: pd.DataFrame) -> float:
    """Return the share of truths above their interval; the other misses lie below."""
    return float(rows["above"].mean())


def _head(*columns: str) -> str:
    return f"| | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}"


def _percent(found: Limits) -> str:
    return f"{found.value:.1%} ({found.low:.1%} to {found.high:.1%})"


def _limits(found: Limits, digits: int) -> str:
    return f"{found.value:.{digits}f} ({found.low:.{digits}f} to {found.high:.{digits}f})"


if __name__ == "__main__":
    sys.exit(main())
