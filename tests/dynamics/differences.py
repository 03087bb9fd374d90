"""Compare kernel and reference and print the verdict as JSON: a mutant gets a process of its own."""

from __future__ import annotations

import json
import sys

import kamsim

from .outcomes import differences, kernel_outcome, reference_outcome
from .worlds import random_world

TOLERANCE = 1e-9


def main(configurations: int) -> None:
    differing, first = 0, ""
    for number in range(configurations):
        world = random_world(number)
        wrong = differences(kernel_outcome(world, traced=False), reference_outcome(world), TOLERANCE)
        wrong = {name: gap for name, gap in wrong.items() if not name.startswith("month")}
        if wrong:
            differing += 1
            first = first or f"world {number}: {next(iter(wrong))}"
    verdict = {"configurations": configurations, "differing": differing, "first": first}
    print(json.dumps(verdict | {"package": kamsim.__file__}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
