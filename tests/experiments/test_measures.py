"""Every measure on a portfolio made by hand, with the answer worked out beside it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.experiments import measures
from kamsim.experiments.evidence import Evidence, gather, pool
from kamsim.experiments.outlook import Outlook
from kamsim.schemas import SEGMENTS
from kamsim.streams import stream

from .by_hand import CUTOFF, hand_made

YEAR = 12


def evidence_of(scenario: Scenario, *args: Any, **kwargs: Any) -> Evidence:
    return gather(hand_made(*args, **kwargs), scenario, CUTOFF)


def path(*years: float) -> list[float]:
    """A revenue of so much in each month of each year."""
    return [x for year in years for x in [year] * YEAR]


def test_logo_retention_counts_who_never_left_in_a_year(scenario: Scenario) -> None:
    won_back = [10.0] * 5 + [0.0] + [10.0] * 18
    found = evidence_of(scenario, [path(10, 10), path(10, 0), won_back, path(0, 10)], ["smb"] * 4)

    # Year 1: three customers, one of them left for a month. Year 2: three, one left at once.
    assert measures.logo_retention("smb")(found) == pytest.approx(4 / 6)
    assert np.isnan(measures.logo_retention("strategic")(found))


def test_who_left_in_the_first_month_was_a_customer(scenario: Scenario) -> None:
    gone = [0.0] * 24
    assert measures.logo_retention("smb")(evidence_of(scenario, [path(1, 1), gone], ["smb"] * 2)) == 1.0
    found = evidence_of(scenario, [path(1, 1), gone], ["smb"] * 2, left_at_once=[1])
    assert measures.logo_retention("smb")(found) == pytest.approx(2 / 3)


def test_net_and_gross_retention_are_kept_apart(scenario: Scenario) -> None:
    found = evidence_of(scenario, [path(100, 150), path(100, 0), path(0, 70)], ["smb"] * 3)

    assert measures.revenue_retention("smb", gross=False)(found) == pytest.approx(0.75)
    assert measures.revenue_retention("smb", gross=True)(found) == pytest.approx(0.5)


def test_survivors_that_one_rate_misses(scenario: Scenario) -> None:
    """Half leave in year 1 and nobody later: a year's rate is 3/4, which foresees 27/64; there are 1/2."""
    found = evidence_of(scenario, [path(1, 1, 1), [1.0, *[0.0] * 35]], ["smb"] * 2)

    assert measures.survival_missed("smb", 3)(found) == pytest.approx(1 - (27 / 64) / (1 / 2))
    assert np.isnan(measures.survival_missed("smb", 5)(found)), "the history ends and nothing is known beyond"


def test_survival_goes_on_in_the_dynamics(scenario: Scenario) -> None:
    found = evidence_of(scenario, [path(1, 1), [1.0, *[0.0] * 23]], ["smb"] * 2)
    stays = np.array([[0.8, 0.6], [0.9, 0.9]])
    found = dataclasses.replace(found, outlook=_outlook(2, stays=stays))

    # The second account left in year 1; what the dynamics say of it does not count. Survivors: 0.6 of 2.
    # A year was survived 2 times out of 3.
    assert measures.survival_missed("smb", 4)(found) == pytest.approx(1 - (2 / 3) ** 4 / 0.3)


def _deal(account: int, opened: str, closed: str, status: str = "won", **more: Any) -> dict[str, Any]:
    dates = {"opened_on": pd.Timestamp(opened), "closed_on": pd.Timestamp(closed)}
    return {"account_id": f"A{account}", "status": status, **dates, **more}


def test_cycles_run_from_opening_to_signature(scenario: Scenario) -> None:
    deals = [_deal(0, "2025-01-01", f"2025-{month:02d}-01") for month in range(2, 13)]
    deals += [
        _deal(0, "2024-01-01", "2025-12-01", "lost"),
        _deal(0, "2024-01-01", "2025-12-01", kind="renewal"),
        _deal(1, "2024-01-01", "2025-12-01"),
    ]
    found = evidence_of(scenario, [path(1), path(1)], ["smb", "strategic"], deals=deals)

    assert measures.cycle("smb", 10)(found) == 2.0
    assert measures.cycle("smb", 90)(found) == 10.0
    assert measures.cycle("strategic", 50)(found) == 23.0
    assert measures.won_share("smb")(found) == pytest.approx(11 / 12)


def test_a_cycle_counts_days(scenario: Scenario) -> None:
    found = evidence_of(scenario, [path(1)], ["smb"], deals=[_deal(0, "2025-01-01", "2025-02-16")])
    assert measures.cycle("smb", 50)(found) == pytest.approx(1 + 15 / 30.44, abs=1e-3)


def test_slow_months_against_the_others(scenario: Scenario) -> None:
    """Two signatures in each month, one in August and December."""
    months = [m for m in range(1, 13) for _ in range(1 if m in (8, 12) else 2)]
    deals = [_deal(0, "2024-01-01", f"2025-{m:02d}-15") for m in months]
    deals += [_deal(0, "2024-01-01", "2024-08-15"), _deal(0, "2024-01-01", "2025-08-15", "lost")]
    found = evidence_of(scenario, [path(1)], ["smb"], deals=deals)

    assert measures.slow_months_pace((8, 12))(found) == pytest.approx(0.5)


def test_concentration_is_that_of_the_last_years_customers(scenario: Scenario) -> None:
    revenue = [path(9, 60), path(9, 10), path(9, 10), path(9, 10), path(9, 10), path(99, 0)]
    found = evidence_of(scenario, revenue, ["smb", "strategic", "smb", "smb", "smb", "strategic"])

    assert measures.top_20_share(found) == pytest.approx(0.6)
    assert measures.key_account_share(found) == pytest.approx(0.1)


def test_territories_out_of_balance(scenario: Scenario) -> None:
    """Ten small accounts a book are even; a third book holds none, and so all three are out."""
    segments, owners = ["smb"] * 20, ["AE-1"] * 10 + ["AE-2"] * 10
    even = evidence_of(scenario, [path(1)] * 20, segments, owners=owners, reps=["AE-1", "AE-2"])
    idle = evidence_of(scenario, [path(1)] * 20, segments, owners=owners, reps=["AE-1", "AE-2", "AE-3"])

    assert measures.out_of_balance(0.15)(even) == 0.0
    assert measures.out_of_balance(0.15)(idle) == 1.0
    assert measures.out_of_balance(0.6)(idle) == pytest.approx(1 / 3)


def test_a_key_account_weighs_more_than_a_small_one(scenario: Scenario) -> None:
    ratios = {"coverage.strategic.accounts_per_ae": 5, "coverage.smb.accounts_per_ae": 180}
    found = evidence_of(
        scenario.override(ratios), [path(1)] * 2, ["strategic", "smb"], owners=["AE-1", "AE-2"],
        reps=["AE-1", "AE-2"],
    )  # fmt: skip
    # An AE covers 5 key accounts or 180 small ones: loads are 1/5 and 1/180 of a book.
    assert found.territory_load == pytest.approx([2 * 36 / 37, 2 / 37])


def test_effort_follows_potential_within_segments(scenario: Scenario) -> None:
    both = ["strategic"] * 4 + ["smb"] * 4
    hours, potential = [9.0, 8, 7, 6, 1, 2, 3, 4], [900.0, 800, 700, 600, 10, 20, 30, 40]
    agree = evidence_of(scenario, [path(1)] * 8, both, hours=hours, potential=potential)
    against = evidence_of(
        scenario, [path(1)] * 8, both, hours=[6.0, 7, 8, 9, 4, 3, 2, 1], potential=potential
    )

    assert measures.effort_follows_potential(agree) == pytest.approx(1.0)
    assert measures.effort_follows_potential(against) == pytest.approx(-1.0), "segments alone would give +"


def test_accounts_in_the_tier_of_their_segment(scenario: Scenario) -> None:
    """The scenario's bounds are 100 and 500 k€; the bounds themselves are tier 2."""
    segments = ["strategic"] * 4 + ["mid_market"] * 4 + ["smb"] * 2
    potential = [600e3, 500e3, 400e3, 50e3, 500e3, 100e3, 99e3, 900e3, 99e3, 100e3]
    found = evidence_of(scenario, [path(1)] * 10, segments, potential=potential)
    shares = {s: measures.own_tier(s, scenario.segmentation)(found) for s in SEGMENTS}
    assert shares == {"strategic": 0.25, "mid_market": 0.5, "smb": 0.5}

    lower = scenario.override({"segmentation.tier_1_above_eur": 450e3, "segmentation.tier_2_from_eur": 80e3})
    shares = {s: measures.own_tier(s, lower.segmentation)(found) for s in SEGMENTS}
    assert shares == {"strategic": 0.5, "mid_market": 0.5, "smb": 0.0}


def test_tiers_of_unknown_potentials_are_not_shown(scenario: Scenario) -> None:
    plain = evidence_of(scenario, [path(1)] * 2, ["smb"] * 2, potential=[1.0, 2e5])
    some = dataclasses.replace(plain, potential=np.array([1.0, np.nan]))
    none = evidence_of(scenario, [path(1)], ["smb"])

    assert measures.own_tier("smb", scenario.segmentation)(some) == 1.0, "of those known"
    assert np.isnan(measures.own_tier("smb", scenario.segmentation)(none))
    assert np.isnan(measures.own_tier("strategic", scenario.segmentation)(plain))


def test_five_deciders(scenario: Scenario) -> None:
    segments = ["strategic", "strategic", "smb"]
    assert measures.five_deciders(evidence_of(scenario, [path(1)] * 3, segments, deciders=[5, 4, 9])) == 0.5
    assert np.isnan(measures.five_deciders(evidence_of(scenario, [path(1)] * 3, segments)))


def _outlook(accounts: int, power: float = 0.3, stays: Any = None) -> Outlook:
    """Revenue that answers to effort with one elasticity."""
    efforts = np.array([0.5, 1.0, 2.0, 3.0, 4.0])
    revenue = np.tile(100 * efforts**power, (accounts, 1))
    around = np.stack([np.tile([100 * f**power, f**0.4, f**0.5], (accounts, 1)) for f in (0.9, 1.1)], axis=2)
    return Outlook(efforts, revenue, around, 0.1, np.ones((accounts, 1)) if stays is None else stays)


def test_elasticity_is_the_exponent(scenario: Scenario) -> None:
    found = evidence_of(scenario, [path(1)] * 3, ["smb"] * 3)
    assert np.isnan(measures.elasticity(0)(found))

    found = dataclasses.replace(found, outlook=_outlook(3))
    assert [round(measures.elasticity(span)(found), 6) for span in (0, 1, 2)] == [0.3, 0.4, 0.5]


@pytest.mark.parametrize(("best", "shown"), [(0.3, ()), (0.6, (1.25,)), (1.5, (0.75, 1.25)), (9.0, ())])
def test_a_best_effort_beyond_the_levels_shows_nothing(
    scenario: Scenario, best: float, shown: tuple[float, ...]
) -> None:
    """Levels run from 0.5 to 4: three quarters of 0.6 lie below, and 0.3 and 9 are never played."""
    cost = 100 * 0.3 * best**-0.7
    found = evidence_of(scenario, [path(1)] * 3, ["smb"] * 3)
    found = dataclasses.replace(found, outlook=_outlook(3), team_cost=np.full(3, cost / 36))
    seen = [f for f in (0.75, 1.25) if np.isfinite(measures.flat_maximum(f, margin=1.0)(found))]
    assert seen == list(shown)


def test_flat_maximum_by_calculus(scenario: Scenario) -> None:
    """Contribution e^.3 - c e is best where .3 e^-.7 = c; the loss follows from the formula."""
    best = 1.5
    cost = 100 * 0.3 * best**-0.7 * 1.0
    found = evidence_of(scenario, [path(1)] * 3, ["smb"] * 3)
    found = dataclasses.replace(found, outlook=_outlook(3), team_cost=np.full(3, cost / 36))

    def contribution(effort: float) -> float:
        return 100 * effort**0.3 - cost * effort

    for factor in (0.75, 1.25):
        lost = 1 - contribution(factor * best) / contribution(best)
        assert measures.flat_maximum(factor, margin=1.0)(found) == pytest.approx(lost, rel=0.01)


def test_an_interval_holds_the_truth_about_as_often_as_it_says(scenario: Scenario) -> None:
    """Independent accounts of retention .8: 95 % intervals over 200 draws, and the binomial's width."""
    share, accounts, inside, widths = 0.8, 400, 0, []
    measure = {"kept": measures.logo_retention("smb")}
    base = evidence_of(scenario, [path(1)] * accounts, ["smb"] * accounts)
    rng = stream(1, "test of intervals")
    for _ in range(200):
        revenue = np.ones((accounts, YEAR))
        revenue[rng.random(accounts) > share, 6:] = 0
        found = measures.estimate(dataclasses.replace(base, revenue=revenue), measure, 0.95)["kept"]
        inside += found.low <= share <= found.high
        widths.append(found.high - found.low)

    assert 180 <= inside <= 199
    assert np.mean(widths) == pytest.approx(2 * 1.96 * np.sqrt(share * (1 - share) / accounts), rel=0.15)


def test_books_are_pooled_account_by_account(scenario: Scenario) -> None:
    deals = [_deal(1, "2025-01-01", "2025-05-01")]
    one = evidence_of(scenario, [path(10), path(1)], ["smb", "strategic"], deals=deals)
    other = evidence_of(scenario, [[10.0] * 6 + [0.0] * 6], ["smb"], reps=["AE-1", "AE-2"])
    both = pool([one, other])

    assert (both.accounts, both.books) == (3, 1), "both were gathered as book 0"
    assert measures.logo_retention("smb")(both) == 0.5
    assert measures.cycle("strategic", 50)(both) == 4.0
    assert measures.out_of_balance(0.15)(both) == pytest.approx(2 / 3)


def test_leaving_a_part_out_keeps_sales_with_their_accounts(scenario: Scenario) -> None:
    deals = [_deal(i, "2025-01-01", f"2025-{i + 2:02d}-01") for i in range(4)]
    found = evidence_of(scenario, [path(1)] * 4, ["smb", "strategic", "smb", "strategic"], deals=deals)
    rest = found.without(1)

    assert rest.accounts == 3
    assert measures.cycle("strategic", 50)(rest) == 4.0, "account A3's"
    assert measures.cycle("smb", 50)(rest) == 2.0


def test_row_order_does_not_matter(scenario: Scenario) -> None:
    portfolio = hand_made(
        [path(5), path(1), path(2)], ["smb"] * 3, deals=[_deal(2, "2025-01-01", "2025-05-01")]
    )
    turned = dataclasses.replace(
        portfolio, accounts=portfolio.accounts[::-1], history=portfolio.history[::-1]
    )
    one, other = (gather(p, scenario, CUTOFF) for p in (portfolio, turned))

    assert np.array_equal(one.revenue, other.revenue)
    assert np.array_equal(one.sale_account, other.sale_account)
