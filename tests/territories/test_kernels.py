"""The compiled parts held against plain counting: sums, energy and connection."""

from __future__ import annotations

import numpy as np
import pytest

from kamsim.territories.adjacency import Neighbours, link_up
from kamsim.territories.diagram_kernel import settle_diagram
from kamsim.territories.ground import Ground
from kamsim.territories.search_kernel import search
from kamsim.territories.solve import bisect
from kamsim.territories.whole_kernel import drop_fragments, fill_empty, grow

LINE = link_up(np.arange(5), np.arange(1, 6), 6)
X = np.array([[float(i), 0.0, 0.0] for i in range(6)])
NOBODY, NO_POCKET = np.full(6, -1), np.zeros(6, bool)


def ground(neighbours: Neighbours, held: np.ndarray = NOBODY, previous: np.ndarray = NOBODY) -> Ground:
    return Ground(
        X, np.full((6, 1), 1 / 3), np.array([0.01]), neighbours.starts, neighbours.others, held, previous,
        np.zeros((2, 3)), np.zeros(2, bool),
    )  # fmt: skip


def run(at: Ground, start: list[int], most_moved: int = 6) -> tuple[list[int], float, float, int]:
    label, excess, energy, moved = search(at, np.array(start), 1.0, 0.5, most_moved, 0.0, 8, 50, np.uint64(0))
    return label.tolist(), excess, energy, moved


def test_search_finds_the_even_cut_and_counts_its_energy() -> None:
    label, excess, energy, _ = run(ground(LINE), [0, 1, 1, 1, 1, 1])
    assert label == [0, 0, 0, 1, 1, 1]
    assert excess == 0
    assert energy == pytest.approx(4.0)  # twice 1 + 0 + 1


def test_search_counts_moves_and_keeps_their_cap() -> None:
    previous = np.array([0, 1, 1, 1, 1, 1])
    label, excess, energy, moved = run(ground(LINE, previous=previous), previous.tolist(), most_moved=1)
    assert label == [0, 0, 1, 1, 1, 1]
    assert (moved, excess) == (1, pytest.approx(1 / 3 - 0.01))
    assert energy == pytest.approx(0.5 + 5.0 + 0.5)  # squares from 0.5 and from 3.5, and half for the move


def test_search_leaves_held_units() -> None:
    held = np.array([-1, 1, -1, -1, -1, -1])
    assert run(ground(LINE, held=held), [0, 1, 1, 1, 1, 1])[0] == [0, 1, 1, 1, 1, 1]


def test_search_exchanges_where_no_single_unit_fits() -> None:
    """Heavy and light units face each other: only an exchange brings both sides to the mean."""
    ladder = link_up(np.array([0, 1, 3, 4, 0, 1, 2, 0, 1]), np.array([1, 2, 4, 5, 3, 4, 5, 4, 3]), 6)
    share = np.array([[0.6], [0.3], [0.2], [0.5], [0.2], [0.2]])
    at = ground(ladder)._replace(share=share, tolerance=np.array([0.05]))
    label, excess, _, _ = run(at, [0, 0, 0, 1, 1, 1])
    assert excess == 0
    assert np.bincount(label, share[:, 0]) == pytest.approx([1, 1], abs=0.05)


def test_fragments_go_but_locked_ones_stay() -> None:
    label = np.array([0, 1, 0, 0, 1, 1])
    drop_fragments(label, LINE.starts, LINE.others, np.ones(6), NOBODY, NO_POCKET, 2)
    assert label.tolist() == [-1, -1, 0, 0, 1, 1]
    label, held = np.array([0, 1, 0, 0, 1, 1]), np.array([0, -1, -1, -1, -1, -1])
    drop_fragments(label, LINE.starts, LINE.others, np.ones(6), held, NO_POCKET, 2)
    assert label.tolist() == [0, -1, -1, -1, 1, 1]


def test_growing_goes_ring_by_ring_to_the_cheaper_side() -> None:
    label, centres = np.array([0, -1, -1, -1, -1, 1]), X[[0, 5]]
    assert grow(label, LINE.starts, LINE.others, X, centres, np.zeros(2)) == 0
    assert label.tolist() == [0, 0, 0, 1, 1, 1]


def test_an_empty_territory_takes_a_unit_that_can_be_spared() -> None:
    label = np.zeros(6, np.int64)
    centres = X[[0, 3]]
    assert fill_empty(label, LINE.starts, LINE.others, X, centres, NOBODY, NO_POCKET, 2) == 0
    assert label.tolist() in ([1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1])  # a cut in the middle would tear it
    held = np.zeros(6, np.int64)
    assert fill_empty(held.copy(), LINE.starts, LINE.others, X, centres, held, NO_POCKET, 2) == 1


def test_the_diagram_shares_out_alike() -> None:
    rng = np.arange(400) / 400
    x = np.stack([rng**2 * 100, np.zeros(400), np.zeros(400)], axis=1)
    centres, price = bisect(x, np.ones(400), 4), np.zeros(4)
    free = np.full(400, -1)
    label = settle_diagram(x, np.full(400, 0.01), free, free, 0.0, centres, np.zeros(4, bool), price, 60)
    assert np.abs(np.bincount(label, minlength=4) / 100 - 1).max() < 0.1
    assert np.all(np.diff(np.flatnonzero(np.diff(label))) > 50)  # four runs, each in one piece
