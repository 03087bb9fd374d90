"""The quarter on one page: the figures an executive asks for, concentration in a sentence, and the basis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kamsim import kpis
from kamsim.config import Scenario
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.ledger import count_sources
from kamsim.reporting.portfolio_table import share_with_interval

if TYPE_CHECKING:
    from kamsim.measures import Stake

LEAST_HISTORY_MONTHS = 24
"""Two years are compared for NRR and GRR."""


def executive_table(
    summary: pd.DataFrame,
    by_segment: pd.DataFrame,
    contribution: pd.DataFrame,
    stake: Stake,
    staffing: pd.DataFrame,
    scenario: Scenario,
    locale: Locale = ENGLISH,
) -> pd.DataFrame:
    """Write the figures of the quarter as texts for readers, each with its interval where it has one.

    Parameters
    ----------
    summary, by_segment, contribution : DataFrame
        From `kamsim.measures`: `portfolio_summary`, `openings_by_segment`, `account_contribution`.
    stake : Stake
        From `kamsim.measures.contribution_at_stake`.
    staffing : DataFrame
        STAFFING.
    scenario : Scenario
    locale : Locale

    Returns
    -------
    DataFrame
        One row a figure: its name, the figure, and what it is. What is not known is a dash.
    """
    whole, spaces = (frame.to_dict("records")[-1] for frame in (summary, by_segment))
    revenue = contribution["revenue_eur"].to_numpy()
    currency = scenario.currency
    aes = staffing[staffing["role"] == "AE"].to_dict("records")[0]
    whitespace = tuple(float(spaces[f"whitespace{end}_eur"]) for end in ("", "_low", "_high"))
    today = float(spaces["revenue_36m_eur"])
    bought = tuple(today / (today + open_eur) if today > 0 else np.nan for open_eur in whitespace)
    cells = {
        "customers": locale.text(
            "openings.of", part=locale.number(whole["customers"]), whole=locale.number(whole["accounts"])
        ),
        "revenue": locale.money(whole["revenue_eur_per_year"], currency, compact=True),
        "top": locale.percent(kpis.top_share(revenue[revenue > 0]), 0),
        "logo": share_with_interval(whole["logo_retention"], whole["low"], whole["high"], locale),
        "grr": share_with_interval(whole["grr"], whole["grr_low"], whole["grr_high"], locale),
        "nrr": share_with_interval(whole["nrr"], whole["nrr_low"], whole["nrr_high"], locale),
        "share": share_with_interval(bought[0], bought[2], bought[1], locale),
        "whitespace": _money(whitespace, locale, currency),
        "contribution": locale.money(contribution["contribution_eur"].sum(), currency, compact=True),
        "stake": _money((stake.mean_eur, stake.low_eur, stake.high_eur), locale, currency)
        if stake.accounts
        else locale.text("format.missing"),
        "team": locale.text(
            "openings.of", part=locale.number(aes["effective"], 1), whole=locale.number(aes["by_hours"], 1)
        ),
    }
    remarks = {
        "confidence": locale.confidence(scenario.experiment.confidence),
        "coverage": locale.confidence(scenario.scoring.interval_coverage),
        "losing": locale.number(int(((revenue > 0) & (contribution["contribution_eur"] < 0)).sum())),
        "buyers": locale.number(int((revenue > 0).sum())),
        "risky": locale.number(stake.accounts),
        "low": locale.percent(scenario.validation.top_20_share_published[0], 0),
        "high": locale.percent(scenario.validation.top_20_share_published[1], 0),
    }
    rows = [
        (locale.text(f"executive.{name}"), cell, locale.text(f"executive.what.{name}", **remarks))
        for name, cell in cells.items()
    ]
    heads = [locale.text(f"executive.{name}") for name in ("figure", "value", "meaning")]
    return pd.DataFrame(rows, columns=heads).astype("str")


def say_concentration(contribution: pd.DataFrame, locale: Locale = ENGLISH) -> str:
    """Say how much hangs on the largest customers, and what studies expect of more of it (E-CON-2).

    Parameters
    ----------
    contribution : DataFrame
        From `kamsim.measures.account_contribution`: the revenue of 12 months.
    locale : Locale

    Examples
    --------
    >>> say_concentration(pd.DataFrame({"revenue_eur": [6.0, 2.0, 2.0]}))[:58]
    'The largest customer brings 60% of revenue, the largest fi'
    """
    revenue = contribution.loc[contribution["revenue_eur"] > 0, "revenue_eur"].sort_values(ascending=False)
    if revenue.empty:
        return locale.text("plot.concentration.title_empty")
    share = revenue / revenue.sum()
    return locale.text(
        "executive.concentration",
        first=locale.percent(share.iloc[0], 0),
        five=locale.percent(share.head(5).sum(), 0),
        equals=locale.number(1 / float((share**2).sum())),
        customers=locale.number(len(share)),
    )


def say_basis(
    accounts: pd.DataFrame,
    history: pd.DataFrame,
    at_risk: pd.DataFrame,
    scenario: Scenario,
    truth_known: bool,
    locale: Locale = ENGLISH,
) -> list[str]:
    """Say what the report rests on, and what the data lack, a sentence each.

    Parameters
    ----------
    accounts, history : DataFrame
        ACCOUNTS and HISTORY.
    at_risk : DataFrame
        From `kamsim.measures.accounts_at_risk`.
    scenario : Scenario
    truth_known : bool
        Of the comparison: whether the years were played on the portfolio's truth or on draws.
    locale : Locale

    Returns
    -------
    list of str
    """
    sources = count_sources(scenario)
    said = [
        locale.text(
            "basis.known" if truth_known else "basis.drawn", draws=locale.number(scenario.experiment.draws)
        ),
        locale.text(
            "basis.figures",
            figures=locale.number(sources.figures),
            assumptions=locale.number(sources.assumptions),
        ),
    ]
    months = history["month"].nunique()
    told = int(accounts["disclosed_wallet_eur_per_month"].notna().sum())
    said.append(
        locale.text("basis.wallets", told=locale.number(told), accounts=locale.number(len(accounts)))
        if told
        else locale.text("basis.no_wallets")
    )
    if months < LEAST_HISTORY_MONTHS:
        said.append(locale.text("basis.short", months=locale.number(months)))
    if at_risk.empty:
        said.append(locale.text("basis.nobody_stands_out"))
    if not accounts["units_penetrated"].notna().any():
        said.append(locale.text("basis.no_units"))
    if not accounts["budget_confirmed"].notna().any() or not accounts["sponsor_identified"].notna().any():
        said.append(locale.text("basis.no_signs"))
    if not history["ae_hours"].notna().any():
        said.append(locale.text("basis.no_hours"))
    return said


def _money(amounts: tuple[float, ...], locale: Locale, currency: str) -> str:
    ends = (locale.money(x, currency, compact=True, like=amounts[-1]) for x in amounts)
    return locale.text("format.interval", **dict(zip(("middle", "low", "high"), ends, strict=True)))
