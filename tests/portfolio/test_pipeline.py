"""The walk through slots, on recordings written by hand."""

import numpy as np

from kamsim.dynamics import FREE, LOST, SLOTS, WON
from kamsim.portfolio.pipeline_kernel import NEVER, count_down, sum_slots, walk


class Months:
    """One account whose slots are filled in by hand."""

    def __init__(self, months: int) -> None:
        shape = (1, months, SLOTS)
        self.opened, self.closed = np.zeros(shape), np.zeros(shape, np.int8)
        self.passed = np.full(shape, FREE, np.int8)
        self.held, self.age = np.full((1, SLOTS), FREE), np.zeros((1, SLOTS), np.int64)

    def walk(self) -> list[tuple[int, ...]]:
        """Return slot, opening, closing, outcome and the three milestones of each opportunity."""
        rows = int((self.held != FREE).sum() + (self.opened > 0).sum())
        columns = [np.zeros(rows, np.int64) for _ in range(5)]
        milestones = np.full((rows, 3), NEVER)
        walk(self.held, self.age, self.opened, self.closed, self.passed, *columns, milestones)
        return [tuple(map(int, row)) for row in np.column_stack([*columns[1:], milestones])]


def test_a_slot_that_is_freed_and_filled_in_one_month_holds_two_opportunities() -> None:
    past = Months(6)
    past.opened[0, 0, 2] = 5.0
    past.passed[0, :, 2] = [0, 1, 3, 0, 0, 1]
    past.closed[0, 3, 2], past.opened[0, 3, 2] = WON, 7.0
    assert past.walk() == [(2, 0, 3, WON, 1, 2, 2), (2, 3, NEVER, 0, 5, NEVER, NEVER)]


def test_a_signature_dates_what_was_not_yet_passed() -> None:
    past = Months(3)
    past.opened[0, 0, 0] = 5.0
    past.passed[0, :2, 0] = [0, 1]
    past.closed[0, 2, 0] = WON
    assert past.walk() == [(0, 0, 2, WON, 1, 2, 2)]


def test_a_loss_dates_nothing() -> None:
    past = Months(3)
    past.opened[0, 0, 0] = 5.0
    past.passed[0, :2, 0] = [0, 1]
    past.closed[0, 2, 0] = LOST
    assert past.walk() == [(0, 0, 2, LOST, 1, NEVER, NEVER)]


def test_an_older_opportunity_has_its_past_spread_over_its_age() -> None:
    past = Months(2)
    past.held[0, 1], past.age[0, 1] = 2, 9
    past.passed[0, :, 1] = [2, 3]
    assert past.walk() == [(1, -10, NEVER, 0, -7, -4, 1)]


def test_milestones_of_a_young_one_stay_between_its_opening_and_the_first_month() -> None:
    past = Months(1)
    past.held[0, 0], past.age[0, 0] = 3, 1
    past.passed[0, 0, 0] = 3
    assert past.walk() == [(0, -2, NEVER, 0, -1, -1, -1)]


def test_months_without_a_sponsor_are_counted_as_the_model_counts_them() -> None:
    happened = np.array([[0, 0, 0, 16, 0, 0, 0, 4]], np.uint8)
    without = np.zeros((1, 9), bool)
    count_down(np.array([2]), happened, np.array([0, 0, 3, 0]), 2, without)
    # The start, two months that the old loss still acts, two months from the new one on, then a merger.
    assert without[0].astype(int).tolist() == [1, 1, 1, 0, 1, 1, 0, 0, 1]


def test_sums_tell_wins_from_losses() -> None:
    opened, closed = np.zeros((1, 1, SLOTS)), np.zeros((1, 1, SLOTS), np.int8)
    opened[0, 0, :2], closed[0, 0] = 4.0, [WON, LOST, WON, 0]
    counts = [np.zeros((1, 1), np.int64) for _ in range(3)]
    won_eur = np.zeros((1, 1))
    sum_slots(opened, closed, np.array([[[1.0, 2.0, 3.0, 0.0]]]), *counts, won_eur)
    assert [int(count[0, 0]) for count in counts] == [2, 2, 1]
    assert won_eur[0, 0] == 48.0
