"""What the CRM shows of some accounts and calls for an answer, gathered for a plan of action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.measures.alerts import INDUSTRY_COLUMNS, account_alerts, industry_alerts
from kamsim.measures.decision_roles import role_coverage
from kamsim.measures.handover import handover_checklist
from kamsim.measures.milestones import last_progress, open_milestones
from kamsim.measures.playbook import Playbook
from kamsim.measures.rituals import due_rituals
from kamsim.scoring import qualify_opportunities


@dataclass(frozen=True)
class AccountFacts:
    """Facts of some accounts, each table as its function gives it.

    Attributes
    ----------
    alerts : DataFrame
        From `account_alerts`.
    industry : DataFrame
        From `industry_alerts`, with account_id; unusual ones only matter.
    roles : DataFrame
        From `role_coverage`.
    letters : DataFrame
        From `kamsim.scoring.qualify_opportunities`: MEDDIC of the open deals.
    milestones : DataFrame
        From `open_milestones`.
    renewals : DataFrame
        OPPORTUNITIES that are open renewals.
    checklists : DataFrame
        From `handover_checklist`, with account_id.
    rituals : DataFrame
        From `due_rituals`.
    progress : Series
        From `last_progress`, by account.
    """

    alerts: pd.DataFrame
    industry: pd.DataFrame
    roles: pd.DataFrame
    letters: pd.DataFrame
    milestones: pd.DataFrame
    renewals: pd.DataFrame
    checklists: pd.DataFrame
    rituals: pd.DataFrame
    progress: pd.Series[pd.Timestamp]


def gather_facts(
    portfolio: Portfolio, tiers: Mapping[str, int], playbook: Playbook, *, cutoff: pd.Timestamp
) -> AccountFacts:
    """Gather what calls for an answer on some accounts.

    Parameters
    ----------
    portfolio : Portfolio
    tiers : mapping of str to int
        Tier of each account that is asked about.
    playbook : Playbook
        How far back alerts count.
    cutoff : Timestamp

    Returns
    -------
    AccountFacts

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM
    >>> nothing = Portfolio(*(t.empty() for t in (ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM)))
    >>> facts = gather_facts(nothing, {}, Playbook.load(), cutoff=pd.Timestamp("2026-01-01"))
    >>> len(facts.alerts), len(facts.milestones)
    (0, 0)
    """
    ids = list(tiers)
    deals, people, history = portfolio.opportunities, portfolio.stakeholders, portfolio.history
    back = playbook.alert_months
    crm = portfolio.accounts
    named = crm[crm["account_id"].isin(ids) & crm["industry"].notna()]
    by_industry = {
        str(name): industry_alerts(crm, portfolio.events, str(name), cutoff=cutoff, months=back)
        for name in named["industry"].unique()
    }
    industries = zip(named["account_id"], named["industry"], strict=True)
    letters = qualify_opportunities(deals)
    renewing = (deals["kind"] == "renewal").fillna(False) & (deals["status"] == "open")
    return AccountFacts(
        alerts=account_alerts(portfolio.events, people, history, ids, cutoff=cutoff, months=back),
        industry=_stacked({a: by_industry[name] for a, name in industries}, INDUSTRY_COLUMNS),
        roles=role_coverage(people, ids),
        letters=letters[letters["account_id"].isin(ids)].reset_index(drop=True),
        milestones=open_milestones(deals, crm, ids, cutoff=cutoff),
        renewals=deals[renewing & deals["account_id"].isin(ids)].reset_index(drop=True),
        checklists=_stacked({a: handover_checklist(deals, people, history, a) for a in ids}, ["item"]),
        rituals=due_rituals(history, deals, tiers, cutoff=cutoff),
        progress=last_progress(deals, ids),
    )


def _stacked(frames: Mapping[str, pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Put tables of accounts under each other, the account in a column."""
    full = [frame.assign(account_id=account) for account, frame in frames.items() if len(frame)]
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame(columns=["account_id", *columns])
