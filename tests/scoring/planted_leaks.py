"""Tables with a leak that is known, and clean ones: what the leak guard is measured on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from kamsim.streams import stream

ROWS = 600


@dataclass
class Case:
    X: pd.DataFrame
    y: np.ndarray
    options: dict[str, Any] = field(default_factory=dict)


def logistic() -> Pipeline:
    numbers = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    return make_pipeline(
        make_column_transformer(
            (numbers, make_column_selector(dtype_include=["number", "bool"])),
            (
                OneHotEncoder(handle_unknown="ignore", sparse_output=False),
                make_column_selector(dtype_include=["str", "object"]),
            ),
        ),
        LogisticRegression(max_iter=500),
    )


def plain(seed: int, *, strength: float = 1.0, rows: int = ROWS, rate: float = 0.3) -> Case:
    """An honest table: five features of mixed kinds, of which three tell something."""
    draw = stream(seed, "planted", "plain")
    revenue = draw.lognormal(8, 1, rows)
    tickets = draw.poisson(4, rows).astype(float)
    trend = draw.normal(size=rows)
    tenure = draw.uniform(0, 120, rows)
    industry = draw.choice(["retail", "steel", "health", "food"], rows)
    signal = 0.8 * trend - 0.5 * (np.log(revenue) - 8) + 0.3 * (tickets - 4) / 2 + 0.4 * (industry == "steel")
    logit = strength * signal + np.log(rate / (1 - rate))
    left = (draw.random(rows) < 1 / (1 + np.exp(-logit))).astype(int)
    X = pd.DataFrame(
        {"revenue": revenue, "tickets": tickets, "trend": trend, "tenure": tenure, "industry": industry}
    )
    X["industry"] = X["industry"].astype("str")
    return Case(X, left)


def after_the_outcome(seed: int) -> Case:
    """Usage of the quarter after: next to nothing for those who left."""
    case, draw = plain(seed), stream(seed, "planted", "usage")
    case.X["logins"] = draw.poisson(np.where(case.y == 1, 0.2, 15.0)).astype(float)
    return case


def late_by_date(seed: int) -> Case:
    """The same, weaker, with the dates that give it away."""
    case, draw = plain(seed), stream(seed, "planted", "late")
    case.X["usage"] = draw.normal(size=ROWS) - 1.0 * case.y
    case.options = {"available_at": {"usage": "2024-06-30", "trend": "2023-12-01"}, "as_of": "2024-01-01"}
    return case


def future_renewals(seed: int) -> Case:
    case, draw = plain(seed), stream(seed, "planted", "renewals")
    case.X["renewals"] = np.where(case.y == 1, 0, draw.integers(1, 4, ROWS) * (draw.random(ROWS) < 0.9))
    return case


def target_encoded_id(seed: int) -> Case:
    """Several rows an account, and the account's mean answer, own row included, as a feature."""
    case, draw = plain(seed), stream(seed, "planted", "encoded")
    account = draw.integers(0, ROWS // 5, ROWS)
    case.X["account_code"] = pd.Series(case.y, dtype=float).groupby(account).transform("mean")
    return case


def group_leak(seed: int) -> Case:
    """Families that decide together, told apart by a number of the parent that all of them share."""
    case, draw = plain(seed), stream(seed, "planted", "family")
    family = draw.integers(0, ROWS // 6, ROWS)
    fate = draw.normal(scale=3, size=ROWS // 6)
    case.y = (draw.random(ROWS) < 1 / (1 + np.exp(-(fate[family] - 0.8)))).astype(int)
    case.X["parent"] = pd.Series([f"P{i:03d}" for i in family], dtype="str")
    return case


def split_families(seed: int) -> Case:
    """The caller's own split tears families apart."""
    case, draw = plain(seed), stream(seed, "planted", "split")
    order = draw.permutation(ROWS)
    case.options = {
        "groups": draw.integers(0, ROWS // 6, ROWS),
        "split": [(order[: ROWS // 2], order[ROWS // 2 :])],
    }
    return case


def telling_gap(seed: int) -> Case:
    """The exit interview's score: there for those who left."""
    case, draw = plain(seed), stream(seed, "planted", "gap")
    there = draw.random(ROWS) < np.where(case.y == 1, 0.75, 0.05)
    case.X["interview"] = np.where(there, draw.normal(size=ROWS), np.nan)
    return case


def tuned_on_test(seed: int) -> Case:
    """Twenty of 600 columns of noise, picked for their fit with all answers."""
    case, draw = plain(seed), stream(seed, "planted", "picked")
    noise = draw.normal(size=(ROWS, 600))
    fit = np.abs(noise.T @ (case.y - case.y.mean()))
    best = np.sort(np.argsort(-fit)[:20])
    case.X = pd.DataFrame(noise[:, best], columns=[f"f{i}" for i in best])
    return case


def claimed_too_much(seed: int) -> Case:
    case = plain(seed)
    case.options = {"claimed": {"auc": 0.93}}
    return case


def noisy_copy(seed: int) -> Case:
    case, draw = plain(seed), stream(seed, "planted", "copy")
    case.X["health"] = case.y + draw.normal(scale=0.45, size=ROWS)
    return case


def flipped_copy(seed: int) -> Case:
    case, draw = plain(seed), stream(seed, "planted", "flipped")
    case.X["flag"] = np.where(draw.random(ROWS) < 0.07, 1 - case.y, case.y)
    return case


def future_date(seed: int) -> Case:
    case, draw = plain(seed), stream(seed, "planted", "date")
    case.X["reviewed_on"] = pd.Timestamp("2023-10-01") + pd.to_timedelta(
        draw.integers(0, 150, ROWS), unit="D"
    )
    case.options = {"as_of": pd.Timestamp("2024-01-01")}
    return case


def future_sum(seed: int) -> Case:
    """Revenue in total, the year after included, beside revenue to date."""
    case, draw = plain(seed), stream(seed, "planted", "sum")
    later = np.where(case.y == 1, 0.0, case.X["revenue"] * draw.uniform(0.5, 1.5, ROWS))
    case.X["lifetime"] = case.X["revenue"] + later
    return case


def row_order(seed: int) -> Case:
    """A file of leavers appended to a file of customers, numbered from top to bottom."""
    case, draw = plain(seed), stream(seed, "planted", "order")
    order = np.argsort(case.y + draw.normal(scale=0.6, size=ROWS), kind="stable")
    case.X, case.y = case.X.iloc[order].reset_index(drop=True), case.y[order]
    case.X["number"] = np.arange(ROWS)
    return case


LEAKS: dict[str, tuple[Callable[[int], Case], ...]] = {
    "usage after the outcome": (after_the_outcome, late_by_date),
    "future renewals": (future_renewals,),
    "target-encoded id": (target_encoded_id,),
    "group leak": (group_leak, split_families),
    "telling missingness": (telling_gap,),
    "tuned on the test set": (tuned_on_test, claimed_too_much),
    "copy of the label": (noisy_copy, flipped_copy),
    "date after as_of": (future_date,),
    "sum over the future": (future_sum,),
    "row order": (row_order,),
}


def honest(seed: int) -> Case:
    return plain(seed)


def honest_and_strong(seed: int) -> Case:
    """AUC of about 0.95 from several features together."""
    return plain(seed, strength=7.0)


def honest_and_single(seed: int) -> Case:
    """AUC of about 0.95 from one feature with one spread."""
    case, draw = plain(seed), stream(seed, "clean", "single")
    case.X["score"] = draw.normal(size=ROWS)
    case.y = (draw.random(ROWS) < 1 / (1 + np.exp(1 - 6 * case.X["score"]))).astype(int)
    return case


def honest_noise(seed: int) -> Case:
    return plain(seed, strength=0.0)


def honest_rare(seed: int) -> Case:
    return plain(seed, rate=0.06, strength=1.5)


def honest_gaps(seed: int) -> Case:
    """Missing a little oftener where it happened, as in life."""
    case, draw = plain(seed), stream(seed, "clean", "gaps")
    for name in ("trend", "tenure"):
        case.X.loc[draw.random(ROWS) < np.where(case.y == 1, 0.25, 0.12), name] = np.nan
    return case


def honest_families(seed: int) -> Case:
    """Families with a fate of their own, given as groups, and a feature that they share."""
    case, draw = plain(seed), stream(seed, "clean", "families")
    family = draw.integers(0, ROWS // 5, ROWS)
    level = draw.normal(size=ROWS // 5)
    logit = 1.2 * level[family] + case.X["trend"] - 0.8
    case.y = (draw.random(ROWS) < 1 / (1 + np.exp(-logit))).astype(int)
    case.X["parent_growth"] = level[family]
    case.options = {"groups": family}
    return case


def honest_panel(seed: int) -> Case:
    """Rows over four years, features available in time, a numbering that tells nothing."""
    case, draw = plain(seed), stream(seed, "clean", "panel")
    case.X["account_number"] = draw.permutation(ROWS)
    time = pd.Timestamp("2019-01-01") + pd.to_timedelta(draw.integers(0, 4 * 365, ROWS), unit="D")
    case.X["signed_on"] = time - pd.to_timedelta(draw.integers(1, 900, ROWS), unit="D")
    case.options = {"time": time, "as_of": None}
    return case


def honest_many(seed: int) -> Case:
    """Counts and lagged columns, related to each other and weakly to the answer."""
    case, draw = plain(seed), stream(seed, "clean", "many")
    base = draw.normal(size=ROWS)
    for lag in range(15):
        case.X[f"lag_{lag}"] = base + draw.normal(scale=0.7, size=ROWS) + 0.12 * case.X["trend"]
    for k in range(6):
        case.X[f"count_{k}"] = draw.poisson(1 + k, ROWS)
    return case


CLEAN: tuple[Callable[[int], Case], ...] = (
    honest,
    honest_and_strong,
    honest_and_single,
    honest_noise,
    honest_rare,
    honest_gaps,
    honest_families,
    honest_panel,
    honest_many,
)
