"""Customers of CDNOW: a model beside past spend and RFM. The file is that in `lifetimes`, never imported."""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from kamsim.scoring import assess, rfm_scores

CUTOFF = pd.Timestamp("1997-10-01")


@pytest.fixture
def purchases() -> pd.DataFrame:
    found = find_spec("lifetimes")
    if found is None or not found.submodule_search_locations:
        pytest.skip("the lifetimes package is not here")
    file = Path(found.submodule_search_locations[0]) / "datasets" / "CDNOW_master.txt"
    names = ["customer", "date", "discs", "usd"]
    table = pd.read_csv(file, sep=r"\s+", names=names, skiprows=1, dtype={"customer": "str", "date": "str"})
    return table.assign(date=pd.to_datetime(table["date"], format="%Y%m%d"))


def test_who_buys_again_is_ranked_and_calibrated(purchases: pd.DataFrame) -> None:
    past = purchases[purchases["date"] < CUTOFF].groupby("customer")
    X = pd.DataFrame({"frequency": past.size(), "spend": past["usd"].sum()})
    X["recency"] = (CUTOFF - past["date"].max()).dt.days
    later = purchases.loc[purchases["date"] >= CUTOFF, "customer"]
    rfm = rfm_scores(purchases, CUTOFF, account="customer", time="date", revenue="usd")["rfm"]
    boosting = HistGradientBoostingClassifier(max_iter=40, random_state=0)
    found = assess(boosting, X, X.index.isin(later), past_spend="spend", rfm=rfm, resamples=50)
    known = found.frame().set_index("measure")
    assert len(X) == 23_570
    assert found.verdict == "useful", found.evidence
    assert known.loc["auc", "value"] > 0.7
    assert abs(known.loc["bias_points", "value"]) < 1
    beside = found.baselines.set_index(["measure", "baseline"])
    assert beside.loc[("auc", "past spend"), "low"] > 0.02
    assert beside.loc[("auc", "rfm"), "value"] > 0.75
    assert 0 < beside.loc[("auc", "rfm"), "lead"] < 0.015  # RFM tells nearly all of it
    assert beside.loc[("value_captured_top_20", "rfm"), "low"] < 0.005
