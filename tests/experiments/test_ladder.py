from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.allocation import Constraints
from kamsim.errors import SchemaError
from kamsim.experiments import RegretLadder, regret_ladder
from kamsim.experiments.ladder_plans import NAMES
from kamsim.experiments.ladder_table import gain_of
from kamsim.schemas import LADDER, check

CUTOFF = pd.Timestamp("2026-01-01")
COARSE = {
    "allocation.target_gap": 0.05, "allocation.candidates_per_account": 2, "experiment.replications": 12,
    "experiment.draws": 2, "experiment.months": 12, "value.replications": 16,
}  # fmt: skip
LIMITED = Constraints.parse('present_owners = "may_stay"\n[skills]\nindustry_for_tiers = [1, 2, 3]')


def play(desk, portfolio=None, constraints: Constraints | None = None, **changes: object) -> RegretLadder:
    scenario = desk.scenario.override(COARSE | {k.replace("__", "."): v for k, v in changes.items()})
    own = portfolio or desk.portfolio
    return regret_ladder(
        own, desk.book, own.team, desk.scores, scenario, cutoff=CUTOFF, constraints=constraints
    )


@pytest.fixture(scope="module")
def ladder(desk) -> RegretLadder:
    return play(desk, constraints=LIMITED)


@pytest.fixture(scope="module")
def free(desk) -> RegretLadder:
    return play(desk)


def test_the_table_keeps_its_contract(ladder: RegretLadder) -> None:
    frame = ladder.frame()
    pd.testing.assert_frame_equal(check(frame, LADDER), frame)
    assert frame["step"].tolist() == [1, 1, 1, *range(2, 11)]
    assert frame["name"].tolist()[3:] == list(NAMES.values())


def test_differences_add_up_to_the_regret(ladder: RegretLadder) -> None:
    """From the status quo of the habit to step 6, differences step by step are all of its regret."""
    rows = ladder.frame().set_index("name")
    between = rows.loc[[NAMES[step] for step in range(2, 7)], "difference_eur"].sum()
    assert between == pytest.approx(rows.loc[ladder.reference, "regret_eur"])
    assert rows.loc["optimum_true", ["regret_eur", "regret_low_eur", "regret_high_eur"]].tolist() == [0, 0, 0]
    first = rows["contribution_eur"]
    assert rows.loc["guide_ratios", "difference_eur"] == pytest.approx(
        first["guide_ratios"] - first[ladder.reference]
    )


def test_looser_problems_are_worth_no_less_and_bounds_lie_above(ladder: RegretLadder) -> None:
    rows = ladder.frame().set_index("name")
    looser = rows.loc[["optimum_true", "without_cap", "without_limits"], "true_eur"]
    assert (np.diff(looser) >= 0).all()
    optima = rows.loc[["optimum_true", "without_cap", "without_limits", "free_team"]]
    assert (optima["bound_eur"] >= optima["true_eur"]).all()
    assert rows.loc["optimum_believed", "bound_eur"] >= rows.loc["optimum_believed", "believed_eur"]
    # Each optimum is one among the plans that keep its constraints, by the curves it maximises.
    with_all = rows.loc[["guide_ratios", "balanced", "greedy", "optimum_believed", "optimum_true"]]
    assert with_all["believed_eur"].idxmax() == "optimum_believed"
    assert with_all["true_eur"].idxmax() == "optimum_true"


def test_knowing_more_is_worth_more_when_played(ladder: RegretLadder) -> None:
    rows = ladder.frame().set_index("name")["contribution_eur"]
    assert rows["optimum_true"] > rows["optimum_believed"] > rows[ladder.reference]
    assert (ladder.played["clairvoyant"] >= ladder.played.drop(columns="clairvoyant").max(axis=1)).all()


def test_the_cap_binds_until_it_is_taken_away(desk) -> None:
    gentle = {"dynamics__handover_churn_effect": 0.0, "dynamics__handover_goodwill": 1.0}
    capped = play(desk, allocation__disruption_cap=0.02, **gentle)
    rows = capped.frame().set_index("name")
    assert (rows.loc[[NAMES[s] for s in range(2, 7)], "accounts_moved"] <= 1).all()
    assert rows.loc["without_cap", "accounts_moved"] > 1
    assert rows.loc["without_cap", "true_eur"] > rows.loc["optimum_true", "true_eur"]
    assert capped.rules.assumed_cap is None
    assert "disruption_cap" not in capped.euros().dropna(subset="remark")["name"].tolist()


def test_what_is_not_in_force_is_said(desk, free: RegretLadder, ladder: RegretLadder) -> None:
    euros = free.euros().set_index("name")
    assert euros["remark"].dropna().to_dict() == {
        "disruption_cap": "assumed_cap", "travel_and_skills": "no_limits",
    }  # fmt: skip
    assert euros.loc["travel_and_skills", ["eur", "low_eur", "high_eur"]].tolist() == [0, 0, 0]
    assert free.rules.assumed_cap == int(0.1 * len(desk.book))
    assert ladder.euros()["remark"].dropna().tolist() == ["assumed_cap"]


def test_the_gain_of_size_and_allocation_is_that_of_the_steps(ladder: RegretLadder) -> None:
    found, played = ladder.gain(), ladder.played.mean()
    now, same_team, best = (played[n] for n in (ladder.reference, "without_limits", "free_team"))
    assert found["gain"] == pytest.approx((best - now) / now)
    assert found["from_allocation"] == pytest.approx((same_team - now) / (best - now))
    assert found["gain_low"] < found["gain"] < found["gain_high"]


def test_every_habit_is_shown(ladder: RegretLadder) -> None:
    habits = ladder.habits().set_index("habit")["eur"]
    rows = ladder.frame().set_index("name")["contribution_eur"]
    for habit, worth in habits.items():
        assert worth == pytest.approx(rows["guide_ratios"] - rows[f"status_quo_{habit}"])


def test_without_a_truth_it_plays_on_draws(desk) -> None:
    imported = play(desk, desk.without_truth().portfolio)
    assert not imported.truth_known
    assert imported.facts()["draws"] == 2
    rows = imported.frame().set_index("name")
    assert rows["count"].eq(2).all()
    assert rows.loc["optimum_true", "true_eur"] > rows.loc["optimum_believed", "true_eur"]


def test_the_policies_see_nothing_of_the_truth(desk, free: RegretLadder) -> None:
    """Steps 1 to 5 are the same plans when the truth is another, here that of shuffled responsiveness."""
    truth = desk.portfolio.truth
    turned = truth.assign(responsiveness=truth["responsiveness"].to_numpy()[::-1])
    other = play(desk, replace(desk.portfolio, truth=turned)).frame()
    blind, columns = other["step"] < 6, ["accounts_moved", "believed_eur"]
    pd.testing.assert_frame_equal(free.frame().loc[blind, columns], other.loc[blind, columns])
    assert (free.frame()["true_eur"] != other["true_eur"]).iloc[8]


def test_a_stranger_in_the_book_is_refused(desk) -> None:
    with pytest.raises(SchemaError, match="must hold the same accounts"):
        regret_ladder(
            desk.portfolio, desk.book.iloc[1:], desk.portfolio.team, desk.scores, desk.scenario, cutoff=CUTOFF
        )


def test_no_share_is_taken_of_a_status_quo_that_brings_nothing() -> None:
    played = pd.DataFrame({"now": [-2.0, -1.0], "free_team": [3.0, 4.0], "without_limits": [1.0, 1.0]})
    assert np.isnan(list(gain_of(played, "now", 0.95).values())).all()
    same = played.assign(now=1.0, free_team=1.0)
    assert np.isnan(list(gain_of(same, "now", 0.95).values())).all()
