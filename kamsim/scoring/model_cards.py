"""A page on one fitted model: what it predicts, what it rests on, how good it is, what it is not for.

The sections are those of Mitchell et al. 2019, "Model Cards for Model Reporting" (FAT* '19): model details,
intended use, training data, evaluation with its quantitative analyses, and caveats, ethical ones among them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from sklearn.utils.validation import check_is_fitted

import kamsim
from kamsim.errors import FeatureError
from kamsim.locale import ENGLISH, Locale
from kamsim.scoring.churn_classifier import ChurnClassifier
from kamsim.scoring.churn_hazard import ChurnHazard
from kamsim.scoring.forward_folds import FORWARD, GROUPED, RANDOM
from kamsim.scoring.horizon import HORIZON_MONTHS
from kamsim.scoring.model_assessment import Assessment
from kamsim.scoring.potential_regressor import PotentialRegressor

Model = ChurnClassifier | PotentialRegressor | ChurnHazard

FEWEST_FOR_90 = 19
"""Held-out errors that a two-sided 90% interval wants."""

_VERDICTS = {"useful": "verdict_useful", "no signal": "verdict_no_signal", "suspected leak": "verdict_leak"}
_FOLDS = {FORWARD: "folds_forward", GROUPED: "folds_grouped", RANDOM: "folds_random"}
_COMPARED = {"forward in time": "how_forward", "cross-validation": "how_cross", "nothing": "how_nothing"}


def model_card(
    estimator: Model,
    assessment: Assessment | None = None,
    *,
    date: datetime.date,
    locale: Locale = ENGLISH,
    purpose: str = "",
    not_for: Iterable[str] = (),
) -> str:
    """Write the card of a fitted model.

    Parameters
    ----------
    estimator : ChurnClassifier, PotentialRegressor or ChurnHazard
        Fitted.
    assessment : Assessment, optional
        What `assess` found of it; the card says so where there is none.
    date : date
        Day of the fit, as the card is to say it.
    locale : Locale
    purpose : str, optional
        What the model is for, in the reader's language.
    not_for : iterable of str, optional
        What else it must not be used for.

    Returns
    -------
    str
        Markdown; the same for the same model, assessment, date and installed versions.

    Raises
    ------
    FeatureError
        When the estimator is of another kind.

    Examples
    --------
    >>> rows = np.arange(200)
    >>> X, y = pd.DataFrame({"logins": rows % 20.0}), (rows % 20 < 6) ^ (rows % 11 == 0)
    >>> text = model_card(ChurnClassifier(model="linear").fit(X, y), date=datetime.date(2026, 3, 1))
    >>> text.splitlines()[0]
    '# Model card: churn'
    """
    if not isinstance(estimator, ChurnClassifier | PotentialRegressor | ChurnHazard):
        raise FeatureError(f"{type(estimator).__name__} has no card: estimators of kamsim have")
    check_is_fitted(estimator)
    card = _Card(locale)
    name, details = _NAMES[type(estimator)], _DETAILS[type(estimator)]
    card.lines.append(f"# {card.say('title', model=card.say(name))}")
    card.section("details", [card.say("date", date=locale.date(date)), *details(estimator, card)])
    uses = [card.say("purpose", purpose=_plain(purpose)) if purpose else card.say("no_purpose")]
    banned = [card.say("not_for_people"), card.say("not_for_cause"), *map(_plain, not_for)]
    card.section("use", uses + [card.say("not_for", what=what) for what in banned])
    card.section("data", _DATA[type(estimator)](estimator, card) + _columns(estimator, card))
    if not isinstance(estimator, ChurnHazard):
        _compare(estimator, card)
    _evaluate(assessment, card)
    card.section("limits", _limits(estimator, assessment, card))
    versions = {"kamsim": kamsim, "scikit-learn": sklearn, "numpy": np, "pandas": pd}
    said = [card.say("version", name=n, version=m.__version__) for n, m in versions.items()]
    card.section("versions", said)
    return "\n".join(card.lines) + "\n"


class _Card:
    """Lines of a card in one language."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self.lines: list[str] = []

    def say(self, key: str, **values: str) -> str:
        return self.locale.text(f"card.{key}", **values)

    def count(self, x: float) -> str:
        return self.locale.number(x)

    def figure(self, x: float) -> str:
        return self.locale.number(x, 3) if np.isfinite(x) else self.locale.text("format.missing")

    def section(self, key: str, items: Iterable[str]) -> None:
        self.lines += ["", f"## {self.say(key)}", "", *(f"- {item}" for item in items)]

    def table(self, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        heads = [self.say(head) for head in heads]
        lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
        self.lines += ["", *(f"| {' | '.join(line)} |" for line in lines)]


def _churn_details(model: ChurnClassifier, card: _Card) -> list[str]:
    rate = model.chosen_ == "rate"
    calibration = "none" if rate else model.calibration_.method
    slope = card.locale.number(model.calibration_.slope, 2)
    return [
        card.say("predicts_churn", months=card.count(model.horizon_months)),
        card.say("chosen_rate") if rate else card.say("chosen", model=model.chosen_),
        card.say(f"calibration_{calibration}", slope=slope),
        _weight(model.weight_, card.locale.percent(model.prior_rate_), card),
    ]


def _potential_details(model: PotentialRegressor, card: _Card) -> list[str]:
    key = "predicts_potential" if model.basis_ == "survey" else "predicts_spend"
    chosen = card.say("chosen_median" if model.chosen_ == "median" else "chosen", model=model.chosen_)
    return [
        card.say(key, months=card.count(HORIZON_MONTHS), basis=model.basis_),
        chosen,
        card.say("intervals", errors=card.count(_errors(model))),
        _weight(model.weight_, card.count(model.prior_potential_), card),
    ]


def _hazard_details(model: ChurnHazard, card: _Card) -> list[str]:
    return [card.say("predicts_hazard", silence=card.count(model.silence_)), card.say("chosen_hazard")]


def _weight(weight: float, prior: str, card: _Card) -> str:
    if weight == 1:
        return card.say("weight_whole")
    of_model, rest = card.locale.percent(weight), card.locale.percent(1 - weight)
    return card.say("weight", weight=of_model, rest=rest, prior=prior)


def _churn_data(model: ChurnClassifier, card: _Card) -> list[str]:
    rate = card.say("rate", rate=card.locale.percent(model.rate_))
    return [card.say("rows", rows=card.count(model.n_learned_)), rate]


def _potential_data(model: PotentialRegressor, card: _Card) -> list[str]:
    return [card.say("rows_amounts", rows=card.count(model.n_learned_))]


def _hazard_data(model: ChurnHazard, card: _Card) -> list[str]:
    months = card.count(model.counts_["at_risk"].sum())
    return [card.say("rows_hazard", rows=months, left=card.count(model.leavers_))]


def _columns(model: Model, card: _Card) -> list[str]:
    if model.preparation_ is None:
        return [card.say("no_columns")]
    kept, left_out = model.preparation_.kept_, model.preparation_.left_out_
    said = [card.say("columns", count=card.count(len(kept)), names=", ".join(map(_code, kept)))]
    said += [
        card.say("left_out", column=_code(name), reason=card.say(f"reason_{reason}"))
        for name, reason in zip(left_out, model.preparation_.reasons_, strict=True)
    ]
    return said if left_out else [*said, card.say("nothing_left_out")]


def _compare(model: ChurnClassifier | PotentialRegressor, card: _Card) -> None:
    table = model.comparison_
    how = "cross-validation" if len(table) else "nothing"
    if isinstance(model, ChurnClassifier):
        how = model.compared_by_
    card.section("comparison", [card.say("compared_by", how=card.say(_COMPARED[how]))])
    if not len(table):
        return
    if isinstance(model, ChurnClassifier):
        card.lines.append(f"- {card.say('beats' if model.beats_base_rate_ else 'beats_not')}")
    rows = (
        [str(name), *map(card.figure, row)] for name, row in zip(table.index, table.to_numpy(), strict=True)
    )
    card.table(("candidate", "loss", "excess", "standard_error"), rows)


def _evaluate(assessment: Assessment | None, card: _Card) -> None:
    if assessment is None:
        card.section("evaluation", [card.say("not_assessed")])
        return
    table = assessment.frame()
    table = table[~table["measure"].str.startswith("lift_decile_")]
    rows, folds = card.count(table["rows"].iloc[0]), card.say(_FOLDS[str(table["folds"].iloc[0])])
    said = card.say("verdict", verdict=card.say(_VERDICTS[assessment.verdict]), rows=rows, folds=folds)
    evidence = [card.say("evidence", sentence=_plain(sentence)) for sentence in assessment.evidence]
    card.section("evaluation", [said, *(evidence or [card.say("no_evidence")])])
    listed: Iterator[Any] = table.itertuples()
    figures = (
        [
            _plain(card.locale.label("measure", row.measure)),
            card.figure(row.value),
            card.locale.text("format.range", low=card.figure(row.low), high=card.figure(row.high)),
            card.figure(row.baseline),
        ]
        for row in listed
    )
    card.table(("measure", "value", "interval", "baseline"), figures)


def _limits(model: Model, assessment: Assessment | None, card: _Card) -> list[str]:
    keys = []
    if not isinstance(model, ChurnHazard) and model.weight_ < 1:
        keys.append("limit_small")
    if assessment is not None:
        keys += {"no signal": ["limit_no_signal"], "suspected leak": ["limit_leak"]}.get(
            assessment.verdict, []
        )
        keys += ["limit_drift"] if assessment.drifted else []
    if assessment is None or assessment.measures["folds"].iloc[0] != FORWARD:
        keys.append("limit_time")
    if isinstance(model, PotentialRegressor):
        keys += ["limit_spend"] if model.basis_ != "survey" else []
        keys += ["limit_infinite"] if _errors(model) < FEWEST_FOR_90 else []
    keys += ["limit_associations", "limit_age"]
    small = "" if isinstance(model, ChurnHazard) else card.count(model.small_sample)
    return [card.say(key, small=small) for key in keys]


def _errors(model: PotentialRegressor) -> int:
    return sum(map(len, model.errors_))


def _plain(text: str) -> str:
    """Take the meaning that Markdown gives to marks off a text that was written elsewhere."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(str(text).split()))


def _code(name: object) -> str:
    """Set a column's name as code, on one line and free of what would end it."""
    text = " ".join(str(name).split()).replace("`", "'").replace("|", "\\|")
    return f"`{text}`"


_NAMES: dict[type, str] = {
    ChurnClassifier: "name_churn",
    PotentialRegressor: "name_potential",
    ChurnHazard: "name_hazard",
}
_DETAILS: dict[type, Any] = {
    ChurnClassifier: _churn_details,
    PotentialRegressor: _potential_details,
    ChurnHazard: _hazard_details,
}
_DATA: dict[type, Any] = {
    ChurnClassifier: _churn_data,
    PotentialRegressor: _potential_data,
    ChurnHazard: _hazard_data,
}
