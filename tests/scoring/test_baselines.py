"""Leads over past spend and RFM: by hand, paired, and the way round that favours the baseline."""

import numpy as np
import pytest

from kamsim.scoring.baselines import compare_baselines
from kamsim.scoring.held_out import HeldOut
from kamsim.scoring.measured import Beside
from kamsim.scoring.measures_of_skill import area_under_curve, captured_by_top
from kamsim.scoring.uncertainty import delong_error
from kamsim.streams import stream

ROWS = 400


def held_out(seed: int = 1) -> tuple[HeldOut, np.ndarray, np.ndarray]:
    draw = stream(seed, "held out")
    rfm, spend = draw.normal(size=ROWS), draw.lognormal(5, 1, ROWS)
    risk = 1 / (1 + np.exp(1 + rfm - draw.normal(size=ROWS)))
    happened = (draw.random(ROWS) < risk).astype(float)
    nothing, block = np.full(ROWS, np.nan), np.zeros(ROWS, dtype=np.int64)
    base = np.full(ROWS, happened.mean())
    return HeldOut(np.arange(ROWS), happened, risk, base, block, nothing, nothing), rfm, spend


def compare(held, beside, classify=True, resamples=100):
    found = compare_baselines(
        held, beside, classify=classify, rng=stream(1, "bootstrap"), resamples=resamples
    )
    return found.set_index(["measure", "baseline"])


def test_nothing_given_is_nothing_compared() -> None:
    held, _, _ = held_out()
    assert compare(held, Beside()).empty


def test_leads_are_those_counted_by_hand() -> None:
    held, rfm, spend = held_out()
    found = compare(held, Beside(past_spend=spend, rfm=rfm))
    y, p = held.happened, held.predicted
    area = area_under_curve(y, p)
    assert found.loc[("auc", "rfm"), "value"] == pytest.approx(area_under_curve(y, -rfm))
    assert found.loc[("auc", "rfm"), "lead"] == pytest.approx(area - area_under_curve(y, -rfm))
    reach = 1.959964 * delong_error(y, p, -rfm)
    assert found.loc[("auc", "rfm"), "high"] == pytest.approx(area - area_under_curve(y, -rfm) + reach)
    captured = found.loc[("value_captured_top_20", "past spend")]
    assert captured["value"] == pytest.approx(captured_by_top(y * spend, spend))
    assert captured["lead"] == pytest.approx(captured_by_top(y * spend, p * spend) - captured["value"])
    assert found.loc["auc"]["interval"].tolist() == ["delong", "delong"]


def test_a_baseline_ranks_the_way_round_that_tells_more() -> None:
    held, rfm, _ = held_out()
    leaves, stays = compare(held, Beside(rfm=rfm)), compare(held, Beside(rfm=-rfm))
    assert leaves.loc[("auc", "rfm"), "value"] > 0.6
    assert leaves.loc[("auc", "rfm")].tolist() == stays.loc[("auc", "rfm")].tolist()


def test_a_model_has_no_lead_over_itself() -> None:
    held, _, spend = held_out()
    found = compare(held, Beside(past_spend=spend, rfm=held.predicted))
    assert found.loc[("auc", "rfm"), ["lead", "low", "high"]].tolist() == [0, 0, 0]


def test_families_are_drawn_whole() -> None:
    """Twenty copies of each row tell no more than one: a bootstrap by row would be too sure."""
    held, rfm, _ = held_out()
    alone = compare(held, Beside(rfm=rfm), resamples=200).loc[("auc", "rfm")]
    few = slice(0, ROWS, 20)
    copies = HeldOut(
        np.arange(ROWS),
        *(np.repeat(getattr(held, name)[few], 20) for name in ("happened", "predicted", "base", "block")),
        held.low,
        held.high,
    )
    beside = Beside(rfm=np.repeat(rfm[few], 20), clusters=np.repeat(np.arange(20), 20))
    kin = compare(copies, beside, resamples=200).loc[("auc", "rfm")]
    assert kin["interval"] == "cluster bootstrap"
    assert kin["high"] - kin["low"] > 2 * (alone["high"] - alone["low"])


def test_amounts_are_ranked_by_both_baselines() -> None:
    held, rfm, spend = held_out()
    amounts = HeldOut(held.rows, spend**0.5, spend, held.base, held.block, held.low, held.high)
    found = compare(amounts, Beside(past_spend=spend, rfm=rfm), classify=False)
    assert found.loc[("rank_correlation", "past spend"), "value"] == pytest.approx(1)
    assert found.loc[("value_captured_top_20", "past spend"), ["lead", "low", "high"]].tolist() == [0, 0, 0]
    assert found.loc[("value_captured_top_20", "rfm"), "low"] > 0
