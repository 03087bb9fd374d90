"""Ten planted leaks are caught, clean tables are left in peace."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from kamsim.errors import FeatureWarning
from kamsim.scoring import Assessment, assess
from kamsim.streams import stream

from .planted_leaks import CLEAN, LEAKS, Case, logistic, plain

PLANTS = [(name, plant) for name, plants in LEAKS.items() for plant in plants]
QUICK_CLEAN = 2
FALSE_ALARMS = 0.05


def assessed(case: Case, **more) -> Assessment:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FeatureWarning)
        return assess(logistic(), case.X, case.y, resamples=20, **(case.options | more))


@pytest.mark.parametrize(("name", "plant"), PLANTS, ids=[plant.__name__ for _, plant in PLANTS])
def test_a_planted_leak_is_caught(name: str, plant: Callable[[int], Case]) -> None:
    found = assessed(plant(7))
    assert found.verdict == "suspected leak", name
    assert found.suspicions[0].alarm
    assert len(found.evidence[0]) > 20


@pytest.mark.parametrize("clean", CLEAN, ids=[clean.__name__ for clean in CLEAN])
def test_a_clean_table_raises_no_alarm(clean: Callable[[int], Case]) -> None:
    for seed in range(QUICK_CLEAN):
        found = assessed(clean(seed))
        assert found.verdict != "suspected leak", found.evidence


@pytest.mark.evidence
def test_all_leaks_on_many_seeds_and_few_false_alarms() -> None:
    missed = [
        f"{plant.__name__} {seed}"
        for _, plant in PLANTS
        for seed in range(20)
        if assessed(plant(seed)).verdict != "suspected leak"
    ]
    alarms = [
        f"{clean.__name__} {seed}"
        for clean in CLEAN
        for seed in range(20)
        if assessed(clean(seed)).verdict == "suspected leak"
    ]
    assert len(missed) <= 0.02 * 20 * len(PLANTS), missed
    assert len(alarms) <= FALSE_ALARMS * 20 * len(CLEAN), alarms


def test_a_column_called_after_the_future_is_looked_at() -> None:
    case, draw = plain(1), stream(1, "named")
    case.X["revenue_next_year"] = draw.normal(size=len(case.y)) - 1.2 * case.y
    found = assessed(case)
    assert any("revenue_next_year" in s for s in found.evidence)
    assert (
        assessed(Case(case.X.rename(columns={"revenue_next_year": "momentum"}), case.y)).verdict == "useful"
    )


def test_a_mean_of_relatives_answers_is_caught() -> None:
    case, draw = plain(2), stream(2, "relatives")
    family = draw.integers(0, 150, len(case.y))
    answers = pd.Series(case.y, dtype=float).groupby(family)
    others = (answers.transform("sum") - case.y) / (answers.transform("size") - 1).clip(lower=1)
    case.X["relatives"] = others
    assert assessed(case, groups=family).verdict == "suspected leak"


def test_a_smoothed_target_encoding_is_caught_by_its_groups() -> None:
    case, draw = plain(3), stream(3, "smoothed")
    family = draw.integers(0, 150, len(case.y))
    answers = pd.Series(case.y, dtype=float).groupby(family)
    case.X["code"] = (answers.transform("sum") + 2 * 0.3) / (answers.transform("size") + 2)
    found = assessed(case, groups=family)
    assert any("'code' was computed from the answer" in s for s in found.evidence)


def amounts(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    draw = stream(seed, "amounts")
    past = draw.lognormal(8, 1, 400)
    later = past * draw.lognormal(0, 0.6, 400)
    return pd.DataFrame({"past": past, "seats": draw.poisson(5, 400)}), later


def logs() -> object:
    return make_pipeline(FunctionTransformer(np.log1p), LinearRegression())


def test_leaks_into_amounts_are_caught() -> None:
    for seed in range(3):
        X, later = amounts(seed)
        assert assess(logs(), X, later, resamples=20).verdict == "useful"
        noise = stream(seed, "noise").lognormal(0, 0.05, 400)
        assert assess(logs(), X.assign(copy=later * noise), later, resamples=20).verdict == "suspected leak"
        total = X.assign(total=X["past"] + later)
        assert assess(logs(), total, later, resamples=20).verdict == "suspected leak"


def test_what_cannot_be_seen_is_not_claimed() -> None:
    """A weak copy of the answer looks like any honest column: the guard says nothing, and says so."""
    case, draw = plain(4), stream(4, "weak")
    case.X["weak"] = case.y + draw.normal(scale=1.5, size=len(case.y))
    assert assessed(case).verdict == "useful"
