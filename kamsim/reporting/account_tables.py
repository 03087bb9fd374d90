"""One account in tables of texts: key figures, years, hand-over, reviews due; and what its data lack."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.locale import ENGLISH, Locale
from kamsim.schemas import MEDDIC

POTENTIAL_MONTHS = 36
ROLES_ASKED = {"ae": "workload_hours", "se": "se_hours", "csm": "csm_hours"}
"""What a tier asks of each role, in BOOK."""


def account_figures_table(
    account: Mapping[str, Any],
    years: pd.DataFrame,
    wallet_share: tuple[float, float, float],
    policy: str,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    confidence: float = 0.9,
) -> pd.DataFrame:
    """Write the key figures of one account, each with its interval or what to hold it against (D-KPI-1 to 4).

    Parameters
    ----------
    account : mapping
        BOOK, ACCOUNTS and SCORES of the account, the recorded hours of each role, hours_now and hours_plan.
    years : DataFrame
        From `kamsim.measures.account_years`.
    wallet_share : tuple of float
        Share of wallet: middle, low, high.
    policy : str
        The plan that hours_plan is of.
    locale : Locale
    currency : str
        ISO code.
    confidence : float
        Of the intervals of potential and share of wallet.

    Returns
    -------
    DataFrame
        Key figure, value, beside it. What is not known is a dash.

    Examples
    --------
    >>> from kamsim.measures import account_years
    >>> from kamsim.config import Scenario
    >>> from kamsim.schemas import HISTORY
    >>> numbers = ["potential_36m_eur", "potential_low_eur", "potential_high_eur", "churn_probability_12m",
    ...     "usual_churn", "gain_eur", "gain_sd_eur", "hours_now", "hours_plan", "workload_hours",
    ...     "se_hours", "csm_hours", "ae_recorded_hours", "se_recorded_hours", "csm_recorded_hours",
    ...     "tier_2_probability"]
    >>> account = dict.fromkeys(numbers, 1.0) | {"tier": 2, "business_units": 8, "units_penetrated": 1}
    >>> years = account_years(HISTORY.empty(), "a", Scenario.load("base").coverage)
    >>> account_figures_table(account, years, (0.2, 0.1, 0.4), "balanced").iloc[3].tolist()
    ['Share of wallet (D-KPI-1)', '20% (10% to 40%)', '90% interval, from scores and CRM']
    """
    text = locale.text
    last = years.iloc[0] if len(years) else pd.Series(dtype=float)
    money = _money_writer(locale, currency)
    level = locale.confidence(confidence)
    share = [locale.percent(x, 0) for x in wallet_share]
    potential = [money(account[f"potential_{x}_eur"]) for x in ("36m", "low", "high")]
    rows = [
        ("revenue", money(last.get("revenue_eur")), _growth(last, locale)),
        ("contribution", money(last.get("contribution_eur")), text("review.beside.contribution")),
        ("retention", locale.percent(last.get("nrr"), 0), _gross(last, locale)),
        ("wallet", _interval(share, locale) if wallet_share[1] < wallet_share[2] else share[0],
         text("review.beside.wallet", confidence=level) if wallet_share[1] < wallet_share[2]
         else text("review.beside.disclosed")),
        ("units", locale.number(_number(account["units_penetrated"])), _of_units(account, locale)),
        ("potential", _interval(potential, locale), text("review.beside.potential", confidence=level)),
        ("tier", text(f"tier.{account['tier']}"), text(
            "review.beside.tier", share=locale.percent(account[f"tier_{account['tier']}_probability"], 0))),
        ("churn", locale.percent(account["churn_probability_12m"], 0),
         text("review.beside.churn", base=locale.percent(account["usual_churn"], 0))),
        ("gain", money(account["gain_eur"]), text("review.beside.gain", sd=money(account["gain_sd_eur"]))),
        ("hours", locale.number(account["workload_hours"], 1), text(
            "review.beside.hours", recorded=locale.number(account["ae_recorded_hours"], 1),
            now=locale.number(account["hours_now"], 1), plan=locale.number(account["hours_plan"], 1),
            policy=locale.policy(policy))),
        *(
            (f"{role}_hours", locale.number(account[ROLES_ASKED[role]], 1),
             text("review.beside.pool", recorded=locale.number(account[f"{role}_recorded_hours"], 1)))
            for role in ("se", "csm")
        ),
    ]  # fmt: skip
    heads = [text(f"review.head.{name}") for name in ("figure", "value", "beside")]
    named = [(text(f"review.figure.{name}"), value, beside) for name, value, beside in rows]
    return pd.DataFrame(named, columns=heads).astype("str")


def account_years_table(years: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR") -> pd.DataFrame:
    """Write the years of one account, latest first.

    Parameters
    ----------
    years : DataFrame
        From `kamsim.measures.account_years`.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        Months until, revenue, NRR and GRR of the account, won, given up at renewals, hours, contribution.

    Examples
    --------
    >>> from kamsim.measures.account_years import COLUMNS
    >>> account_years_table(pd.DataFrame(columns=COLUMNS)).columns.tolist()[:2]
    ['Year to', 'Revenue']
    """
    money = _money_writer(locale, currency)
    texts = [
        (
            locale.month(year["until"])
            if year["months"] == 12
            else locale.text(
                "review.part_year", month=locale.month(year["until"]), months=locale.number(year["months"])
            ),
            money(year["revenue_eur"]),
            locale.percent(year["nrr"], 0),
            locale.percent(year["grr"], 0),
            money(year["won_eur"]),
            money(year["contraction_eur"]),
            locale.number(year["hours"]),
            money(year["contribution_eur"]),
        )
        for year in years.to_dict("records")
    ]
    names = ("year", "revenue", "nrr", "grr", "won", "contraction", "hours", "contribution")
    return pd.DataFrame(texts, columns=[locale.text(f"review.year.{n}") for n in names]).astype("str")


def handover_table(checklist: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR") -> pd.DataFrame:
    """Write the hand-over checklist: what must pass on, whether the CRM knows it, what it says (D-HND-1).

    Parameters
    ----------
    checklist : DataFrame
        From `kamsim.measures.handover_checklist`.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        Item, state, what the CRM says or what is missing.

    Examples
    --------
    >>> handover_table(pd.DataFrame(columns=["item", "state"])).columns.tolist()
    ['To pass on', 'In the CRM', 'What it says']
    """
    heads = [locale.text(f"handover.head.{name}") for name in ("item", "state", "says")]
    texts = []
    for row in checklist.to_dict("records"):
        reason = row["text"] if pd.notna(row["text"]) else ""
        is_money = row["item"] == "commitments"
        words = {
            "text": reason,
            "number": locale.money(row["number"], currency, compact=True)
            if is_money
            else locale.number(row["number"]),
            "on": locale.month(row["on"]) if pd.notna(row["on"]) else locale.text("format.missing"),
        }
        texts.append(
            (
                locale.text(f"handover.item.{row['item']}"),
                locale.text(f"handover.state.{row['state']}"),
                locale.text(f"handover.{row['item']}.{row['state']}", **words),
            )
        )
    return pd.DataFrame(texts, columns=heads).astype("str")


def rituals_table(rituals: pd.DataFrame, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write which reviews are due (D-RIT-1).

    Parameters
    ----------
    rituals : DataFrame
        From `kamsim.measures.due_rituals`.
    locale : Locale

    Returns
    -------
    DataFrame
        Review, last held in, due, standing.

    Examples
    --------
    >>> rituals_table(pd.DataFrame(columns=["ritual"])).columns.tolist()
    ['Review', 'Last held', 'Due', 'Standing']
    """
    heads = [locale.text(f"ritual.head.{name}") for name in ("ritual", "last", "due", "standing")]
    texts = [
        (
            locale.text(f"ritual.{row['ritual']}"),
            locale.month(row["last_on"]) if pd.notna(row["last_on"]) else locale.text("format.missing"),
            locale.text("ritual.now") if row["overdue"] else locale.date(row["due_on"]),
            locale.text(f"ritual.standing.{_standing(row)}"),
        )
        for row in rituals.to_dict("records")
    ]
    return pd.DataFrame(texts, columns=heads).astype("str")


def _standing(row: Mapping[Hashable, Any]) -> str:
    if row["overdue"]:
        return "overdue"
    return "on_time" if row["recorded"] else "not_recorded"


def say_lacking(portfolio: Portfolio, locale: Locale = ENGLISH) -> str:
    """Say which parts of a review the portfolio has no data for.

    Parameters
    ----------
    portfolio : Portfolio
    locale : Locale

    Returns
    -------
    str
        One sentence; that nothing is lacking where nothing is.

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM
    >>> bare = Portfolio(*(t.empty() for t in (ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM)))
    >>> say_lacking(bare).split(":")[0]
    'These data lack'
    """
    deals, history, accounts = portfolio.opportunities, portfolio.history, portfolio.accounts
    milestones = ["proof_on", "endorsed_on", "approved_on"]
    there = {
        "stakeholders": portfolio.stakeholders is not None,
        "events": portfolio.events is not None,
        "meddic": bool(deals[list(MEDDIC)].notna().any(axis=None)),
        "milestones": bool(deals[milestones].notna().any(axis=None)),
        "reasons": bool(deals["reason"].notna().any()),
        "hours": bool(history["ae_hours"].notna().any()),
        "reviews": bool(history["reviews"].notna().any()),
        "units": bool(accounts["business_units"].notna().any()),
        "years": history["month"].nunique() >= 24,
    }
    lacking = [locale.text(f"review.lacking.{name}") for name, known in there.items() if not known]
    if not lacking:
        return locale.text("review.nothing_lacking")
    return locale.text("review.lacks", parts=locale.text("review.separator").join(lacking))


def _money_writer(locale: Locale, currency: str) -> Any:
    return lambda x: locale.money(x, currency, compact=True)


def _interval(texts: list[str], locale: Locale) -> str:
    if locale.text("format.missing") in texts:
        return texts[0]
    return locale.text("format.interval", **dict(zip(("middle", "low", "high"), texts, strict=True)))


def _number(value: Any) -> float:
    return math.nan if pd.isna(value) else float(value)


def _of_units(account: Mapping[str, Any], locale: Locale) -> str:
    if pd.isna(account["business_units"]):
        return locale.text("format.missing")
    return locale.text("review.beside.units", units=locale.number(float(account["business_units"])))


def _growth(last: pd.Series[Any], locale: Locale) -> str:
    if pd.isna(last.get("nrr")):
        return locale.text("review.beside.no_year_before")
    return locale.text("review.beside.growth", growth=locale.percent(last["nrr"] - 1, 0, signed=True))


def _gross(last: pd.Series[Any], locale: Locale) -> str:
    if pd.isna(last.get("grr")):
        return locale.text("review.beside.no_year_before")
    return locale.text("review.beside.retention", grr=locale.percent(last["grr"], 0))
