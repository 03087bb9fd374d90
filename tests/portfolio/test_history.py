import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.portfolio import generate_portfolio
from kamsim.portfolio.history import month_number


@pytest.fixture(scope="module")
def by_month(portfolio: Portfolio) -> pd.DataFrame:
    return portfolio.history.set_index(["account_id", "month"])


def counted(events: pd.DataFrame, day: str, like: pd.DataFrame) -> pd.Series:
    return events.groupby(["account_id", day]).size().reindex(like.index, fill_value=0)


def test_months_are_counted_from_1970() -> None:
    assert [month_number(pd.Timestamp(d)) for d in ("1970-01-01", "1970-12-31", "2026-03-15")] == [0, 11, 674]


def test_history_holds_every_account_in_every_month(portfolio: Portfolio, small: Scenario) -> None:
    months = pd.date_range("2023-01-01", "2025-12-01", freq="MS")

    assert portfolio.history["month"].drop_duplicates().tolist() == months.tolist()
    assert (portfolio.history.groupby("month").size() == small.portfolio.accounts).all()


def test_won_money_is_that_of_the_opportunities(portfolio: Portfolio, by_month: pd.DataFrame) -> None:
    won = portfolio.opportunities.query("status == 'won'")
    amounts = (
        won.groupby(["account_id", "closed_on"])["amount_eur"].sum().reindex(by_month.index, fill_value=0.0)
    )

    assert len(won) > 100
    np.testing.assert_allclose(by_month["won_eur"], amounts, rtol=1e-12)


def test_openings_and_closings_are_those_of_the_opportunities(
    portfolio: Portfolio, by_month: pd.DataFrame
) -> None:
    deals = portfolio.opportunities

    pd.testing.assert_series_equal(
        by_month["deals_opened"], counted(deals, "opened_on", by_month), check_names=False
    )
    for status in ("won", "lost"):
        expected = counted(deals[deals["status"] == status], "closed_on", by_month)
        assert expected.sum() > 100
        pd.testing.assert_series_equal(by_month[f"deals_{status}"], expected, check_names=False)


def test_no_opportunity_closes_in_the_month_it_opens_nor_before(portfolio: Portfolio) -> None:
    deals = portfolio.opportunities

    assert (deals["closed_on"].isna() == (deals["status"] == "open")).all()
    assert (deals["closed_on"] > deals["opened_on"])[deals["status"] != "open"].all()
    assert (deals["opened_on"] < pd.Timestamp("2026-01-01")).all()


def test_some_opportunities_were_open_when_history_starts(portfolio: Portfolio) -> None:
    early = portfolio.opportunities.query("opened_on < '2023-01-01'")

    assert len(early) > 0, "the burn-in fills the pipeline"
    assert (early["closed_on"].isna() | (early["closed_on"] >= pd.Timestamp("2023-01-01"))).all()


def test_kind_says_whether_the_account_paid_when_it_was_opened(
    portfolio: Portfolio, by_month: pd.DataFrame
) -> None:
    deals = portfolio.opportunities.query("opened_on >= '2023-01-01'")
    paid = by_month["revenue_eur"].reindex(pd.MultiIndex.from_frame(deals[["account_id", "opened_on"]])) > 0

    assert ((deals["kind"] == "expansion").to_numpy() == paid.to_numpy()).all()
    assert deals["kind"].nunique() == 2


def test_hours_of_an_ae_add_up_to_the_capacity(portfolio: Portfolio) -> None:
    owned = portfolio.history.merge(portfolio.accounts[["account_id", "owner_id"]], on="account_id")
    spent = owned.groupby(["owner_id", "month"])["ae_hours"].sum()

    np.testing.assert_allclose(spent, 65.0)


def test_pools_are_not_overspent(portfolio: Portfolio) -> None:
    pools = portfolio.team.groupby("role")["capacity_hours"].sum()
    spent = portfolio.history.groupby("month")[["se_hours", "csm_hours"]].sum()

    assert (spent["se_hours"] <= pools["SE"] + 1e-6).all()
    assert (spent["csm_hours"] <= pools["CSM"] + 1e-6).all()


def test_effort_follows_revenue_under_that_habit_alone(portfolio: Portfolio, small: Scenario) -> None:
    """History is confounded on purpose: who brings more gets more hours, whatever the hours bring."""
    equal = generate_portfolio(small.override({"portfolio.historical_habit": "equal"}))

    def correlation(some: Portfolio) -> float:
        year = some.history[some.history["month"] >= "2025-01-01"]
        mean = year.groupby("account_id")[["ae_hours", "revenue_eur"]].mean()
        hours = mean["ae_hours"] / mean.groupby(some.accounts.set_index("account_id")["owner_id"])[
            "ae_hours"
        ].transform("sum")
        return float(hours.corr(mean["revenue_eur"], method="spearman"))

    assert correlation(portfolio) > 0.4
    assert correlation(portfolio) > correlation(equal) + 0.2


def test_effort_is_planned_once_a_year(portfolio: Portfolio) -> None:
    hours = portfolio.history.assign(year=portfolio.history["month"].dt.year)

    assert hours.groupby(["account_id", "year"])["ae_hours"].nunique().max() == 1
    assert (hours.groupby("account_id")["ae_hours"].nunique() == 3).mean() > 0.5
