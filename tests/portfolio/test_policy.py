from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.portfolio.past import SharedPast, record_block, share_past, start_block
from kamsim.portfolio.policy import Demand, Sums, ask, settle
from kamsim.portfolio.recorded import RecordedBlock

LAST_MONTH = 671


def test_a_books_hours_road_included_are_its_capacity() -> None:
    owner = np.array([0, 0, 1])
    demand = Demand(
        owner=owner,
        money=np.array([100.0, 300.0, 50.0]),
        lift=np.array([1.0, 1.0, 2.0]),
        rate=np.array([1.0, 1.5, 1.25]),
        se=np.array([1.0, 0.0, 3.0]),
        csm=np.zeros(3),
    )
    team = _team(capacity=[60.0, 40.0], se=2.0, csm=5.0)
    prices = settle(demand.sums(2), team)
    plan = demand.plan(prices)

    spent = np.bincount(owner, plan.ae * demand.rate)
    np.testing.assert_allclose(spent, [60.0, 40.0])
    # Weights: 100 and 300, on top of a quarter of the mean, 37.5.
    assert plan.ae[1] / plan.ae[0] == pytest.approx(337.5 / 137.5)
    assert plan.se.tolist() == [0.5, 0.0, 1.5], "the pool has half of what is asked"


def test_nobody_gets_hours_before_having_arrived(block: RecordedBlock, recorded_scenario: Scenario) -> None:
    state = block.opening
    demand = ask(state, block.facts, block.team, block.first_month + 11, recorded_scenario)
    later = state.arrival > block.first_month + 11
    plan = demand.plan(settle(demand.sums(block.people.reach.shape[0]), block.team))

    assert later.any()
    for hours in (plan.ae, plan.se, plan.csm):
        assert not hours[later].any()
    assert (plan.ae[~later] > 0).all()


def test_sums_of_parts_are_the_sum_of_the_whole_to_the_bit(
    block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    demand = ask(block.closing, block.facts, block.team, LAST_MONTH, recorded_scenario)
    reps = block.people.reach.shape[0]

    def some(first: int, last: int) -> Sums:
        return Demand(**{name: values[first:last] for name, values in vars(demand).items()}).sums(reps)

    parts = some(0, 123) + some(123, 124) + some(124, 500)
    for name, value in vars(demand.sums(reps)).items():
        np.testing.assert_array_equal(getattr(parts, name), value)


def test_the_choosy_follow_potential(
    busy: Scenario, busy_past: SharedPast, busy_block: RecordedBlock
) -> None:
    """Effort correlates with the attainable wallet beyond what the habit explains, and with 0 it does not."""
    state, facts, team = busy_block.closing, busy_block.facts, busy_block.team
    wallet = (state.attainable * state.wallet)[:, 0]
    equal = busy.override({"portfolio.historical_habit": "equal", "portfolio.confounding": 0.0})
    choosy = equal.override({"portfolio.confounding": 0.5})

    even, uneven = (ask(state, facts, team, LAST_MONTH, s).lift for s in (equal, choosy))
    assert even.min() == even.max() == 1.0
    for segment in range(3):
        rows = state.segment == segment
        assert np.corrcoef(np.log(wallet[rows]), np.log(uneven[rows]))[0, 1] > 0.9


def test_without_money_all_weigh_the_same(block: RecordedBlock, recorded_scenario: Scenario) -> None:
    poor = replace(block.closing, revenue=np.zeros_like(block.closing.revenue))
    demand = ask(poor, block.facts, block.team, LAST_MONTH, recorded_scenario)
    prices = settle(demand.sums(block.people.reach.shape[0]), block.team)
    plan = demand.plan(prices)

    weighed = plan.ae / demand.lift
    for rep in range(block.people.reach.shape[0]):
        assert np.ptp(weighed[block.owner == rep]) < 1e-9


def test_a_block_made_alone_has_the_hours_of_the_whole(
    shared_past: SharedPast, block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    split = share_past(recorded_scenario, shared_past.team, 77)
    for one, other in zip(split.prices, shared_past.prices, strict=True):
        for name, value in vars(other).items():
            np.testing.assert_array_equal(getattr(one, name), value)
    alone = record_block(split, start_block(split, 200, 300))
    np.testing.assert_array_equal(alone.hours, block.hours[:, :, 200:300])


def _team(capacity: list[float], se: float, csm: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"role": [*["AE"] * len(capacity), "SE", "CSM"], "capacity_hours": [*capacity, se, csm]}
    )
