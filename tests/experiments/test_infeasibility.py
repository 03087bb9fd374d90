"""The search: finds what is there, says honestly what it did not reach, and repeats itself."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from kamsim.config import Scenario
from kamsim.errors import ConfigError
from kamsim.experiments.infeasibility import declared_range, search

CHURN, HALF = "dynamics.smb.churn_mean", "dynamics.half_effort_hours"
KNOBS = {CHURN: (0.2, 0.8), HALF: (0.5, 8.0)}


def planted(scenario: Scenario) -> dict[str, float]:
    """Elasticity is in band in a small corner only; the gain of optimisation nowhere."""
    churn, half = scenario.dynamics.smb.churn_mean, scenario.dynamics.half_effort_hours
    return {
        "elasticity": 0.35 + 4 * (churn - 0.3) ** 2 + 0.1 * (half - 2) ** 2 + 0.1,
        "key_account_share": 0.15 - 0.1 * abs(churn - 0.3),
    }


def test_a_planted_optimum_is_found(scenario: Scenario) -> None:
    found = search(scenario, ["elasticity"], KNOBS, budget=60, probe=planted)

    assert found.tries == 60
    assert found.targets[0].inside
    assert 0.2 <= found.targets[0].nearest <= 0.5
    assert found.best[HALF] == pytest.approx(2, abs=0.75)
    assert "each of 1 targets" in found.summary()


def test_closing_in_beats_filling_the_box(scenario: Scenario) -> None:
    narrow = scenario.override({"validation.elasticity": [0.2, 0.4501]})
    found = search(narrow, ["elasticity"], KNOBS, budget=80, probe=planted)
    even, later = found.points["elasticity"][:40].min(), found.points["elasticity"][40:].min()
    assert later < even


def test_an_impossible_target_is_said_not_to_be_reached(scenario: Scenario) -> None:
    found = search(scenario, ["elasticity", "key_account_share"], KNOBS, budget=40, probe=planted)
    reached = {r.target: r for r in found.targets}

    assert not reached["key_account_share"].inside
    assert reached["key_account_share"].nearest == found.points["key_account_share"].max()
    assert found.still_out == ("key_account_share",)
    assert found.summary() == "not reached inside these ranges in 40 tries: key_account_share"


def test_the_scenario_as_it_stands_is_the_first_try(scenario: Scenario) -> None:
    found = search(scenario, ["elasticity"], KNOBS, budget=1, probe=planted)
    assert found.points[CHURN].tolist() == [scenario.dynamics.smb.churn_mean]
    assert found.targets[0].start == found.targets[0].nearest == planted(scenario)["elasticity"]


def test_no_try_leaves_the_ranges(scenario: Scenario) -> None:
    found = search(scenario, ["elasticity"], KNOBS, budget=50, probe=planted)
    for knob, (low, high) in KNOBS.items():
        assert found.points[knob][1:].between(low, high).all()
        assert found.points[knob][1:].nunique() > 40


def test_a_search_repeats_itself(scenario: Scenario) -> None:
    first, second = (search(scenario, ["elasticity"], KNOBS, 20, probe=planted).points for _ in range(2))
    assert first.equals(second)


def test_a_range_is_narrowed_to_what_the_setting_allows(scenario: Scenario) -> None:
    assert declared_range("portfolio.team_slack") == (-0.9, 10)
    found = search(scenario, ["elasticity"], {CHURN: (-1.0, 2.0)}, 1, probe=planted)
    assert found.knobs == {CHURN: (0.0, 1.0)}


def test_whole_numbers_stay_whole(scenario: Scenario) -> None:
    seen = []

    def probe(there: Scenario) -> Mapping[str, float]:
        seen.append(there.portfolio.strategic.business_units)
        return {"elasticity": 0.3}

    search(scenario, ["elasticity"], {"portfolio.strategic.business_units": (2, 20)}, 10, probe=probe)
    assert all(isinstance(units, int) for units in seen)
    assert len(set(seen)) > 3


def test_a_target_that_cannot_be_measured_is_far_away(scenario: Scenario) -> None:
    found = search(scenario, ["elasticity"], KNOBS, 4, probe=lambda _: {})
    assert not found.targets[0].inside
    assert np.isnan(found.targets[0].nearest)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"targets": ["elasticty"]}, "unknown target 'elasticty': did you mean 'elasticity'"),
        ({"targets": ["elasticity_month_36"]}, "target 'elasticity_month_36' has no band"),
        ({"knobs": {"dynamics.smb.churn_men": (0.1, 0.2)}}, "unknown knob 'dynamics.smb.churn_men'"),
        ({"knobs": {CHURN: (1.5, 2.0)}}, "must lie in 0 to 1, got 1.5 to 2"),
        ({"budget": 0}, "budget of a search must be 1 or more, got 0"),
    ],
)
def test_a_bad_search_is_refused(change: dict[str, object], sentence: str, scenario: Scenario) -> None:
    asked = {"targets": ["elasticity"], "knobs": KNOBS, "budget": 2, **change}
    with pytest.raises(ConfigError, match=sentence):
        search(scenario, probe=planted, **asked)  # type: ignore[arg-type]
