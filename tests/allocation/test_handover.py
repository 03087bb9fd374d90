import numpy as np
import pandas as pd
import pytest

from kamsim.allocation.handover import handover_cost
from kamsim.config import Scenario


def book(revenue: float = 1000.0, churn: float = 0.2, relationship: float | None = 0.6) -> pd.DataFrame:
    columns = {"revenue_eur_per_month": [revenue], "churn_probability_12m": [churn]}
    return pd.DataFrame(columns | {"relationship": pd.Series([relationship], dtype="float64")})


def test_the_formula(scenario: Scenario) -> None:
    d = scenario.dynamics
    rough = d.handover_churn_effect * (1 - d.handover_quality)
    rise = rough + d.churn_goodwill_effect * (1 - d.handover_goodwill) * 0.6
    hazard = -np.log(1 - 0.2) * np.exp(rise)
    more = (1 - np.exp(-hazard) - 0.2) * d.handover_months / 12
    expected = scenario.coverage.margin * 1000 * scenario.experiment.months * more

    assert handover_cost(book(), scenario) == pytest.approx([expected])


def test_a_prospect_costs_nothing(scenario: Scenario) -> None:
    assert handover_cost(book(revenue=0.0, churn=0.0), scenario) == pytest.approx([0.0])


def test_a_better_relationship_is_more_to_lose(scenario: Scenario) -> None:
    assert handover_cost(book(relationship=0.9), scenario) > handover_cost(book(relationship=0.1), scenario)


def test_an_unrated_relationship_counts_as_neutral(scenario: Scenario) -> None:
    neutral = scenario.dynamics.churn_goodwill_centre

    assert handover_cost(book(relationship=None), scenario) == handover_cost(
        book(relationship=neutral), scenario
    )


def test_a_new_owner_may_do_good(scenario: Scenario) -> None:
    kind = scenario.override({"dynamics.handover_churn_effect": -1.0, "dynamics.handover_goodwill": 1.0})

    assert handover_cost(book(), kind) < 0


@pytest.mark.parametrize("churn", [0.0, 1.0])
def test_certain_churn_stays_finite(churn: float, scenario: Scenario) -> None:
    assert abs(handover_cost(book(churn=churn), scenario)[0]) < 100
