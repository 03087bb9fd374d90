"""The answer to a setting: today's figures, and the way each knob must move them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kamsim.apps import CoverageResponse, WhatIf
from kamsim.apps.preparation import Ground, precompute
from kamsim.bundle import read_table
from kamsim.coverage import CoveragePlan, assign_tiers, build_book, plan_coverage, value_by_team_size
from kamsim.errors import ConfigError
from kamsim.runs import cutoff_of


@pytest.fixture(scope="module")
def plan(tiny_run: Path, ground: Ground) -> CoveragePlan:
    assignment = read_table(tiny_run, "allocation", "assignment")
    return plan_coverage(
        ground.book,
        ground.team,
        read_table(tiny_run, "scores", "scores"),
        ground.scenario,
        cutoff=cutoff_of(tiny_run),
        assignment=assignment[assignment["policy"] == "status_quo"],
    )


def test_today_is_what_the_coverage_plan_says(response: CoverageResponse, plan: CoveragePlan) -> None:
    today = response.answer(response.today)
    people = plan.staffing.set_index("role")

    assert response.today.aes == pytest.approx(people.loc["AE", "full_time"])
    assert today.aes_by_ratio == pytest.approx(people.loc["AE", "by_ratio"])
    assert today.aes_by_hours == pytest.approx(people.loc["AE", "by_hours"])
    assert (today.ses, today.csms) == pytest.approx(people.loc[["SE", "CSM"], "by_hours"].tolist())
    assert today.hours_there == pytest.approx(response.today.aes * plan.hours_per_ae)
    hours = plan.ratios.set_index("tier")
    for tier in today.tiers:
        assert (tier.accounts, tier.hours_asked) == pytest.approx(
            (hours.loc[tier.tier, "accounts"], hours.loc[tier.tier, "client_hours"] if tier.accounts else 0)
        )


def test_today_is_worth_what_the_plan_says_of_a_team_as_large(
    response: CoverageResponse, ground: Ground, plan: CoveragePlan
) -> None:
    today = response.answer(response.today)
    valued = value_by_team_size(
        ground.book,
        ground.scenario.coverage,
        ground.scenario.experiment.months,
        counts=[response.today.aes],
        hours_per_ae=plan.hours_per_ae,
        pools=response.pools,
    ).iloc[0]

    assert today.gross.value == pytest.approx(valued["spread_eur"])
    assert today.cost_eur == pytest.approx(valued["cost_eur"])
    assert today.best_net_eur == pytest.approx(valued["best_eur"] - valued["cost_eur"])


def test_a_setting_is_what_a_book_built_anew_says(
    response: CoverageResponse, tiny_run: Path, ground: Ground
) -> None:
    setting = replace(response.today, accounts_per_ae=(3.0, 20.0, 60.0), tier_1_above_eur=3e5, aes=9.0)
    scenario = setting.applied_to(ground.scenario)
    accounts, deals = (read_table(tiny_run, "portfolio", name) for name in ("accounts", "opportunities"))
    scores, values = read_table(tiny_run, "scores", "scores"), read_table(tiny_run, "values", "values")
    tiers = assign_tiers(scores, scenario.segmentation)
    book = build_book(accounts, deals, scores, tiers, values, scenario.coverage)
    plan = plan_coverage(book, ground.team, scores, scenario, cutoff=cutoff_of(tiny_run))
    answer = response.answer(setting)
    needed = plan.staffing.set_index("role")

    assert [tier.accounts for tier in answer.tiers] == plan.ratios["accounts"].tolist()
    assert answer.aes_by_ratio == pytest.approx(needed.loc["AE", "by_ratio"])
    assert answer.aes_by_hours == pytest.approx(needed.loc["AE", "by_hours"])
    assert answer.hours_there == pytest.approx(9.0 * plan.hours_per_ae)
    table = response.team_value(setting, np.array([9.0]))
    assert table["spread_eur"].iloc[0] == pytest.approx(answer.gross.value)


def test_more_aes_never_bring_less_before_their_cost(response: CoverageResponse) -> None:
    for cutoff in (2e5, 5e5, 1.5e6):
        settings = [replace(response.today, tier_1_above_eur=cutoff, aes=float(n)) for n in range(40)]
        gross = [response.answer(setting).gross.value for setting in settings]

        assert (np.diff(gross) >= 0).all()
        assert gross[-1] > gross[0]


def test_a_higher_cutoff_never_puts_more_accounts_in_tier_1(response: CoverageResponse) -> None:
    cutoffs = np.quantile(response.potential, np.linspace(0.4, 1, 12))
    answers = [
        response.answer(replace(response.today, tier_1_above_eur=float(c), tier_2_from_eur=1.0))
        for c in cutoffs
    ]
    first = [answer.tiers[0].accounts for answer in answers]

    assert (np.diff(first) <= 0).all()
    assert first[0] > first[-1] == 0


def test_more_accounts_per_ae_ask_for_fewer_aes(response: CoverageResponse) -> None:
    now = response.answer(response.today)
    first, *rest = response.today.accounts_per_ae
    fewer = response.answer(replace(response.today, accounts_per_ae=(2 * first, *rest)))

    assert fewer.aes_by_ratio < now.aes_by_ratio
    assert fewer.aes_by_hours < now.aes_by_hours
    assert fewer.load < now.load
    assert fewer.tiers[0].hours_asked == pytest.approx(now.tiers[0].hours_asked / 2)


def test_hours_given_add_up_to_those_there(response: CoverageResponse) -> None:
    answer = response.answer(replace(response.today, aes=3.0))
    given = sum(tier.accounts * tier.hours_given for tier in answer.tiers)
    asked = sum(tier.accounts * tier.hours_asked for tier in answer.tiers)

    assert (given, asked) == pytest.approx((answer.hours_there, answer.hours_asked))
    assert answer.load == pytest.approx(asked / given)


def test_a_team_too_small_for_the_least_hours_abandons_accounts(response: CoverageResponse) -> None:
    assert response.answer(replace(response.today, aes=0.001)).abandoned == len(response.potential)
    assert response.answer(replace(response.today, aes=100.0)).abandoned == 0


def test_without_aes_there_is_what_comes_by_itself(response: CoverageResponse) -> None:
    answer = response.answer(replace(response.today, aes=0.0))

    assert answer.cost_eur == 0
    assert answer.gross.value == pytest.approx(response.curves.respond(response.pools).sum())
    assert answer.load == np.inf


def test_a_setting_differs_from_itself_by_nothing(response: CoverageResponse) -> None:
    today = response.answer(response.today)
    same = response.difference(today, today)

    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_a_difference_is_narrower_than_its_sides_suggest(response: CoverageResponse) -> None:
    today = response.answer(response.today)
    more = response.answer(replace(response.today, aes=response.today.aes + 2))
    apart = response.difference(more, today)

    assert apart.value == pytest.approx(more.net.value - today.net.value)
    assert apart.low < apart.value < apart.high
    assert apart.high - apart.low < today.gross.high - today.gross.low


def test_the_interval_is_that_of_independent_gains(response: CoverageResponse) -> None:
    """Draw the gains anew, many times: the share of draws inside is the confidence."""
    today = response.answer(response.today)
    rng = np.random.default_rng(5)
    drawn = rng.normal(response.curves.gain, response.gain_sd, (20_000, len(response.gain_sd)))
    values = response.curves.base.sum() + drawn @ today.reached
    inside = ((values > today.gross.low) & (values < today.gross.high)).mean()

    assert inside == pytest.approx(response.scenario.experiment.confidence, abs=0.01)


def test_moves_are_those_of_the_largest_point_within_the_limit(response: CoverageResponse) -> None:
    points = response.frontier
    answers = [
        response.answer(replace(response.today, most_moves=int(cap))).moves for cap in points["moves_allowed"]
    ]

    assert [m.gain_moves_eur for m in answers if m] == points["gain_moves_eur"].tolist()
    assert [m.bound_moves_eur for m in answers if m] == pytest.approx(
        (points["gain_bound_eur"] - points["gain_hours_eur"]).tolist()
    )
    beyond = response.answer(replace(response.today, most_moves=10_000)).moves
    assert beyond is not None
    assert beyond.accounts_moved == points["accounts_moved"].iloc[-1]


def test_a_limit_below_the_fewest_moves_has_no_plan(response: CoverageResponse) -> None:
    later = response.frontier.assign(moves_allowed=response.frontier["moves_allowed"] + 5)
    answer = replace(response, frontier=later).answer(replace(response.today, most_moves=4))

    assert answer.moves is None


def test_a_book_without_accounts_is_refused(ground: Ground) -> None:
    with pytest.raises(ConfigError, match="without accounts"):
        precompute(replace(ground, book=ground.book.iloc[:0]), moves=False)


def test_accounts_whose_owner_left_have_no_road(response: CoverageResponse, ground: Ground) -> None:
    orphaned = ground.book.assign(owner_id=pd.Series([None] * len(ground.book), dtype="str"))
    without = precompute(replace(ground, book=orphaned), moves=False)

    assert (without.road == 0).all()
    assert (response.road > 0).any()


def test_setting_is_plain_data(response: CoverageResponse) -> None:
    assert isinstance(response.today, WhatIf)
    assert hash(response.today) == hash(replace(response.today))
