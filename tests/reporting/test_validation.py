"""The texts of `kamsim validate`."""

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.experiments.infeasibility import search
from kamsim.experiments.likeness import LikenessResult
from kamsim.experiments.validation import ValidationResult
from kamsim.locale import Locale
from kamsim.reporting.validation import (
    concentration_table,
    conflict_lines,
    likeness_line,
    likeness_table,
    search_lines,
    validation_table,
    write_value,
)


def result(scenario: Scenario) -> ValidationResult:
    rows = [
        ("smb.logo_retention", "smb", "share", "D-RET-1", 0.66, 0.7, 0.612, 0.6, 0.62, "out"),
        ("smb.cycle_p90", "smb", "months", "D-CYC-1", 1.0, 3.0, 2.5, np.nan, np.nan, "in"),
        ("elasticity_month_36", "", "ratio", "", np.nan, np.nan, 0.4, 0.35, 0.45, "beside"),
        ("smb.won_share", "smb", "share", "assumption", 0.15, 0.6, np.nan, np.nan, np.nan, "unknown"),
    ]
    names = [
        "target",
        "segment",
        "unit",
        "source",
        "band_low",
        "band_high",
        "value",
        "low",
        "high",
        "verdict",
    ]
    return ValidationResult(pd.DataFrame(rows, columns=names), 4, 1, (), scenario)


def test_a_row_says_band_value_interval_verdict_and_source(scenario: Scenario) -> None:
    table = validation_table(result(scenario))

    assert table.iloc[0].tolist() == [
        "Logo retention a year, SMB", "66% to 70%", "61.2% (60.0% to 62.0%)", "OUT", "D-RET-1",
    ]  # fmt: skip
    assert table.iloc[1].tolist()[1:3] == ["1 to 3", "2.5"]
    assert table.iloc[2].tolist() == ["Elasticity, month 36 alone", "–", "0.40 (0.35 to 0.45)", "beside", "–"]
    assert table.iloc[3].tolist()[2:] == ["–", "not shown here", "assumption"]


def test_the_table_in_french(scenario: Scenario) -> None:
    table = validation_table(result(scenario), Locale("fr"))

    assert table.columns.tolist() == ["Cible", "Fourchette", "Valeur (intervalle)", "Verdict", "Source"]
    assert table.iloc[0]["Cible"] == "Rétention des clients par an, PME"
    assert table.iloc[1]["Valeur (intervalle)"] == "2,5"
    assert table.iloc[3]["Source"] == "hypothèse"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_concentration_and_key_accounts_that_fit_are_marked(lang: str, scenario: Scenario) -> None:
    table = concentration_table(scenario, Locale(lang))
    pareto = table.iloc[-1].tolist()

    assert pareto[1].replace(",", ".") == "1.68"
    assert "✓" in pareto[2], "1 % of customers at 80/20 bring 26 %"
    assert "✓" not in pareto[-1], "10 % bring 66 %"


def test_conflicts_follow_the_bands(scenario: Scenario) -> None:
    other = scenario.override({"validation.smb.logo_retention": [0.75, 0.85]})
    lines = "\n".join(conflict_lines(other))
    assert "An NRR of 97% with a logo retention of 80% (SMB) asks those who stay to grow 21% a year" in lines


def test_a_search_is_told_with_its_nearest_value(scenario: Scenario) -> None:
    """Few small customers leave: elasticity comes in, effort loses potential; key accounts stay out."""

    def probe(there: Scenario) -> dict[str, float]:
        churn = there.dynamics.smb.churn_mean
        return {"elasticity": 1.5 * churn, "key_account_share": 0.6, "effort_follows_potential": churn - 0.4}

    start = scenario.override({"dynamics.smb.churn_mean": 0.45})
    targets = ["elasticity", "key_account_share", "effort_follows_potential"]
    found = search(start, targets, {"dynamics.smb.churn_mean": (0.29, 0.33)}, 6, probe=probe)
    english, french = (search_lines(found, Locale(lang)) for lang in ("en", "fr"))

    assert english[1].startswith("Elasticity to effort, 36 months: in band in some try; 0.68 as it stands")
    assert english[1].endswith("(lost in that try: Effort follows potential (rank))")
    assert english[2].startswith(
        "Revenue of key accounts: not reached inside these ranges in 6 tries; 60.0% as it stands"
    )
    assert "pas atteint dans ces plages en 6 essais" in french[2]
    assert english[3].startswith("Best try, all targets weighed together, still out: ")
    assert "Revenue of key accounts" in english[3]
    assert english[4].startswith("  dynamics.smb.churn_mean: searched 0.290 to 0.330, best try 0.")


def test_likeness_names_the_least_like() -> None:
    shapes = pd.DataFrame(
        {
            "table": ["accounts", "accounts", "team"],
            "column": ["segment", "headcount", "role"],
            "score": [0.9, 0.1, 0.5],
        }
    )
    pairs = pd.DataFrame({"table": ["accounts"], "score": [0.8]})
    found = LikenessResult(shapes, pairs)
    table = likeness_table(found)

    assert table.iloc[0].tolist() == ["accounts", "2", "50.0%", "80.0%"]
    assert table.iloc[1].tolist() == ["team", "1", "50.0%", "–"]
    assert table.iloc[2].tolist() == ["all columns", "3", "50.0%", "80.0%"]
    assert (
        likeness_line(found)
        == "Least like: accounts.headcount (10%), team.role (50%), accounts.segment (90%)"
    )


def test_values_in_their_unit() -> None:
    assert write_value(0.915, "share") == "91.5%"
    assert write_value(0.125, "share", band=True) == "12.5%"
    assert write_value(17.66, "months") == "17.7"
    assert write_value(float("nan"), "ratio") == "–"
