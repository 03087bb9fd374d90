"""Assignment of accounts in fresh processes: ``python -m benchmarks.peers.assignment JOB ACCOUNTS REPS``.

The job ``solve`` is kamsim's; ``relax`` solves the linear relaxation with SciPy's HiGHS, rounds it, and lets
kamsim's own search repair and improve what rounding leaves, so that only the way to prices and a first
assignment differs. Both print one line of JSON.

The problem: accounts and representatives anywhere in a square, 20 nearest representatives eligible, hours
lognormal, an hour's travel for ten hours with the client at the typical distance; to be minimised are travel
(visits times distance) and the hand-over of accounts that leave their owner, one of the six nearest.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_array
from scipy.spatial import cKDTree

from kamsim.allocation import solve_assignment
from kamsim.allocation.assignment.dual import Dual, proven_bound
from kamsim.allocation.assignment.hunt import Hunt, Incumbent
from kamsim.allocation.assignment.knapsack import knapsack_bound
from kamsim.allocation.assignment.pairs import Pairs, build_pairs
from kamsim.allocation.assignment.solve import LARGE_BLOCKS, LARGE_DEALS, LARGE_HITS
from kamsim.streams import stream

ELIGIBLE, NEAR_OWNERS, USED = 20, 6, 0.908
"""Used where everybody is cheapest; the best assignment, which avoids overload, uses 0.92 of capacity."""


@dataclass(frozen=True)
class Travel:
    """A problem as `solve_assignment` takes it, in the sparse form."""

    cost: np.ndarray[Any, np.dtype[np.float64]]
    load: np.ndarray[Any, np.dtype[np.float64]]
    capacity: np.ndarray[Any, np.dtype[np.float64]]
    eligible: np.ndarray[Any, np.dtype[np.int64]]


def draw_travel(accounts: int, reps: int, seed: int = 1) -> Travel:
    """Draw a problem whose good assignments use 92 % of capacity."""
    luck = stream(seed, "assignment benchmark", accounts, reps)
    places, homes = luck.random((accounts, 2)), luck.random((reps, 2))
    distance, eligible = cKDTree(homes).query(places, ELIGIBLE)
    trip = distance * np.sqrt(reps)
    load = luck.lognormal(0, 0.6, accounts)[:, None] * (1 + 0.1 * trip)
    visits = luck.gamma(4, 0.25, accounts) * np.sqrt(load[:, 0])
    owner = luck.integers(0, NEAR_OWNERS, accounts)
    moves = np.arange(ELIGIBLE) != owner[:, None]
    cost = visits[:, None] * trip + moves * (0.5 * luck.gamma(2, 0.5, accounts))[:, None]
    capacity = luck.uniform(0.8, 1.2, reps)
    capacity *= load[np.arange(accounts), np.argmin(cost, axis=1)].sum() / USED / capacity.sum()
    return Travel(cost, load, capacity, eligible)


def measure(job: str, accounts: int, reps: int) -> dict[str, float]:
    """Do a job in a fresh process: CPU seconds, gap, share of capacity used, peak memory in MB."""
    command = [sys.executable, "-m", "benchmarks.peers.assignment", job, str(accounts), str(reps)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _solve(problem: Travel) -> dict[str, float]:
    clock = time.process_time()
    result = solve_assignment(problem.cost, problem.load, problem.capacity, eligible=problem.eligible)
    cpu = time.process_time() - clock
    chosen = problem.eligible == result.assignment[:, None]
    used = float(problem.load[chosen].sum() / problem.capacity.sum())
    return {"cpu": cpu, "gap": result.gap, "used": used}


def _relax(problem: Travel) -> dict[str, float]:
    clock = time.process_time()
    pairs = build_pairs(problem.cost, problem.load, problem.capacity, problem.eligible, maximise=False)
    share, price = _relaxation(pairs)
    dual = Dual(price, proven_bound(pairs, price))
    hunt = Hunt(pairs, dual, Incumbent(dual.bound), luck=1)
    hunt.taken = np.argmax(np.where(hunt.table.pair >= 0, share[hunt.table.pair], -1.0), axis=1)
    hunt.begin(LARGE_HITS)
    bound = knapsack_bound(pairs, dual, hunt.table)
    for size in LARGE_BLOCKS:
        hunt.deal(size, LARGE_DEALS * pairs.reps)
    return {"cpu": time.process_time() - clock, "gap": 1 - bound / hunt.incumbent.cost}


def _relaxation(pairs: Pairs) -> tuple[Any, Any]:
    columns = np.arange(pairs.rep.size)
    ones = np.ones(columns.size)
    one_each = csc_array((ones, (pairs.account, columns)), shape=(pairs.accounts, columns.size))
    used = csc_array((pairs.load, (pairs.rep, columns)), shape=(pairs.reps, columns.size))
    done = linprog(
        pairs.cost, used, pairs.capacity, one_each, np.ones(pairs.accounts), bounds=(0, 1), method="highs"
    )
    return done.x, np.maximum(0.0, -done.ineqlin.marginals)


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024  # type: ignore[index]
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(job: str, accounts: int, reps: int) -> None:
    """Do one job and print what was measured; a small problem before it loads the compiled code."""
    work = {"solve": _solve, "relax": _relax}[job]
    work(draw_travel(5_500, 30))
    problem = draw_travel(accounts, reps)
    print(json.dumps(work(problem) | {"peak_mb": _peak_mb()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
