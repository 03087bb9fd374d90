"""Opportunities that only pass milestones or are lost: an absorbing chain, and Little's law.

The published pipeline has three stages with chances of their own: P(win) .225, .375, .75, and 20, 12, 5
opportunities in progress when 10 a period come in. The engine's four milestones share one pace, and several
may be passed in a month, so the published stages themselves cannot be set. What can: the pace and the loss
at which opportunities have the published chance and the published time, taken from each point of entry:
10, 6 and 3 a period come in, and 37 = 20 + 12 + 5, 17 = 12 + 5 and 5 are in progress.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import root

from kamsim.config import DynamicsSettings

from .agreement import check_agreement
from .closed_forms import absorbing_chain
from .neutral import neutral_settings
from .portfolio import FIRST_MONTH, play_plain, uniform_state

MILESTONES = 4
ENTRIES = [(0.225, 10.0, 37.0), (0.375, 6.0, 17.0), (0.75, 3.0, 5.0)]
"""P(win), opportunities that come in a period, opportunities in progress."""


def milestone_chain(passing: float, losing: float) -> tuple[np.ndarray, np.ndarray]:
    """Visits and ends of the engine's pipeline, from each number of milestones passed."""
    stays = np.zeros((MILESTONES, MILESTONES))
    ends = np.zeros((MILESTONES, 2))
    for passed in range(MILESTONES):
        for more in range(MILESTONES - passed):
            stays[passed, passed + more] = passing**more * (1.0 - passing) * (1.0 - losing)
        wins = passing ** (MILESTONES - passed)
        ends[passed] = wins, (1.0 - wins) * losing
    return absorbing_chain(stays, ends)


def monthly_chances(win: float, months: float) -> tuple[float, float]:
    """Passing and losing at which a new opportunity is won with `win` and is open for `months` on average."""

    def misses(logits: np.ndarray) -> list[float]:
        visits, ends = milestone_chain(*(1.0 / (1.0 + np.exp(-logits))))
        return [ends[0, 0] - win, visits[0].sum() - months]

    found = root(misses, [0.0, -1.0])
    assert found.success
    passing, losing = 1.0 / (1.0 + np.exp(-found.x))
    return float(passing), float(losing)


def pipeline_settings(win: float, months: float, opening: float) -> DynamicsSettings:
    passing, losing = monthly_chances(win, months)
    return neutral_settings(
        strategic__opening_rate=-np.log1p(-opening),
        strategic__milestone_pace=-np.log1p(-passing),
        strategic__loss_rate=-np.log1p(-losing),
    )


def lanes_for(win: float) -> int:
    """Lanes of 1,500 accounts that bring the half-width of a share below half of what is allowed."""
    return int(np.ceil((2.576 / 0.0045) ** 2 * (1.0 - win) / win / 1500)) + 16


@pytest.mark.parametrize(("win", "entering", "in_progress"), ENTRIES)
def test_share_of_opportunities_won(win: float, entering: float, in_progress: float) -> None:
    settings = pipeline_settings(win, in_progress / entering, opening=0.0)
    state = uniform_state(settings, 1500, lanes_for(win), revenue=0.0)
    state.milestones_passed[:, :, 0] = 0
    state.amount[:, :, 0] = 100.0

    _, end = play_plain(state, settings, 72)

    assert (end.milestones_passed < 0).all()
    check_agreement((end.revenue > 0).mean(axis=0), win, "P(win)")


@pytest.mark.parametrize("passed", range(MILESTONES))
def test_share_won_by_milestones_passed(passed: int) -> None:
    settings = pipeline_settings(0.375, 17.0 / 6.0, opening=0.0)
    state = uniform_state(settings, 1000, 256, revenue=0.0)
    state.milestones_passed[:, :, 1] = passed
    state.amount[:, :, 1] = 100.0

    _, end = play_plain(state, settings, 72)

    _, ends = milestone_chain(*monthly_chances(0.375, 17.0 / 6.0))
    check_agreement((end.revenue > 0).mean(axis=0), ends[passed, 0], f"P(win | {passed} passed)")


@pytest.mark.parametrize(("win", "entering", "in_progress"), ENTRIES)
def test_opportunities_in_progress(win: float, entering: float, in_progress: float) -> None:
    """Little's law; with frozen revenue every account stays a prospect and openings keep their rate."""
    accounts, lanes, opening, warm_up, surveys = 1000, 160, 0.05, 4, 9
    settings = pipeline_settings(win, in_progress / entering, opening)
    state = uniform_state(settings, accounts, lanes, revenue=0.0)

    open_at = []
    for year in range(warm_up + surveys):
        _, state = play_plain(state, settings, 12, first_month=FIRST_MONTH + 12 * year, revenue_frozen=True)
        open_at.append((state.milestones_passed >= 0).sum(axis=(0, 2)))

    per_opening = entering / (opening * accounts)
    check_agreement(per_opening * np.mean(open_at[warm_up:], axis=0), in_progress, "in progress")
