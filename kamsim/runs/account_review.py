"""One account and one representative on the desk: all that a business review shows, from one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamsim.allocation import allocate
from kamsim.coverage import rep_book
from kamsim.errors import SchemaError, unknown_name
from kamsim.measures import (
    AccountFacts,
    Playbook,
    account_years,
    gather_facts,
    organisation_chart,
    plan_actions,
    usual_churn,
)
from kamsim.runs.desk import Desk
from kamsim.value import draw_states

WALLET_DRAWS = 500
YEAR = 12
RECENT_MONTHS = 3
"""Months over which the recorded hours of an account are averaged."""

RECORDED_HOURS = {f"{role}_hours": f"{role}_recorded_hours" for role in ("ae", "se", "csm")}


@dataclass(frozen=True)
class AccountReview:
    """What a business review of one account shows, and its representative's book.

    Attributes
    ----------
    account : Series
        The account's row of `standing`.
    rep : Series
        The representative's row of TEAM.
    standing : DataFrame
        One row an account of the book, and the account: BOOK with ACCOUNTS and SCORES; ae_, se_ and
        csm_recorded_hours (a month, of late), hours_now and hours_plan (AE hours a month under the status
        quo and the plan), nrr (revenue of 12 months over that of the 12 before),
        usual_churn (`kamsim.measures.usual_churn`).
    years : DataFrame
        From `kamsim.measures.account_years`.
    months : DataFrame
        HISTORY of the account.
    wallet_share : tuple of float
        Share of wallet (D-KPI-1): median, low and high of what scores and CRM allow; three equal figures
        where the client disclosed its wallet.
    chart : DataFrame
        From `kamsim.measures.organisation_chart`.
    facts : AccountFacts
        Of all accounts in `standing`.
    actions : DataFrame
        From `kamsim.measures.plan_actions`, of all accounts in `standing`, with owner: the name of the AE who
        has the account today; missing where an action is for another role.
    book : DataFrame
        From `kamsim.coverage.rep_book`.
    policy : str
        The plan that hours and moves are of.
    """

    account: pd.Series[Any]
    rep: pd.Series[Any]
    standing: pd.DataFrame
    years: pd.DataFrame
    months: pd.DataFrame
    wallet_share: tuple[float, float, float]
    chart: pd.DataFrame
    facts: AccountFacts
    actions: pd.DataFrame
    book: pd.DataFrame
    policy: str

    @property
    def account_id(self) -> str:
        """Id of the account."""
        return str(self.account["account_id"])

    def of_account(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table that are of the account."""
        return table[table["account_id"] == self.account_id].reset_index(drop=True)


def review_account(
    desk: Desk, account: str = "", rep: str = "", policy: str = "profit_maximising"
) -> AccountReview:
    """Review one account, and the book of a representative.

    Parameters
    ----------
    desk : Desk
        From `lay_out`.
    account : str
        Id or name; empty: the customer with most at stake, i.e. where effort is believed to decide most
        (``gain_eur`` of VALUES).
    rep : str
        Id or name of an AE; empty: the account's owner, or whom the status quo gives it to.
    policy : str
        The plan beside the status quo.

    Returns
    -------
    AccountReview

    Raises
    ------
    SchemaError
        When there is no such account or AE, with the nearest; or no account at all.
    ConfigError
        When there is no such policy.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> from kamsim.runs.desk import lay_out
    >>> small = {"portfolio.accounts": 60, "value.replications": 2}
    >>> review = review_account(lay_out(Scenario.load("saas_midmarket", small)), policy="marginal_value")
    >>> len(review.years), bool((review.actions["due_on"] >= "2026-01-01").all())
    (3, True)
    """
    chosen = _account_id(desk, account)
    baseline = desk.scenario.experiment.baseline
    plans = allocate(desk.book, desk.team, desk.scenario, [baseline, policy])
    now = plans.assignment[plans.assignment["policy"] == baseline].set_index("account_id")
    owner = _rep_id(desk, rep) if rep else str(now["rep_id"][chosen])
    book = rep_book(
        desk.book, desk.accounts, desk.team, plans.assignment, plans.moves(), owner,
        policy=policy, baseline=baseline,
    )  # fmt: skip
    ids = sorted({chosen, *book["account_id"]})
    standing = _standing(desk, ids, plans.assignment, (baseline, policy))
    playbook = Playbook.load()
    tiers = dict(zip(standing["account_id"], standing["tier"], strict=True))
    facts = gather_facts(desk.portfolio, tiers, playbook, cutoff=desk.cutoff)
    history = desk.portfolio.history
    return AccountReview(
        account=standing[standing["account_id"] == chosen].iloc[0],
        rep=desk.team[desk.team["rep_id"] == owner].iloc[0],
        standing=standing,
        years=account_years(history, chosen, desk.scenario.coverage),
        months=history[history["account_id"] == chosen].sort_values("month", ignore_index=True),
        wallet_share=_wallet_share(desk, chosen),
        chart=organisation_chart(desk.portfolio.stakeholders, desk.accounts, chosen),
        facts=facts,
        actions=_owned(plan_actions(facts, standing, playbook, cutoff=desk.cutoff), now["rep_id"], desk.team),
        book=book,
        policy=policy,
    )


def _account_id(desk: Desk, account: str) -> str:
    if desk.accounts.empty:
        raise SchemaError("the portfolio has no account to review")
    if not account:
        customers = desk.book[desk.book["revenue_eur_per_month"] > 0]
        candidates = customers if len(customers) else desk.book
        order = candidates.sort_values(["gain_eur", "account_id"], ascending=[False, True])
        return str(order["account_id"].iloc[0])
    return _known("account", account, desk.accounts["account_id"], desk.accounts["name"])


def _rep_id(desk: Desk, rep: str) -> str:
    aes = desk.team[desk.team["role"] == "AE"]
    return _known("representative", rep, aes["rep_id"], aes["name"])


def _known(kind: str, given: str, ids: pd.Series[str], names: pd.Series[str]) -> str:
    """Return the id that `given` is, or the first one that it is the name of."""
    if given in set(ids):
        return given
    named = ids[names == given]
    if named.empty:
        raise SchemaError(unknown_name(kind, given, [*ids, *names.dropna()]))
    return str(named.iloc[0])


def _standing(
    desk: Desk, ids: list[str], assignment: pd.DataFrame, policies: tuple[str, str]
) -> pd.DataFrame:
    """Put book, scores and CRM of the accounts side by side, with the hours they get and would get."""
    known = desk.accounts[["account_id", *desk.accounts.columns.difference(desk.book.columns)]]
    scored = desk.scores[["account_id", *desk.scores.columns.difference(desk.book.columns)]]
    whole = desk.book.merge(known, on="account_id").merge(scored, on="account_id")
    mine = whole[whole["account_id"].isin(ids)].reset_index(drop=True)
    last = desk.portfolio.history["month"].max() - pd.DateOffset(months=RECENT_MONTHS - 1)
    recent = desk.portfolio.history[desk.portfolio.history["month"] >= last]
    recorded = recent.groupby("account_id")[list(RECORDED_HOURS)].mean().rename(columns=RECORDED_HOURS)
    now, plan = (
        assignment[assignment["policy"] == name].set_index("account_id")["ae_hours"] for name in policies
    )
    return mine.merge(recorded, on="account_id", how="left").assign(
        hours_now=mine["account_id"].map(now),
        hours_plan=mine["account_id"].map(plan),
        nrr=mine["account_id"].map(_yearly_change(desk.portfolio.history)),
        usual_churn=usual_churn(mine["churn_baseline"], mine["segment"], desk.scenario.scoring),
    )


def _yearly_change(history: pd.DataFrame) -> pd.Series[float]:
    """Return each account's revenue of 12 months over that of the 12 before; missing without two years."""
    months = sorted(history["month"].unique())
    last, before = (
        history[history["month"].isin(some)].groupby("account_id")["revenue_eur"].sum()
        for some in (months[-YEAR:], months[-2 * YEAR : -YEAR])
    )
    return (last / before.where(before > 0)) if len(months) >= 2 * YEAR else last * np.nan


def _owned(actions: pd.DataFrame, reps: pd.Series[str], team: pd.DataFrame) -> pd.DataFrame:
    """Say who does each action; SE and CSM are pools."""
    names = team.set_index("rep_id")["name"]
    owner = actions["account_id"].map(reps).map(names)
    return actions.assign(owner=owner.where(actions["role"] == "AE"))


def _wallet_share(desk: Desk, account: str) -> tuple[float, float, float]:
    """Give the share of wallet with its interval, from states that agree with what is known and scored."""
    mine = [t[t["account_id"] == account] for t in (desk.accounts, desk.portfolio.opportunities, desk.scores)]
    accounts, deals, scores = (table.reset_index(drop=True) for table in mine)
    state = draw_states(accounts, deals, scores, desk.scenario, WALLET_DRAWS, cutoff=desk.cutoff)
    edge = (1 - desk.scenario.scoring.interval_coverage) / 2
    share = state.revenue[0] / state.wallet[0]
    middle, low, high = (float(x) for x in np.quantile(share, [0.5, edge, 1 - edge]))
    return middle, low, high
