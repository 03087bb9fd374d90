"""The regret ladder as tables and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kamsim.locale import ENGLISH, Locale

BELIEVED = "optimum_believed"
"""The one optimum that is one by the believed curves."""


def own_worth(row: Mapping[Any, Any]) -> float:
    """Return what a step is worth by the curves that it was optimised on.

    Examples
    --------
    >>> own_worth({"name": "optimum_true", "believed_eur": 1.0, "true_eur": 2.0})
    2.0
    """
    return float(row["believed_eur" if row["name"] == BELIEVED else "true_eur"])


def ladder_table(ladder: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR") -> pd.DataFrame:
    """Write the ladder as texts for readers.

    Parameters
    ----------
    ladder : DataFrame
        LADDER.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        One row a step (three for the first): step, plan, AEs, accounts moved, contribution, its difference
        from the step before and its regret with intervals, and the proven gap.

    Examples
    --------
    >>> from kamsim.schemas import LADDER
    >>> row = {name: 0.0 for name in LADDER.columns} | {"step": 6, "name": "optimum_true", "aes": 11.0}
    >>> row |= {"true_eur": 1000.0, "bound_eur": 1001.0, "accounts_moved": 46.0}
    >>> ladder_table(pd.DataFrame([row])).iloc[0].tolist()[:4]
    ['6', 'Optimum on true value', '11', '46']
    """
    names = ("step", "plan", "aes", "moved", "contribution", "difference", "regret", "gap")
    heads = [locale.text(f"ladder.{name}") for name in names]
    rows = ladder.to_dict("records")
    largest = float(ladder[["difference_eur", "regret_eur"]].abs().max().max())
    return pd.DataFrame([_line(row, locale, currency, largest) for row in rows], columns=heads).astype("str")


def _line(row: Mapping[Any, Any], locale: Locale, currency: str, largest: float) -> list[str]:
    known = pd.notna(row["aes"])
    gap = row["bound_eur"] / own_worth(row) - 1 if pd.notna(row["bound_eur"]) else None
    return [
        locale.number(row["step"]),
        locale.text(f"ladder.of.{row['name']}"),
        locale.number(row["aes"]) if known else "–",
        locale.number(row["accounts_moved"]) if known else "–",
        locale.money(row["contribution_eur"], currency, compact=True),
        money_with_ends(row, "difference_", locale, currency, largest),
        "–" if row["name"] == "optimum_true" else money_with_ends(row, "regret_", locale, currency, largest),
        "–" if gap is None else locale.percent(gap, 2),
    ]


def money_with_ends(
    row: Mapping[Any, Any], prefix: str, locale: Locale, currency: str, largest: float
) -> str:
    """Write an amount with its ends; alone where it has none, and a dash where there is nothing.

    Parameters
    ----------
    row : mapping
        Holds ``eur``, ``low_eur`` and ``high_eur`` behind the prefix.
    prefix : str
        Such as "difference_"; may be empty.
    locale : Locale
    currency : str
        ISO code.
    largest : float
        Of the amounts shown together: it sets their unit.

    Examples
    --------
    >>> money_with_ends({"eur": 6e3, "low_eur": 5e3, "high_eur": 7e3}, "", ENGLISH, "EUR", 6e3)
    '+€6.0k (+5.0 to +7.0)'
    """
    mean, low, high = (row[f"{prefix}{end}eur"] for end in ("", "low_", "high_"))
    if pd.isna(mean):
        return "–"
    if pd.isna(low):
        return locale.money(mean, currency, compact=True, signed=True, like=largest)
    return locale.money_interval(mean, low, high, currency, like=largest)


def euros_table(euros: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR") -> pd.DataFrame:
    """Write the named differences of the ladder as texts for readers.

    Parameters
    ----------
    euros : DataFrame
        From `kamsim.experiments.RegretLadder.euros`.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        One row a name: what it is, EUR with interval, and a remark.

    Examples
    --------
    >>> row = {"name": "travel_and_skills", "eur": 0.0, "low_eur": 0.0, "high_eur": 0.0}
    >>> euros_table(pd.DataFrame([row | {"remark": "no_limits"}])).iloc[0, 2]
    'none in force: 0 by definition'
    """
    heads = [locale.text(f"ladder.{name}") for name in ("euros", "worth", "remark")]
    largest = float(euros["eur"].abs().max())
    rows = [
        [
            locale.text(f"ladder.euro.{row['name']}"),
            money_with_ends(row, "", locale, currency, largest),
            "" if pd.isna(row["remark"]) else locale.text(f"ladder.remark_{row['remark']}"),
        ]
        for row in euros.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=heads).astype("str")


def score_value_table(slopes: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR") -> pd.DataFrame:
    """Write what better scores are worth as texts for readers.

    Parameters
    ----------
    slopes : DataFrame
        From `kamsim.experiments.ScoreValueResult.summary`.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        One row a way of knowing more: what it is, and EUR with interval.

    Examples
    --------
    >>> row = {"way": "churn_score", "unit": 1.0, "eur": 6e3, "low_eur": 5e3, "high_eur": 7e3}
    >>> score_value_table(pd.DataFrame([row])).iloc[0].tolist()
    ['One more point of AUC of the churn score', '+€6.0k (+5.0 to +7.0)']
    """
    largest = float(slopes["eur"].abs().max())
    rows = [
        [locale.text(f"score_value.{row['way']}"), money_with_ends(row, "", locale, currency, largest)]
        for row in slopes.to_dict("records")
    ]
    heads = [locale.text("score_value.more"), locale.text("ladder.worth")]
    return pd.DataFrame(rows, columns=heads).astype("str")


def ladder_lines(
    habits: pd.DataFrame,
    facts: Mapping[str, Any],
    locale: Locale = ENGLISH,
    currency: str = "EUR",
) -> list[str]:
    """Say what the ladder's figures rest on.

    Parameters
    ----------
    habits : DataFrame
        From `kamsim.experiments.RegretLadder.habits`.
    facts : mapping
        truth_known; draws, on which steps from 6 are played where it is not; assumed_cap (accounts, or None);
        curse_eur; gain and published_gain (`kamsim.experiments.RegretLadder`).
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    list of str
        Sentences with their full stop.

    Examples
    --------
    >>> habits = pd.DataFrame({"habit": ["equal"], "eur": [-6e5], "low_eur": [-7e5], "high_eur": [-5e5]})
    >>> facts = {"truth_known": True, "draws": 100, "assumed_cap": None, "curse_eur": 0.0}
    >>> gain = {"gain": 0.4, "gain_low": 0.39, "gain_high": 0.41, "from_allocation": 0.63}
    >>> facts |= {"gain": gain, "published_gain": (0.02, 0.08)}
    >>> ladder_lines(habits, facts)[0]
    "The guide's ratios against the status quo: with hours in equal parts −€600k (−700 to −500)."
    """
    largest = float(habits["eur"].abs().max())
    parts = [
        locale.text(
            "ladder.habit",
            habit=locale.text(f"ladder.habit_{row['habit']}"),
            worth=money_with_ends(row, "", locale, currency, largest),
        )
        for row in habits.to_dict("records")
    ]
    lines = [locale.text("ladder.habits", parts=locale.text("ladder.between").join(parts))]
    if facts["assumed_cap"] is not None:
        lines.append(locale.text("ladder.assumed_cap", accounts=locale.number(facts["assumed_cap"])))
    if not facts["truth_known"]:
        lines.append(locale.text("ladder.on_draws", draws=locale.number(facts["draws"])))
    curse = locale.money(facts["curse_eur"], currency, compact=True)
    lines += [locale.text("ladder.curse", worth=curse), locale.text("ladder.clairvoyant_bounds")]
    if facts["gain"]["gain"] > 0:  # NaN where there is no share to speak of
        lines.append(_published(facts, locale))
    return lines


def _published(facts: Mapping[str, Any], locale: Locale) -> str:
    """Hold the gain of the best size and allocation against the published one."""
    gain, band = facts["gain"], facts["published_gain"]
    within = band[0] <= gain["gain"] <= band[1]
    shares = {name: locale.percent(share, 0 if abs(share) >= 0.1 else 1) for name, share in gain.items()}
    low, high = (locale.percent(end, 0) for end in band)
    key = f"ladder.gain_{'within' if within else 'outside'}"
    said = locale.text(key, **shares, band_low=low, band_high=high)
    # On draws of the latent state nobody knows the truth, so that it cannot be the reason.
    return said if within or not facts["truth_known"] else f"{said} {locale.text('ladder.gain_reason')}"
