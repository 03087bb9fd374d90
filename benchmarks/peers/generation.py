"""Generation and plain writing, each in a fresh process: ``python -m benchmarks.peers.generation JOB …``.

A job prints one line of JSON. Both leave their files where they were told to.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

PRESET = "saas_midmarket"
WARM_UP = 64
"""Accounts of a first portfolio, which loads the compiled code."""


def generate_afresh(run: Path, accounts: int, months: int, workers: int | None = None) -> dict[str, float]:
    """Generate in a fresh process: seconds, CPU seconds, and its peak memory, before and after, in MB."""
    return _fresh("generate", run, accounts, months, workers or 0)


def write_afresh(run: Path, copy: Path) -> dict[str, float]:
    """Write a run's portfolio once more in a fresh process, with pyarrow alone: seconds and CPU seconds.

    The tables go through pyarrow's writer in the settings and row groups of the bundle, and are synced to
    the disk as a bundle is. Nothing is generated, checked or hashed, and reading them is not counted.
    """
    return _fresh("write", run, copy)


def _fresh(job: str, *words: object) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.peers.generation", job, *map(str, words)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


class _Watch:
    """Adds up seconds and CPU seconds of what is done inside it."""

    def __init__(self) -> None:
        self.seconds = self.cpu = 0.0

    def __enter__(self) -> None:
        self._start = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._start[0]
        self.cpu += time.process_time() - self._start[1]


def _generate(run: Path, accounts: int, months: int, workers: int | None) -> dict[str, float]:
    from kamsim.config import Scenario
    from kamsim.runs import generate_stage

    def plan(size: int) -> Scenario:
        return Scenario.load(PRESET, {"portfolio.accounts": size, "portfolio.history_months": months})

    generate_stage(run.with_name("warm-up"), plan(WARM_UP))
    before, watch = peak_mb(), _Watch()
    with watch:
        generate_stage(run, plan(accounts), workers=workers)
    return {"seconds": watch.seconds, "cpu": watch.cpu, "before_mb": before, "peak_mb": peak_mb()}


def _write(run: Path, copy: Path) -> dict[str, float]:
    from kamsim.bundle.aside import settle
    from kamsim.bundle.tables import writer_settings
    from kamsim.schemas import TABLES

    copy.mkdir()
    watch = _Watch()
    for path in sorted((run / "portfolio").glob("*.parquet")):
        source, target = pq.ParquetFile(path), copy / path.name
        with watch:
            writer = pq.ParquetWriter(target, source.schema_arrow, **writer_settings(TABLES[path.stem]))
        for number in range(source.num_row_groups):
            rows: pa.Table = source.read_row_group(number)
            with watch:
                writer.write_table(rows, row_group_size=max(len(rows), 1))
        with watch:
            writer.close()
            settle(target)
    return {"seconds": watch.seconds, "cpu": watch.cpu}


def peak_mb() -> float:
    """Peak memory of this process so far; its ru_maxrss would start at that of the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024  # type: ignore[index]
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(job: str, *words: str) -> None:
    """Do one job and print what was measured."""
    if job == "generate":
        found = _generate(Path(words[0]), int(words[1]), int(words[2]), int(words[3]) or None)
    else:
        found = _write(Path(words[0]), Path(words[1]))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
