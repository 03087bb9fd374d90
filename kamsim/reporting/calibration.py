"""What `kamsim calibrate` and the report say: parameters, what data identify, moments, misfit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kamsim.config import Scenario
from kamsim.experiments.calibration import MOMENTS
from kamsim.experiments.calibration.parameters import HALF_EFFORT
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.ledger import figure_text, write_figure

BETWEEN = " · "
"""Stands between names that hold commas themselves."""
STANDINGS = ("identified", "weak", "prior", "at_end")


def calibration_table(calibration: pd.DataFrame, locale: Locale, scenario: Scenario) -> pd.DataFrame:
    """Write the parameters as texts: prior, estimate with interval, how far data tell them.

    Parameters
    ----------
    calibration : DataFrame
        `CALIBRATION`.
    locale : Locale
    scenario : Scenario
        Its currency, and the confidence of the intervals.

    Returns
    -------
    DataFrame
        One row a parameter.
    """
    confidence = locale.confidence(scenario.calibration.confidence)
    rows = []
    for row in calibration.to_dict("records"):
        key, unit = row["parameter"], row["unit"]

        def write(x: float, key: str = key, unit: str = unit) -> str:
            return write_figure(key, x, unit, scenario.currency, locale)

        ends = {end: write(row[end]) for end in ("low", "high")}
        prior = {end: write(row[f"prior_{end}"]) for end in ("low", "high")}
        rows.append(
            (
                figure_text(key, locale),
                locale.text("format.interval", middle=write(row["prior"]), **prior),
                locale.text("format.interval", middle=write(row["estimate"]), **ends),
                locale.percent(row["spread_left"], 0),
                locale.text(f"calibration.standing.{row['identified']}"),
            )
        )
    heads = [
        locale.text("calibration.parameter"),
        *(locale.text(f"calibration.{name}", confidence=confidence) for name in ("prior", "estimate")),
        *(locale.text(f"calibration.{name}") for name in ("left", "identified")),
    ]
    return pd.DataFrame(rows, columns=heads).astype("str")


def moment_table(moments: pd.DataFrame, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write the moments as texts: in the portfolio, at the estimate, how far apart in standard errors."""
    rows = []
    for row in moments.to_dict("records"):
        pair = [_write_moment(row[side], row["unit"], locale) for side in ("observed", "simulated")]
        rows.append((moment_text(row["moment"], locale), *pair, locale.number(row["z"], 1)))
    heads = [locale.text(f"calibration.{name}") for name in ("moment", "observed", "simulated", "z")]
    return pd.DataFrame(rows, columns=heads).astype("str")


def moment_text(name: str, locale: Locale = ENGLISH) -> str:
    """Name a moment for readers.

    Examples
    --------
    >>> moment_text("smb.won_share")
    'opportunities won, SMB'
    """
    segment = MOMENTS[name].segment
    words = locale.text(f"calibration.moments.{name.removeprefix(f'{segment}.')}")
    if not segment:
        return words
    return locale.text("ledger.of_segment", meaning=words, segment=locale.text(f"segment.{segment}"))


def calibration_lines(
    calibration: pd.DataFrame, facts: Mapping[str, Any], locale: Locale = ENGLISH
) -> list[str]:
    """Say in sentences what data identify, what they do not, and whether the model fits.

    Parameters
    ----------
    calibration : DataFrame
        `CALIBRATION`.
    facts : mapping
        Of the stage, or `CalibrationResult.facts()`.
    locale : Locale

    Returns
    -------
    list of str
    """
    lines = []
    for standing in STANDINGS:
        keys = calibration.loc[calibration["identified"] == standing, "parameter"]
        if len(keys):
            names = BETWEEN.join(figure_text(key, locale) for key in keys)
            lines.append(locale.text(f"calibration.named.{standing}", parameters=names))
    lines += [locale.text(f"calibration.silence.{word}") for word in facts["silences"]]
    if HALF_EFFORT in set(calibration["parameter"]) and "no_hours" not in facts["silences"]:
        lines.append(locale.text("calibration.effort"))
    for why in ("left_out", "beyond", "strange"):
        if facts[why]:
            names = BETWEEN.join(moment_text(name, locale) for name in facts[why])
            lines.append(locale.text(f"calibration.{why}", moments=names))
    for key, months in facts["read_off"].items():
        value = locale.number(months)
        lines.append(locale.text("calibration.read_off", setting=figure_text(key, locale), value=value))
    if facts["misfit"] is None:
        lines.append(locale.text("calibration.unchecked"))
    else:
        fits = "fits" if facts["fits"] else "misfit"
        numbers = {name: locale.number(facts[name], 1) for name in ("j", "degrees")}
        lines.append(locale.text(f"calibration.{fits}", p=locale.number(facts["misfit"], 3), **numbers))
    return lines


def _write_moment(x: float, unit: str, locale: Locale) -> str:
    if unit == "share":
        return locale.percent(x, 1)
    if unit == "rate":
        return locale.text("calibration.a_month", share=locale.percent(x, 2))
    return locale.number(x, 2)
