"""Runs of kamsim in a fresh process: peak memory, and what compilation costs."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.peers.world import World

JOB = """
import json, pathlib, pickle, re, resource, sys, time
import numpy as np
from kamsim.dynamics import play

def peak():
    # On Linux ru_maxrss starts at the size of the process that started this one; VmHWM does not.
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def call(lanes):
    wall, cpu = time.perf_counter(), time.process_time()
    kept = play(here.state, here.hours, here.parameters, key=1, first_month=672, months=months,
                replications=np.arange(lanes))
    return time.perf_counter() - wall, time.process_time() - cpu

with open(sys.argv[1], "rb") as file:
    here = pickle.load(file)
months, lanes = int(sys.argv[2]), int(sys.argv[3])
start = peak()
first = call(lanes)
memory = peak()
second = call(lanes)
print(json.dumps({
    "start_mb": start, "peak_mb": memory,
    "compile_wall_s": first[0] - second[0], "compile_cpu_s": first[1] - second[1],
}))
"""
"""One call is measured for memory; a second one, compiled already, is taken off the first one's time."""


def measure(here: World, months: int, lanes: int, cache: Path | None = None) -> dict[str, float]:
    """Play in a fresh process, with kamsim's usual cache of compiled code or the one in `cache`."""
    environment = dict(os.environ) | ({} if cache is None else {"NUMBA_CACHE_DIR": str(cache)})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "world.pickle"
        file.write_bytes(pickle.dumps(here))
        done = subprocess.run(
            [sys.executable, "-c", JOB, str(file), str(months), str(lanes)],
            check=True, capture_output=True, text=True, env=environment,
        )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def compile_twice(here: World, months: int) -> tuple[dict[str, float], dict[str, float]]:
    """Play with an empty cache, then with the one that this has filled."""
    with tempfile.TemporaryDirectory() as folder:
        cold = measure(here, months, 1, Path(folder))
        return cold, measure(here, months, 1, Path(folder))
