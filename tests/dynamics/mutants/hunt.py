"""Play a mutant of the kernel against the reference engine, in a process and a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]


@dataclass(frozen=True)
class Mutant:
    """One deliberate mistake: `old` stands exactly once in `file` and becomes `new`."""

    name: str
    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Verdict:
    """What the equality test said of a mutant."""

    configurations: int
    differing: int
    first: str

    @property
    def caught(self) -> bool:
        return self.differing > 0


def hunt(mutant: Mutant | None, folder: Path, configurations: int) -> Verdict:
    """Copy the package into `folder`, put the mistake in, and compare it with the reference there.

    A mutant that does not run at all is no mutant: that raises, and does not count as caught.
    """
    shutil.copytree(REPOSITORY / "kamsim", folder / "kamsim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(REPOSITORY / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    if mutant is not None:
        file = folder / "kamsim" / "dynamics" / mutant.file
        source = file.read_text(encoding="utf-8")
        if source.count(mutant.old) != 1:
            raise ValueError(f"mutant {mutant.name}: its text stands {source.count(mutant.old)} times")
        file.write_text(source.replace(mutant.old, mutant.new), encoding="utf-8")
    command = [sys.executable, "-m", "tests.dynamics.differences", str(configurations)]
    environment = {**os.environ, "PYTHONPATH": str(folder), "NUMBA_OPT": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"mutant {mutant.name if mutant else 'none'} does not run: {done.stderr[-800:]}")
    answer = json.loads(done.stdout.splitlines()[-1])
    if not answer.pop("package").startswith(str(folder)):
        raise RuntimeError("the comparison imported another copy of the package")
    return Verdict(**answer)
