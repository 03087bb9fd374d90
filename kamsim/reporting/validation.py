"""What `kamsim validate` says: the table of targets, conflicts by arithmetic, searches, likeness."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kamsim.config import Scenario
from kamsim.experiments import conflicts
from kamsim.experiments.infeasibility import Reached, SearchResult
from kamsim.experiments.likeness import LikenessResult
from kamsim.experiments.targets import TARGETS
from kamsim.experiments.validation import ValidationResult
from kamsim.locale import ENGLISH, Locale
from kamsim.schemas import SEGMENTS

KEY_FRACTIONS = (0.01, 0.02, 0.05, 0.1)
"""Shares of customers that may be key accounts, beside the scenario's own."""
LEAST_LIKE = 3
"""Columns named as the least like."""


def validation_table(result: ValidationResult, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write the targets as texts for readers: target, band, value with interval, verdict, source."""
    heads = {
        name: locale.text(f"validation.{name}") for name in ("target", "band", "value", "verdict", "source")
    }
    rows = []
    for row in result.table.to_dict("records"):
        unit = str(row["unit"])
        band = ""
        if row["band_low"] == row["band_low"]:
            ends = {end: write_value(row[f"band_{end}"], unit, locale, band=True) for end in ("low", "high")}
            band = locale.text("format.range", **ends)
        source = f"source.{row['source']}"
        rows.append(
            (
                target_text(row["target"], locale),
                band or locale.text("format.missing"),
                _with_interval(row["value"], row["low"], row["high"], unit, locale),
                locale.text(f"verdict.{row['verdict']}"),
                locale.text(source) if locale.has(source) else row["source"] or locale.text("format.missing"),
            )
        )
    return pd.DataFrame(rows, columns=list(heads.values())).astype("str")


def target_text(name: str, locale: Locale = ENGLISH) -> str:
    """Name a target for readers.

    Examples
    --------
    >>> target_text("smb.logo_retention")
    'Logo retention a year, SMB'
    """
    target = TARGETS[name]
    words = locale.text(f"target.{name.removeprefix(f'{target.segment}.')}")
    if not target.segment:
        return words
    return locale.text("ledger.of_segment", meaning=words, segment=locale.text(f"segment.{target.segment}"))


def write_value(x: float, unit: str, locale: Locale = ENGLISH, *, band: bool = False) -> str:
    """Write a value in its unit; the ends of a band without decimals that say nothing.

    Examples
    --------
    >>> write_value(0.915, "share"), write_value(0.9, "share", band=True), write_value(6.0, "months")
    ('91.5%', '90%', '6.0')
    """
    if unit == "share":
        return locale.percent(x, 0 if band and round(100 * x, 6).is_integer() else 1)
    digits = 1 if unit == "months" else 2
    return locale.number(x, 0 if band and unit == "months" and float(x).is_integer() else digits)


def gain_lines(result: ValidationResult, locale: Locale = ENGLISH) -> list[str]:
    """Say what the gains rest on and why those out of band are, or how to have them played."""
    gains = result.table[[TARGETS[name].build is None for name in result.table["target"]]]
    if gains.empty:
        return []
    if (gains["verdict"] == "unasked").any():
        return [locale.text("validation.unasked")]
    missed = gains.loc[gains["verdict"].isin(["out", "claim_out"]), "target"]
    return [locale.text("validation.gains"), *(locale.text(f"gain_reason.{name}") for name in missed)]


def _with_interval(value: float, low: float, high: float, unit: str, locale: Locale) -> str:
    middle = write_value(value, unit, locale)
    if low != low:
        return middle
    ends = {"low": write_value(low, unit, locale), "high": write_value(high, unit, locale)}
    return locale.text("format.interval", middle=middle, **ends)


def conflict_lines(scenario: Scenario, locale: Locale = ENGLISH) -> list[str]:
    """Say which targets cannot hold together, by arithmetic."""
    lines = [locale.text("conflict.title")]
    for segment in SEGMENTS:
        bands = getattr(scenario.validation, segment)
        net, stay = _middle(bands.net_retention), _middle(bands.logo_retention)
        growth = conflicts.survivor_growth(net, stay)
        values = {"nrr": net, "retention": stay, "growth": growth}
        texts = {name: locale.percent(x, 0) for name, x in values.items()}
        lines.append(locale.text("conflict.growth", segment=locale.text(f"segment.{segment}"), **texts))
    return [*lines, *_concentration_lines(scenario, locale), *_survival_lines(scenario, locale)]


def concentration_table(scenario: Scenario, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write which share of revenue key accounts bring, by concentration and number of key accounts."""
    settings = scenario.validation
    tops = sorted(
        {settings.top_20_share[0], _middle(settings.top_20_share), _middle(settings.top_20_share_claimed)}
    )
    fractions = sorted({*KEY_FRACTIONS, scenario.portfolio.strategic.share})
    found = conflicts.concentrations(tops, fractions, settings.key_account_share)
    rows = []
    for _, own in found.groupby("top_20_share", sort=True):
        cells = [
            f"{locale.percent(share, 0)}{' ' + locale.text('conflict.fits') if holds else ''}"
            for share, holds in zip(own["key_share"], own["holds"], strict=True)
        ]
        rows.append(
            [locale.percent(own["top_20_share"].iloc[0], 0), locale.number(own["sigma"].iloc[0], 2), *cells]
        )
    heads = [
        locale.text("conflict.top"), locale.text("conflict.sigma"),
        *(locale.text("conflict.keys", fraction=locale.percent(f, 0)) for f in fractions),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=heads).astype("str")


def _concentration_lines(scenario: Scenario, locale: Locale) -> list[str]:
    low, high = scenario.validation.key_account_share
    claimed, largest = _middle(scenario.validation.top_20_share_claimed), max(KEY_FRACTIONS[:3])
    needed = conflicts.top_share_if_keys_hold(claimed, largest)
    return [
        locale.text("conflict.concentration", low=locale.percent(low, 0), high=locale.percent(high, 0)),
        locale.text(
            "conflict.pareto",
            claimed=locale.percent(claimed, 0),
            fraction=locale.percent(largest, 0),
            needed=locale.percent(needed, 0),
        ),
    ]


def _survival_lines(scenario: Scenario, locale: Locale) -> list[str]:
    lines = []
    for segment in SEGMENTS:
        bands = getattr(scenario.validation, segment)
        concentration = getattr(scenario.dynamics, segment).churn_concentration
        found = conflicts.survival(_middle(bands.logo_retention), concentration, bands.survival_years)
        shares = {"retention": _middle(bands.logo_retention), "constant": found.constant}
        shares |= {"mixed": found.heterogeneous, "missed": found.missed}
        lines.append(
            locale.text(
                "conflict.survival",
                segment=locale.text(f"segment.{segment}"),
                years=locale.number(found.years),
                concentration=locale.number(concentration),
                **{name: locale.percent(x, 0) for name, x in shares.items()},
            )
        )
    return lines


def search_lines(result: SearchResult, locale: Locale = ENGLISH) -> list[str]:
    """Say which of the targets that are out a search reached, and how near it came to the others."""
    tries = locale.number(result.tries)
    lines = [locale.text("search.title", tries=tries)]
    lines += [_reached_line(reached, tries, locale) for reached in result.targets if not reached.was_inside]
    lines.append(
        locale.text("search.still_out", targets=_targets(result.still_out, locale))
        if result.still_out
        else locale.text("search.together")
    )
    for key, (low, high) in result.knobs.items():
        ends = {"low": _short(low, locale), "high": _short(high, locale)}
        lines.append(locale.text("search.knob", knob=key, best=_short(result.best[key], locale), **ends))
    return lines


def _targets(names: Sequence[str], locale: Locale) -> str:
    return "; ".join(target_text(name, locale) for name in names)


def _reached_line(reached: Reached, tries: str, locale: Locale) -> str:
    unit = TARGETS[reached.target].unit
    values = {"nearest": reached.nearest, "start": reached.start}
    texts = {name: write_value(x, unit, locale) for name, x in values.items()}
    low, high = (write_value(x, unit, locale, band=True) for x in reached.band)
    target = target_text(reached.target, locale)
    key = "search.reached" if reached.inside else "search.not_reached"
    line = locale.text(key, target=target, tries=tries, low=low, high=high, **texts)
    if reached.lost:
        line = f"{line} {locale.text('search.lost', targets=_targets(reached.lost, locale))}"
    return line


def likeness_table(result: LikenessResult, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write the likeness of two bundles as texts: table, columns, column shapes, pair trends."""
    heads = [locale.text(f"likeness.{name}") for name in ("table", "columns", "shapes", "pairs")]
    rows = [
        (
            row["table"],
            locale.number(row["columns"]),
            locale.percent(row["shapes"]),
            locale.percent(row["pairs"]),
        )
        for row in result.frame().to_dict("records")
    ]
    whole = result.shapes["score"].mean(), result.pairs["score"].mean()
    total = (locale.text("likeness.all"), locale.number(len(result.shapes)), *map(locale.percent, whole))
    return pd.DataFrame([*rows, total], columns=heads).astype("str")


def likeness_line(result: LikenessResult, locale: Locale = ENGLISH) -> str:
    """Name the columns that are least like."""
    least = result.shapes.nsmallest(LEAST_LIKE, "score").to_dict("records")
    texts = [f"{row['table']}.{row['column']} ({locale.percent(row['score'], 0)})" for row in least]
    return locale.text("likeness.least", columns=locale.text("format.list_separator").join(texts))


def _middle(band: tuple[float, float]) -> float:
    return (band[0] + band[1]) / 2


def _short(x: float, locale: Locale) -> str:
    return locale.number(x, 3)
