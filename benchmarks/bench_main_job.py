"""The main job as a user starts it: ``kamsim run`` on the default preset, in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from benchmarks.row import Row, at_most

JOB = """
import json, resource, sys
from typer.testing import CliRunner
from kamsim.cli import app
done = CliRunner().invoke(app, ["run", "--out", sys.argv[1]])
usage = resource.getrusage(resource.RUSAGE_SELF)
cpu = usage.ru_utime + usage.ru_stime
print(json.dumps({"exit": done.exit_code, "peak_kb": usage.ru_maxrss, "cpu": cpu}))
"""


def rows() -> Iterator[Row]:
    """Wall seconds and peak memory, the compiled engine taken from its cache."""
    _run()
    seconds, usage = _run()
    yield at_most("main_job.wall", seconds, "s", 60.0)
    yield at_most("main_job.cpu", usage["cpu"], "s", 90.0)
    yield at_most("main_job.peak_memory", usage["peak_kb"] / 1024, "MB", 1500.0)


def _run() -> tuple[float, dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        clock = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", JOB, folder], check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - clock
    usage = json.loads(done.stdout.splitlines()[-1])
    if usage["exit"] != 0:
        raise SystemExit("error: the main job did not finish")
    return seconds, usage
