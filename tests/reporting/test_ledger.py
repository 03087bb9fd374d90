import pytest

from kamsim.config import Scenario, figures
from kamsim.locale import Locale, languages
from kamsim.reporting import ledger_table
from kamsim.reporting.ledger import KEY_FIGURES, count_sources

COUNT = len(list(figures()))


def _row(scenario: Scenario, key: str, lang: str = "en") -> list[str]:
    return ledger_table(scenario, Locale(lang), [key]).iloc[0].tolist()


def test_a_figure_comes_with_value_unit_and_source(scenario: Scenario) -> None:
    assert _row(scenario, "segmentation.tier_1_above_eur") == [
        "tier 1: potential above", "€500,000", "over 36 months", "D-TIER-1",
    ]  # fmt: skip
    assert _row(scenario, "coverage.strategic.accounts_per_ae", "fr") == [
        "comptes par AE, stratégique", "5", "comptes", "D-COV-1",
    ]  # fmt: skip


def test_an_override_and_an_assumption_are_called_so(scenario: Scenario) -> None:
    changed = scenario.override({"coverage.margin": 0.805})
    assert _row(changed, "coverage.margin")[1:] == ["80.5%", "", "set for this run"]
    assert _row(scenario, "coverage.margin", "fr")[3] == "hypothèse"


def test_values_of_every_kind_are_readable(scenario: Scenario) -> None:
    assert _row(scenario, "portfolio.cutoff", "fr")[1] == "1 janv. 2026"
    assert _row(scenario, "dynamics.season")[1].startswith("1, 1.05, 0.9")
    assert _row(scenario, "allocation.policies")[1].startswith("Status quo, Round robin")
    assert _row(scenario, "portfolio.places")[1].startswith("FR (1)")
    assert _row(scenario, "portfolio.leads.rules", "fr")[1].startswith(
        "stratégique → AE de la région, connaît le secteur, confirmé"
    )
    assert _row(scenario, "allocation.target_gap")[1] == "0.1%"
    assert _row(scenario, "portfolio.historical_habit")[1] == "revenue"
    assert _row(scenario.override({"currency": "USD"}), "coverage.ae_cost_eur")[1] == "$10,000"


@pytest.mark.parametrize("lang", languages())
def test_the_whole_list_holds_every_figure(scenario: Scenario, lang: str) -> None:
    table = ledger_table(scenario, Locale(lang))
    assert len(table) == COUNT
    assert table.shape[1] == 5
    assert not table.iloc[:, [0, 1, 3, 4]].eq("").any(axis=None)


def test_the_key_figures_exist(scenario: Scenario) -> None:
    assert len(ledger_table(scenario, keys=KEY_FIGURES)) == len(KEY_FIGURES)


def test_sources_add_up(scenario: Scenario) -> None:
    counts = count_sources(
        scenario.override({"coverage.margin": 0.8, "coverage.strategic.accounts_per_ae": 5})
    )
    assert counts.figures == COUNT
    assert counts.figures == counts.assumptions + counts.guide + counts.evidence + counts.overrides
    assert counts.overrides == 2
    assert counts.guide == count_sources(scenario).guide - 1
