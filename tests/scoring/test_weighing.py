"""Which leads over baselines decide, and which are only told."""

import pandas as pd
import pytest

from kamsim.scoring.baselines import COLUMNS
from kamsim.scoring.measured import Measured
from kamsim.scoring.weighing import has_drifted, is_better, unbeaten

RANKS = {"auc": Measured(0.8, 0.75, 0.85, 0.5), "brier_skill": Measured(0.2, 0.1, 0.3, 0.0)}
ORDERS = {"rank_correlation": Measured(0.5, 0.4, 0.6, 0.0)}


def leads(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Leads with the given lower bounds."""
    found = [(m, b, 0.6, low + 0.02, low, low + 0.04, "bootstrap") for m, b, low in rows]
    return pd.DataFrame(found, columns=COLUMNS)


def test_without_baselines_the_base_rate_is_what_counts() -> None:
    better, said = is_better(RANKS, leads(), classify=True)
    assert better
    assert said.startswith("Better than the base rate: auc 0.800")
    assert unbeaten(leads(), classify=True) == []


def test_rfm_decides_by_auc_for_events_and_by_value_for_amounts() -> None:
    auc_lost = leads(("auc", "rfm", -0.01), ("value_captured_top_20", "rfm", 0.01))
    assert not is_better(RANKS, auc_lost, classify=True)[0]
    value_lost = leads(("rank_correlation", "rfm", 0.01), ("value_captured_top_20", "rfm", -0.01))
    assert not is_better(ORDERS, value_lost, classify=False)[0]
    value_told = leads(("auc", "rfm", 0.01), ("value_captured_top_20", "rfm", -0.01))
    assert is_better(RANKS, value_told, classify=True)[0]
    assert [s.sentence for s in unbeaten(value_told, classify=True)] == [
        "Not ahead, beyond noise, of recency, frequency and monetary value (captured value in the top 20 % "
        "-1.0 to +3.0 points)."
    ]


def test_past_spend_decides_by_value_and_a_lead_within_noise_is_none() -> None:
    rows = leads(("auc", "past spend", -0.5), ("value_captured_top_20", "past spend", 0.0))
    better, said = is_better(RANKS, rows, classify=True)
    assert not better
    assert said.startswith("Not better than sorting by past spend (captured value")
    assert "AUC -50.0" in unbeaten(rows, classify=True)[0].sentence


def test_profit_within_noise_of_everybody_is_told_in_euros() -> None:
    rows = leads(("expected_maximum_profit", "everybody or nobody", -0.01))
    assert is_better(RANKS, rows, classify=True)[1].startswith("Better than the base rate")
    assert "profit -0.01 to +0.03 EUR a customer" in unbeaten(rows, classify=True)[0].sentence


def test_only_the_baselines_that_were_not_beaten_are_named() -> None:
    rows = leads(("value_captured_top_20", "past spend", 0.1), ("auc", "rfm", -0.01))
    said = is_better(RANKS, rows, classify=True)[1]
    assert "recency" in said
    assert "past spend" not in said


@pytest.mark.parametrize("sign", [1, -1])
def test_drift_is_more_than_two_points_and_more_than_chance_on_either_side(sign: int) -> None:
    def bias(value: float, reach: float) -> Measured:
        low, high = sorted((sign * (value - reach), sign * (value + reach)))
        return Measured(sign * value, low, high, 0.0)

    assert has_drifted(bias(3.0, 2.5))
    assert not has_drifted(bias(3.0, 3.5))
    assert not has_drifted(bias(1.9, 0.1))
    assert has_drifted(bias(3.0, 2.5), learned_error=0.5)
    assert not has_drifted(bias(3.0, 2.5), learned_error=1.0)


def test_a_base_rate_that_ranks_must_be_ranked_better_than() -> None:
    skill = Measured(-0.01, -0.02, 0.0, 0.0)
    chance = {"auc": Measured(0.66, 0.62, 0.7, 0.5), "brier_skill": skill}
    by_segment = {"auc": Measured(0.66, 0.62, 0.7, 0.65), "brier_skill": skill}
    nothing = pd.DataFrame(columns=COLUMNS)
    assert is_better(chance, nothing, True)[0]
    assert not is_better(by_segment, nothing, True)[0]
