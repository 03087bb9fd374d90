"""The assignment solver: time, gap and memory by size, beside the linear relaxation; hard families apart.

Jobs run in fresh processes, after a small one that loads the compiled code; what is compared is CPU seconds.
``KAMSIM_BENCH_ASSIGNMENT=1000x30,10000x200`` measures other sizes than 1,000 x 30, 10,000 x 200 and
100,000 x 1,000; the relaxation stands beside the largest.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.peers.assignment import measure
from benchmarks.row import Row, at_least, at_most, measured
from kamsim.allocation import solve_assignment
from kamsim.allocation.assignment import draw_gap

SIZES = [
    tuple(int(n) for n in size.split("x"))
    for size in os.environ.get("KAMSIM_BENCH_ASSIGNMENT", "1000x30,10000x200,100000x1000").split(",")
]
TURNS = 3
HARD = [("C", 20, 200), ("D", 20, 200), ("E", 20, 200)]
HARD_SEEDS, HARD_SECONDS = (1, 2, 3), 60.0


def rows() -> Iterator[Row]:
    """CPU, gap and memory by size; the exponent; the relaxation; families C, D and E at 20 x 200."""
    found = {}
    for accounts, reps in SIZES:
        told = [measure("solve", accounts, reps) for _ in range(TURNS)]
        found[accounts] = here = {key: statistics.median(each[key] for each in told) for key in told[0]}
        name = f"assignment: {accounts:,} x {reps:,}"
        yield measured(f"{name}, CPU", here["cpu"], "s")
        yield at_most(f"{name}, gap", 100 * here["gap"], "%", 0.05)
        yield measured(f"{name}, capacity used", 100 * here["used"], "%")
        yield measured(f"{name}, peak memory", here["peak_mb"], "MB")
    yield from _beside_relaxation(*SIZES[-1], found[SIZES[-1][0]])
    slope = np.polyfit(np.log(list(found)), np.log([each["cpu"] for each in found.values()]), 1)[0]
    yield at_most("assignment: exponent of CPU in accounts", float(slope), "", 1.3)
    for kind, reps, accounts in HARD:
        yield from _hard(kind, reps, accounts)


def _beside_relaxation(accounts: int, reps: int, ours: dict[str, float]) -> Iterator[Row]:
    theirs = measure("relax", accounts, reps)
    name = f"assignment: {accounts:,} x {reps:,}, relaxation"
    yield measured(f"{name} + rounding + search, CPU", theirs["cpu"], "s")
    yield measured(f"{name} + rounding + search, gap", 100 * theirs["gap"], "%")
    yield measured(f"{name}, peak memory", theirs["peak_mb"], "MB")
    yield at_least(f"{name} over kamsim, CPU", theirs["cpu"] / ours["cpu"], "ratio", 15.0)
    yield at_most(f"{name}: kamsim's share of memory", ours["peak_mb"] / theirs["peak_mb"], "ratio", 0.25)


def _hard(kind: str, reps: int, accounts: int) -> Iterator[Row]:
    """The worst gap of a family; an instance left without an assignment would raise."""
    gaps, cpu = [], []
    for seed in HARD_SEEDS:
        instance = draw_gap(kind, reps, accounts, seed)
        clock = time.process_time()
        result = solve_assignment(instance.cost, instance.load, instance.capacity, time_limit=HARD_SECONDS)
        cpu.append(time.process_time() - clock)
        gaps.append(100 * result.gap)
    name = f"assignment: family {kind}, {reps} x {accounts}, {HARD_SECONDS:g} s"
    yield at_most(f"{name}, worst gap", max(gaps), "%", 0.2)
    yield measured(f"{name}, CPU", statistics.median(cpu), "s")
