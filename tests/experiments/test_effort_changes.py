import pandas as pd
import pytest

from kamsim.errors import ConfigError
from kamsim.experiments import Population, recommend_attention, recommend_one_more_ae, shift_hours
from kamsim.experiments.effort_changes import MOST_TAKEN

from .conftest import Desk, crowd_of


@pytest.fixture(scope="module")
def every(desk: Desk) -> Population:
    return crowd_of(desk, None)


@pytest.fixture
def half(desk: Desk) -> pd.DataFrame:
    """Half of the hours that the tiers ask for."""
    return desk.plan("status_quo", hours=0.5)


def test_the_list_gets_its_hours_and_the_others_of_the_book_pay(desk: Desk, half: pd.DataFrame) -> None:
    owner = half["rep_id"].iloc[0]
    listed = half.loc[half["rep_id"] == owner, "account_id"].iloc[0]

    after = shift_hours(half, desk.book, [listed])

    mine, listed_row = half["rep_id"] == owner, half["account_id"] == listed
    asked = desk.book.set_index("account_id")["workload_hours"][listed]
    assert after.loc[listed_row, "ae_hours"].item() == pytest.approx(asked)
    assert after[mine]["ae_hours"].sum() == pytest.approx(half[mine]["ae_hours"].sum())
    paid = after.loc[mine & ~listed_row, "ae_hours"] / half.loc[mine & ~listed_row, "ae_hours"]
    assert paid.max() == pytest.approx(paid.min())
    assert paid.max() < 1
    assert after[~mine].equals(half[~mine])


def test_a_book_pays_no_more_than_it_can(desk: Desk, half: pd.DataFrame) -> None:
    owner = half["rep_id"].iloc[0]
    mine = half[half["rep_id"] == owner]
    all_but_one = mine["account_id"].iloc[1:]

    after = shift_hours(half, desk.book, all_but_one).set_index("account_id")["ae_hours"]

    payer = mine["account_id"].iloc[0]
    assert after[payer] == pytest.approx((1 - MOST_TAKEN) * mine["ae_hours"].iloc[0])
    assert after[mine["account_id"]].sum() == pytest.approx(mine["ae_hours"].sum())


def test_whom_the_hours_suffice_gets_none(desk: Desk) -> None:
    full = desk.plan("status_quo", hours=2.0)

    assert shift_hours(full, desk.book, full["account_id"].head(5)).equals(full)


def test_attention_to_nobody_is_worth_nothing(desk: Desk, every: Population, half: pd.DataFrame) -> None:
    lead = recommend_attention(every, half, desk.book, []).lead({}, 8)

    assert (lead.mean, lead.low, lead.high) == (0.0, 0.0, 0.0)


def test_attention_to_those_who_answer_leads_and_to_the_others_costs(
    desk: Desk, every: Population, half: pd.DataFrame
) -> None:
    by_gain = desk.book.sort_values("gain_eur", ascending=False)["account_id"]

    most = recommend_attention(every, half, desk.book, by_gain.head(10)).lead({}, 30)
    least = recommend_attention(every, half, desk.book, by_gain.tail(40)).lead({}, 30)

    assert most.mean > least.mean


def test_one_more_ae_is_paid(desk: Desk, every: Population) -> None:
    plan = desk.plan("status_quo")
    cost = desk.scenario.coverage.ae_cost_eur * every.months

    idle = recommend_one_more_ae(every, plan, plan).lead({}, 8)
    busy = recommend_one_more_ae(every, plan, desk.plan("status_quo", hours=1.5))

    assert idle.mean == pytest.approx(-cost)
    assert busy.lead({}, 8).mean > idle.mean
    assert busy.lead({"ae_cost_eur": 0.0}, 8).mean == pytest.approx(busy.lead({}, 8).mean + cost)
    # An AE with fewer hours brings less.
    fewer = busy.population.preset["ae_hours"] / 2
    assert busy.lead({"ae_hours": fewer}, 8).mean < busy.lead({}, 8).mean


def test_strangers_and_mixtures_are_refused(desk: Desk, every: Population, half: pd.DataFrame) -> None:
    with pytest.raises(ConfigError, match="accounts of the assignment, got 'nobody'"):
        shift_hours(half, desk.book, ["nobody"])
    both = pd.concat([half, desk.plan("busy")])
    with pytest.raises(ConfigError, match="one policy is wanted, got 2"):
        recommend_one_more_ae(every, both, half)
