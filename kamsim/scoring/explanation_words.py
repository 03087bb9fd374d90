"""Explanations as sentences that a representative can use, in any language of the catalogue."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from kamsim.errors import FeatureError
from kamsim.locale import ENGLISH, Locale
from kamsim.scoring.explanation import COLUMNS
from kamsim.scoring.features import LOOKBACK

SMALLEST_TOLD = 0.02
"""Effects below 2% of the odds, or of the potential, are not worth a word."""

TABLE = "explanation"


def explain_in_words(
    explanation: pd.DataFrame,
    locale: Locale = ENGLISH,
    *,
    kamsim_features: bool = False,
    currency: str = "EUR",
) -> pd.Series:
    """Say what raised and what lowered each account's score.

    Parameters
    ----------
    explanation : DataFrame
        As `explain` returns it.
    locale : Locale
    kamsim_features : bool, default False
        Whether the columns are those that `score_accounts` makes of kamsim's tables: they are then named by
        the catalogue, and logarithms are undone. A column that the catalogue does not know is shown as it
        is, like those of any other table.
    currency : str, default "EUR"
        ISO code of money.

    Returns
    -------
    Series of str
        One text an account, indexed by ``row``, in the order of the explanation.

    Raises
    ------
    FeatureError
        When a column of an explanation is missing.

    Examples
    --------
    >>> row = ("A1", "reviews", 0.0, 2.0, 0.9, 1, "churn", 0.34, 0.12)
    >>> explain_in_words(pd.DataFrame([row], columns=list(COLUMNS)))["A1"]
    'Churn 34% (typical 12%). Raised by: reviews 0 (typical 2).'
    """
    absent = [name for name in COLUMNS if name not in explanation]
    if absent:
        raise FeatureError(f"column {absent[0]!r} is missing: not an explanation as `explain` returns it")
    said: dict[Any, list[str]] = {}
    causes: dict[Any, tuple[list[str], list[str]]] = {}
    listed: Iterator[Any] = explanation.itertuples(index=False)
    for cause in listed:
        if cause.row not in said:
            said[cause.row] = [_score(cause, locale, currency)]
            causes[cause.row] = ([], [])
        if abs(cause.effect) >= SMALLEST_TOLD:
            unit = f"feature.unit.{cause.feature}"
            kind = locale.text(unit) if kamsim_features and locale.has(unit) else "as_given"
            text = _cause(cause, kind, locale, currency)
            if text:
                causes[cause.row][cause.effect < 0].append(text)
    texts = [" ".join([*start, *_directions(*causes[row], locale)]) for row, start in said.items()]
    index = pd.Index(list(said), name="row", tupleize_cols=False)
    return pd.Series(texts, index=index, dtype="str", name="explanation")


def _directions(raised: list[str], lowered: list[str], locale: Locale) -> list[str]:
    if not raised and not lowered:
        return [locale.text(f"{TABLE}.nothing")]
    separator = locale.text(f"{TABLE}.separator")
    return [
        locale.text(f"{TABLE}.{key}", causes=separator.join(causes))
        for key, causes in (("raised", raised), ("lowered", lowered))
        if causes
    ]


def _score(cause: Any, locale: Locale, currency: str) -> str:
    def write(x: float) -> str:
        if cause.target == "churn":
            return locale.percent(x, 0 if x >= 0.1 else 1)
        return locale.money(x, currency, compact=True)

    return locale.text(
        f"{TABLE}.{cause.target}", score=write(cause.score), typical=write(cause.typical_score)
    )


def _cause(cause: Any, kind: str, locale: Locale, currency: str) -> str:
    """Say one cause; nothing where it reads as typical: to say so would puzzle more than help."""
    feature = cause.feature if kind == "as_given" else locale.text(f"feature.name.{cause.feature}")
    typical = write_value(cause.typical, kind, locale, currency)
    if pd.isna(cause.value):
        return locale.text(f"{TABLE}.cause_unknown", feature=feature, typical=typical)
    value = write_value(cause.value, kind, locale, currency)
    if value == typical:
        return ""
    return locale.text(f"{TABLE}.cause", feature=feature, value=value, typical=typical)


def write_value(value: Any, kind: str, locale: Locale, currency: str = "EUR") -> str:
    """Write the value of a feature in its unit.

    Parameters
    ----------
    value : number, bool, text or missing
    kind : str
        A unit of the catalogue's table ``[feature.unit]``, or "as_given".
    locale : Locale
    currency : str, default "EUR"

    Returns
    -------
    str

    Examples
    --------
    >>> write_value(np.log1p(1200), "log_money_month", ENGLISH), write_value(12.0, "months", ENGLISH)
    ('€1.2k a month', '12 months or more')
    >>> write_value(-0.3, "log_change", ENGLISH), write_value(0.7231, "as_given", ENGLISH)
    ('−26%', '0.72')
    """
    if pd.isna(value):
        return locale.text(f"{TABLE}.unknown")
    if isinstance(value, str):
        return locale.label("segment", value) if kind == "segment" else value
    return _WRITERS[kind](value, locale, currency)


def _as_given(value: Any, locale: Locale, currency: str) -> str:  # noqa: ARG001
    if isinstance(value, bool | np.bool_):
        return _yes_no(value, locale, "")
    if not isinstance(value, int | float | np.number):
        return str(value)
    x = float(value)
    whole = x.is_integer() or abs(x) >= 100
    return locale.number(x, 0 if whole else min(4, max(0, 1 - math.floor(math.log10(abs(x))))))


def _yes_no(value: Any, locale: Locale, currency: str) -> str:  # noqa: ARG001
    return locale.text(f"{TABLE}.{'yes' if value >= 0.5 else 'no'}")


def _months(value: Any, locale: Locale, currency: str) -> str:  # noqa: ARG001
    """Write an age; the look-back is where ages end."""
    text = locale.number(value)
    key = "months_or_more" if value >= LOOKBACK else "month" if text == locale.number(1) else "months"
    return locale.text(f"{TABLE}.{key}", months=text)


def _money_month(value: Any, locale: Locale, currency: str) -> str:
    money = locale.money(math.expm1(value), currency, compact=True)
    return locale.text(f"{TABLE}.money_month", money=money)


def _hours_month(value: Any, locale: Locale, currency: str) -> str:  # noqa: ARG001
    return locale.text(f"{TABLE}.hours_month", hours=locale.number(math.expm1(value), 1))


def _times_month(value: Any, locale: Locale, currency: str) -> str:  # noqa: ARG001
    return locale.text(f"{TABLE}.times_month", times=locale.number(math.expm1(value), 1))


def _points(value: Any, locale: Locale, currency: str) -> str:  # noqa: ARG001
    return locale.text(f"{TABLE}.points", points=locale.number(100 * value, signed=True))


_WRITERS: Mapping[str, Callable[[Any, Locale, str], str]] = {
    "as_given": _as_given,
    "text": _as_given,
    "segment": _as_given,
    "yes_no": _yes_no,
    "months": _months,
    "count": lambda x, locale, _: locale.number(x),
    "tenths": lambda x, locale, _: locale.number(x, 1),
    "points": _points,
    "share": lambda x, locale, _: locale.percent(x, 0),
    "log_change": lambda x, locale, _: locale.percent(math.expm1(x), 0, signed=True),
    "log_count": lambda x, locale, _: locale.number(math.expm1(x)),
    "log_whole": lambda x, locale, _: locale.number(math.exp(x)),
    "log_money": lambda x, locale, currency: locale.money(math.expm1(x), currency, compact=True),
    "log_money_month": _money_month,
    "log_hours_month": _hours_month,
    "log_times_month": _times_month,
}
UNITS = tuple(_WRITERS)
"""How a feature's values may be held."""
