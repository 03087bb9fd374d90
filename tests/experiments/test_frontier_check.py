"""A frontier in paired runs: before it one sign, beyond it the other."""

from dataclasses import replace

import numpy as np
import pytest

from kamsim.experiments import BreakEven, Population, break_even, check_frontier
from kamsim.experiments.frontier_check import lead_of


@pytest.fixture(scope="module")
def result(crowd: Population) -> BreakEven:
    """As preset the guide is clearly best: at 10,000 EUR an AE it would break even."""
    dear = crowd.scenario.override({"coverage.ae_cost_eur": 13_000.0})
    return break_even(replace(crowd, scenario=dear), ["ae_cost_eur", "potential", "response"])


def test_the_sign_changes_where_the_map_says(result: BreakEven) -> None:
    checked = check_frontier(result, 400)
    found = result.edges["value"].notna().sum()

    assert len(checked) == 2 * found > 0
    sure = checked[checked.groupby(["assumption", "side"])["is_sure"].transform("all")]
    assert len(sure) > 0
    assert sure["sign_changes"].all()
    assert (np.sign(sure["lead_eur"]) == np.sign(sure["foreseen_eur"])).all()
    assert (checked["lead_low_eur"] <= checked["lead_eur"]).all()


def test_before_and_beyond_lie_on_either_side_within_the_distance(result: BreakEven) -> None:
    checked = check_frontier(result, 2).set_index(["assumption", "side", "at"])["value"]
    distance = result.population.scenario.breakeven.check_distance

    for row in result.edges.dropna(subset="value").to_dict("records"):
        before, beyond = (checked[row["assumption"], row["side"], at] for at in ("before", "beyond"))
        assert min(before, beyond) < row["value"] < max(before, beyond)
        assert (beyond > row["value"]) == (row["side"] == "above")
        for value in (before, beyond):
            assert abs(value / row["value"] - 1) <= distance + 1e-9
            assert row["low"] <= value <= row["high"]


def test_a_false_frontier_is_found_out(result: BreakEven) -> None:
    """Where a frontier is put somewhere else, the sign does not change."""
    edges = result.edges.copy()
    cost = edges["assumption"] == "ae_cost_eur"
    edges = edges[cost & edges["value"].notna()].assign(value=lambda e: e["value"] * 2.5, high=1e6)
    moved = replace(result, edges=edges)

    assert len(edges) > 0
    assert not check_frontier(moved, 32)["sign_changes"].any()


def test_no_frontier_is_an_empty_table(result: BreakEven) -> None:
    none = replace(result, edges=result.edges.assign(value=np.nan))

    assert check_frontier(none).empty


def test_a_ratio_has_no_lead_over_itself(crowd: Population) -> None:
    lead = lead_of(crowd, 30.0, 30.0, crowd.preset, 8)

    assert (lead.mean, lead.low, lead.high) == (0.0, 0.0, 0.0)
