"""The compiled kernel against the plain engine that was written from docs/model.md alone."""

from __future__ import annotations

import numpy as np
import pytest

from kamsim.dynamics.reference_luck import philox

from .outcomes import Outcome, differences, kernel_outcome, reference_outcome
from .worlds import FEATURES, random_world

QUICK = range(60)
FULL = range(60, 1200)
SAME = 1e-9


def differing(worlds: range) -> dict[int, dict[str, float]]:
    """Worlds in which the float64 build and the reference differ, and where."""
    found = {}
    for number in worlds:
        world = random_world(number)
        wrong = differences(kernel_outcome(world), reference_outcome(world), SAME)
        if wrong:
            found[number] = wrong
    return found


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((2**32 - 1,) * 4, (2**32 - 1,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_philox_gives_the_published_words(counter: tuple, key: tuple, words: str) -> None:
    """Known answers of Random123 (Salmon et al. 2011)."""
    assert " ".join(f"{word:08x}" for word in philox(counter, key)) == words


def test_kernel_equals_reference() -> None:
    assert differing(QUICK) == {}


@pytest.mark.evidence
def test_kernel_equals_reference_in_a_thousand_worlds() -> None:
    assert differing(FULL) == {}


def test_worlds_are_not_idle() -> None:
    """Every feature is on somewhere and off somewhere, and every kind of event happens."""
    worlds = [random_world(number) for number in QUICK]
    outcomes: list[Outcome] = [reference_outcome(world) for world in worlds]

    for feature in FEATURES:
        assert {world.features[feature] for world in worlds} == {True, False}, feature
    for name in ("booked", "capped", "churned", "contracted", "repriced", "opened"):
        assert sum(np.count_nonzero(o.get(f"month {name}", 0)) for o in outcomes) >= 20, name
    closed = np.concatenate([o["month closed"].ravel() for o in outcomes if "month closed" in o])
    assert min(np.count_nonzero(closed == 1), np.count_nonzero(closed == 2)) >= 100
    moved = sum(
        np.count_nonzero(o["state owner"] != w.state["owner"]) for o, w in zip(outcomes, worlds, strict=True)
    )
    assert moved >= 50
    assert sum(np.count_nonzero(o["state exited"]) for o in outcomes) >= 50
