"""Verdicts, pooling, and what is not asked of an import."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.errors import ConfigError
from kamsim.experiments import validation
from kamsim.experiments.targets import TARGETS
from kamsim.experiments.validation import VERDICTS, distances, validate
from kamsim.portfolio import generate_portfolio

from .by_hand import hand_made

ROLES = ("ae", "se", "csm")


@pytest.fixture(scope="module")
def small(scenario: Scenario) -> Scenario:
    """Sixty accounts cannot pay for one of each role; at half the cost the best effort can be seen."""
    costs = {f"coverage.{r}_cost_eur": getattr(scenario.coverage, f"{r}_cost_eur") / 2 for r in ROLES}
    return scenario.override({"portfolio.accounts": 60, "validation.replications": 1} | costs)


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the generator give books by hand, and note the seeds it was asked for."""
    seeds: list[int] = []

    def generate(scenario: Scenario) -> Portfolio:
        seeds.append(scenario.seed)
        return hand_made([[1.0] * 24] * 10, ["smb"] * 10)

    monkeypatch.setattr(validation, "generate_portfolio", generate)
    return seeds


def _verdict(frame: pd.DataFrame, target: str) -> str:
    return str(frame.set_index("target").loc[target, "verdict"])


def test_verdicts(scenario: Scenario, books: list[int]) -> None:
    found = validate(scenario, accounts=10)
    frame = found.frame()

    assert frame["target"].tolist() == list(TARGETS)
    assert set(frame["verdict"]) <= set(VERDICTS)
    assert _verdict(frame, "smb.logo_retention") == "out", "all stay, and 68 % should"
    assert _verdict(frame, "smb.net_retention") == "claim_in", "NRR 1"
    assert _verdict(frame, "smb.gross_retention") == "claim_out"
    assert _verdict(frame, "strategic.logo_retention") == "unknown", "nobody is strategic"
    assert _verdict(frame, "elasticity") == "unknown", "no truth"
    assert _verdict(frame, "optimisation_gain") == "unasked"
    assert "smb.logo_retention" in found.out
    assert "smb.gross_retention" not in found.out, "a claim is nobody's fault"
    assert "out: " in found.summary()


def test_gains_that_were_played_are_held_against_their_bands(scenario: Scenario, books: list[int]) -> None:
    gains = pd.DataFrame(
        {
            "target": ["optimisation_gain", "gain_from_allocation", "realignment_gain"],
            "value": [0.4, 0.63, 0.01],
            "low": [0.39, 0.6, 0.0],
            "high": [0.41, 0.66, 0.02],
        }
    )
    frame = validate(scenario, accounts=10, gains=gains).frame().set_index("target")

    assert frame.loc[gains["target"], "verdict"].tolist() == ["out", "in", "claim_out"]
    assert frame.loc["optimisation_gain", ["value", "low", "high"]].tolist() == [0.4, 0.39, 0.41]
    nothing = gains.assign(value=np.nan, low=np.nan, high=np.nan)
    assert _verdict(validate(scenario, accounts=10, gains=nothing).frame(), "optimisation_gain") == "unknown"


def test_a_band_holds_its_ends(scenario: Scenario, books: list[int]) -> None:
    other = scenario.override({"validation.smb.logo_retention": [0.5, 1.0]})
    found = validate(other, accounts=10, targets=["smb.logo_retention"])
    assert found.out == ()
    assert found.summary() == "1 of 1 targets in band over 10 accounts"


def test_books_are_made_until_there_are_enough_accounts(scenario: Scenario, books: list[int]) -> None:
    seen = []
    found = validate(scenario, accounts=25, progress=lambda done, total: seen.append((done, total)))

    assert (found.accounts, found.books) == (30, 3)
    assert found.seeds == tuple(books) == tuple(scenario.seed + i for i in range(3))
    assert seen == [(10, 25), (20, 25), (25, 25)]


def test_a_runs_own_book_comes_first_and_its_seed_is_not_made_again(
    scenario: Scenario, books: list[int]
) -> None:
    own = hand_made([[2.0] * 24] * 10, ["smb"] * 10)
    found = validate(scenario, portfolio=own, accounts=20)
    assert found.seeds == (scenario.seed + 1,)
    assert found.accounts == 20


def test_nothing_is_pooled_with_an_import(scenario: Scenario, books: list[int]) -> None:
    own = hand_made([[2.0] * 24] * 10, ["smb"] * 10)
    found = validate(scenario, portfolio=own, accounts=1000, generated=False)
    assert (found.accounts, found.seeds, books) == (10, (), [])


def test_less_than_one_account_is_refused(scenario: Scenario) -> None:
    with pytest.raises(ConfigError, match="accounts to pool must be 1 or more, got 0"):
        validate(scenario, accounts=0)


def test_distances_are_in_widths_of_the_band(scenario: Scenario) -> None:
    found = distances({"elasticity": 0.8, "key_account_share": 0.3, "top_20_share": np.nan}, scenario)
    assert found == pytest.approx({"elasticity": 1.0, "key_account_share": 0.0, "top_20_share": np.inf})


def test_a_generated_book_shows_every_target_but_those_to_come(small: Scenario) -> None:
    portfolio = generate_portfolio(small)
    frame = validate(small, portfolio=portfolio, accounts=60).frame().set_index("target")

    for target in (
        "smb.own_tier",
        "smb.logo_retention",
        "smb.survival_missed",
        "elasticity",
        "flat_maximum_less",
    ):
        assert np.isfinite(frame.loc[target, "value"]), target
    assert frame.loc["smb.logo_retention", "low"] < frame.loc["smb.logo_retention", "high"]
    assert frame.loc["elasticity", "value"] > 0, "effort sells"


def test_without_the_truth_nothing_is_played_on(small: Scenario) -> None:
    portfolio = dataclasses.replace(generate_portfolio(small), truth=None, deals=None)
    frame = validate(small, portfolio=portfolio, accounts=60).frame().set_index("target")
    assert frame.loc["elasticity", "verdict"] == "unknown"
    assert frame.loc["smb.own_tier", "verdict"] == "unknown"
    assert frame.loc["smb.logo_retention", "verdict"] in ("in", "out")


def test_the_same_seed_gives_the_same_figures(small: Scenario) -> None:
    first, second = (validate(small, accounts=100).frame() for _ in range(2))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


@pytest.mark.evidence
@pytest.mark.parametrize("name", ["saas_midmarket"])
def test_twenty_thousand_accounts(name: str) -> None:
    found = validate(Scenario.load(name))
    assert found.accounts >= 20_000
    retention = found.frame().set_index("target").loc["strategic.logo_retention"]
    assert retention["high"] - retention["low"] < 0.04


def test_very_small_books_are_pooled_with_larger_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty thousand books of one account would take hours."""
    made: list[int] = []

    def generate(scenario: Scenario) -> Portfolio:
        made.append(scenario.portfolio.accounts)
        return generate_portfolio(scenario)

    monkeypatch.setattr(validation, "generate_portfolio", generate)
    monkeypatch.setattr(validation, "_MOST_BOOKS", 5)
    tiny = Scenario.load("saas_midmarket", {"portfolio.accounts": 1})
    validation.collect(tiny, generate_portfolio(tiny), None, 75)

    assert made == [15] * 5
