"""Policies with rules that act during the run, compared: one world for all, and a fair pair."""

import pandas as pd
import pytest

from kamsim.dynamics import play
from kamsim.experiments import ComparisonResult, game


@pytest.fixture(scope="module")
def result(desk) -> ComparisonResult:
    """Without rules: accounts alone."""
    return desk.compare(desk.plan("status_quo"), desk.plan("lazy", hours=0.5))


def row(result: ComparisonResult, policy: str) -> pd.Series:
    return result.frame().set_index("policy").loc[policy]


@pytest.fixture(scope="module")
def with_rules(desk) -> ComparisonResult:
    plans = [desk.plan(name) for name in ("status_quo", "exit_rule", "dynamic_books", "twin")]
    return desk.compare(*plans)


def test_rules_come_with_a_policy_s_name_and_act_during_the_run(with_rules: ComparisonResult) -> None:
    released = with_rules.released.set_index("policy")

    assert sorted(released.index) == ["dynamic_books", "exit_rule"]
    assert (released["accounts_released"] > 0).all()
    assert (released["hours_freed"] > 0).all()
    for policy in released.index:
        assert row(with_rules, policy)["difference_eur"] != 0


def test_a_plan_without_rules_ties_with_the_baseline_in_the_world_with_the_team(
    with_rules: ComparisonResult, result: ComparisonResult
) -> None:
    """The pair is fair: the same people and luck on both sides, so that equal plans tie to the last bit."""
    ends = [row(with_rules, "twin")[f"contribution_difference{end}_eur"] for end in ("", "_low", "_high")]
    assert ends == [0.0, 0.0, 0.0]
    assert row(with_rules, "status_quo")["revenue_eur"] < row(result, "status_quo")["revenue_eur"], (
        "people who leave and learn reach less of what is planned"
    )


def test_a_rule_that_keeps_all_hours_changes_nothing(desk) -> None:
    kept = desk.compare(
        desk.plan("status_quo"),
        desk.plan("exit_rule"),
        dynamics__rules__exit_share=1.0,
        experiment__months=12,
    )
    # Played quarter by quarter: the year's sums, in single precision, round elsewhere.
    assert row(kept, "exit_rule")["difference_eur"] == pytest.approx(0, abs=1.0)
    assert kept.released["hours_freed"].tolist() == [0.0]


def test_freed_hours_are_used(desk, with_rules: ComparisonResult, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the compiled rule alone they reach nobody, and the rule shows what wasting them costs."""
    monkeypatch.setattr(game, "play_with_reuse", play)
    wasted = desk.compare(desk.plan("status_quo"), desk.plan("exit_rule"))
    assert row(wasted, "exit_rule")["revenue_eur"] < row(with_rules, "exit_rule")["revenue_eur"]


def test_without_rules_nobody_is_released(result: ComparisonResult) -> None:
    assert result.released.empty


def test_chunks_change_no_bit_in_the_world_with_the_team(
    with_rules: ComparisonResult, desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(game, "_CELLS_A_CHUNK", 80 * 7)
    plans = [desk.plan(name) for name in ("status_quo", "exit_rule", "dynamic_books", "twin")]
    chunked = desk.compare(*plans)
    pd.testing.assert_frame_equal(chunked.periods, with_rules.periods, check_exact=True)
    pd.testing.assert_frame_equal(chunked.released, with_rules.released)


def test_drawn_states_play_rules_too(desk) -> None:
    drawn = desk.without_truth().compare(
        desk.plan("status_quo"), desk.plan("dynamic_books"), experiment__months=12
    )
    assert not drawn.truth_known
    assert drawn.released["accounts_released"].tolist()[0] > 0
