from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError, SchemaError
from kamsim.experiments import RebalancingResult, rebalance
from kamsim.experiments.rebalancing import best_frequency
from kamsim.schemas import FREQUENCIES, REALIGNMENTS, check

CUTOFF = pd.Timestamp("2026-01-01")
KEY = ["rep_change_cost", "every_months"]


def run(desk, changes: dict[str, object] | None = None, **more: object) -> RebalancingResult:
    scenario = desk.scenario.override({"experiment.replications": 12} | (changes or {}))
    return rebalance(desk.portfolio, desk.book, desk.scores, scenario, cutoff=CUTOFF, **more)


@pytest.fixture(scope="module")
def result(desk) -> RebalancingResult:
    return run(desk, every=(3, 12), method="rule_with_exit", rep_change_cost=(1.0, -1.0))


def by_key(result: RebalancingResult) -> pd.DataFrame:
    return result.frame().set_index(KEY)


def test_tables_keep_their_contracts(result: RebalancingResult) -> None:
    pd.testing.assert_frame_equal(check(result.frame(), FREQUENCIES), result.frame())
    pd.testing.assert_frame_equal(check(result.moves, REALIGNMENTS), result.moves)
    assert by_key(result)["realignments"].to_dict() == {
        (cost, every): count for cost in (1.0, -1.0) for every, count in ((0, 0), (3, 11), (12, 3))
    }


def test_never_moves_nobody_and_is_what_the_others_are_held_against(result: RebalancingResult) -> None:
    never = by_key(result).xs(0, level="every_months")
    assert never[["moves", "difference_eur", "difference_low_eur", "difference_high_eur"]].eq(0).all().all()
    rest = by_key(result).drop(index=0, level="every_months")
    for (cost, _), row in rest.iterrows():
        gain = row["contribution_eur"] - never.loc[cost, "contribution_eur"]
        assert row["difference_eur"] == pytest.approx(gain)
        assert row["difference_low_eur"] < gain < row["difference_high_eur"]


def test_realigning_evens_the_loads(result: RebalancingResult) -> None:
    spread = by_key(result)["load_cv"]
    assert spread[1.0, 3] < spread[1.0, 0]
    assert by_key(result)["moves"][1.0, 3] > by_key(result)["moves"][1.0, 12] > 0


def test_a_change_of_rep_that_does_good_makes_realigning_better(result: RebalancingResult) -> None:
    gain = by_key(result)["difference_eur"]
    assert gain[-1.0, 3] > gain[1.0, 3]


def test_moves_happen_when_books_are_realigned(result: RebalancingResult) -> None:
    yearly = result.moves.query("every_months == 12")
    assert set(yearly["month"]) <= set(pd.to_datetime(["2026-04-01", "2027-04-01", "2028-04-01"]))
    assert (yearly["from_rep_id"] != yearly["to_rep_id"]).all()
    assert (yearly["from_load"] > yearly["to_load"]).mean() > 0.5
    assert set(yearly["reason"]) == {"workload"}


@pytest.mark.parametrize("method", ["rule", "balanced"])
def test_the_disruption_cap_bounds_every_realignment(method: str, desk) -> None:
    free, capped = (
        run(desk, {"allocation.disruption_cap": cap, "experiment.months": 12}, every=(3,), method=method)
        for cap in (1.0, 0.025)
    )
    most = [each.moves.groupby(["every_months", "month"]).size().max() for each in (free, capped)]
    assert most[1] <= 2 < most[0]


def test_without_any_effect_of_moves_or_hours_all_frequencies_tie(desk) -> None:
    """Nothing to gain and nothing to lose: common luck makes the ties exact."""
    dead = {
        f"dynamics.{name}": 0.0
        for name in (
            "goodwill_gain", "roles_gain", "opening_response_slope", "meddic_gain", "churn_defence_effect",
            "churn_offer_effect", "newcomer_opening_effect", "offer_pace_effect", "handover_months",
        )
    }  # fmt: skip
    dead |= {"dynamics.milestone_response_floor": 0.0, "dynamics.handover_goodwill": 1.0}
    tied = run(desk, dead | {"experiment.months": 12}, every=(3,))
    assert by_key(tied)["moves"][1.0, 3] > 0
    assert by_key(tied)["difference_eur"][1.0, 3] == pytest.approx(0, abs=5.0)


def test_a_policy_is_solved_again_on_what_is_seen(desk) -> None:
    solved = run(
        desk, {"experiment.replications": 3, "experiment.months": 12}, every=(3,), method="potential_greedy"
    )
    assert solved.frame()["method"].unique().tolist() == ["potential_greedy"]
    assert set(solved.moves["reason"]) <= {"workload", "performance"}


def test_latent_states_are_drawn_where_no_truth_is_known(desk) -> None:
    drawn = run(desk.without_truth(), {"experiment.months": 12, "experiment.draws": 4}, every=(3,))
    assert by_key(drawn)["difference_low_eur"][1.0, 3] < by_key(drawn)["difference_eur"][1.0, 3]


def tried(
    contribution: list[float], low: list[float], high: list[float], behind: list[float]
) -> pd.DataFrame:
    never = contribution[0]
    return pd.DataFrame(
        {
            "every_months": [0, 3, 12][: len(contribution)],
            "contribution_eur": contribution,
            "difference_eur": np.array(contribution) - never,
            "difference_low_eur": low,
            "difference_high_eur": high,
            "behind_best_high_eur": behind,
        }
    )


@pytest.mark.parametrize(
    ("rows", "verdict", "best", "alike"),
    [
        (tried([9.0, 12.0, 11.0], [0, 1, 1], [0, 5, 4], [-1, 0, 1]), "realign", 3, (3, 12)),
        (tried([9.0, 12.0, 11.0], [0, -1, -1], [0, 7, 6], [1, 0, 1]), "no difference", 3, (0, 3, 12)),
        (tried([9.0, 7.0, 6.0], [0, -3, -4], [0, -1, -2], [0, -1, -2]), "never", 0, (0,)),
        (tried([9.0, 7.0, 8.9], [0, -3, -1], [0, -1, 1], [0, -1, 1]), "no difference", 0, (0, 12)),
    ],
)
def test_a_best_frequency_is_named_only_where_it_is_told_from_never(
    rows: pd.DataFrame, verdict: str, best: int, alike: tuple[int, ...]
) -> None:
    found = best_frequency(rows)
    assert (found["verdict"], found["best_months"], found["as_good_months"]) == (verdict, best, alike)


def test_the_summary_has_a_row_a_cost(result: RebalancingResult) -> None:
    assert sorted(result.summary()["rep_change_cost"]) == [-1.0, 1.0]


def test_progress_and_refusals(desk) -> None:
    told: list[tuple[int, int]] = []
    short = {"experiment.months": 12, "experiment.replications": 2}
    run(desk, short, every=(6,), progress=lambda *step: told.append(step))
    assert told == [(1, 2), (2, 2)]
    with pytest.raises(ConfigError, match="every must be 0 or a multiple of 3 months, got 5"):
        run(desk, every=(5,))
    with pytest.raises(ConfigError, match="unknown method 'rul'"):
        run(desk, method="rul")
    with pytest.raises(ConfigError, match="rep_change_cost must hold one multiple or more, got none"):
        run(desk, rep_change_cost=())
    team = desk.portfolio.team
    idle = replace(desk.portfolio, team=team.assign(capacity_hours=0.0))
    with pytest.raises(ConfigError, match=r"wants an AE with hours, got none of \d"):
        rebalance(idle, desk.book, desk.scores, desk.scenario, cutoff=CUTOFF)
    with pytest.raises(SchemaError, match="must hold the same accounts"):
        rebalance(desk.portfolio, desk.book.iloc[1:], desk.scores, desk.scenario, cutoff=CUTOFF)
