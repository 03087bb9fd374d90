"""The assumption ledger: every figure of a scenario with its unit and the id of its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from kamsim.config import ASSUMPTION, Scenario, figures
from kamsim.experiments.calibration import SOURCE as CALIBRATED
from kamsim.locale import ENGLISH, Locale
from kamsim.portfolio_settings import RoutingRule
from kamsim.schemas import SEGMENTS

KEY_FIGURES = (
    "segmentation.tier_1_above_eur",
    "segmentation.tier_2_from_eur",
    "coverage.strategic.accounts_per_ae",
    "coverage.mid_market.accounts_per_ae",
    "coverage.smb.accounts_per_ae",
    "coverage.ae_hours",
    "coverage.ae_cost_eur",
    "coverage.margin",
    "dynamics.half_effort_hours",
    "dynamics.strategic.churn_mean",
    "dynamics.mid_market.churn_mean",
    "dynamics.smb.churn_mean",
    "dynamics.handover_goodwill",
    "dynamics.handover_churn_effect",
    "allocation.disruption_cap",
    "scoring.prior_share_of_wallet",
)
"""The figures that move the answer most, in reading order."""


@dataclass(frozen=True)
class Sources:
    """How many figures of a scenario there are, and where they come from."""

    figures: int
    assumptions: int
    guide: int
    evidence: int
    overrides: int
    calibrated: int = 0


def count_sources(scenario: Scenario) -> Sources:
    """Count the figures of a scenario by source; one without any counts as an assumption.

    Examples
    --------
    >>> counts = count_sources(Scenario.load("saas_midmarket", {"coverage.margin": 0.8}))
    >>> counts.overrides, counts.figures == counts.assumptions + counts.guide + counts.evidence + 1
    (1, True)
    """
    kinds = Counter(_kind(scenario.sources.get(key, ASSUMPTION)) for key, _, _ in figures())
    return Sources(
        kinds.total(), kinds[ASSUMPTION], kinds["D"], kinds["E"], kinds["override"],
        kinds[CALIBRATED],
    )  # fmt: skip


def ledger_table(
    scenario: Scenario, locale: Locale = ENGLISH, keys: Iterable[str] | None = None
) -> pd.DataFrame:
    """Write figures of a scenario as texts for readers.

    Parameters
    ----------
    scenario : Scenario
    locale : Locale
    keys : iterable of str, optional
        Dotted keys in the order wanted; all figures if absent.

    Returns
    -------
    DataFrame
        One row a figure: meaning, value, unit, source; the whole list names the setting, too.

    Examples
    --------
    >>> scenario = Scenario.load("saas_midmarket")
    >>> ledger_table(scenario, keys=["coverage.strategic.accounts_per_ae"]).iloc[0].tolist()
    ['accounts per AE, strategic', '5', 'accounts', 'D-COV-1']
    """
    known = {key: (unit, meaning) for key, unit, meaning in figures()}
    rows = []
    for key in known if keys is None else keys:
        unit, meaning = known[key]
        rows.append(
            {
                "figure": figure_text(key, locale, meaning),
                "value": write_figure(key, _value(scenario, key), unit, scenario.currency, locale),
                "unit": locale.text(f"unit.{unit}") if locale.has(f"unit.{unit}") else unit,
                "source": _source(scenario.sources.get(key), locale),
                "key": key,
            }
        )
    columns = ["figure", "value", "unit", "source", *(["key"] if keys is None else [])]
    heads = {name: locale.text(f"ledger.{name}") for name in columns}
    return pd.DataFrame(rows, columns=columns).rename(columns=heads).astype("str")


def _kind(source: str) -> str:
    return (
        source
        if source in ("override", CALIBRATED)
        else source[0]
        if source[:2] in ("D-", "E-")
        else ASSUMPTION
    )


def _source(source: str | None, locale: Locale) -> str:
    key = f"source.{source or 'none'}"
    return locale.text(key) if locale.has(key) else str(source)


def figure_text(key: str, locale: Locale = ENGLISH, meaning: str = "") -> str:
    """Say what a figure means; one that the catalogue does not know yet keeps its meaning in the code.

    Examples
    --------
    >>> figure_text("dynamics.smb.churn_mean")
    'mean churn propensity, SMB'
    """
    parts = key.split(".")
    text = f"figure.{'.'.join('segment' if part in SEGMENTS else part for part in parts)}"
    words = locale.text(text) if locale.has(text) else meaning
    segment = next((part for part in parts if part in SEGMENTS), None)
    if segment is None:
        return words
    return locale.text("ledger.of_segment", meaning=words, segment=locale.text(f"segment.{segment}"))


def _value(scenario: Scenario, key: str) -> Any:
    value: Any = scenario
    for part in key.split("."):
        value = getattr(value, part)
    return value


def write_figure(key: str, value: Any, unit: str, currency: str, locale: Locale) -> str:
    """Write one value by its type and unit."""
    if isinstance(value, str):
        habit = f"habit.{value}"
        return locale.text(habit) if locale.has(habit) else locale.policy(value)
    if isinstance(value, date):
        return locale.date(value)
    if isinstance(value, RoutingRule):
        return _write_rule(value, locale)
    if isinstance(value, dict):
        parts = (
            f"{name} ({write_figure(key, each, unit, currency, locale)})" for name, each in value.items()
        )
        return locale.text("format.list_separator").join(parts)
    if isinstance(value, (tuple, list)):
        separator = locale.text("format.list_separator")
        return separator.join(write_figure(key, each, unit, currency, locale) for each in value)
    if unit.startswith("EUR"):
        return locale.money(value, currency)
    if "share" in unit or "probability" in unit:
        return locale.percent(value, max(0, _decimals(value) - 2))
    return locale.number(value, _decimals(value))


def _write_rule(rule: RoutingRule, locale: Locale) -> str:
    """Say which leads a routing rule takes, and whom it wants for them."""
    separator = locale.text("format.list_separator")
    taken = [*(locale.text(f"segment.{size}") for size in rule.sizes), *rule.industries, *rule.regions]
    wishes = [f"routing.{rule.sent_to}"]
    wishes += ["routing.speciality"] if rule.speciality == "wanted" else []
    wishes += [f"routing.{rule.seniority}"] if rule.seniority != "any" else []
    return locale.text(
        "routing.rule",
        leads=separator.join(taken) or locale.text("routing.all"),
        wishes=separator.join(map(locale.text, wishes)),
    )


def _decimals(value: float) -> int:
    """Return how many decimals a figure needs, four at most."""
    return next((d for d in range(4) if round(value, d) == round(value, 6)), 4)
