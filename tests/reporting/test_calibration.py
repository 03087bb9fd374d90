from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.locale import Locale
from kamsim.reporting import calibration_lines, calibration_table, moment_table

FACTS: dict[str, Any] = {
    "silences": ["no_hours"], "left_out": ["smb.cycle_p90"], "beyond": [], "strange": [],
    "read_off": {"dynamics.smb.minimum_cycle_months": 0}, "misfit": 0.25, "fits": True, "j": 12.0,
    "degrees": 10.5,
}  # fmt: skip


def found() -> pd.DataFrame:
    row = {"prior": 0.2, "prior_low": 0.1, "prior_high": 0.4, "estimate": 0.3, "low": 0.25, "high": 0.35}
    keys = {"dynamics.smb.churn_mean": ("probability/year", "identified", 0.3),
            "dynamics.half_effort_hours": ("hours/month", "prior", 1.0)}  # fmt: skip
    rows = [
        {"parameter": k, "unit": u, **row, "spread_left": left, "identified": s}
        for k, (u, s, left) in keys.items()
    ]
    return pd.DataFrame(rows)


def test_a_share_is_written_as_one_and_the_confidence_stands_in_the_heads(scenario: Scenario) -> None:
    table = calibration_table(found(), Locale("en"), scenario)
    assert table.iloc[0].tolist() == [
        "mean churn propensity, SMB", "20% (10% to 40%)", "30% (25% to 35%)", "30%", "identified"
    ]  # fmt: skip
    assert table.columns[2] == "Estimate (90%)"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_sentences_name_what_data_say_and_what_they_lack(lang: str) -> None:
    lines = calibration_lines(found(), FACTS, Locale(lang))
    words = {
        "en": [
            "Identified by the data: mean churn",
            "the prior speaks: effort at half",
            "No hours",
            "Too few events",
        ],
        "fr": ["Identifiés par les données", "l'a priori parle", "Aucune heure", "Trop peu d'événements"],
    }[lang]
    for word, line in zip(words, lines, strict=False):
        assert word in line
    assert "J 12.0" in lines[-1] or "J 12,0" in lines[-1]


def test_a_misfit_is_said_and_so_is_that_nothing_can_tell() -> None:
    misfit = calibration_lines(found(), {**FACTS, "fits": False, "misfit": 0.001}, Locale("en"))
    assert misfit[-1].startswith("The model does not fit")
    untold = calibration_lines(found(), {**FACTS, "misfit": None}, Locale("en"))
    assert untold[-1] == "Nothing is left over to tell whether the model fits"


def test_moments_are_written_in_their_units() -> None:
    moments = pd.DataFrame(
        {
            "moment": ["smb.leaving", "smb.won_share", "smb.cycle_p50"], "unit": ["rate", "share", "months"],
            "observed": [0.02, 0.4, 1.5], "simulated": [0.03, 0.5, 1.4], "z": [-1.0, 2.0, 0.25],
        }
    )  # fmt: skip
    table = moment_table(moments, Locale("en"))
    assert table.iloc[:, 1].tolist() == ["2.00% a month", "40.0%", "1.50"]
