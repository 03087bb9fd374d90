"""The SE and CSM pools make clients wait as an M/M/c queue does (Erlang C); published: load 3 on 4."""

from __future__ import annotations

import numpy as np
import pytest

from kamsim.dynamics import Plan, Pool, Pools, Surroundings, Team, compile_parameters, erlang_c, play

from .agreement import check_agreement
from .closed_forms import waiting_probability
from .neutral import neutral_settings
from .portfolio import FIRST_MONTH, KEY, uniform_state

WAITING = 0.509434
ACCOUNTS = 300
FOUR_PEOPLE = Pool(people=4, hours=100.0)
NOBODY_NEEDED = Pool(people=1, hours=100.0)


@pytest.mark.parametrize("people", [1, 2, 4, 7, 40])
@pytest.mark.parametrize("busy", [0.1, 0.75, 0.99])
def test_erlang_c_is_the_sum_that_defines_it(people: int, busy: float) -> None:
    theory = waiting_probability(busy * people, people)

    assert erlang_c(people, busy * people) == pytest.approx(theory, rel=1e-9)


def test_waiting_for_the_csm_lowers_the_quality_of_hand_overs() -> None:
    """Every AE leaves and is replaced at once, so every account is handed over with the quality of now."""
    settings = neutral_settings(
        people__attrition_rate=1.0, people__vacancy_months=0, handover_quality=1.0, pools__csm_wait_effect=1.0
    )
    one = np.zeros((1, 2), dtype=np.int64)
    state = uniform_state(
        settings, ACCOUNTS, 2, owner=np.zeros((ACCOUNTS, 2), dtype=np.int64), tenure=one, vacancy=one
    )
    around = Surroundings(team=Team(["one"], np.array([100.0])), pools=Pools(NOBODY_NEEDED, FOUR_PEOPLE))
    hours = np.ones(ACCOUNTS)
    plan = Plan(ae=hours, se=0 * hours, csm=hours)

    _, end = play(
        state, plan, compile_parameters(settings), key=KEY, first_month=FIRST_MONTH, months=1,
        surroundings=around, precision="float64",
    )  # fmt: skip

    np.testing.assert_allclose(1.0 - end.handover_quality, WAITING, atol=5e-7)


def test_waiting_for_the_se_slows_milestones() -> None:
    """Opportunities one step before signature are won in a month by the hazard, less the wait."""
    pace, lanes = 0.8, 640
    settings = neutral_settings(
        pools__se_wait_effect=1.0,
        strategic__milestone_pace=pace,
        strategic__loss_rate=0.0,
        half_effort_hours=1e9,
    )
    state = uniform_state(settings, ACCOUNTS, lanes, revenue=0.0)
    state.milestones_passed[:, :, 0] = 3
    state.amount[:, :, 0] = 100.0
    around = Surroundings(pools=Pools(FOUR_PEOPLE, NOBODY_NEEDED))
    hours = np.ones(ACCOUNTS)
    plan = Plan(ae=0 * hours, se=hours, csm=0 * hours, kinds=np.ones((ACCOUNTS, 5)))

    _, end = play(
        state,
        plan,
        compile_parameters(settings),
        key=KEY,
        first_month=FIRST_MONTH,
        months=1,
        surroundings=around,
    )

    check_agreement((end.revenue > 0).mean(axis=0), 1.0 - np.exp(-pace * (1.0 - WAITING)), "won in a month")
