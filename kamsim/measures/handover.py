"""The hand-over checklist: what must pass on at a signature, and what the CRM knows of it (D-HND-1)."""

from __future__ import annotations

import pandas as pd

ITEMS = ("why_bought", "value_objectives", "stakeholders", "expectations", "commitments", "three_party")
"""What must pass on, in the guide's order; what each stakeholder expects stands apart from who they are."""

STATES = ("known", "partly", "missing")
MEETING_MONTHS = 2
"""Month of the signature and the one after: when AE and CSM should meet the client together."""

COLUMNS = ["item", "state", "number", "text", "on"]


def last_win(opportunities: pd.DataFrame, account: str) -> pd.Series | None:
    """Return the latest deal that the account signed, renewals left out; None without one.

    Examples
    --------
    >>> from kamsim.schemas import OPPORTUNITIES
    >>> last_win(OPPORTUNITIES.empty(), "a") is None
    True
    """
    mine = opportunities[(opportunities["account_id"] == account) & (opportunities["status"] == "won")]
    mine = mine[(mine["kind"] != "renewal").fillna(True).astype(bool) & mine["closed_on"].notna()]
    if mine.empty:
        return None
    return mine.sort_values(["closed_on", "opportunity_id"]).iloc[-1]


def handover_checklist(
    opportunities: pd.DataFrame,
    stakeholders: pd.DataFrame | None,
    history: pd.DataFrame,
    account: str,
) -> pd.DataFrame:
    """Go through what must pass on from AE to CSM at the last signature, item by item (D-HND-1).

    A CRM has fields for some of it: the reason of the win, the MEDDIC letters of the deal (metrics and pain
    for value objectives, decision criteria for what stakeholders expect), the chart, the touches of AE and
    CSM. It has none for commitments: only the amount is there.

    Parameters
    ----------
    opportunities, stakeholders, history : DataFrame
        OPPORTUNITIES, STAKEHOLDERS or None, HISTORY.
    account : str

    Returns
    -------
    DataFrame
        One row an item of `ITEMS`: item, state ("known", "partly" or "missing"), number, text and on (what
        the CRM says: letters known, people engaged, reason, amount, month). Empty where nothing was signed.

    Examples
    --------
    >>> from kamsim.schemas import HISTORY, OPPORTUNITIES
    >>> handover_checklist(OPPORTUNITIES.empty(), None, HISTORY.empty(), "a").empty
    True
    """
    win = last_win(opportunities, account)
    if win is None:
        return pd.DataFrame(columns=COLUMNS)
    signed, reason = win["closed_on"], win["reason"] if pd.notna(win["reason"]) else None
    letters = win[["metrics", "identified_pain", "decision_criteria"]].fillna(False).astype(bool).tolist()
    objectives = sum(letters[:2])
    people, engaged = _people(stakeholders, account)
    met_on = _met(history, account, signed)
    amount = float(win["amount_eur"]) if pd.notna(win["amount_eur"]) else float("nan")
    rows = [
        ("why_bought", _state(2 if reason else 0), float("nan"), reason, signed),
        ("value_objectives", _state(objectives), float(objectives), None, signed),
        ("stakeholders", _state(2 if engaged > 1 else people > 0), float(engaged), str(people), pd.NaT),
        ("expectations", _state(letters[2]), float(letters[2]), None, signed),
        ("commitments", _state(pd.notna(amount)), amount, None, signed),
        ("three_party", _state(pd.notna(met_on)), float("nan"), None, met_on),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS).assign(on=lambda f: pd.to_datetime(f["on"]))


def _state(level: float) -> str:
    """Name a level: 2 and above is known, 1 partly, 0 missing."""
    return STATES[2 - min(int(level), 2)]


def _people(stakeholders: pd.DataFrame | None, account: str) -> tuple[int, int]:
    if stakeholders is None:
        return 0, 0
    there = stakeholders[(stakeholders["account_id"] == account) & stakeholders["left_on"].isna()]
    return len(there), int(there["engaged"].fillna(False).sum())


def _met(history: pd.DataFrame, account: str, signed: pd.Timestamp) -> pd.Timestamp:
    """Return the month at the signature in which AE and CSM both met the client; missing without one."""
    first = signed.to_period("M").to_timestamp()
    months = history[history["account_id"] == account]
    near = months[months["month"].between(first, first + pd.DateOffset(months=MEETING_MONTHS - 1))]
    both = (near["ae_touches"].fillna(0) > 0) & (near["csm_touches"].fillna(0) > 0)
    return pd.Timestamp(near.loc[both, "month"].min())
