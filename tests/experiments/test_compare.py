import dataclasses
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kamsim import kpis
from kamsim.errors import ConfigError, KamsimError, SchemaError
from kamsim.experiments import ComparisonResult, compare_policies, game, mean_interval
from kamsim.schemas import COMPARISON, PERIODS, check

CUTOFF = pd.Timestamp("2026-01-01")
POLICIES = ["status_quo", "lazy", "turned"]
PERIODS_KEY = list(PERIODS.key)


@pytest.fixture(scope="module")
def result(desk) -> ComparisonResult:
    """The baseline, the same with half the hours, and the same with every account handed over."""
    plans = desk.plan("status_quo"), desk.plan("lazy", hours=0.5), desk.plan("turned", turn=1)
    return desk.compare(*plans)


def whole(result: ComparisonResult, policy: str) -> pd.DataFrame:
    rows = result.periods.query("policy == @policy and tier == 0 and year == 0")
    return rows.reset_index(drop=True)


def row(result: ComparisonResult, policy: str) -> pd.Series:
    return result.frame().set_index("policy").loc[policy]


def test_results_keep_their_contracts(result: ComparisonResult) -> None:
    pd.testing.assert_frame_equal(check(result.periods, PERIODS), result.periods)
    pd.testing.assert_frame_equal(check(result.comparison, COMPARISON), result.frame())
    assert result.truth_known
    assert result.periods["policy"].value_counts().to_dict() == dict.fromkeys(POLICIES, 30 * 4 * 4)
    assert set(result.periods["year"]) == {0, 1, 2, 3}


def test_identical_plans_tie_exactly(desk) -> None:
    """Common random numbers: the same plan under two names meets the same luck, to the last bit."""
    tie = desk.compare(desk.plan("status_quo"), desk.plan("twin"))

    pair = [tie.periods[tie.periods["policy"] == p].drop(columns="policy") for p in ("status_quo", "twin")]
    pd.testing.assert_frame_equal(*(p.reset_index(drop=True) for p in pair), check_exact=True)
    for measure in ("difference", "contribution_difference"):
        ends = [row(tie, "twin")[f"{measure}{end}_eur"] for end in ("", "_low", "_high")]
        assert ends == [0.0, 0.0, 0.0]


def test_figures_are_means_of_the_periods(result: ComparisonResult) -> None:
    for policy in POLICIES:
        for name in ("revenue_eur", "contribution_eur", "nrr", "grr", "logo_retention"):
            assert row(result, policy)[name] == pytest.approx(whole(result, policy)[name].mean(), rel=1e-12)
        assert row(result, policy)["replications"] == 30


def test_the_interval_is_that_of_the_pairs(result: ComparisonResult) -> None:
    difference = whole(result, "lazy")["revenue_eur"] - whole(result, "status_quo")["revenue_eur"]
    expected = mean_interval(difference.to_numpy(), 0.95)
    student = stats.t.interval(0.95, 29, difference.mean(), difference.std() / np.sqrt(30))

    ends = row(result, "lazy")[["difference_low_eur", "difference_high_eur"]].tolist()
    assert row(result, "lazy")["difference_eur"] == pytest.approx(difference.mean())
    assert ends == pytest.approx([expected.low, expected.high])
    assert ends[1] - ends[0] == pytest.approx(student[1] - student[0], rel=0.15), "no other data"


def test_contribution_is_margin_on_revenue_less_the_team(result: ComparisonResult, desk) -> None:
    cost = 36 * desk.portfolio.team["cost_eur_per_month"].sum()
    for policy in ("status_quo", "lazy"):
        some = whole(result, policy)
        expected = desk.scenario.coverage.margin * some["revenue_eur"] - cost
        np.testing.assert_allclose(some["contribution_eur"], expected)
    assert row(result, "lazy")["contribution_difference_eur"] == pytest.approx(
        desk.scenario.coverage.margin * row(result, "lazy")["difference_eur"]
    ), "the team costs the same under every policy"


def test_tiers_and_years_add_up_to_the_whole(result: ComparisonResult) -> None:
    parts = result.periods.query("tier > 0 and year > 0")
    keys = ["policy", "replication"]

    total = parts.groupby(keys)["revenue_eur"].sum()
    stated = result.periods.query("tier == 0 and year == 0").set_index(keys)["revenue_eur"]

    np.testing.assert_allclose(total.sort_index(), stated.sort_index())


def test_nrr_of_the_first_year_rests_on_the_history(result: ComparisonResult, desk) -> None:
    last_year = (
        desk.portfolio.history.query("month >= '2025-01-01'").groupby("account_id")["revenue_eur"].sum()
    )
    first = result.periods.query("policy == 'status_quo' and tier == 0 and year == 1")

    gained_at_most = first["revenue_eur"] / last_year.sum()
    assert (first["nrr"] <= gained_at_most + 1e-12).all()
    assert (first["nrr"] > 0.8 * gained_at_most).all()


def test_nrr_of_a_short_history_rests_on_the_current_revenue(desk) -> None:
    """Ten months of history are no year: their sum would make retention look a fifth too high."""
    portfolio = desk.portfolio
    short = portfolio.history[portfolio.history["month"] >= "2025-03-01"]
    young = replace(desk, portfolio=replace(portfolio, history=short))

    made = young.compare(young.plan("status_quo"), young.plan("lazy", hours=0.5))

    first = made.periods.query("tier == 0 and year == 1")
    start = 12 * portfolio.accounts["revenue_eur_per_month"].sum()
    assert (first["nrr"] * start <= first["revenue_eur"]).all()
    # The rest is new customers': far from half of the first year.
    assert (first["nrr"] * start > 0.6 * first["revenue_eur"]).all()


def test_workload_spread_and_moves_by_hand(result: ComparisonResult, desk) -> None:
    team = desk.portfolio.team.query("role == 'AE'").set_index("rep_id")
    for policy, turn in (("status_quo", 0), ("turned", 1)):
        plan = desk.plan(policy, turn=turn)
        load = desk.book["workload_hours"].groupby(plan["rep_id"]).sum().reindex(team.index, fill_value=0)
        use = load / team["capacity_hours"]
        assert row(result, policy)["workload_cv"] == pytest.approx(kpis.coefficient_of_variation(use))
    assert row(result, "turned")["accounts_moved"] == len(desk.book)
    assert row(result, "status_quo")["accounts_moved"] == 0


def test_a_change_of_owner_costs_and_nothing_else_about_the_owner_does(
    result: ComparisonResult, desk
) -> None:
    unfelt = desk.plan("unfelt", turn=1).assign(moved=False)

    made = desk.compare(desk.plan("status_quo"), unfelt)

    assert row(made, "unfelt")["difference_eur"] == 0
    assert row(result, "turned")["difference_high_eur"] < 0


def test_the_baseline_differs_from_itself_by_nothing(result: ComparisonResult) -> None:
    baseline = row(result, "status_quo")

    assert result.frame().set_index("policy")["is_baseline"].to_dict() == {
        "lazy": False,
        "status_quo": True,
        "turned": False,
    }
    assert baseline.filter(like="difference").tolist() == [0.0] * 6


def test_the_summary_names_the_best(result: ComparisonResult) -> None:
    best = result.frame().set_index("policy")["contribution_difference_eur"].idxmax()

    assert result.summary().startswith(f"{best}: +")
    assert result.summary().endswith("against the baseline")


@pytest.mark.parametrize("cells", [80 * 2, 80 * 7])
def test_chunks_change_no_bit(
    cells: int, result: ComparisonResult, desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(game, "_CELLS_A_CHUNK", cells)

    chunked = desk.compare(desk.plan("status_quo"), desk.plan("lazy", hours=0.5))

    expected = result.periods.query("policy != 'turned'").reset_index(drop=True)
    pd.testing.assert_frame_equal(
        chunked.periods.sort_values(PERIODS_KEY, ignore_index=True), expected, check_exact=True
    )


def test_a_replication_is_the_same_however_many_there_are(result: ComparisonResult, desk) -> None:
    few = desk.compare(desk.plan("status_quo"), desk.plan("lazy", hours=0.5), experiment__replications=4)

    expected = result.periods.query("policy != 'turned' and replication < 4").reset_index(drop=True)
    pd.testing.assert_frame_equal(few.periods, expected, check_exact=True)


def test_a_further_policy_changes_no_other(result: ComparisonResult, desk) -> None:
    pair = desk.compare(desk.plan("status_quo"), desk.plan("turned", turn=1))

    expected = result.periods.query("policy != 'lazy'").reset_index(drop=True)
    pd.testing.assert_frame_equal(pair.periods, expected, check_exact=True)


def test_the_order_of_rows_does_not_matter_and_inputs_stay(result: ComparisonResult, desk) -> None:
    portfolio = dataclasses.replace(
        desk.portfolio, **{name: frame.iloc[::-1] for name, frame in desk.portfolio.tables().items()}
    )
    plans = pd.concat(
        [desk.plan("turned", turn=1), desk.plan("lazy", hours=0.5), desk.plan("status_quo")]
    ).iloc[::-1]
    inputs = [desk.book.iloc[::-1], desk.scores.iloc[::-1], plans]
    before = [frame.copy(deep=True) for frame in [*inputs, *portfolio.tables().values()]]

    turned = compare_policies(portfolio, *inputs, desk.scenario, cutoff=CUTOFF)

    pd.testing.assert_frame_equal(turned.periods, result.periods)
    pd.testing.assert_frame_equal(turned.comparison, result.comparison)
    for frame, copy in zip([*inputs, *portfolio.tables().values()], before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_gaps_stand_beside_their_policies(desk) -> None:
    plans = pd.concat([desk.plan("status_quo"), desk.plan("exact")])
    short = desk.scenario.override({"experiment.months": 12, "experiment.replications": 2})

    made = compare_policies(
        desk.portfolio, desk.book, desk.scores, plans, short, cutoff=CUTOFF, gaps={"exact": 0.02}
    )

    assert row(made, "exact")["gap"] == 0.02
    assert np.isnan(row(made, "status_quo")["gap"])
    assert set(made.periods["year"]) == {0, 1}


def test_progress_is_told_policy_by_policy(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(game, "_CELLS_A_CHUNK", 80 * 20)
    told: list[tuple[str, int, int]] = []
    plans = pd.concat([desk.plan("a"), desk.plan("status_quo")])

    compare_policies(
        desk.portfolio,
        desk.book,
        desk.scores,
        plans,
        desk.scenario,
        cutoff=CUTOFF,
        progress=lambda *step: told.append(step),
    )

    first_round = [("status_quo", 20, 30), ("status_quo", 30, 30), ("a", 20, 30), ("a", 30, 30)]
    assert told[:4] == first_round
    assert told[4:] == first_round[:2], "the leader, here the baseline, is played again on fresh luck"


@pytest.fixture(scope="module")
def imported(desk) -> ComparisonResult:
    plans = desk.plan("status_quo"), desk.plan("lazy", hours=0.5)
    return desk.without_truth().compare(*plans)


def test_latent_states_are_drawn_where_no_truth_is_known(imported: ComparisonResult) -> None:
    some = whole(imported, "lazy")

    assert not imported.truth_known
    assert sorted(some["draw"].unique()) == list(range(10))
    assert (some.groupby("draw").size() == 3).all()
    assert sorted(some["replication"]) == list(range(30))


def test_intervals_are_by_draw(imported: ComparisonResult) -> None:
    lazy, quo = whole(imported, "lazy"), whole(imported, "status_quo")
    means = (lazy["revenue_eur"] - quo["revenue_eur"]).groupby(lazy["draw"]).mean()
    expected = mean_interval(means.to_numpy(), 0.95)

    assert row(imported, "lazy")[["difference_low_eur", "difference_high_eur"]].tolist() == pytest.approx(
        [expected.low, expected.high]
    )


def test_draws_differ_more_than_replications(imported: ComparisonResult) -> None:
    revenue = whole(imported, "status_quo").set_index("draw")["revenue_eur"]

    between = revenue.groupby("draw").mean().var() * 3
    within = revenue.groupby("draw").var().mean()
    assert between > within, "mean squares of a one-way layout: equal if draws did not differ"


def test_chunks_and_draws_asked_for_change_no_bit(
    imported: ComparisonResult, desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(game, "_CELLS_A_CHUNK", 80 * 4)
    plans = desk.plan("status_quo"), desk.plan("lazy", hours=0.5)

    few = desk.without_truth().compare(*plans, experiment__draws=4, experiment__replications=12)

    expected = imported.periods.query("draw < 4").reset_index(drop=True)
    pd.testing.assert_frame_equal(few.periods, expected, check_exact=True)


def test_every_draw_is_played_once_at_least(desk) -> None:
    plans = desk.plan("status_quo"), desk.plan("lazy", hours=0.5)

    few = desk.without_truth().compare(*plans, experiment__replications=2, experiment__months=12)

    assert len(whole(few, "lazy")) == 10


def stranger(plan: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([plan, plan.iloc[:1].assign(account_id="Z9")])


def to_nobody(plan: pd.DataFrame) -> pd.DataFrame:
    return plan.assign(rep_id=plan["rep_id"].where(plan.index > 0, "AE-999"))


BAD_PLANS: list[tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = [
    (lambda plan: plan.iloc[2:], "policy 'own' drops account 'A0000001' (2 in all)"),
    (stranger, "policy 'own' covers a stranger, account 'Z9' (1 in all)"),
    (to_nobody, "policy 'own' gives accounts to 'AE-999', who is no AE of the team"),
    (
        lambda plan: plan.assign(rep_id="CSM-001"),
        "policy 'own' gives accounts to 'CSM-001', who is no AE of the team",
    ),
    (
        lambda plan: plan.assign(ae_hours=-1.0),
        "table assignment: ae_hours must be >= 0, got -1.0 (policy 'own', account_id 'A0000001') and 79 more",
    ),
]


@pytest.mark.parametrize(("spoil", "sentence"), BAD_PLANS, ids=[s for _, s in BAD_PLANS])
def test_a_bad_plan_is_refused(spoil: Callable[[pd.DataFrame], pd.DataFrame], sentence: str, desk) -> None:
    with pytest.raises(SchemaError) as caught:
        desk.compare(desk.plan("status_quo"), spoil(desk.plan("own")))

    assert str(caught.value) == sentence


def test_one_policy_alone_has_its_figures_and_no_verdict(desk) -> None:
    alone = desk.compare(desk.plan("status_quo"))

    assert (alone.selection, alone.winner, alone.precision) == (None, None, None)
    assert "alone" in alone.remarks
    whole = alone.key_figures.query("tier == 0 and year == 0").set_index("figure").loc["contribution_eur"]
    assert whole["low"] < whole["value"] < whole["high"]
    beside = desk.compare(desk.plan("status_quo"), desk.plan("lazy"))
    own = beside.periods[beside.periods["policy"] == "status_quo"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.periods, own)
    assert alone.summary().startswith("status_quo alone:")


def test_the_baseline_must_be_among_the_policies(desk) -> None:
    with pytest.raises(ConfigError) as caught:
        desk.compare(desk.plan("status_qou"), desk.plan("lazy"))

    assert str(caught.value) == "experiment.baseline: unknown policy 'status_quo': did you mean 'status_qou'?"


def test_the_book_must_be_the_portfolio_s(desk) -> None:
    fewer = dataclasses.replace(desk, book=desk.book.iloc[1:].reset_index(drop=True))

    for some in (fewer, fewer.without_truth()):
        with pytest.raises(KamsimError, match="the book and the portfolio must hold the same accounts"):
            some.compare(some.plan("status_quo"), some.plan("lazy"))
