"""The engine's speed beside two peers of the same model, its threads, growth, memory and compilation.

Neutral surroundings, one thread and CPU seconds where nothing else is said; all engines play the same
accounts for the same months in as many replications, in turns, and ratios are medians over the turns. Our
time is that of the whole call of `foresee`: checks, packing and the kernel. What the peers skip stands in
`benchmarks/peers`. A peer must bring kamsim's revenue, years retained and customers within the Monte-Carlo
error: else it is another model, and the run stops.
"""

from __future__ import annotations

import importlib.util
import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from types import ModuleType

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import fresh_process, numpy_engine
from benchmarks.peers.world import FIRST_MONTH, Outcome, World, world
from benchmarks.row import Row, at_least, at_most, measured
from kamsim.dynamics import Years, foresee

MONTHS = 36
ACCOUNTS, LANES, SIMPY_LANES = 600, 256, 32
"""Whole blocks of kamsim's lanes (a block that is not full costs as much); the peers do not mind."""

MANY_LANES = 800
"""For kamsim's side of the comparison of results, so that its own error hardly counts."""

GROWTH = {
    "accounts": [(n, MONTHS, 64) for n in (300, 600, 1200, 2400, 4800)],
    "months": [(600, n, 64) for n in (24, 48, 96, 192)],
    "replications": [(600, MONTHS, n) for n in (32, 64, 128, 256, 512)],
}


def rows() -> Iterator[Row]:
    """Throughput, peers, threads, growth, memory, compilation."""
    numba.set_num_threads(1)
    try:
        yield from _throughput()
        yield from _against("NumPy", numpy_engine, lanes=LANES, turns=7, goal=5.0)
        if importlib.util.find_spec("simpy") is None:
            print("notice: SimPy is not installed, its rows are left out", file=sys.stderr)
        else:
            from benchmarks.peers import simpy_engine

            yield from _against("SimPy", simpy_engine, lanes=SIMPY_LANES, turns=5, goal=300.0)
        yield from _growth()
        yield from _threads()
    finally:
        numba.set_num_threads(numba.config.NUMBA_NUM_THREADS)
    yield from _memory()
    yield from _compilation()


def _kamsim(here: World, months: int, lanes: int, seed: int = 1, precision: str = "float32") -> Years:
    return foresee(
        here.state, here.hours, here.parameters, key=seed, first_month=FIRST_MONTH, months=months,
        replications=np.arange(lanes), precision="float64" if precision == "float64" else "float32",
    )  # fmt: skip


def _cpu(job: Callable[[], object]) -> float:
    clock = time.process_time()
    job()
    return time.process_time() - clock


def _throughput() -> Iterator[Row]:
    here, played = world(ACCOUNTS), ACCOUNTS * MONTHS * LANES / 1e6
    for precision in ("float32", "float64"):
        _kamsim(here, MONTHS, 1, precision=precision)
        taken = [_cpu(lambda p=precision: _kamsim(here, MONTHS, LANES, precision=p)) for _ in range(9)]
        rate = played / statistics.median(taken)
        yield measured(f"simulation: {precision}", rate, "M account-months/CPU-s")
    taken = [_cpu(lambda: _kamsim(here, MONTHS, 200)) for _ in range(9)]
    rate = ACCOUNTS * MONTHS * 200 / 1e6 / statistics.median(taken)
    yield measured("simulation: float32, 200 replications", rate, "M account-months/CPU-s")
    # What a longer horizon adds is the kernel's alone; the rest of a call does not grow with it.
    gained = []
    for _ in range(9):
        short, long = (_cpu(lambda m=m: _kamsim(here, m, LANES)) for m in (MONTHS, 3 * MONTHS))
        gained.append((long - short) / 2)
    kernel = statistics.median(gained)
    yield measured("simulation: float32, added months", played / kernel, "M account-months/CPU-s")


def _against(name: str, peer: ModuleType, lanes: int, turns: int, goal: float) -> Iterator[Row]:
    """Play in turns; kamsim is quick, so its share of a turn is the median of three calls."""
    here, ratios, rates, outcomes = world(ACCOUNTS), [], [], []
    peer.play(here, 2, 2)
    _kamsim(here, MONTHS, lanes)
    for turn in range(turns):
        own = statistics.median(_cpu(lambda: _kamsim(here, MONTHS, lanes)) for _ in range(3))
        clock = time.process_time()
        outcomes.append(peer.play(here, MONTHS, lanes, seed=turn))
        taken = time.process_time() - clock
        ratios.append(taken / own)
        rates.append(ACCOUNTS * MONTHS * lanes / taken / 1e6)
    yield from _agreement(name, here, outcomes)
    yield measured(f"simulation: {name}", statistics.median(rates), "M account-months/CPU-s")
    yield at_least(f"simulation: kamsim over {name}", statistics.median(ratios), "ratio", goal)


def _agreement(name: str, here: World, outcomes: list[Outcome]) -> Iterator[Row]:
    """Compare what the engines bring; replications are independent, so their spread gives the error."""
    own = _figures(here, _kamsim(here, MONTHS, MANY_LANES, seed=2))
    found = [_figures(here, outcome) for outcome in outcomes]
    for figure, values in own.items():
        theirs = np.concatenate([f[figure] for f in found])
        apart = float(theirs.mean() - values.mean())
        error = math.sqrt(theirs.var(ddof=1) / theirs.size + values.var(ddof=1) / values.size)
        if abs(apart) > 4.5 * error:
            raise SystemExit(
                f"error: {name} plays another model: {figure} is {apart / error:+.1f} errors off"
            )
        if figure == "revenue":
            yield at_most(f"simulation: {name} revenue off", abs(apart) / error, "standard errors", 3.0)
            yield measured(f"simulation: {name} revenue error", 100 * error / float(values.mean()), "%")


def _figures(here: World, years: Years | Outcome) -> dict[str, NDArray[np.float64]]:
    """Return, by replication: revenue in all and by segment, years retained, customers at the end."""
    revenue = years.revenue.sum(axis=0, dtype=np.float64)
    figures = {f"revenue of segment {k}": revenue[here.state.segment == k].sum(axis=0) for k in range(3)}
    return figures | {
        "revenue": revenue.sum(axis=0),
        "years retained": years.retained.sum(axis=(0, 1)).astype(float),
        "customers at the end": years.customer[-1].sum(axis=0).astype(float),
    }


def _growth() -> Iterator[Row]:
    for what, sizes in GROWTH.items():
        seconds, amounts = [], []
        for accounts, months, lanes in sizes:
            here = world(accounts)
            taken = [_cpu(lambda h=here, m=months, n=lanes: _kamsim(h, m, n)) for _ in range(7)]
            seconds.append(statistics.median(taken))
            amounts.append(accounts * months * lanes)
        slope = float(np.polyfit(np.log(amounts), np.log(seconds), 1)[0])
        yield Row(f"simulation: exponent in {what}", round(slope, 4), "", "0.9..1.1", 0.9 <= slope <= 1.1)


def _threads() -> Iterator[Row]:
    """Wall time of one thread over that of two, in turns."""
    if (os.cpu_count() or 1) < 2 or numba.config.NUMBA_NUM_THREADS < 2:
        print("notice: one core only, the threads' row is left out", file=sys.stderr)
        return
    here, ratios = world(1200), []
    for _ in range(9):
        walls = []
        for threads in (1, 2):
            numba.set_num_threads(threads)
            clock = time.perf_counter()
            _kamsim(here, MONTHS, 256)
            walls.append(time.perf_counter() - clock)
        ratios.append(walls[0] / walls[1])
    yield at_least("simulation: two threads over one", statistics.median(ratios), "ratio (wall)", 1.8)


def _memory() -> Iterator[Row]:
    """5,000 accounts x 36 months x 200 replications, in a fresh process."""
    found = fresh_process.measure(world(5000), MONTHS, 200)
    yield measured("simulation: peak memory", found["peak_mb"], "MB")
    yield measured("simulation: peak memory before the run", found["start_mb"], "MB")


def _compilation() -> Iterator[Row]:
    """The first call less the second: with an empty cache folder, then with the one it has left."""
    cold, cached = fresh_process.compile_twice(world(12), MONTHS)
    yield measured("simulation: compile cold", cold["compile_wall_s"], "s")
    yield measured("simulation: compile cold, CPU", cold["compile_cpu_s"], "s")
    yield measured("simulation: compile cached", cached["compile_wall_s"], "s")
