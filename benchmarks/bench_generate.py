"""Generation of portfolios: time, growth and memory, beside plain writing and beside Faker.

Each generation runs in a fresh process, after a small one that loads the compiled code, on all processors as
the command does; its time ends when the bundle is safe on disk. Writing alone is pyarrow's, on one processor;
the ratio of CPU seconds stands beside that of seconds.

``KAMSIM_BENCH_ACCOUNTS=1000,4000`` measures other sizes than 10^4, 10^5 and 10^6 accounts, to try things out.
Memory by months, and one thread, are measured at the middle size.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.peers.generation import PRESET, generate_afresh, write_afresh
from benchmarks.row import Row, at_least, at_most, measured
from kamsim.config import Scenario

SIZES = tuple(int(n) for n in os.environ.get("KAMSIM_BENCH_ACCOUNTS", "10000,100000,1000000").split(","))
MONTHS, FEW_MONTHS, MANY_MONTHS = 36, 24, 60
TURNS = 3
"""Of all sizes but the largest, which is long enough to be measured once."""
FAKER_ROWS, OWN_ROWS = 3_000, 16_384
DISK = Path(__file__).parents[1] / "runs"
"""Where runs are kept; what is measured here goes again."""


def rows() -> Iterator[Row]:
    """Seconds and memory by size, the ratio to writing, the exponent, memory by months, Faker."""
    DISK.mkdir(exist_ok=True)
    found = {}
    for size in SIZES:
        found[size] = _measure(size, 1 if size == max(SIZES) else TURNS)
        yield from _of_one_size(f"generate: {size:,} accounts", found[size])
    seconds, peaks = ([found[n][key] for n in SIZES] for key in ("seconds", "peak_mb"))
    slope = float(np.polyfit(np.log(SIZES), np.log(seconds), 1)[0]) if len(SIZES) > 1 else float("nan")
    yield at_most("generate: exponent in accounts", slope, "", 1.05)
    yield measured("generate: peak memory, last size over first", peaks[-1] / peaks[0], "ratio")
    middle = sorted(SIZES)[len(SIZES) // 2]
    alone = _generate_once(middle, MONTHS, workers=1)["seconds"]
    yield measured(f"generate: {middle:,} accounts, one thread", alone, "s")
    yield from _memory_by_months(middle)
    yield from _beside_faker(found[max(SIZES)]["seconds"] / max(SIZES))


def _of_one_size(name: str, found: dict[str, float]) -> Iterator[Row]:
    yield measured(name, found["seconds"], "s")
    yield measured(f"{name}, writing alone", found["written_seconds"], "s")
    yield at_most(f"{name} over writing", found["seconds"] / found["written_seconds"], "ratio", 2.0)
    yield measured(f"{name} over writing, CPU", found["cpu"] / found["written_cpu"], "ratio")
    yield measured(f"{name}, peak memory", found["peak_mb"], "MB")


def _measure(accounts: int, turns: int) -> dict[str, float]:
    """Generate, and write the same, in turns: medians of what both jobs tell."""
    told = []
    for _ in range(turns):
        with tempfile.TemporaryDirectory(prefix=".bench-", dir=DISK) as folder:
            run = Path(folder) / "run"
            made = generate_afresh(run, accounts, MONTHS)
            written = write_afresh(run, Path(folder) / "copy")
        told.append(made | {f"written_{key}": value for key, value in written.items()})
    return {key: statistics.median(each[key] for each in told) for key in told[0]}


def _generate_once(accounts: int, months: int, workers: int | None = None) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=DISK) as folder:
        return generate_afresh(Path(folder) / "run", accounts, months, workers)


def _memory_by_months(accounts: int) -> Iterator[Row]:
    peaks = {}
    for months in (FEW_MONTHS, MANY_MONTHS):
        found = _generate_once(accounts, months)
        peaks[months] = found["peak_mb"]
        name = f"generate: {accounts:,} accounts x {months} months"
        yield measured(f"{name}, peak memory", found["peak_mb"], "MB")
        yield measured(f"{name}, before", found["before_mb"], "MB")
    ratio = peaks[MANY_MONTHS] / peaks[FEW_MONTHS]
    yield at_most(f"generate: peak memory, {MANY_MONTHS} over {FEW_MONTHS} months", ratio, "ratio", 1.5)


def _beside_faker(whole: float) -> Iterator[Row]:
    """Compare seconds an account, for the columns of ACCOUNTS; `whole` is that of all tables, on disk.

    Ours is what draws the firms and what writes ACCOUNTS from the state at the cut-off. The months played
    in between, which no one asks of Faker, are in the second ratio, with all other tables and the writing.
    """
    if importlib.util.find_spec("faker") is None:
        print("notice: Faker is not installed, its rows are left out", file=sys.stderr)
        return
    from benchmarks.peers.faker_accounts import fill_accounts
    from kamsim.portfolio.account_table import account_table
    from kamsim.portfolio.accounts import draw_accounts
    from kamsim.portfolio.past import record_block, share_past
    from kamsim.portfolio.team import draw_team, take_census

    scenario = Scenario.load(PRESET, {"portfolio.accounts": OWN_ROWS})
    team = draw_team(take_census(scenario), scenario)
    past = share_past(scenario, team, OWN_ROWS)
    block = record_block(past, past.starts[0])

    def own() -> None:
        draw_accounts(scenario)
        account_table(block, scenario)

    own()
    ratios, fakers = [], []
    for _ in range(TURNS):
        mine = _seconds(own) / OWN_ROWS
        fakers.append(_seconds(lambda: fill_accounts(FAKER_ROWS)) / FAKER_ROWS)
        ratios.append(fakers[-1] / mine)
    faker = statistics.median(fakers)
    yield measured("generate: Faker, ACCOUNTS", 1e6 * faker, "s/million accounts")
    yield at_least("generate: kamsim over Faker, ACCOUNTS", statistics.median(ratios), "ratio", 100.0)
    yield measured("generate: Faker's ACCOUNTS over all our tables", faker / whole, "ratio")


def _seconds(job: Callable[[], object]) -> float:
    clock = time.perf_counter()
    job()
    return time.perf_counter() - clock
