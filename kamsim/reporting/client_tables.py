"""The client in tables of texts: who is missing of those who decide, what changed, what deals wait for."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.action_plan import deal_name
from kamsim.schemas import MEDDIC


def roles_table(roles: pd.DataFrame, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write which decision roles are engaged, who is missing, and who could open the door (D-STK-1).

    Parameters
    ----------
    roles : DataFrame
        From `kamsim.measures.role_coverage`, of one account.
    locale : Locale

    Returns
    -------
    DataFrame
        Role, people in place, engaged, standing, whom to approach, through whom.

    Examples
    --------
    >>> roles_table(pd.DataFrame(columns=["decision_role"])).columns.tolist()[:3]
    ['Role in decisions', 'People', 'Engaged']
    """
    missing = locale.text("format.missing")
    texts = [
        (
            locale.text(f"decision_role.{role['decision_role']}"),
            locale.number(role["people"]),
            locale.number(role["engaged"]),
            locale.text(f"role_state.{role['state']}"),
            role["person"] if pd.notna(role["person"]) else missing,
            role["through"] if pd.notna(role["through"]) else missing,
        )
        for role in roles.to_dict("records")
    ]
    names = ("role", "people", "engaged", "state", "person", "through")
    return pd.DataFrame(texts, columns=[locale.text(f"role_state.head.{n}") for n in names]).astype("str")


def alerts_table(
    alerts: pd.DataFrame,
    locale: Locale = ENGLISH,
    *,
    accounts: pd.DataFrame | None = None,
    rows: int = 8,
) -> pd.DataFrame:
    """Write what changed at clients, newest first, and what to do about it (D-ORG-1).

    Parameters
    ----------
    alerts : DataFrame
        From `kamsim.measures.account_alerts`.
    locale : Locale
    accounts : DataFrame, optional
        ACCOUNTS; where given, the first column names the account.
    rows : int
        At most.

    Returns
    -------
    DataFrame
        Account (if asked for), seen on, happened on, what, who, standing, what to do.

    Examples
    --------
    >>> alerts_table(pd.DataFrame(columns=["kind", "seen_on", "event_id"])).columns.tolist()[:2]
    ['Seen', 'Happened']
    """
    missing = locale.text("format.missing")
    newest = alerts.sort_values(["seen_on", "event_id"], ascending=[False, True]).head(rows)
    texts = [
        (
            locale.date(alert["seen_on"]),
            locale.date(alert["happened_on"]),
            locale.text(f"event_kind.{alert['kind']}"),
            alert["person"] if pd.notna(alert["person"]) else missing,
            locale.text("alert.settled" if alert["settled"] else "alert.open"),
            missing if alert["settled"] else locale.text(f"alert.todo.{alert['kind']}"),
        )
        for alert in newest.to_dict("records")
    ]
    names = ("seen", "happened", "what", "who", "standing", "todo")
    table = pd.DataFrame(texts, columns=[locale.text(f"alert.head.{n}") for n in names]).astype("str")
    if accounts is not None:
        named = newest["account_id"].map(accounts.set_index("account_id")["name"])
        table.insert(0, locale.text("alert.head.account"), named.to_numpy("str"))
    return table.astype("str")


def say_alerts(alerts: pd.DataFrame, events: pd.DataFrame | None, locale: Locale = ENGLISH) -> str:
    """Say how many alerts there are and how many are still open, or that nobody records them.

    Parameters
    ----------
    alerts : DataFrame
        From `kamsim.measures.account_alerts`.
    events : DataFrame or None
        EVENTS that they come from.
    locale : Locale

    Returns
    -------
    str

    Examples
    --------
    >>> say_alerts(pd.DataFrame({"settled": [True, False]}), pd.DataFrame())
    '1 open of 2 alerts in the last 12 months.'
    """
    if events is None:
        return locale.text("alert.unrecorded")
    if alerts.empty:
        return locale.text("alert.none")
    still_open = int((~alerts["settled"].astype(bool)).sum())
    return locale.text("alert.found", open=locale.number(still_open), all=locale.number(len(alerts)))


def industry_table(
    industry: pd.DataFrame, locale: Locale = ENGLISH, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Write what the clients of the same industry went through, beside the other industries (D-SEC-1).

    Parameters
    ----------
    industry : DataFrame
        From `kamsim.measures.industry_alerts`.
    locale : Locale
    confidence : float
        Of the intervals in `industry`.

    Returns
    -------
    DataFrame
        What, share of the clients there with interval, share elsewhere, verdict.

    Examples
    --------
    >>> industry_table(pd.DataFrame(columns=["kind"])).columns.tolist()[0]
    'In the last 12 months'
    """
    texts = []
    for row in industry.to_dict("records"):
        share, low, high, elsewhere = (
            locale.percent(row[n], 0) for n in ("share", "low", "high", "elsewhere")
        )
        texts.append(
            (
                locale.text(f"event_kind.{row['kind']}"),
                locale.text(
                    "alert.of", hit=locale.number(row["hit"]), accounts=locale.number(row["accounts"])
                ),
                locale.text("format.interval", middle=share, low=low, high=high),
                elsewhere,
                locale.text("alert.unusual" if row["unusual"] else "alert.usual"),
            )
        )
    names = ("kind", "hit", "share", "elsewhere", "verdict")
    level = locale.confidence(confidence)
    heads = [locale.text(f"alert.industry.{n}", confidence=level) for n in names]
    return pd.DataFrame(texts, columns=heads).astype("str")


def deals_table(
    milestones: pd.DataFrame,
    letters: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    rows: int = 8,
) -> pd.DataFrame:
    """Write the open deals as a pipeline review goes through them: next milestone, wait, MEDDIC gaps.

    Parameters
    ----------
    milestones : DataFrame
        From `kamsim.measures.open_milestones`.
    letters : DataFrame
        From `kamsim.scoring.qualify_opportunities`.
    locale : Locale
    currency : str
        ISO code.
    rows : int
        At most, largest first.

    Returns
    -------
    DataFrame
        Deal, waits for, since, months waited, usual months (three in four within), standing, MEDDIC letters
        that are missing (D-CYC-2, D-MED-1).

    Examples
    --------
    >>> empty = pd.DataFrame(columns=["opportunity_id"])
    >>> deals_table(empty, empty).columns.tolist()[:2]
    ['Deal', 'Waits for']
    """
    known = letters.set_index("opportunity_id")
    missing = locale.text("format.missing")
    texts = []
    for deal in milestones.head(rows).to_dict("records"):
        usual, late = (locale.number(deal[n], 1) for n in ("usual_months", "late_after_months"))
        texts.append(
            (
                deal_name(deal, locale, currency),
                locale.text(f"milestone.{deal['next_step']}"),
                locale.date(deal["last_on"]) if pd.notna(deal["last_on"]) else missing,
                locale.number(deal["waited_months"], 1),
                missing if usual == missing else locale.text("deal.usual", usual=usual, late=late),
                locale.text(f"deal.{_standing(deal)}"),
                _lacking(known.loc[deal["opportunity_id"]], locale),
            )
        )
    names = ("deal", "next", "since", "waited", "usual", "standing", "lacking")
    return pd.DataFrame(texts, columns=[locale.text(f"deal.head.{n}") for n in names]).astype("str")


def _standing(deal: Mapping[Hashable, Any]) -> str:
    if pd.isna(deal["waited_months"]) or pd.isna(deal["late_after_months"]):
        return "unknown"
    return "late" if deal["late"] else "in_time"


def _lacking(letters: pd.Series[Any], locale: Locale) -> str:
    if letters[list(MEDDIC)].isna().all():
        return locale.text("deal.no_letters")
    lacking = [
        locale.text(f"criterion.{letter}")
        for letter in MEDDIC
        if pd.isna(letters[letter]) or not letters[letter]
    ]
    return locale.text("format.list_separator").join(lacking) or locale.text("deal.none_lacking")
