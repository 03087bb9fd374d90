from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kamsim.config import CoverageSettings, Scenario
from kamsim.coverage import set_quotas
from kamsim.errors import ConfigError
from kamsim.schemas import BOOK
from kamsim.streams import stream


@pytest.fixture
def book(make_frame: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    return make_frame(
        BOOK,
        account_id=["a", "b", "c", "d"],
        owner_id=["r1", "r1", "r2", None],
        base_eur=[3e5, 1.5e5, 9e5, 1e9],
        gain_eur=[1e5, 0.0, 3e5, 0.0],
        gain_sd_eur=[6e4, 0.0, 2e5, 0.0],
        half_hours=[4.0, 0.0, 4.0, 0.0],
        exponent=[1.0, 1.0, 1.0, 1.0],
        workload_hours=[4.0, 1.0, 4.0, 1.0],
        churn_probability_12m=[0.1, 0.2, 0.05, 0.5],
        potential_36m_eur=[1e6, 1e6, 1e6, 1e9],
    )


def rules(scenario: Scenario, stretch: float = 1.0) -> CoverageSettings:
    return scenario.override({"coverage.quota_stretch": stretch, "coverage.margin": 0.5}).coverage


def test_expected_sales_are_a_year_s_of_the_value_over_the_margin(
    book: pd.DataFrame, scenario: Scenario
) -> None:
    books = set_quotas(book, rules(scenario), 36).frame().set_index("owner_id")

    assert books["expected_eur"].to_dict() == pytest.approx({"r1": 5e5 / 1.5, "r2": 10.5e5 / 1.5})
    assert books["accounts"].to_dict() == {"r1": 2, "r2": 1}


def test_spread_and_probability_are_what_simulated_years_show(book: pd.DataFrame, scenario: Scenario) -> None:
    """A gain of uncertain size at half its reach, and accounts that leave or stay, in a year's sales."""
    quota = set_quotas(book, rules(scenario, 1.05), 36).frame().to_dict("records")[0]
    rng, years = stream(1, "quota"), 200_000
    gone = rng.random((2, years)) < np.array([[0.1], [0.2]])
    base = (np.array([[3e5], [1.5e5]]) * (gone.mean(axis=1, keepdims=True) - gone)).sum(axis=0)
    sales = (4.5e5 + rng.normal(5e4, 3e4, years) + base) / 1.5
    normal = rng.normal(sales.mean(), sales.std(), years)

    assert quota["spread_eur"] == pytest.approx(sales.std(), rel=0.01)
    assert quota["reach_probability"] == pytest.approx((normal >= quota["quota_eur"]).mean(), abs=0.01)


@pytest.mark.parametrize("rule", ["expected", "equal", "potential"])
def test_quotas_add_up_to_the_stretch(book: pd.DataFrame, scenario: Scenario, rule: str) -> None:
    plan = set_quotas(book, rules(scenario, 1.2), 36, rule)  # type: ignore[arg-type]
    books = plan.frame()

    assert books["quota_eur"].sum() == pytest.approx(1.2 * books["expected_eur"].sum())
    assert plan.summary()["attainability"].tolist() == [pytest.approx(books["reach_probability"].mean())]


def test_half_reach_a_quota_at_what_their_own_book_promises(book: pd.DataFrame, scenario: Scenario) -> None:
    assert set_quotas(book, rules(scenario), 36).attainability == pytest.approx(0.5)


def test_more_stretch_is_reached_by_fewer(book: pd.DataFrame, scenario: Scenario) -> None:
    reached = [set_quotas(book, rules(scenario, s), 36).attainability for s in (0.8, 1.0, 1.2)]
    assert reached == sorted(reached, reverse=True)
    assert reached[0] > reached[2]


def test_equal_quotas_favour_the_rich_book(book: pd.DataFrame, scenario: Scenario) -> None:
    poor, rich = set_quotas(book, rules(scenario), 36, "equal").frame().to_dict("records")
    assert poor["quota_eur"] == rich["quota_eur"]
    assert poor["reach_probability"] < 0.5 < rich["reach_probability"]


def test_by_potential_an_account_counts_what_it_could_bring(book: pd.DataFrame, scenario: Scenario) -> None:
    quota = set_quotas(book, rules(scenario), 36, "potential").frame().set_index("owner_id")["quota_eur"]
    assert quota["r1"] == pytest.approx(2 * quota["r2"])


def test_sales_without_spread_are_reached_or_not(book: pd.DataFrame, scenario: Scenario) -> None:
    sure = book.assign(gain_sd_eur=0.0, churn_probability_12m=0.0)
    reached = (
        set_quotas(sure, rules(scenario), 36, "equal").frame().set_index("owner_id")["reach_probability"]
    )
    assert reached.to_dict() == {"r1": 0.0, "r2": 1.0}


def test_what_has_no_quota_is_refused(book: pd.DataFrame, scenario: Scenario) -> None:
    with pytest.raises(ConfigError, match="unknown quota rule 'even'"):
        set_quotas(book, rules(scenario), 36, "even")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="no account has an owner"):
        set_quotas(book.iloc[3:], rules(scenario), 36)
    with pytest.raises(ConfigError, match="'potential' has nothing to split by"):
        set_quotas(book.assign(potential_36m_eur=0.0), rules(scenario), 36, "potential")
    free = scenario.override({"coverage.margin": 0.0}).coverage
    with pytest.raises(ConfigError, match=r"coverage\.margin must be above 0"):
        set_quotas(book, free, 36)
