"""Scoring a large table: time and memory beside bare gradient boosting; potential; an assessment.

The table has 40 mixed columns: 30 of numbers, 10 of them with gaps, 4 of booleans, 6 of texts with up to 200
kinds. `ChurnClassifier` gets them as they are. The peer, scikit-learn's `HistGradientBoostingClassifier`,
gets an array that is ready, texts as the numbers of their categories, and is told which those are; it is
measured with its own defaults (31 leaves) and with the settings that `ChurnClassifier` boosts with (15).
Every run is a process of its own; ratios are of CPU seconds, of medians of the turns.

``KAMSIM_BENCH_ROWS=100000`` measures another size than 1,000,000 rows, ``KAMSIM_BENCH_TURNS=1`` fewer turns.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator

from benchmarks.peers.churn_table import COLUMNS
from benchmarks.peers.scoring import score_afresh
from benchmarks.row import Row, at_most, measured

ROWS = int(os.environ.get("KAMSIM_BENCH_ROWS", "1000000"))
TURNS = int(os.environ.get("KAMSIM_BENCH_TURNS", "3"))
POTENTIAL_ROWS, ASSESSED_ROWS = 100_000, 20_000
MOST = 1.5


def rows() -> Iterator[Row]:
    """Boosting and its ratios, linear, potential, assess."""
    size = f"scoring: {ROWS:,} x {COLUMNS}"
    own, bare, linear = _in_turns("boosting", "bare", "linear")
    plain = bare["fit cpu"] + bare["predict cpu"]
    alike = bare["fit alike cpu"] + bare["predict alike cpu"]
    whole = own["fit cpu"] + own["predict cpu"]
    apart = whole - own["choose cpu"]
    yield measured(f"{size}, boosting, fit and score", own["fit s"] + own["predict s"], "s")
    yield measured(f"{size}, boosting, fit, CPU", own["fit cpu"], "s")
    yield measured(f"{size}, boosting, score, CPU", own["predict cpu"], "s")
    yield measured(f"{size}, boosting, selection, CPU", own["choose cpu"], "s")
    yield measured(f"{size}, bare boosting, fit and score", bare["fit s"] + bare["predict s"], "s")
    yield measured(f"{size}, bare boosting, fit and score, CPU", plain, "s")
    yield measured(f"{size}, bare boosting of like settings, fit and score, CPU", alike, "s")
    yield at_most(f"{size}, boosting over bare, CPU", apart / plain, "ratio", MOST)
    yield at_most(f"{size}, boosting over bare of like settings, CPU", apart / alike, "ratio", MOST)
    yield measured(f"{size}, boosting over bare of like settings, selection too, CPU", whole / alike, "ratio")
    yield from _memory(size, own, bare)
    taken = linear["fit cpu"] + linear["predict cpu"]
    yield measured(f"{size}, linear, fit and score, CPU", taken, "s")
    yield measured(f"{size}, linear, selection, CPU", linear["choose cpu"], "s")
    yield measured(f"{size}, linear, peak memory", linear["peak_mb"], "MB")
    yield measured(f"{size}, linear over bare boosting, CPU", taken / plain, "ratio")
    yield from _potential()
    yield from _assess()


def _memory(size: str, own: dict[str, float], bare: dict[str, float]) -> Iterator[Row]:
    """Peak memory: ours with the table of mixed columns, the peer's with its array, both once."""
    yield measured(f"{size}, boosting, before", own["before_mb"], "MB")
    yield measured(f"{size}, boosting, peak memory", own["peak_mb"], "MB")
    yield measured(f"{size}, bare boosting, peak memory", bare["peak_mb"], "MB")
    yield measured(f"{size}, peak memory over bare", own["peak_mb"] / bare["peak_mb"], "ratio")


def _potential() -> Iterator[Row]:
    (found,) = _in_turns("potential", size=POTENTIAL_ROWS)
    name = f"scoring: potential, {POTENTIAL_ROWS:,} x {COLUMNS}"
    for part in ("fit", "predict", "predict_interval"):
        yield measured(f"{name}, {part}, CPU", found[f"{part} cpu"], "s")
    yield measured(f"{name}, peak memory", found["peak_mb"], "MB")


def _assess() -> Iterator[Row]:
    (found,) = _in_turns("assess", size=ASSESSED_ROWS)
    name = f"scoring: assess, {ASSESSED_ROWS:,} x {COLUMNS}, linear"
    yield measured(f"{name}, CPU", found["assess cpu"], "s")
    yield measured(f"{name}, without the models' time, CPU", found["assess cpu"] - found["models cpu"], "s")


def _in_turns(*jobs: str, size: int = ROWS) -> list[dict[str, float]]:
    """Do jobs in turns, so that what else the machine does meets them alike: medians of each."""
    told = [[score_afresh(job, size) for job in jobs] for _ in range(TURNS)]
    return [
        {key: statistics.median(each[key] for each in of) for key in of[0]} for of in zip(*told, strict=True)
    ]
