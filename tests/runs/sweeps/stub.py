"""A stub engine for sweeps: quick, and it writes down each time that it runs."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kamsim.cli.signals import orderly_end
from kamsim.errors import SweepError
from kamsim.runs.sweeps import Grid, run_sweep, state_measures


@dataclass(frozen=True)
class Stub:
    """Logs ``begun`` and ``done`` with the parameter x; fails, kills its worker or dawdles as told."""

    log: Path
    seconds: float = 0.0
    fails: tuple[int, ...] = ()
    kills: tuple[int, ...] = ()
    kills_times: int = 1_000

    def accept(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if set(given) - {"x", "y"}:
            raise SweepError("unknown")
        return {name: int(value) for name, value in given.items()}

    def content(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return dict(values)

    def run(self, values: Mapping[str, Any], folder: Path) -> pd.DataFrame:
        self.write(f"begun {values['x']}")
        if values["x"] in self.kills and self.times("begun").count(values["x"]) <= self.kills_times:
            os.kill(os.getpid(), signal.SIGKILL)
        if values["x"] in self.fails:
            raise ValueError(f"x is {values['x']}")
        time.sleep(self.seconds)
        (folder / "side.txt").write_text(str(values["x"]))
        self.write(f"done {values['x']}")
        x = float(values["x"])
        return state_measures({"square": x**2, "cube": (x**3, x**3 - 1, x**3 + 1)}, "stub").table

    def write(self, line: str) -> None:
        """Append one line, whole whoever else writes."""
        handle = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, f"{line} {os.getpid()}\n".encode())
        os.close(handle)

    def times(self, what: str) -> list[int]:
        """Return which x were ``begun`` or ``done``, in order."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [int(line.split()[1]) for line in lines if line.startswith(what)]


def stub_grid(points: int) -> Grid:
    return Grid(None, None, None, False, {}, [{"x": x} for x in range(points)])


def main(words: list[str]) -> int:
    """Sweep: folder, log, points, seconds a point, workers, and the address of a scheduler if any."""
    out, log, points, seconds, workers, *scheduler = words
    stub = Stub(Path(log), float(seconds))
    with orderly_end():
        run_sweep(
            stub_grid(int(points)),
            stub,
            Path(out),
            workers=int(workers),
            scheduler=scheduler[0] if scheduler else None,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
