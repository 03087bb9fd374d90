"""What `kamsim breakeven` and `kamsim flips` say: tables of texts, and the map in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from kamsim.config import Scenario
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.assumptions import recommendation_text, write_assumption, write_ratio
from kamsim.reporting.pictures import write_picture
from kamsim.reporting.plots.breakeven import plot_breakeven
from kamsim.reporting.style import segment_name
from kamsim.schemas import SEGMENTS


def advice_table(advice: pd.DataFrame, scenario: Scenario, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write for each ratio of the guide what is best as preset, and what following the guide costs.

    Parameters
    ----------
    advice : DataFrame
        `ADVICE`.
    scenario : Scenario
    locale : Locale

    Returns
    -------
    DataFrame
        Texts; columns carry their heading.
    """
    names = ("segment", "accounts", "guide", "best", "flat", "loss", "verdict")
    rows = []
    for row in _by_segment(advice):
        ends = getattr(scenario.breakeven, row["segment"]).accounts_per_ae
        verdict = "best" if row["guide_is_best"] else "as_good" if row["guide_is_as_good"] else "worse"
        loss = locale.money(row["loss_eur"], scenario.currency, compact=True)
        rows.append(
            (
                segment_name(row["segment"], locale),
                locale.number(row["accounts"]),
                locale.text("format.range", low=locale.number(ends[0]), high=locale.number(ends[1])),
                write_ratio(row["best_ratio"], locale),
                locale.text(
                    "format.range",
                    low=write_ratio(row["flat_low"], locale),
                    high=write_ratio(row["flat_high"], locale),
                ),
                f"{loss} ({locale.percent(row['loss_share'])})",
                locale.text(f"breakeven.is_{verdict}"),
            )
        )
    heads = [locale.text(f"breakeven.{name}") for name in names]
    return pd.DataFrame(rows, columns=heads).astype("str")


def breakeven_frontier_table(
    frontier: pd.DataFrame, checked: pd.DataFrame, scenario: Scenario, locale: Locale = ENGLISH
) -> pd.DataFrame:
    """Write where the verdict on each ratio changes on either side of the preset, and what the check found.

    Parameters
    ----------
    frontier, checked : DataFrame
        `BREAKEVEN_FRONTIER` and `BREAKEVEN_CHECK`.
    scenario : Scenario
    locale : Locale

    Returns
    -------
    DataFrame
        Texts, a row a segment and assumption.
    """
    names = ("segment", "assumption", "preset", "range", "below", "above", "checked")
    known = dict(iter(checked.groupby(["segment", "assumption", "side"], sort=False)))
    rows = []
    for segment in SEGMENTS:
        own = frontier[frontier["segment"] == segment]
        for name, sides in own.groupby("assumption", sort=True):
            first = sides.to_dict("records")[0]

            def write(x: float, name: str = str(name)) -> str:
                return write_assumption(name, x, locale, scenario.currency)

            value = {row["side"]: row["value"] for row in sides.to_dict("records")}
            found = {side: value[side] for side in ("below", "above")}
            texts = [write(x) if x == x else locale.text("breakeven.never") for x in found.values()]
            told = [known[segment, name, side] for side in found if (segment, name, side) in known]
            rows.append(
                (
                    segment_name(segment, locale),
                    locale.label("assumption", str(name)),
                    write(first["preset_value"]),
                    locale.text("format.range", low=write(first["low"]), high=write(first["high"])),
                    *texts,
                    ", ".join(locale.text(f"breakeven.{_verdict(each)}") for each in told)
                    or locale.text("format.missing"),
                )
            )
    heads = [locale.text(f"breakeven.{name}") for name in names]
    return pd.DataFrame(rows, columns=heads).astype("str")


def flips_table(flips: pd.DataFrame, scenario: Scenario, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write for each recommendation and assumption the nearest value of a flip, nearest first.

    Parameters
    ----------
    flips : DataFrame
        `FLIPS`.
    scenario : Scenario
    locale : Locale

    Returns
    -------
    DataFrame
        Texts; the recommendation and its lead stand in its first row only.
    """
    confidence = scenario.experiment.confidence
    rows: list[tuple[str, ...]] = []
    for name, own in flips.groupby("recommendation", sort=True):
        ordered = own.sort_values(["distance", "assumption"], na_position="last").to_dict("records")
        for place, row in enumerate(ordered):
            lead = locale.money_interval(
                row["lead_eur"], row["lead_low_eur"], row["lead_high_eur"], scenario.currency
            )
            head = (recommendation_text(str(name), scenario, locale), lead) if not place else ("", "")
            rows.append((*head, *_flip_texts(row, locale, scenario.currency)))
    names = ("recommendation", "lead", "assumption", "preset", "flip", "range", "distance")
    heads = [locale.text(f"flips.{n}", confidence=locale.confidence(confidence)) for n in names]
    return pd.DataFrame(rows, columns=heads).astype("str")


def screening_table(screening: pd.DataFrame, scenario: Scenario, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write the size and spread of each assumption's effect (`SCREENING` of one output), largest first."""
    rows = [
        (
            locale.label("assumption", row["assumption"]),
            locale.money(row["mu_star"], scenario.currency, compact=True),
            locale.money(row["sigma"], scenario.currency, compact=True),
        )
        for row in screening.sort_values("mu_star", ascending=False).to_dict("records")
    ]
    heads = [locale.text(f"flips.{name}") for name in ("assumption", "effect", "spread")]
    return pd.DataFrame(rows, columns=heads).astype("str")


def sobol_table(sobol: pd.DataFrame, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write the shares of the variance with their intervals (`SOBOL` of one output), largest first."""
    rows = [
        (
            locale.label("assumption", row["assumption"]),
            *(
                f"{locale.number(row[name], 2)} ({locale.number(row[f'{name}_low'], 2)}"
                f" – {locale.number(row[f'{name}_high'], 2)})"
                for name in ("first", "total")
            ),
        )
        for row in sobol.sort_values("total", ascending=False).to_dict("records")
    ]
    heads = [locale.text(f"flips.{name}") for name in ("assumption", "first", "total")]
    return pd.DataFrame(rows, columns=heads).astype("str")


def write_breakeven_map(
    path: Path,
    table: pd.DataFrame,
    frontier: pd.DataFrame,
    advice: pd.DataFrame,
    scenario: Scenario,
    segment: str,
    locale: Locale = ENGLISH,
) -> None:
    """Draw the map of potential and response into a PNG file.

    Raises
    ------
    BundleError
        When the file cannot be written.
    """
    ax = plot_breakeven(table, frontier, advice, scenario, segment=segment, locale=locale)
    write_picture(ax, path)


def _by_segment(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return sorted(frame.to_dict("records"), key=lambda row: SEGMENTS.index(row["segment"]))


def _verdict(sides: pd.DataFrame) -> str:
    if not sides["sign_changes"].all():
        return "same"
    return "changes" if sides["is_sure"].all() else "unsure"


def _flip_texts(row: dict[Any, Any], locale: Locale, currency: str) -> tuple[str, ...]:
    name = row["assumption"]
    base, low, high = (write_assumption(name, row[key], locale, currency) for key in ("base", "low", "high"))
    flips = row["flip"] == row["flip"]
    return (
        locale.label("assumption", name),
        base,
        write_assumption(name, row["flip"], locale, currency) if flips else locale.text("flips.never"),
        locale.text("format.range", low=low, high=high),
        locale.percent(row["distance"], 0),
    )
