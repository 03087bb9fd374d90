"""An answer in words: the finding, the tables, and what the figures cover."""

from __future__ import annotations

import math

import pandas as pd

from kamsim.apps.response import CoverageResponse
from kamsim.apps.what_if import Answer, Money, TierAnswer
from kamsim.locale import Locale


def state_finding(response: CoverageResponse, answer: Answer, today: Answer, locale: Locale) -> str:
    """Say in a sentence what the setting leaves against today's."""
    experiment = response.scenario.experiment
    names = {
        "aes": say_count(answer.setting.aes, locale),
        "months": locale.number(experiment.months),
        "net": _money(answer.net.value, response, locale),
    }
    difference = response.difference(answer, today)
    if difference == Money(0.0, 0.0, 0.0):
        return locale.text("dashboard.finding_same", **names)
    sign = "more" if difference.low > 0 else "less" if difference.high < 0 else "unclear"
    return locale.text(
        f"dashboard.finding_{sign}",
        difference=_interval(difference, response, locale, confidence=experiment.confidence),
        **names,
    )


def result_table(response: CoverageResponse, answer: Answer, today: Answer, locale: Locale) -> pd.DataFrame:
    """Set the answer beside today's: a row a figure, texts ready to be read.

    Parameters
    ----------
    response : CoverageResponse
    answer, today : Answer
    locale : Locale

    Returns
    -------
    DataFrame
        Columns carry their heading: figure, today, this setting, difference.
    """
    difference = response.difference(answer, today)

    def money(name: str, before: float, after: float) -> list[str]:
        change = _money(after - before, response, locale, signed=True)
        return [name, _money(before, response, locale), _money(after, response, locale), change]

    def people(name: str, before: float, after: float) -> list[str]:
        change = locale.number(after - before, 1, signed=True)
        return [name, locale.number(before, 1), locale.number(after, 1), change]

    def text(name: str) -> str:
        return locale.text(f"dashboard.{name}")

    rows = [
        [*money(text("net"), today.net.value, answer.net.value)[:3], _interval(difference, response, locale)],
        money(text("gross"), today.gross.value, answer.gross.value),
        money(text("cost"), today.cost_eur, answer.cost_eur),
        money(text("best"), today.best_net_eur, answer.best_net_eur),
        people(text("aes"), today.setting.aes, answer.setting.aes),
        people(text("by_ratio"), today.aes_by_ratio, answer.aes_by_ratio),
        people(text("by_hours"), today.aes_by_hours, answer.aes_by_hours),
        people(text("ses"), today.ses, answer.ses),
        people(text("csms"), today.csms, answer.csms),
        [text("load"), _load(today, locale), _load(answer, locale), _load_change(answer, today, locale)],
        [
            text("abandoned"),
            locale.number(today.abandoned),
            locale.number(answer.abandoned),
            locale.number(answer.abandoned - today.abandoned, signed=True),
        ],
    ]
    heads = [text(name) for name in ("figure", "today", "setting", "difference")]
    return pd.DataFrame(rows, columns=heads).astype("str")


def tier_table(answer: Answer, today: Answer, locale: Locale) -> pd.DataFrame:
    """Write accounts and hours of an account by tier, today's before the setting's.

    Returns
    -------
    DataFrame
        Columns carry their heading: tier, accounts, hours asked (of the setting), hours given.
    """

    def change(before: str, after: str) -> str:
        return locale.text("format.change", before=before, after=after)

    def hours(tier: TierAnswer, name: str) -> str:
        return locale.number(getattr(tier, name), 1) if tier.accounts else locale.text("format.missing")

    rows = [
        [
            locale.text(f"tier.{after.tier}"),
            change(locale.number(before.accounts), locale.number(after.accounts)),
            hours(after, "hours_asked"),
            change(hours(before, "hours_given"), hours(after, "hours_given")),
        ]
        for after, before in zip(answer.tiers, today.tiers, strict=True)
    ]
    names = ("tier", "accounts", "hours_asked", "hours_given")
    return pd.DataFrame(rows, columns=[locale.text(f"dashboard.{name}") for name in names]).astype("str")


def say_moves(response: CoverageResponse, answer: Answer, locale: Locale) -> str:
    """Say what moves within the limit bring, or why that is not known."""
    moves = answer.moves
    if moves is not None:
        amounts = {
            name: _money(getattr(moves, f"{name}_eur"), response, locale, signed=True)
            for name in ("gain_hours", "gain_moves", "bound_moves")
        }
        return locale.text(
            "dashboard.moves_gain",
            moved=locale.number(moves.accounts_moved),
            limit=say_limit(moves.allowed, response, locale),
            **amounts,
        )
    if response.remark:
        return locale.text("dashboard.moves_refused", reason=response.remark)
    if response.frontier.empty:
        return locale.text("dashboard.moves_unknown")
    fewest = locale.number(response.frontier["moves_allowed"].iloc[0])
    return locale.text("dashboard.moves_too_few", fewest=fewest)


def say_count(x: float, locale: Locale) -> str:
    """Write a number that is whole more often than not.

    Examples
    --------
    >>> say_count(12.0, Locale("en")), say_count(2.5, Locale("en"))
    ('12', '2.5')
    """
    return locale.number(x, 0 if x % 1 == 0 else 1)


def say_limit(moves: int, response: CoverageResponse, locale: Locale) -> str:
    """Write a limit of moves as a number and a share of the accounts."""
    share = locale.percent(moves / len(response.potential), 1)
    return locale.text("dashboard.limit", moves=locale.number(moves), share=share)


def say_coverage(response: CoverageResponse, locale: Locale) -> str:
    """Say what the amounts and their intervals hold, and what they do not."""
    experiment = response.scenario.experiment
    return locale.text(
        "dashboard.reading",
        months=locale.number(experiment.months),
        confidence=locale.confidence(experiment.confidence),
    )


def _money(x: float, response: CoverageResponse, locale: Locale, *, signed: bool = False) -> str:
    return locale.money(x, response.scenario.currency, compact=True, signed=signed)


def _interval(
    x: Money, response: CoverageResponse, locale: Locale, *, confidence: float | None = None
) -> str:
    return locale.money_interval(x.value, x.low, x.high, response.scenario.currency, confidence=confidence)


def _load(answer: Answer, locale: Locale) -> str:
    return locale.percent(answer.load, 0) if math.isfinite(answer.load) else locale.text("format.missing")


def _load_change(answer: Answer, today: Answer, locale: Locale) -> str:
    change = answer.load - today.load
    if not math.isfinite(change):
        return locale.text("format.missing")
    return locale.text("dashboard.points", points=locale.number(100 * change, signed=True))
