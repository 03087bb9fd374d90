"""Decisions for whoever signs them: what each is worth, whether to take it, and what would flip it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import pandas as pd

from kamsim.config import Scenario
from kamsim.experiments.recommendations import OVER
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.assumptions import recommendation_text, write_assumption


def decision_table(
    flips: pd.DataFrame, names: Sequence[str], scenario: Scenario, locale: Locale = ENGLISH
) -> pd.DataFrame:
    """Write each recommendation as a decision: its worth with interval, what to do, and its nearest flip.

    Parameters
    ----------
    flips : DataFrame
        `FLIPS`.
    names : sequence of str
        Of the recommendations, in the order in which they are to be decided.
    scenario : Scenario
    locale : Locale

    Returns
    -------
    DataFrame
        One row a recommendation: decision, worth over the horizon with its interval, what to do (`decide`),
        and the nearest value of an assumption that turns the sign of its worth, beside the value it has.
        Columns carry their heading.

    Examples
    --------
    >>> row = {"recommendation": "one_more_ae", "assumption": "ae_cost_eur", "base": 10_000.0, "low": 7_000.0,
    ...     "high": 14_000.0, "flip": 9_100.0, "distance": 0.1, "lead_eur": -4e5, "lead_low_eur": -6e5,
    ...     "lead_high_eur": -2e5}
    >>> table = decision_table(pd.DataFrame([row]), ["one_more_ae"], Scenario.load("base"))
    >>> table.iloc[0, 2:].tolist()
    ['Leave it', 'AE cost a month at €9.1k (now €10.0k)']
    """
    smallest = scenario.experiment.indifference_eur
    amount = locale.money(smallest, scenario.currency, compact=True)
    rows = []
    for name in names:
        own = flips[flips["recommendation"] == name].to_dict("records")
        lead = {end: own[0][f"lead{end}_eur"] for end in ("", "_low", "_high")}
        rows.append(
            (
                _decision(str(name), scenario, locale),
                locale.money_interval(lead[""], lead["_low"], lead["_high"], scenario.currency),
                locale.text(f"decision.{decide(lead['_low'], lead['_high'], smallest)}", amount=amount),
                _nearest(own, scenario, locale),
            )
        )
    heads = [
        locale.text(
            f"decision.{head}",
            months=locale.number(scenario.experiment.months),
            confidence=locale.confidence(scenario.experiment.confidence),
        )
        for head in ("decision", "worth", "verdict", "flip")
    ]
    return pd.DataFrame(rows, columns=heads).astype("str")


def decide(low: float, high: float, smallest: float) -> str:
    """Say what the interval of a worth asks for.

    Parameters
    ----------
    low, high : float
        Ends of the interval.
    smallest : float
        Worth below this makes no practical difference (``experiment.indifference_eur``).

    Returns
    -------
    {"none", "small", "take", "leave", "wait"}
        "none" where nothing changes at all, "small" where the whole interval makes no practical difference,
        "take" and "leave" where it lies above or below zero, "wait" where it covers zero.

    Examples
    --------
    >>> decide(-1.0, 2.0, 5.0), decide(1.0, 9.0, 5.0), decide(-1.0, 9.0, 5.0), decide(-9.0, -1.0, 5.0)
    ('small', 'take', 'wait', 'leave')
    """
    if low == high == 0:
        return "none"
    if max(abs(low), abs(high)) < smallest:
        return "small"
    return "take" if low > 0 else "leave" if high < 0 else "wait"


def _decision(name: str, scenario: Scenario, locale: Locale) -> str:
    if OVER in name:
        policy, rival = (locale.policy(each) for each in name.split(OVER))
        return locale.text("decision.adopt", policy=policy, rival=rival)
    return recommendation_text(name, scenario, locale)


def _nearest(rows: list[dict[Hashable, Any]], scenario: Scenario, locale: Locale) -> str:
    found = [row for row in rows if row["distance"] == row["distance"]]
    if not found:
        return locale.text("decision.never")
    near = min(found, key=lambda row: row["distance"])
    flip, base = (
        write_assumption(near["assumption"], near[name], locale, scenario.currency)
        for name in ("flip", "base")
    )
    return locale.text(
        "decision.flips", assumption=locale.label("assumption", near["assumption"]), flip=flip, base=base
    )
