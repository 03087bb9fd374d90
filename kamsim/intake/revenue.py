"""Revenue made from won deals: the month grid, the cut-off, and the bridge of money.

A CRM holds what was won, not what was invoiced, so the mapping says how a win becomes revenue:
``at_close`` books it whole in its closing month (trade); ``monthly_over_12`` earns a twelfth of it in the
closing month and in each of the 11 that follow (yearly contracts).

The grid starts in the month of the first closing: before it an export holds no closings, and a revenue of
0 there would be made up. It ends before the cut-off, the first day of the month after the last dated
event (an opening, or the closing of a closed opportunity).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from kamsim.errors import IntakeError
from kamsim.intake.mapping import Recognition
from kamsim.intake.report import ReportLine, Value
from kamsim.intake.rows import Reading, Row
from kamsim.schemas import HISTORY, check, complete

MONTHS_OF_A_YEAR = 12

MOST_MONTHS = 600
"""A longer history is a mistyped date."""

QUIET_MONTHS = 6
"""As many months in a row without an event are worth a word."""


@dataclass(frozen=True)
class Calendar:
    """The months an export vouches for: `first` month, `cutoff` the day after the last."""

    first: date
    cutoff: date

    @property
    def months(self) -> pd.DatetimeIndex:
        """Return the first day of each month of the grid."""
        return pd.date_range(self.first, self.cutoff, freq="MS", inclusive="left", unit="us")

    def place(self, day: date) -> int:
        """Return the month of a day, counted from the first; below 0 before it."""
        return 12 * (day.year - self.first.year) + day.month - self.first.month


def find_calendar(deals: Iterable[Row], file: str) -> Calendar:
    """Find the first month and the cut-off (see the module).

    Parameters
    ----------
    deals : iterable of Row
        opened_on, closed_on; open deals have no closing date.
    file : str
        For the message.

    Raises
    ------
    IntakeError
        When no opportunity has a date, or the dates span more than 50 years.

    Examples
    --------
    >>> find_calendar([{"opened_on": date(2025, 11, 5), "closed_on": date(2025, 12, 31)}], "deals.csv")
    Calendar(first=datetime.date(2025, 12, 1), cutoff=datetime.date(2026, 1, 1))
    """
    deals = list(deals)
    closed = [deal["closed_on"] for deal in deals if deal["closed_on"] is not None]
    opened = [deal["opened_on"] for deal in deals if deal["opened_on"] is not None]
    if not closed and not opened:
        raise IntakeError(f"{file}: no accepted opportunity has a date, so there is no cut-off")
    last = max(closed + opened)
    after = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    calendar = Calendar(min(closed or opened).replace(day=1), after)
    if calendar.place(after) > MOST_MONTHS:
        raise IntakeError(
            f"{file}: its dates run from {min(closed or opened)} to {last}, a history has at most"
            f" {MOST_MONTHS} months: correct the mistyped date, or let the mapping leave its row out"
        )
    return calendar


def build_history(
    account_ids: Iterable[str], deals: Iterable[Row], calendar: Calendar, recognition: Recognition
) -> pd.DataFrame:
    """Build the account x month grid.

    Parameters
    ----------
    account_ids : iterable of str
        Every account gets every month.
    deals : iterable of Row
        account_id, status, opened_on, closed_on, amount_eur.
    calendar : Calendar
        Openings before its first month are not counted.
    recognition : {"at_close", "monthly_over_12"}
        How a win becomes revenue.

    Returns
    -------
    DataFrame
        HISTORY, hours missing. The sum of `won_eur` is the sum of the won amounts.
    """
    ids, months = list(account_ids), calendar.months
    place = {account: number for number, account in enumerate(ids)}
    shape = (len(ids), len(months))
    value = np.full(shape, Decimal(0))  # exact until a month's sum is complete
    opened, won, lost = (np.zeros(shape, np.int64) for _ in range(3))
    for deal in deals:
        account = place[deal["account_id"]]
        if deal["opened_on"] is not None and (month := calendar.place(deal["opened_on"])) >= 0:
            opened[account, month] += 1
        if deal["status"] != "open":
            month = calendar.place(deal["closed_on"])
            (won if deal["status"] == "won" else lost)[account, month] += 1
            value[account, month] += deal["amount_eur"] if deal["status"] == "won" else 0
    won_eur = value.astype(float)
    frame = pd.DataFrame(
        {
            "account_id": pd.Series(np.repeat(ids, len(months)), dtype="str"),
            "month": np.tile(months, len(ids)),
            "revenue_eur": _recognise(won_eur, recognition).ravel(),
            **dict.fromkeys(("ae_hours", "se_hours", "csm_hours"), float("nan")),
            "deals_opened": opened.ravel(),
            "deals_won": won.ravel(),
            "deals_lost": lost.ravel(),
            "won_eur": won_eur.ravel(),
        }
    )
    return check(complete(frame, HISTORY), HISTORY)


def _recognise(won: np.ndarray, recognition: Recognition) -> np.ndarray:
    """Turn won value into revenue; both of shape (accounts, months)."""
    if recognition == "at_close":
        return won
    earned = np.zeros_like(won)
    # Adding shifted months up, for a running sum would leave rounding dust where a contract has ended.
    for later in range(min(MONTHS_OF_A_YEAR, won.shape[1])):
        earned[:, later:] += won[:, : won.shape[1] - later] / MONTHS_OF_A_YEAR
    return earned


def current_revenue(history: pd.DataFrame, recognition: Recognition) -> dict[str, float]:
    """Work out revenue a month at the cut-off, by account.

    The wins of the last 12 months, spread over them: with ``at_close`` the mean of those months, or of
    as many as there are; with ``monthly_over_12`` the revenue of the last month, which is the same.
    """
    last = 1 if recognition == "monthly_over_12" else MONTHS_OF_A_YEAR
    recent = history[history["month"].isin(sorted(history["month"].unique())[-last:])]
    means = recent.groupby("account_id")["revenue_eur"].mean()
    return {str(account): float(mean) for account, mean in means.items()}


def describe_money(
    reading: Reading, history: pd.DataFrame, calendar: Calendar, recognition: Recognition
) -> list[ReportLine]:
    """Say that money in is money out, and how it became revenue."""
    won = {n: row["amount_eur"] for n, row in reading.rows.items() if row["status"] == "won"}
    known = {n: amount for n, amount in won.items() if amount is not None}
    gone = reading.rejected()
    aside = [amount for n, amount in known.items() if n in gone]
    came, kept, booked = _total(known.values()), _total(known.values()) - _total(aside), exact_total(history)
    revenue = Decimal(str(round(float(history["revenue_eur"].sum()), 2)))
    span: dict[str, Value] = {
        "first": calendar.first,
        "cutoff": calendar.cutoff,
        "months": len(calendar.months),
    }
    return [
        ReportLine("import.money_in", {"money": came, "rows": len(known)}),
        ReportLine("import.money_rejected", {"money": _total(aside), "rows": len(aside)}),
        ReportLine("import.money_out", {"money": booked, "difference": kept - booked}),
        ReportLine(f"import.revenue_{recognition}", {"money": revenue}),
        ReportLine("import.calendar", span),
        *_describe_quiet(history),
    ]


def exact_total(history: pd.DataFrame) -> Decimal:
    """Add up the won value as the decimal numbers its floats stand for, so that no cent is lost.

    Examples
    --------
    >>> exact_total(pd.DataFrame({"won_eur": [0.1] * 10})), sum([0.1] * 10)
    (Decimal('1'), 0.9999999999999999)
    """
    return _total(Decimal(repr(float(amount))) for amount in history["won_eur"])


def _describe_quiet(history: pd.DataFrame) -> list[ReportLine]:
    """Name the longest time without a single event, for it may come from a mistyped date."""
    events = history[["deals_opened", "deals_won", "deals_lost"]].sum(axis=1).groupby(history["month"]).sum()
    quiet, longest, end = 0, 0, 0
    for place, number in enumerate(events):
        quiet = 0 if number else quiet + 1
        longest, end = max((longest, end), (quiet, place), key=lambda run: run[0])
    if longest < QUIET_MONTHS:
        return []
    first = pd.Timestamp(events.index[end - longest + 1]).date()
    return [ReportLine("import.quiet", {"months": longest, "first": first})]


def _total(amounts: Iterable[Decimal]) -> Decimal:
    total = sum(amounts, Decimal(0))
    return total.quantize(Decimal(1)) if total == total.to_integral_value() else total.normalize()
