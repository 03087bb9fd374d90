"""The plan of action in words: as a table, and as files to take away (CSV and Markdown)."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from kamsim.errors import BundleError
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting.safe_csv import write_csv

LABELS = {
    "meddic": "criterion", "role": "decision_role", "buyer": "decision_role", "handover": "handover.item",
    "industry": "event_kind", "milestone": "milestone", "technical_milestone": "milestone",
}  # fmt: skip
"""Where the catalogue names the subjects of a play; those of the others are names of people."""

PER_CENT, MONTHS = ("industry", "churn", "revenue_fall"), ("milestone", "technical_milestone")
HOURS, MONEY = ("hours",), ("renewal",)
"""Plays whose figures are shares, months, hours or money; those of the others are counts."""

ROLES_MISSING = ("role", "buyer")
REVIEWS = ("account_review", "business_review", "no_progress")
MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>|#])")


def deal_name(deal: Mapping[Hashable, Any], locale: Locale, currency: str) -> str:
    """Name a deal by what it would bring, or else its product, and its amount, as far as the CRM says.

    Examples
    --------
    >>> deal_name({"opportunity_id": "O1", "kind": "upsell", "amount_eur": 3e4}, ENGLISH, "EUR")
    'upsell, €30k (O1)'
    """
    known = []
    if pd.notna(deal["kind"]):
        known.append(locale.text(f"opportunity_kind.{deal['kind']}"))
    elif pd.notna(deal["product"]):
        known.append(deal["product"])
    if pd.notna(deal["amount_eur"]):
        known.append(locale.money(deal["amount_eur"], currency, compact=True))
    if not known:
        return str(deal["opportunity_id"])
    what = locale.text("format.list_separator").join(known)
    return locale.text("action.deal", what=what, id=deal["opportunity_id"])


def tell_actions(
    actions: pd.DataFrame,
    accounts: pd.DataFrame,
    opportunities: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
) -> pd.DataFrame:
    """Put actions into words.

    Parameters
    ----------
    actions : DataFrame
        From `kamsim.measures.plan_actions`, with owner (name of who does it; missing = whoever has the role).
    accounts, opportunities : DataFrame
        ACCOUNTS, OPPORTUNITIES, for names.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        In the same order: account_id, play, due_on, account, owner, action, reason, source, reference.

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, OPPORTUNITIES
    >>> row = {"account_id": "a", "due_on": pd.Timestamp("2026-01-05"), "role": "AE", "owner": "Ada",
    ...     "play": "churn", "source": "D-RET-1", "number": 0.2, "like": 0.1}
    >>> empty = dict.fromkeys(("reference", "subject", "via", "since"))
    >>> told = tell_actions(pd.DataFrame([row | empty]), ACCOUNTS.empty(), OPPORTUNITIES.empty())
    >>> told.loc[0, "reason"]
    'probability of leaving within 12 months 20%; usual in its segment 10%'
    """
    names = accounts.set_index("account_id")["name"].to_dict()
    wanted = opportunities[opportunities["opportunity_id"].isin(actions["reference"].dropna())]
    deals = {d["opportunity_id"]: deal_name(d, locale, currency) for d in wanted.to_dict("records")}
    rows = []
    for action in actions.to_dict("records"):
        play, variant = action["play"], _variant(action)
        words = _words(action, deals, locale, currency)
        owner = action["owner"] if pd.notna(action["owner"]) else locale.text(f"role_short.{action['role']}")
        rows.append(
            {
                "account_id": action["account_id"],
                "play": play,
                "due_on": action["due_on"],
                "account": names.get(action["account_id"], action["account_id"]),
                "owner": owner,
                "action": locale.text(f"action.what.{variant}", **words),
                "reason": locale.text(f"action.why.{variant}", **words),
                "source": action["source"],
                # A person is no record; what the action is about is an event or an opportunity.
                "reference": None if play in ROLES_MISSING else action["reference"],
            }
        )
    columns = ["account_id", "play", "due_on", "account", "owner", "action", "reason", "source", "reference"]
    return pd.DataFrame(rows, columns=columns)


def _variant(action: Mapping[Hashable, Any]) -> str:
    """Choose the sentence by what is known: whom to meet, through whom, since when, against what."""
    play = str(action["play"])
    if play in ROLES_MISSING:
        if pd.isna(action["reference"]):
            return f"{play}_unknown"
        return f"{play}_alone" if pd.isna(action["via"]) else play
    if play in ("appointment", "stakeholder_left", "sponsor_left") and pd.isna(action["subject"]):
        return f"{play}_unnamed"
    if play in MONTHS and pd.isna(action["like"]):
        return f"{play}_unmeasured"
    if play in REVIEWS and pd.isna(action["since"]):
        return f"{play}_never"
    return play


def _words(
    action: Mapping[Hashable, Any], deals: Mapping[str, str], locale: Locale, currency: str
) -> dict[str, str]:
    """Write every value that a sentence may want."""
    play, missing = action["play"], locale.text("format.missing")
    subject = missing if pd.isna(action["subject"]) else str(action["subject"])
    if play in LABELS:
        parts = [locale.text(f"{LABELS[play]}.{name}") for name in subject.split(";")]
        subject = locale.text("format.list_separator").join(parts)
    reference = missing if pd.isna(action["reference"]) else str(action["reference"])
    return {
        "subject": subject,
        "deal": deals.get(reference, reference),
        "person": reference,
        "via": missing if pd.isna(action["via"]) else str(action["via"]),
        "since": _since(action, locale),
        **{name: _figure(action[name], play, locale, currency) for name in ("number", "like")},
    }


def _since(action: Mapping[Hashable, Any], locale: Locale) -> str:
    if pd.isna(action["since"]):
        return locale.text("format.missing")
    if action["play"] in ("account_review", "business_review"):
        return locale.month(action["since"])
    return locale.date(action["since"])


def _figure(value: float, play: str, locale: Locale, currency: str) -> str:
    if play in PER_CENT:
        return locale.percent(value, 0, signed=play == "revenue_fall")
    if play in MONEY:
        return locale.money(value, currency, compact=True)
    return locale.number(value, 1 if play in (*MONTHS, *HOURS) else 0)


def action_table(told: pd.DataFrame, locale: Locale = ENGLISH, *, rows: int = 12) -> pd.DataFrame:
    """Show the first actions of a plan, one line each.

    Parameters
    ----------
    told : DataFrame
        From `tell_actions`.
    locale : Locale
    rows : int
        At most.

    Returns
    -------
    DataFrame
        By when, who, what, why, source (with the record that it is about). Columns carry their heading.

    Examples
    --------
    >>> columns = ["due_on", "owner", "action", "reason", "source", "reference"]
    >>> action_table(pd.DataFrame(columns=columns)).columns.tolist()
    ['By', 'Who', 'What', 'Why', 'Source']
    """
    heads = [locale.text(f"action.head.{name}") for name in ("due", "owner", "what", "why", "source")]
    texts = [
        (locale.date(a["due_on"]), a["owner"], a["action"], a["reason"], _source(a, locale))
        for a in told.head(rows).to_dict("records")
    ]
    return pd.DataFrame(texts, columns=heads).astype("str")


def _source(action: Mapping[Hashable, Any], locale: Locale) -> str:
    if pd.isna(action["reference"]):
        return str(action["source"])
    return str(action["source"]) + locale.text("format.list_separator") + str(action["reference"])


def say_first_actions(
    told: pd.DataFrame, locale: Locale = ENGLISH, *, cutoff: pd.Timestamp, days: int = 30
) -> str:
    """Say how many actions are due soon, and which is the first.

    Parameters
    ----------
    told : DataFrame
        From `tell_actions`, of one account.
    locale : Locale
    cutoff : Timestamp
        First day of the plan.
    days : int
        What soon means.

    Returns
    -------
    str

    Examples
    --------
    >>> columns = ["play", "due_on", "owner", "action", "account"]
    >>> say_first_actions(pd.DataFrame(columns=columns), cutoff=pd.Timestamp("2026-01-01"))
    'Nothing that the CRM shows calls for an action.'
    """
    if told.empty:
        return locale.text("action.none")
    soon = int((told["due_on"] < cutoff + pd.Timedelta(days=days)).sum())
    first = first_of(told)
    return locale.text(
        "action.first",
        account=first["account"],
        soon=locale.number(soon),
        all=locale.number(len(told)),
        days=locale.number(days),
        due=locale.date(first["due_on"]),
        owner=first["owner"],
        what=first["action"],
    )


def first_of(told: pd.DataFrame) -> pd.Series[Any]:
    """Return the first action; the pipeline review, which all open deals share, only where there is no other.

    Examples
    --------
    >>> first_of(pd.DataFrame({"play": ["pipeline_review", "churn"]}))["play"]
    'churn'
    """
    own = told[told["play"] != "pipeline_review"]
    return (own if len(own) else told).iloc[0]


def write_action_plan(
    told: pd.DataFrame, folder: Path, title: str, locale: Locale = ENGLISH, *, name: str = "action_plan"
) -> list[Path]:
    """Write a plan to take away: a CSV for the CRM or a spreadsheet, and a Markdown list to tick off.

    Parameters
    ----------
    told : DataFrame
        From `tell_actions`.
    folder : Path
    title : str
        First line of the Markdown file.
    locale : Locale
    name : str
        Of both files, without suffix.

    Returns
    -------
    list of Path
        The CSV (days in ISO format, texts defused), the Markdown.

    Raises
    ------
    BundleError
        When a file cannot be written.
    """
    table, text = folder / f"{name}.csv", folder / f"{name}.md"
    days = told["due_on"].dt.strftime("%Y-%m-%d") if len(told) else told["due_on"]
    plain = told.assign(due_on=days).astype({c: "str" for c in told.columns if c != "reference"})
    write_csv(plain.astype({"reference": "str"}).replace({"reference": {"nan": ""}}), table)
    lines = [f"# {_escape(title)}", ""]
    for action in told.to_dict("records"):
        what = locale.text(
            "action.line",
            due=action["due_on"].date().isoformat(),
            owner=_escape(action["owner"]),
            account=_escape(action["account"]),
            what=_escape(action["action"]),
            why=_escape(action["reason"]),
            source=_escape(_source(action, locale)),
        )
        lines.append(f"- [ ] {what}")
    try:
        text.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    except OSError as caught:
        raise BundleError(f"{text}: cannot be written ({caught.strerror or caught})") from None
    return [table, text]


def _escape(text: str) -> str:
    """Put a backslash before what Markdown, or HTML in it, would take for markup; keep it on one line."""
    return MARKDOWN_SIGNS.sub(r"\\\1", " ".join(str(text).split()))
