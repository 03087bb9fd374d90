"""Why accounts score as they do, as a table of the run folder, and read back as sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.schemas import EXPLANATIONS, SCORES, check
from kamsim.scoring.explanation import COLUMNS, explain
from kamsim.scoring.explanation_words import explain_in_words
from kamsim.scoring.horizon import YEAR
from kamsim.scoring.scores import ScoreResult
from kamsim.scoring.shrinkage import rescale

FEWEST_TO_COMPARE = 2

SHOWN = {"churn": "churn_probability_12m", "potential": "potential_36m_eur"}
"""Column of SCORES that each explanation is of."""


def explain_scores(result: ScoreResult) -> pd.DataFrame:
    """Tell what raised and what lowered the scores of each account.

    Parameters
    ----------
    result : ScoreResult

    Returns
    -------
    DataFrame
        EXPLANATIONS. Churn of customers and potential of accounts that did not disclose it; nothing where no
        model was learned: there is nothing to explain in a prior.

    Examples
    --------
    >>> import warnings
    >>> from kamsim.config import Scenario
    >>> from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES
    >>> from kamsim.scoring import score_accounts
    >>> nobody = ACCOUNTS.empty(), HISTORY.empty(), OPPORTUNITIES.empty()
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     result = score_accounts(*nobody, Scenario.load("base"), cutoff=pd.Timestamp("2026-01-01"))
    >>> explain_scores(result).empty
    True
    """
    scores = check(result.scores, SCORES).set_index("account_id")
    customers, unknown = scores["churn_probability_12m"].to_numpy() > 0, ~result.potential.disclosed
    explained = [
        (result.churn.model, result.churn.features[customers]),
        (result.potential.model, result.potential.features[unknown]),
    ]
    parts = [
        explain(model, features)
        for model, features in explained
        if model is not None and len(features) >= FEWEST_TO_COMPARE
    ]
    parts = [found.assign(score=found["row"].map(scores[SHOWN[found["target"].iloc[0]]])) for found in parts]
    if not parts:
        return EXPLANATIONS.empty()
    told = pd.concat(parts, ignore_index=True)
    if result.churn.model is not None:  # it looks ahead as far as it learned to; scores are told over a year
        churn = told["target"] == "churn"
        usual = told.loc[churn, "typical_score"].to_numpy("float64")
        told.loc[churn, "typical_score"] = rescale(usual, result.churn.model.horizon_months, YEAR)
    table = {"account_id": told["row"], "target": told["target"], "rank": told["rank"].astype("int64")}
    table["feature"] = told["feature"]
    for name in ("value", "typical"):
        numbers = pd.to_numeric(told[name].map(_number), errors="coerce").astype("float64")
        table[name] = numbers
        table[f"{name}_text"] = told[name].where(numbers.isna() & told[name].notna())
    frame = pd.DataFrame({**table, **{n: told[n] for n in ("effect", "score", "typical_score")}})
    texts = ("account_id", "target", "feature", "value_text", "typical_text")
    return check(frame.astype(dict.fromkeys(texts, "str")), EXPLANATIONS)


def say_explanations(
    explanations: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR"
) -> pd.DataFrame:
    """Say explanations in sentences that a representative can use.

    Parameters
    ----------
    explanations : DataFrame
        EXPLANATIONS.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        account_id, target ("churn" or "potential") and text, sorted.

    Examples
    --------
    >>> say_explanations(EXPLANATIONS.empty()).empty
    True
    """
    told = check(explanations, EXPLANATIONS)
    for name in ("value", "typical"):
        told[name] = told[name].astype("object").where(told[name].notna(), told[f"{name}_text"])
    parts = [
        pd.DataFrame({"target": target, "text": explain_in_words(
            rows.rename(columns={"account_id": "row"})[list(COLUMNS)], locale,
            kamsim_features=True, currency=currency,
        )})
        for target, rows in told.groupby("target")
    ]  # fmt: skip
    if not parts:
        return pd.DataFrame(columns=["account_id", "target", "text"], dtype="str")
    said = pd.concat(parts).rename_axis("account_id").reset_index()
    return said.sort_values(["account_id", "target"], ignore_index=True)


def _number(value: object) -> object:
    return value if isinstance(value, (int, float, np.number)) else None
