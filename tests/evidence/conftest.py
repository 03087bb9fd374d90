"""Evidence: what is claimed of kamsim, measured at length and written down.

``make verify`` runs these tests with KAMSIM_EVIDENCE set to the folder that the records go to.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

Record = Callable[..., None]


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Record:
    """Write down a claim: what was measured, on how much, its goal, and whether the goal is met."""

    def write(claim: str, value: float, *, n: int, goal: str, met: bool) -> None:
        folder = os.environ.get("KAMSIM_EVIDENCE")
        if folder:
            line = {
                "test": request.node.nodeid,
                "claim": claim,
                "value": value,
                "n": n,
                "goal": goal,
                "met": met,
            }
            with (Path(folder) / "records.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

    return write
