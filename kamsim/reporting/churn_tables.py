"""Whom to call before they leave, and whether the score is worth calling by: two tables of texts."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.measures.record import MONTHS_A_YEAR
from kamsim.reporting.style import segment_name

if TYPE_CHECKING:
    from kamsim.scoring import Assessment, OracleShare

SKILLS = {
    "bias_points": 1, "calibration_slope": 2, "calibration_error": 3, "auc": 2, "brier_skill": 2,
    "captured_top_20": 2, "value_captured_top_20": 2,
}  # fmt: skip
"""Measures of the skill table, calibration first, and the decimals that their intervals warrant."""

BESIDE_SPEND = "value_captured_top_20"
"""Its baseline in the assessment is past spend: the base rate has no order to capture value by."""


def at_stake_table(
    accounts: pd.DataFrame,
    scores: pd.DataFrame,
    reasons: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    rows: int = 8,
) -> pd.DataFrame:
    """List the customers with most revenue at stake: churn probability times yearly revenue.

    Parameters
    ----------
    accounts, scores : DataFrame
        ACCOUNTS, SCORES.
    reasons : DataFrame
        From `kamsim.scoring.say_explanations`; an account without one has a dash.
    locale : Locale
    currency : str
        ISO code.
    rows : int
        At most.

    Returns
    -------
    DataFrame
        Most at stake first: account, segment, revenue a year, churn within 12 months, revenue at stake, why.
        Columns carry their heading.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": ["a"], "name": ["Ada"], "segment": ["smb"],
    ...     "revenue_eur_per_month": [1e4]})
    >>> scores = pd.DataFrame({"account_id": ["a"], "churn_probability_12m": [0.25]})
    >>> none = pd.DataFrame({"account_id": [], "target": [], "text": []})
    >>> at_stake_table(accounts, scores, none).iloc[0].tolist()
    ['Ada', 'SMB', '€120k', '25%', '€30k', '–']
    """
    told = accounts.merge(scores[["account_id", "churn_probability_12m"]], on="account_id")
    revenue = MONTHS_A_YEAR * told["revenue_eur_per_month"]
    told = told.assign(revenue=revenue, stake=revenue * told["churn_probability_12m"])
    order = told[told["stake"] > 0].sort_values(["stake", "account_id"], ascending=[False, True]).head(rows)
    said = reasons[reasons["target"] == "churn"].set_index("account_id")["text"].to_dict()
    missing = locale.text("format.missing")
    texts = [
        (
            row["name"],
            segment_name(row["segment"], locale),
            locale.money(row["revenue"], currency, compact=True),
            locale.percent(row["churn_probability_12m"], 0),
            locale.money(row["stake"], currency, compact=True),
            said.get(row["account_id"], missing),
        )
        for row in order.to_dict("records")
    ]
    heads = [locale.text(f"stake.{n}") for n in ("account", "segment", "revenue", "churn", "stake", "why")]
    return pd.DataFrame(texts, columns=heads).astype("str")


def skill_table(
    assessment: Assessment, locale: Locale = ENGLISH, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Write how good a churn model is forward in time beside the base rate, past spend and RFM.

    Parameters
    ----------
    assessment : Assessment
        Of a classifier, from `kamsim.scoring.assess_churn`.
    locale : Locale
    confidence : float
        Of the intervals of the assessment, for the heading.

    Returns
    -------
    DataFrame
        One row a headline measure: its name, the model's value with interval, the base rate's, past spend's
        and RFM's with the interval of the model's lead over each. What a baseline cannot have is a dash.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from kamsim.scoring import assess
    >>> seats = np.arange(200.0) % 20
    >>> left = (seats + (np.arange(200) * 37 % 11) < 15).astype(int)
    >>> found = assess(LogisticRegression(), pd.DataFrame({"seats": seats}), left, rfm=seats)
    >>> skill_table(found).iloc[3, [0, 2, 3]].tolist()
    ['AUC (0.5 = by chance, 1 = perfect)', '0.50', '–']
    """
    heads = [
        locale.text(f"skill.{name}", confidence=locale.confidence(confidence))
        for name in ("measure", "model", "base", "spend", "rfm")
    ]
    rivals = {(r["measure"], r["baseline"]): r for r in assessment.baselines.to_dict("records")}
    measures = {row["measure"]: row for row in assessment.frame().to_dict("records")}
    texts = []
    for name, digits in SKILLS.items():
        if name not in measures:
            continue
        row = measures[name]
        base = math.nan if name == BESIDE_SPEND else row["baseline"]
        texts.append(
            (
                locale.label("measure", name),
                _interval(row["value"], row, digits, locale),
                locale.number(base, digits),
                *(_lead(rivals.get((name, rival)), digits, locale) for rival in ("past spend", "rfm")),
            )
        )
    return pd.DataFrame(texts, columns=heads).astype("str")


def say_oracle(share: OracleShare | None, locale: Locale = ENGLISH) -> str:
    """Say how much of what could be known of who leaves the churn score knows.

    Parameters
    ----------
    share : OracleShare or None
        From `kamsim.scoring.score_beside_truth`.
    locale : Locale

    Returns
    -------
    str

    Examples
    --------
    >>> from kamsim.scoring import OracleShare
    >>> say_oracle(OracleShare(0.1, 0.4, 900)).split(": ")[1]
    "25% of the oracle's skill (900 customers)."
    """
    if share is None:
        return locale.text("skill.no_oracle")
    return locale.text(
        "skill.oracle",
        share=locale.percent(share.share, 0),
        skill=locale.percent(share.skill, 0),
        oracle=locale.percent(share.oracle_skill, 0),
        rows=locale.number(share.rows),
    )


def _interval(
    middle: float, ends: dict[Hashable, Any], digits: int, locale: Locale, *, signed: bool = False
) -> str:
    low, high = (locale.number(ends[name], digits, signed=signed) for name in ("low", "high"))
    return locale.text("format.interval", middle=locale.number(middle, digits), low=low, high=high)


def _lead(rival: dict[Hashable, Any] | None, digits: int, locale: Locale) -> str:
    if rival is None:
        return locale.text("format.missing")
    return _interval(rival["value"], rival, digits, locale, signed=True)
