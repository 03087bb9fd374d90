"""The plan of action: each fact that calls for an answer as a dated action with a role and a reason."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from kamsim.measures.facts import AccountFacts
from kamsim.measures.funnel import DAYS_A_MONTH
from kamsim.measures.handover import STATES
from kamsim.measures.playbook import Playbook, working_day
from kamsim.schemas import MEDDIC

MOST_OF_A_KIND = 3
"""Actions of one play on one account, the most pressing: a list that nobody can do is no plan."""

NOTABLE_HOURS = 1.0
"""Hours a month by which a plan must differ from what an account gets before it is worth an action."""

TECHNICAL_STEPS = ("proof", "endorsed")
BUYER = "economic_buyer"
MANY_ROLES_TIERS = (1,)
"""Tiers in which every decision role matters; in the others the budget holder does."""

COLUMNS = [
    "account_id", "due_on", "role", "play", "source", "reference", "subject", "via", "since", "number",
    "like", "rank",
]  # fmt: skip
Row = dict[Hashable, Any]


def plan_actions(
    facts: AccountFacts, standing: pd.DataFrame, playbook: Playbook, *, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """Turn facts into dated actions, in the order to do them.

    Parameters
    ----------
    facts : AccountFacts
        From `gather_facts`.
    standing : DataFrame
        One row an account: account_id, tier, revenue_eur_per_month, nrr (this year's revenue over the last
        year's), churn_probability_12m, usual_churn (of its segment), business_units, units_penetrated,
        hours_now and hours_plan (AE hours a month); missing = not known.
    playbook : Playbook
    cutoff : Timestamp

    Returns
    -------
    DataFrame
        By due day, on a day by urgency: account_id, due_on, role (who does it), play (what: a name of the
        playbook), source (fact of the domain), reference (event or opportunity that it is about, or person to
        approach), subject (person, role, milestone, letters or items, several by ";"), via (who can help),
        since, number and like (a figure and what it is held against), rank (place of the play).

    Examples
    --------
    >>> from kamsim.bundle import Portfolio
    >>> from kamsim.measures.facts import gather_facts
    >>> from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM
    >>> nothing = Portfolio(*(t.empty() for t in (ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM)))
    >>> now, book = pd.Timestamp("2026-01-01"), Playbook.load()
    >>> facts = gather_facts(nothing, {}, book, cutoff=now)
    >>> standing = pd.DataFrame(columns=["account_id"])
    >>> plan_actions(facts, standing, book, cutoff=now).empty
    True
    """
    rows: list[Row] = []
    for account in standing.to_dict("records"):
        for found in (
            _alerts(facts, account), _industry(facts, account), _roles(facts, account),
            _letters(facts, account), _milestones(facts, account, playbook, cutoff),
            _renewals(facts, account), _handover(facts, account, playbook, cutoff),
            _rituals(facts, account), _progress(facts, account, playbook, cutoff),
            _standing(facts, account, playbook),
        ):  # fmt: skip
            rows += [{"account_id": account["account_id"], **row} for row in list(found)[:MOST_OF_A_KIND]]
    return _dated(rows, playbook, cutoff)


def _dated(rows: list[Row], playbook: Playbook, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Give each action its day, role and source, and put them in order."""
    whole = []
    for row in rows:
        play = playbook.plays[row["play"]]
        latest = row.pop("due_on", None)
        due = play.due(cutoff) if latest is None else working_day(max(latest, cutoff))
        whole.append({"due_on": due, "role": play.role, "source": play.source, "rank": play.rank, **row})
    frame = pd.DataFrame(whole, columns=COLUMNS)
    frame = frame.astype({"due_on": "datetime64[us]", "number": "float64", "like": "float64"})
    frame["since"] = pd.to_datetime(frame["since"]).astype("datetime64[us]")
    return frame.sort_values(["due_on", "rank", "account_id", "reference", "subject"], ignore_index=True)


def _mine(table: pd.DataFrame, account: Row) -> list[Row]:
    rows: list[Row] = table[table["account_id"] == account["account_id"]].to_dict("records")
    return rows


def _alerts(facts: AccountFacts, account: Row) -> Iterator[Row]:
    for alert in _mine(facts.alerts, account):
        if not alert["settled"]:
            yield {
                "play": alert["kind"], "reference": alert["event_id"], "subject": alert["person"],
                "since": alert["seen_on"],
            }  # fmt: skip


def _industry(facts: AccountFacts, account: Row) -> Iterator[Row]:
    for alert in _mine(facts.industry, account):
        if alert["unusual"]:
            yield {
                "play": "industry", "subject": alert["kind"], "via": alert["industry"],
                "number": alert["share"], "like": alert["elsewhere"],
            }  # fmt: skip


def _roles(facts: AccountFacts, account: Row) -> Iterator[Row]:
    has_deal = bool(_mine(facts.milestones, account))
    for role in _mine(facts.roles, account):
        is_buyer = role["decision_role"] == BUYER
        matters = account["tier"] in MANY_ROLES_TIERS or is_buyer
        if matters and role["state"] != "engaged":
            yield {
                "play": "buyer" if is_buyer and has_deal else "role", "subject": role["decision_role"],
                "reference": role["person"], "via": role["through"],
            }  # fmt: skip


def _letters(facts: AccountFacts, account: Row) -> Iterator[Row]:
    order = sorted(MEDDIC, key=lambda letter: letter != BUYER)
    deals = facts.letters[facts.letters[list(MEDDIC)].notna().any(axis=1)]
    for deal in _mine(deals.sort_values("amount_eur", ascending=False), account):
        lacking = [letter for letter in order if pd.isna(deal[letter]) or not deal[letter]]
        if lacking:
            yield {
                "play": "meddic", "reference": deal["opportunity_id"], "subject": ";".join(lacking),
                "number": len(MEDDIC) - len(lacking), "like": len(MEDDIC),
            }  # fmt: skip


def _milestones(facts: AccountFacts, account: Row, playbook: Playbook, cutoff: pd.Timestamp) -> Iterator[Row]:
    deals = facts.milestones.sort_values("late", ascending=False, kind="stable")
    for deal in _mine(deals[deals["waited_months"].notna()], account):
        play = "technical_milestone" if deal["next_step"] in TECHNICAL_STEPS else "milestone"
        soonest = cutoff + pd.Timedelta(days=playbook.plays[play].within_days)
        usual = deal["usual_months"]
        expected: pd.Timestamp = soonest
        if pd.notna(usual):
            expected = deal["last_on"] + pd.Timedelta(days=usual * DAYS_A_MONTH)
        yield {
            "play": play, "reference": deal["opportunity_id"], "subject": deal["next_step"],
            "since": deal["last_on"], "number": deal["waited_months"], "like": usual,
            "due_on": max(soonest, expected.normalize()),
        }  # fmt: skip


def _renewals(facts: AccountFacts, account: Row) -> Iterator[Row]:
    for deal in _mine(facts.renewals, account):
        yield {
            "play": "renewal", "reference": deal["opportunity_id"], "since": deal["opened_on"],
            "number": deal["amount_eur"],
        }  # fmt: skip


def _handover(facts: AccountFacts, account: Row, playbook: Playbook, cutoff: pd.Timestamp) -> Iterator[Row]:
    items = _mine(facts.checklists, account)
    signed = next((item["on"] for item in items if item["item"] == "why_bought"), pd.NaT)
    lacking = [item["item"] for item in items if item["state"] != STATES[0]]
    if lacking and signed >= cutoff - pd.DateOffset(months=playbook.handover_months):
        yield {"play": "handover", "subject": ";".join(lacking), "since": signed, "number": len(lacking)}


def _rituals(facts: AccountFacts, account: Row) -> Iterator[Row]:
    for ritual in _mine(facts.rituals, account):
        row: Row = {"play": ritual["ritual"], "since": ritual["last_on"]}
        yield row if ritual["overdue"] else {**row, "due_on": ritual["due_on"]}


def _progress(facts: AccountFacts, account: Row, playbook: Playbook, cutoff: pd.Timestamp) -> Iterator[Row]:
    last = facts.progress[account["account_id"]]
    begin = cutoff - pd.DateOffset(months=playbook.progress_months)
    if not _mine(facts.milestones, account) and not last >= begin:
        yield {"play": "no_progress", "since": last, "number": playbook.progress_months}


def _standing(facts: AccountFacts, account: Row, playbook: Playbook) -> Iterator[Row]:
    is_customer = account["revenue_eur_per_month"] > 0
    if account["nrr"] < playbook.fall_below:
        yield {"play": "revenue_fall", "number": account["nrr"] - 1}
    leaves, usual = account["churn_probability_12m"], account["usual_churn"]
    if is_customer and leaves > playbook.churn_above * usual:
        yield {"play": "churn", "number": leaves, "like": usual}
    if abs(account["hours_plan"] - account["hours_now"]) >= NOTABLE_HOURS:
        yield {"play": "hours", "number": account["hours_now"], "like": account["hours_plan"]}
    units, bought = account["business_units"], account["units_penetrated"]
    crossing = any(deal["kind"] == "cross_sell" for deal in _mine(facts.milestones, account))
    if is_customer and pd.notna(units) and pd.notna(bought) and bought < units and not crossing:
        yield {"play": "second_unit", "number": bought, "like": units}
