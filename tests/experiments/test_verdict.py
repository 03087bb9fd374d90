from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.experiments import ComparisonResult
from kamsim.experiments.key_figures import contributions
from kamsim.experiments.verdict import Playing
from kamsim.schemas import SELECTION, check


@pytest.fixture(scope="module")
def result(desk) -> ComparisonResult:
    plans = desk.plan("status_quo"), desk.plan("lazy", hours=0.3), desk.plan("turned", turn=1)
    return desk.compare(*plans, experiment__indifference_eur=20_000.0)


def test_the_verdict_names_the_policy_that_brings_most(result: ComparisonResult) -> None:
    means = result.frame().set_index("policy")["contribution_eur"]

    assert result.selection.verdict == "best"
    assert result.selection.policy == means.idxmax()
    pd.testing.assert_frame_equal(check(result.selection.frame(), SELECTION)[["policy"]],
                                  pd.DataFrame({"policy": sorted(means.index)}).astype("str"))  # fmt: skip


def test_the_winner_is_played_again_on_other_luck(result: ComparisonResult) -> None:
    again = result.winner
    first = result.periods.query("policy == @again.policy and tier == 0 and year == 0")["contribution_eur"]

    assert again is not None
    assert (again.policy, again.baseline, again.replications) == (result.selection.policy, "status_quo", 30)
    assert again.contribution.mean != first.mean()
    assert again.contribution.mean == pytest.approx(first.mean(), abs=6 * first.std() / np.sqrt(15))


def test_fresh_luck_is_the_same_whoever_else_was_compared(result: ComparisonResult, desk) -> None:
    pair = desk.compare(
        desk.plan("status_quo"), desk.plan("lazy", hours=0.3), experiment__indifference_eur=20_000.0
    )

    assert pair.winner == result.winner


def test_few_replications_name_no_winner_and_keep_the_figures(desk) -> None:
    made = desk.compare(desk.plan("status_quo"), desk.plan("lazy", hours=0.3), experiment__replications=9)

    assert (made.selection.verdict, made.selection.reason) == ("undecided", "few replications")
    assert made.winner is None
    assert len(made.key_figures) == 2 * 4 * 4 * 10
    assert made.facts()["winner"] is None


def test_a_precision_is_played_for(desk) -> None:
    plans = desk.plan("status_quo"), desk.plan("turned", turn=1)
    loose = desk.compare(*plans, experiment__precision_eur=1e9)
    half = loose.precision.half_width_eur

    strict = desk.compare(*plans, experiment__precision_eur=half / 1.5)

    first = loose.precision.replications
    assert 30 <= first < 60, "at the first looks: only skewness may ask for more"
    assert strict.precision.is_reached
    assert strict.periods["replication"].nunique() == strict.precision.replications > first
    width = strict.frame().set_index("policy").loc["turned"].filter(like="contribution_difference")
    assert width.max() - width.min() < 2 * half / 1.5 + 1e-6
    same = strict.periods.query("replication < @first").reset_index(drop=True)
    pd.testing.assert_frame_equal(same, loose.periods, check_exact=True)


def test_a_precision_out_of_reach_is_told_with_what_it_would_take(desk) -> None:
    made = desk.compare(
        desk.plan("status_quo"), desk.plan("turned", turn=1),
        experiment__precision_eur=100.0, experiment__max_replications=40,
    )  # fmt: skip

    assert not made.precision.is_reached
    assert made.precision.replications == made.precision.budget == 40
    assert made.precision.wanted > 10_000
    assert made.facts()["precision"]["is_reached"] is False


def test_draws_count_as_replications_where_the_truth_is_unknown(desk) -> None:
    made = desk.without_truth().compare(
        desk.plan("status_quo"), desk.plan("lazy", hours=0.3),
        experiment__precision_eur=100.0, experiment__max_replications=60,
    )  # fmt: skip

    assert made.precision.budget == 20, "3 replications a draw"
    assert made.periods["draw"].nunique() == 20
    assert made.periods["replication"].nunique() == 60


def test_a_portfolio_without_a_year_of_history_is_told(desk, result: ComparisonResult) -> None:
    portfolio = desk.portfolio
    young = replace(desk, portfolio=replace(portfolio, history=portfolio.history.iloc[:0]))

    made = young.compare(young.plan("status_quo"), young.plan("lazy", hours=0.3))

    assert made.remarks == ("short_history",)
    assert result.remarks == ()
    whole = [r.periods.query("policy == 'lazy'")["revenue_eur"].to_numpy() for r in (made, result)]
    np.testing.assert_array_equal(*whole)


def test_what_was_played_is_not_played_again() -> None:
    asked = []

    def play(policies, first, last):
        asked.append((tuple(policies), first, last))
        rows = [(p, 0, r, 0, 0, 10.0 * r + len(p)) for p in policies for r in range(first, last)]
        columns = ["policy", "draw", "replication", "tier", "year", "contribution_eur"]
        return pd.DataFrame(rows, columns=columns)

    playing = Playing(play, ["a", "bb"])
    playing.contributions(3)

    assert playing.contributions(2).tolist() == [[1, 2], [11, 12]]
    assert playing.more(["bb"], 1, 3).tolist() == [[12], [22]]
    assert playing.more(["bb"], 2, 5).tolist() == [[22], [32], [42]]
    assert asked == [(("a", "bb"), 0, 3), (("bb",), 3, 5)]
    assert contributions(pd.concat(playing.parts), ["bb", "a"]).tolist() == [[2, 1], [12, 11], [22, 21]]
