"""The leak guard: rules over the table, its groups and its folds, gathered as findings.

What it cannot see: a model that was chosen by looking at the very rows it is measured on leaves no trace in
the table. Three shadows of it are looked for: columns picked for the answer, a score the caller claims that
rows held out do not bear out, and a split of the caller's on which the model does better than on others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.scoring.forward_folds import Fold, group_folds, random_folds
from kamsim.scoring.held_out import HeldOut, predict_held_out
from kamsim.scoring.leak_columns import (
    TELLING_GAP,
    TOO_EXACT,
    TOO_GOOD,
    area_bounds,
    as_numbers,
    column_suspicions,
    order_suspicions,
    pair_suspicions,
)
from kamsim.scoring.leak_keys import ALIKE, alikeness, encoding_suspicions, key_columns
from kamsim.scoring.measured import Measured
from kamsim.scoring.measures_of_skill import area_under_curve, rank_agreement
from kamsim.scoring.suspicion import Suspicion
from kamsim.scoring.uncertainty import delong_error, delong_interval

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

MOST_KEYS = 2
"""Each key costs one more round of fits."""

KEY_GAP, KEY_ERRORS = 0.04, 4.0
"""Area under the curve, and standard errors, by which random folds must beat folds cut by a key."""

PICKED_FROM, PICKED_TO, FEWEST_PICKED = 1.6, 3.6, 12
"""Columns picked for the answer by chance all lie just beyond a bar of significance, in standard errors."""

MOST_RELATED = 0.1


def table_suspicions(
    features: pd.DataFrame, target: Floats, groups: Rows | None, position: Floats | None
) -> list[Suspicion]:
    """Run the rules that need no model.

    Parameters
    ----------
    features : DataFrame, shape (rows, columns)
    target : array, shape (rows,)
        0 and 1, or an amount.
    groups : array of int, optional
    position : array, optional
        Place of each row in the table as given; None where rows stand in order of time.

    Returns
    -------
    list of Suspicion
        One a column at most, the first that was found.
    """
    answer = answer_of(target)
    found = [
        *encoding_suspicions(features, target, groups),
        *column_suspicions(features, answer, target),
        *order_suspicions(features, answer, np.zeros(len(answer)) if position is None else position),
        *picked_suspicions(features, answer),
    ]
    named_already = {s.column for s in found}
    found += pair_suspicions(features.drop(columns=list(named_already - {""})), answer, target)
    named: dict[str, Suspicion] = {}
    return [s for s in found if not s.column or named.setdefault(s.column, s) is s]


def answer_of(target: Floats) -> Floats:
    """Return what happened, or whether an amount lies above the median."""
    if np.isin(target, (0.0, 1.0)).all():
        return target
    return (target > np.median(target)).astype(float)


def picked_suspicions(features: pd.DataFrame, answer: Floats) -> Iterator[Suspicion]:
    """Look for columns that were picked for their fit with these very answers.

    Of columns that tell nothing, 89 % lie within 1.6 standard errors of no relation. A dozen unrelated
    columns that all lie just beyond, and none within, were picked.
    """
    numbers = {str(n): as_numbers(features[n]) for n in features.columns}
    known = [x for x in numbers.values() if x is not None and np.isfinite(x).all() and np.ptp(x) > 0]
    if len(known) < FEWEST_PICKED:
        return
    table = np.array(known)
    distance = np.abs([np.corrcoef(x, answer)[0, 1] for x in table]) * np.sqrt(len(answer))
    just = (distance > PICKED_FROM) & (distance < PICKED_TO)
    if just.sum() < FEWEST_PICKED or (distance <= PICKED_FROM).any():
        return
    related = np.abs(np.corrcoef(table[just]))[np.triu_indices(int(just.sum()), 1)]
    if related.mean() < MOST_RELATED:
        yield Suspicion(
            "picked on these rows",
            f"{int(just.sum())} unrelated columns all lie just beyond significance and none within it: they "
            "were picked for these very answers, and rows held out here were looked at before.",
        )


def late_suspicions(late: pd.DataFrame, refused: Sequence[str], target: Floats) -> Iterator[Suspicion]:
    """Turn the join as of the cut-off into findings."""
    for name in map(str, late.columns):
        share = float(late[name].mean())
        area, low = area_bounds(answer_of(target), late[name].to_numpy(float))
        if name in refused:
            yield Suspicion(
                "late feature", f"Column {name!r} came after the cut-off and was left out.", column=name
            )
        elif low >= TELLING_GAP:
            yield Suspicion(
                "late feature",
                f"Whether {name!r} came after the cut-off gives the answer away (AUC {area:.2f}).",
                column=name,
            )
        else:
            yield Suspicion(
                "late feature",
                f"Column {name!r}: {share:.1%} of its cells came later and were masked.",
                False,
            )


def key_suspicions(
    estimator: Any, features: pd.DataFrame, target: Floats, *, classify: bool, folds: int, seed: int
) -> Iterator[Suspicion]:
    """Compare folds cut at random with folds cut by columns that look like keys of families."""
    answer = answer_of(target)
    agree = {name: alikeness(answer, keys) for name, keys in key_columns(features).items()}
    chosen = sorted((n for n in agree if agree[n] > ALIKE), key=lambda n: -agree[n])[:MOST_KEYS]
    if not chosen:
        return
    cut = random_folds(answer, len(answer), folds, seed)
    mixed = predict_held_out(estimator, features, target, cut, classify=classify)
    for name in chosen:
        keys = key_columns(features)[name]
        whole = predict_held_out(
            estimator, features, target, group_folds(answer, keys, folds, seed), classify=classify
        )
        if len(whole.rows) != len(mixed.rows):
            continue
        areas = [area_under_curve(answer, x.predicted) for x in (mixed, whole)]
        error = delong_error(answer, mixed.predicted, whole.predicted)
        if areas[0] - areas[1] > max(KEY_GAP, KEY_ERRORS * error):
            yield Suspicion(
                "group leak",
                f"Rows with the same {name!r} give each other away: AUC {areas[0]:.3f} when they stand on "
                f"both sides of a split, {areas[1]:.3f} when they stay on one. Pass them as groups.",
                column=name,
            )


def skill_suspicions(
    held_out: HeldOut, claimed: Mapping[str, float], known: Mapping[str, Measured]
) -> Iterator[Suspicion]:
    """Look at the skill as a whole: too good to be honest, or less than was claimed."""
    answer = answer_of(held_out.happened)
    classify = bool(np.isin(held_out.happened, (0.0, 1.0)).all())
    if classify and delong_interval(answer, held_out.predicted)[0] >= TOO_GOOD:
        yield Suspicion(
            "too good",
            f"AUC {area_under_curve(answer, held_out.predicted):.3f} on rows held out is more than honest "
            "columns give: something in the table knows the answer.",
        )
    if not classify and rank_agreement(held_out.happened, held_out.predicted) >= TOO_EXACT:
        yield Suspicion(
            "too good", "The amounts are ranked almost exactly: something in the table knows the answer."
        )
    for name, value in claimed.items():
        if name in known and value > known[name].high:
            yield Suspicion(
                "claim",
                f"The claimed {name} of {value:.3f} lies above what rows held out bear out "
                f"({known[name]}): the claim was made on "
                "rows that the model, or who tuned it, had seen.",
            )


def split_suspicions(
    split: Sequence[tuple[Rows, Rows]],
    groups: Rows | None,
    time: pd.Series | None,
    predicted: HeldOut,
    own: HeldOut,
) -> Iterator[Suspicion]:
    """Check the caller's own split.

    Parameters
    ----------
    split : sequence of pairs of arrays of int
        Rows learned from and rows tested.
    groups : array of int, optional
    time : Series, optional
    predicted : HeldOut
        What the estimator predicts on the caller's tests.
    own : HeldOut
        What it predicts on folds cut here.
    """
    for learned, tested in split:
        both = len(np.intersect1d(learned, tested))
        if both:
            yield Suspicion("split", f"{both} rows stand on both sides of the caller's split.")
        if groups is not None:
            shared = np.isin(groups[tested], groups[learned])
            if shared.any():
                yield Suspicion(
                    "group leak",
                    f"{shared.mean():.0%} of the rows tested by the caller's split belong to groups that the "
                    "model learned from.",
                )
        if time is not None and time.iloc[learned].max() >= time.iloc[tested].min():
            yield Suspicion("split", "The caller's split learns from rows no earlier than those it tests.")
    areas = [area_under_curve(answer_of(x.happened), x.predicted) for x in (predicted, own)]
    errors = [delong_error(answer_of(x.happened), x.predicted) for x in (predicted, own)]
    if areas[0] - areas[1] > KEY_ERRORS * float(np.hypot(errors[0], errors[1])):
        yield Suspicion(
            "split",
            f"AUC {areas[0]:.3f} on the caller's split, {areas[1]:.3f} on folds cut here: the split, or what "
            "was tuned on it, flatters the model.",
        )


def as_folds(split: Sequence[tuple[Rows, Rows]]) -> list[Fold]:
    """Read the caller's split as folds."""
    return [Fold(np.asarray(a, dtype=np.int64), np.asarray(b, dtype=np.int64), 0) for a, b in split]
