import numpy as np
import pandas as pd
import pytest

from kamsim.scoring import ChurnHazard, survival_curves
from kamsim.streams import stream

CUTOFF = pd.Timestamp("2026-01-01")
MONTHS = pd.date_range("2023-01-01", periods=36, freq="MS")


def make_history(count: int, hazard: float, prefix: str, seed: int = 1) -> pd.DataFrame:
    """Customers from the first month on who leave at a constant hazard."""
    stayed = np.minimum(stream(seed, "survival", prefix).geometric(hazard, count), len(MONTHS))
    rows = [(f"{prefix}{i:04d}", m, 10.0) for i, n in enumerate(stayed) for m in MONTHS[:n]]
    return pd.DataFrame(rows, columns=["account_id", "month", "revenue_eur"])


def make_accounts(history: pd.DataFrame) -> pd.DataFrame:
    ids = history["account_id"].drop_duplicates().to_numpy()
    segment = np.where(pd.Series(ids).str.startswith("K"), "strategic", "smb")
    return pd.DataFrame({"account_id": ids, "segment": segment, "parent_id": None})


@pytest.fixture(scope="module")
def history() -> pd.DataFrame:
    return pd.concat([make_history(150, 0.01, "K"), make_history(150, 0.03, "S")], ignore_index=True)


@pytest.fixture(scope="module")
def curves(history: pd.DataFrame) -> pd.DataFrame:
    return survival_curves(history, make_accounts(history), cutoff=CUTOFF)


def test_a_constant_hazard_is_found_within_its_interval(curves: pd.DataFrame) -> None:
    last = curves[curves["month"] == 36].set_index("segment")
    assert list(last.index) == ["strategic", "smb"]
    for segment, hazard in (("strategic", 0.01), ("smb", 0.03)):
        assert last.loc[segment, "low"] < (1 - hazard) ** 36 < last.loc[segment, "high"]
    assert (last["high"] - last["low"]).between(0.02, 0.35).all()
    start = curves[curves["month"] == 0]
    assert (start["share"] == 1).all()
    assert np.allclose(start[["low", "high"]], 1)


def test_it_is_the_mean_of_the_hazard_s_own_predictions(history: pd.DataFrame, curves: pd.DataFrame) -> None:
    accounts = make_accounts(history)
    kinds = accounts.set_index("account_id")[["segment"]]
    model = ChurnHazard().fit(history, kinds, cutoff=CUTOFF)
    today = model.customers(history, cutoff=CUTOFF).join(kinds)
    own = model.predict_survival(today[today["segment"] == "smb"]).mean(axis=0)
    np.testing.assert_allclose(curves.loc[curves["segment"] == "smb", "share"].iloc[1:], own)
    assert curves.loc[curves["segment"] == "smb", "customers"].iloc[0] == (today["segment"] == "smb").sum()


def test_neither_the_order_of_rows_nor_what_follows_the_cutoff_matters(
    history: pd.DataFrame, curves: pd.DataFrame
) -> None:
    later = pd.DataFrame({"account_id": ["K0000"], "month": [CUTOFF], "revenue_eur": [1.0]})
    accounts = make_accounts(history)
    shuffled = pd.concat([later, history.iloc[::-1]], ignore_index=True)
    again = survival_curves(shuffled, accounts.iloc[::-1], cutoff=CUTOFF)
    pd.testing.assert_frame_equal(again, curves)


def test_a_record_in_which_nobody_left_has_no_curve() -> None:
    stays = pd.DataFrame({"account_id": "K1", "month": MONTHS, "revenue_eur": 1.0})
    assert survival_curves(stays, make_accounts(stays), cutoff=CUTOFF).empty
