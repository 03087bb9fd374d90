"""Kernels forked from a process that has imported all: each fresh, and none left behind."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from jupyter_client.provisioning.factory import KernelProvisionerFactory

from kamsim.runs.faults import CellFailedError
from kamsim.runs.sweeps.warm import NAME
from tests.runs.sweeps.conftest import Maker, task_for

BUSY = """\
import os
from pathlib import Path
Path({file!r}).write_text(str(os.getpid()))
sum(range(10**15))"""
"""In one call, which holds the interpreter's lock: no thread of the kernel can look after its parent."""


def test_each_point_has_a_kernel_of_its_own_and_pictures(make_notebook: Maker, tmp_path: Path) -> None:
    """What one kernel does to a module that both have loaded does not reach the next."""
    task = task_for(make_notebook())

    for seed in (3, 4):
        (tmp_path / str(seed)).mkdir()
        stated = task.run({"seed": seed}, tmp_path / str(seed)).set_index("measure")["value"]

        assert stated["alone"] == 1.0
        assert stated["seed"] == seed
        if sys.platform == "linux":
            assert stated["parent"] != os.getpid()  # forked from the process that has imported all
        shown = nbformat.read(tmp_path / str(seed) / "small.ipynb", as_version=4).cells[-1].outputs
        assert [o for o in shown if "image/png" in o.get("data", {})]


def test_kernels_start_as_ever_afterwards(make_notebook: Maker, tmp_path: Path) -> None:
    with pytest.raises(CellFailedError, match="cell 3 failed: ZeroDivisionError"):
        task_for(make_notebook("1 / 0")).run({"seed": 1}, tmp_path / "out")

    assert KernelProvisionerFactory.instance().default_provisioner_name != NAME


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux")
def test_a_busy_kernel_ends_with_its_worker(make_notebook: Maker, tmp_path: Path) -> None:
    told = tmp_path / "pid"
    task = task_for(make_notebook(BUSY.format(file=str(told))))
    out = tmp_path / "out"
    out.mkdir()
    worker = multiprocessing.get_context("spawn").Process(target=task.run, args=({"seed": 1}, out))
    worker.start()
    while not (told.exists() and told.read_text()):
        assert worker.is_alive()
        time.sleep(0.02)
    kernel = psutil.Process(int(told.read_text()))
    try:
        worker.kill()
        worker.join()
        kernel.wait(timeout=30)
    finally:
        if kernel.is_running():
            kernel.kill()
