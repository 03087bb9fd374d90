"""Print which deliberate mistakes in the kernel the tests catch: `python -m tools.hunt_mutants`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.dynamics.mutants.catalogue import MUTANTS
from tests.dynamics.mutants.hunt import hunt
from tests.dynamics.mutants.test_mutants import CONFIGURATIONS


def main() -> None:
    """Hunt each mutant, and the kernel as it stands."""
    print("| mutant | file | caught | worlds that differ | first difference |")
    print("|---|---|---|---|---|")
    for mutant in (None, *MUTANTS):
        with tempfile.TemporaryDirectory() as folder:
            verdict = hunt(mutant, Path(folder), CONFIGURATIONS)
        name, file = (mutant.name, mutant.file) if mutant else ("none: the kernel as it stands", "")
        caught = "yes" if verdict.caught else "no"
        counted = f"{verdict.differing} of {verdict.configurations}"
        print(f"| {name} | {file} | {caught} | {counted} | {verdict.first} |", flush=True)


if __name__ == "__main__":
    main()
