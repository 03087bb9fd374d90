import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.config import Scenario, figures, presets
from kamsim.errors import ConfigError

# A value that the rule refuses, and the sentence.
BAD_VALUES: list[tuple[str, Any, str]] = [
    ("portfolio.accounts", 0, "portfolio.accounts must be >= 1, got 0"),
    ("portfolio.accounts", "many", "must be a valid integer, unable to parse string"),
    ("portfolio.accounts", 1.5, "must be a valid integer, got a number with a fractional part, got 1.5"),
    ("portfolio.accounts", True, "portfolio.accounts must not be true or false, got true"),
    ("portfolio.cutoff", "2026-01-15", "portfolio.cutoff must be the first day of a month, got 2026-01-15"),
    ("portfolio.cutoff", datetime.date(1950, 1, 1), "must be >= 1990-01-01, got 1950-01-01"),
    ("portfolio.historical_habit", "luck", "must be 'revenue', 'size' or 'equal', got 'luck'"),
    ("portfolio.smb.share", 0.9, "portfolio: segment shares must sum to 1, got 1."),
    ("portfolio.smb.attained_share", 0.0, "portfolio.smb.attained_share must be > 0, got 0.0"),
    ("portfolio.accounts", 10_000_000, "portfolio.accounts must be <= 9999999, got 10000000"),
    ("portfolio.places", {"FR": -1.0}, "portfolio.places must have weights >= 0, got -1 for 'FR'"),
    ("portfolio.places", {"FR": 0.0}, "portfolio.places must have a weight above 0, got {'FR': 0.0}"),
    ("portfolio.places", {}, "portfolio.places must have at least 1 item"),
    ("portfolio.industries", ["a", "a"], "portfolio.industries must name each industry once, got ['a', 'a']"),
    ("portfolio.industries", ["a;b"], "portfolio.industries must not hold ';'"),
    ("portfolio.family_share", 1.2, "portfolio.family_share must be <= 1, got 1.2"),
    ("portfolio.concentration", 1.0, "portfolio.concentration must be < 1, got 1.0"),
    ("portfolio.leads.share", -0.1, "portfolio.leads.share must be >= 0, got -0.1"),
    ("portfolio.leads.rules", [{"seniority": "old"}], "must be 'senior', 'junior' or 'any', got 'old'"),
    ("portfolio.leads.rules", [{"industries": ["opera"]}], "routing rule 1 names the industry 'opera'"),
    ("portfolio.staff.senior_share", 2, "portfolio.staff.senior_share must be <= 1, got 2"),
    ("dynamics.smb.churn_mean", 1.2, "dynamics.smb.churn_mean must be < 1, got 1.2"),
    ("dynamics.season", [1.0] * 3, "dynamics.season must have at least 12 items"),
    ("dynamics.season", [1.0] * 11 + [-1.0], "dynamics.season.11 must be >= 0, got -1.0"),
    ("dynamics.smb.renewals_per_year", 4, "dynamics.smb.renewals_per_year must be 1 or 12, got 4"),
    ("segmentation.tier_2_from_eur", 9e9, "must be below tier_1_above_eur, got 9e+09 and 500000"),
    ("value.effort_levels", [0.0, 2.0, 1.0, 4.0], "must rise from 0, got [0.0, 2.0, 1.0, 4.0]"),
    ("value.effort_levels", [0.5, 1.0, 2.0, 4.0], "value.effort_levels must rise from 0"),
    ("coverage.strategic.accounts_per_ae", 0, "coverage.strategic.accounts_per_ae must be >= 1, got 0"),
    ("coverage.margin", float("nan"), "coverage.margin must be a finite number, got nan"),
    ("allocation.policies", [], "allocation.policies must have at least 1 item"),
    ("experiment.months", 13, "experiment.months must be a multiple of 12, got 13"),
    ("experiment.confidence", 1, "experiment.confidence must be < 1, got 1"),
    ("experiment.baseline", 3, "experiment.baseline must be a valid string, got 3"),
    ("currency", "euro", "currency must match pattern '^[A-Z]{3}$', got 'euro'"),
    ("seed", -1, "seed must be >= 0, got -1"),
]  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """Write a scenario file and say where it is."""

    def write(text: str, name: str = "own.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("name", [*presets(), "base"])
def test_a_preset_loads_and_survives_a_dump(name: str, written: Any) -> None:
    scenario = Scenario.load(name)

    assert scenario.name == name
    assert Scenario.load(written(scenario.dump())) == scenario


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**63 - 1),
    margin=st.floats(0, 1),
    cutoff=st.dates(datetime.date(1990, 1, 1), datetime.date(2300, 1, 1)).map(lambda d: d.replace(day=1)),
    place=st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), min_size=1),
)
def test_any_figures_survive_a_dump(
    tmp_path_factory: pytest.TempPathFactory, seed: int, margin: float, cutoff: datetime.date, place: str
) -> None:
    changed = {"seed": seed, "coverage.margin": margin, "portfolio.cutoff": cutoff}
    scenario = Scenario.load("base", changed | {"portfolio.places": {place: 2.25}})
    path = tmp_path_factory.mktemp("dump") / "whole.toml"
    path.write_text(scenario.dump(), encoding="utf-8")

    assert Scenario.load(path) == scenario


@pytest.mark.parametrize(("key", "value", "sentence"), BAD_VALUES)
def test_a_bad_value_is_told_in_one_sentence(key: str, value: Any, sentence: str, scenario: Scenario) -> None:
    for attempt in (lambda: Scenario.load("base", {key: value}), lambda: scenario.override({key: value})):
        with pytest.raises(ConfigError) as caught:
            attempt()
        message = str(caught.value)
        assert sentence in message
        assert "\n" not in message
        assert key.rsplit(".", 2)[0] in message


def test_the_other_problems_are_counted() -> None:
    with pytest.raises(ConfigError, match=r"seed must be >= 0, got -1 \(and 1 more\)$"):
        Scenario.load("base", {"seed": -1, "coverage.margin": 2})


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("coverage.strategic.acounts_per_ae", "coverage.strategic.accounts_per_ae"),
        ("sed", "seed"),
        ("experiment", "experiment.draws"),
    ],
)
def test_an_unknown_override_is_refused_with_the_nearest_key(key: str, nearest: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Scenario.load("base", {key: 1})

    assert str(caught.value) == f"unknown setting {key!r}: did you mean {nearest!r}?"


def test_overrides_change_a_copy_and_note_it(scenario: Scenario) -> None:
    before = scenario.dump()

    changed = scenario.override({"coverage.strategic.accounts_per_ae": 5, "seed": 3})

    assert (changed.coverage.strategic.accounts_per_ae, changed.seed) == (5.0, 3)
    assert changed.sources["coverage.strategic.accounts_per_ae"] == "override"
    assert scenario.dump() == before
    assert changed == Scenario.load("saas_midmarket", {"coverage.strategic.accounts_per_ae": 5, "seed": 3})


def test_a_scenario_cannot_be_changed(scenario: Scenario) -> None:
    with pytest.raises(ValueError, match="frozen"):
        scenario.coverage.margin = 0.1  # type: ignore[misc]


def test_figures_have_units_and_meanings() -> None:
    listed = list(figures())

    assert len({key for key, _, _ in listed}) == len(listed)
    assert [key for key, unit, meaning in listed if not unit or not meaning] == []


def test_a_sample_too_small_for_the_interval_is_refused() -> None:
    Scenario.load("base", {"scoring.small_sample": 19})

    with pytest.raises(ConfigError, match=r"small_sample must be >= 39 for interval_coverage 0\.95, got 38"):
        Scenario.load("base", {"scoring.small_sample": 38, "scoring.interval_coverage": 0.95})
