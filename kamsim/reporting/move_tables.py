"""What moves and why, gain against moves, and the policies side by side, as tables of texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.schemas import MOVE_REASONS


def moves_by_reason_table(
    moves: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR"
) -> pd.DataFrame:
    """Write how many accounts move for which reason, and what they bring.

    Parameters
    ----------
    moves : DataFrame
        `MOVES` of one policy.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        One row a reason, in the order of `MOVE_REASONS`, and one for all: accounts, travel saved, believed
        gain, revenue that changes hands, open deals.

    Examples
    --------
    >>> from kamsim.schemas import MOVES
    >>> moves_by_reason_table(MOVES.empty()).iloc[0].tolist()
    ['all', '0', '0.0', '€0', '€0', '0']
    """
    names = ["travel_saved_hours", "believed_gain_eur", "revenue_eur_per_month", "open_deals"]
    groups = moves.groupby("reason")[names].sum()
    groups.insert(0, "accounts", moves["reason"].value_counts())
    groups = groups.reindex([reason for reason in MOVE_REASONS if reason in groups.index])
    rows = [(locale.label("move_reason", str(reason)), row) for reason, row in groups.iterrows()]
    rows.append((locale.text("account_moves.all"), groups.sum()))
    largest = float(groups["believed_gain_eur"].abs().max()) if len(groups) else 0.0
    texts = [
        (
            name,
            locale.number(row["accounts"]),
            locale.number(row["travel_saved_hours"], 1),
            locale.money(row["believed_gain_eur"], currency, compact=True, like=largest),
            locale.money(row["revenue_eur_per_month"], currency),
            locale.number(row["open_deals"]),
        )
        for name, row in rows
    ]
    heads = ("reason", "accounts", "travel", "gain", "revenue", "open_deals")
    return _table(texts, [f"account_moves.{head}" for head in heads], locale)


def moves_table(
    moves: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR", *, rows: int = 12
) -> pd.DataFrame:
    """Write the moves that are believed to bring most, each with its reason.

    Parameters
    ----------
    moves : DataFrame
        `MOVES` of one policy.
    locale : Locale
    currency : str
        ISO code.
    rows : int
        At most so many.

    Returns
    -------
    DataFrame
        Account, from, to, reason (with the constraint where one is), hours before and after, travel saved,
        believed gain, cost of the hand-over, revenue, open deals.

    Examples
    --------
    >>> from kamsim.schemas import MOVES
    >>> moves_table(MOVES.empty()).empty
    True
    """
    first = moves.sort_values(
        ["believed_gain_eur", "account_id"], ascending=[False, True], na_position="last"
    )
    texts = []
    for row in first.head(rows).to_dict("records"):
        reason = locale.label("move_reason", row["reason"])
        if pd.notna(row["constraint"]):
            reason = locale.text(
                "account_moves.named_constraint", reason=reason, constraint=row["constraint"]
            )
        before, after = (locale.number(row[name], 1) for name in ("hours_before", "hours_after"))
        texts.append(
            (
                row["account_id"],
                row["from_rep"] if pd.notna(row["from_rep"]) else locale.text("format.missing"),
                row["to_rep"],
                reason,
                locale.text("account_moves.before_after", before=before, after=after),
                locale.number(row["travel_saved_hours"], 1),
                locale.money(row["believed_gain_eur"], currency),
                locale.money(row["handover_eur"], currency),
                locale.money(row["revenue_eur_per_month"], currency),
                locale.number(row["open_deals"]),
            )
        )
    heads = (
        "account",
        "from",
        "to",
        "reason",
        "hours",
        "travel",
        "gain",
        "handover",
        "revenue",
        "open_deals",
    )
    return _table(texts, [f"account_moves.{head}" for head in heads], locale)


def frontier_table(points: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR") -> pd.DataFrame:
    """Write what plans gain with so many moves, and what none gains more than.

    Parameters
    ----------
    points : DataFrame
        `FRONTIER`.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        Moves allowed, accounts moved, revenue moved, gain from hours alone, from moves, bound of the latter.

    Examples
    --------
    >>> from kamsim.schemas import FRONTIER
    >>> frontier_table(FRONTIER.empty()).columns[0]
    'Moves allowed'
    """
    texts = [
        (
            locale.number(row["moves_allowed"]),
            locale.number(row["accounts_moved"]),
            locale.money(row["revenue_moved_eur_per_month"], currency),
            locale.money(row["gain_hours_eur"], currency, compact=True),
            locale.money(row["gain_moves_eur"], currency),
            locale.money(row["gain_bound_eur"] - row["gain_hours_eur"], currency),
        )
        for row in points.to_dict("records")
    ]
    heads = ("allowed", "moved", "revenue", "hours", "moves", "bound")
    return _table(texts, [f"frontier.{head}" for head in heads], locale)


def policies_table(
    summary: pd.DataFrame,
    moves: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    baseline: str = "status_quo",
) -> pd.DataFrame:
    """Write the policies side by side, highest believed value first.

    Parameters
    ----------
    summary : DataFrame
        From `AllocationResult.summary`.
    moves : DataFrame
        `MOVES` of the same policies.
    locale : Locale
    currency : str
        ISO code.
    baseline : str
        Policy that believed values are compared with.

    Returns
    -------
    DataFrame
        Policy, believed value less the baseline's, proven gap, accounts and revenue moved, travel, spread of
        workload.

    Examples
    --------
    >>> from kamsim.schemas import MOVES
    >>> columns = {"policy": ["status_quo"], "believed_eur": [1e6], "accounts_moved": [0]}
    >>> one = pd.DataFrame(columns | {"travel_hours": [9.0], "load_cv": [0.5], "gap": [None]})
    >>> policies_table(one, MOVES.empty()).iloc[0].tolist()
    ['Status quo', '–', '–', '0', '€0', '9', '0.50']
    """
    revenue = moves.groupby("policy")["revenue_eur_per_month"].sum()
    base = float(summary.set_index("policy")["believed_eur"].get(baseline, np.nan))
    gain = summary["believed_eur"] - base
    largest = float(gain.abs().max())
    gain = gain.where(summary["policy"] != baseline)
    ranked = summary.assign(gain=gain).sort_values(["believed_eur", "policy"], ascending=[False, True])
    texts = [
        (
            locale.policy(row["policy"]),
            locale.money(
                np.nan if row["policy"] == baseline else row["gain"],
                currency,
                compact=True,
                signed=True,
                like=largest,
            ),
            locale.percent(row["gap"], 2),
            locale.number(row["accounts_moved"]),
            locale.money(float(revenue.get(row["policy"], 0.0)), currency),
            locale.number(row["travel_hours"]),
            locale.number(row["load_cv"], 2),
        )
        for row in ranked.to_dict("records")
    ]
    heads = ("policy", "believed", "gap", "moved", "revenue", "travel", "load_cv")
    return _table(texts, [f"policies.{head}" for head in heads], locale)


def broken_text(broken: pd.DataFrame, locale: Locale = ENGLISH) -> str:
    """Say in a sentence which constraints the status quo breaks, and how often.

    Examples
    --------
    >>> broken_text(pd.DataFrame({"constraint": ["travel.longest_km", "locks", "locks"]}))
    'The status quo breaks constraints: locks (2), travel.longest_km (1).'
    """
    counts = broken["constraint"].value_counts().sort_index()
    each = [
        locale.text("account_moves.broken_one", constraint=name, count=locale.number(n))
        for name, n in counts.items()
    ]
    return locale.text("account_moves.broken", list=", ".join(each))


def _table(texts: Sequence[tuple[str, ...]], heads: list[str], locale: Locale) -> pd.DataFrame:
    return pd.DataFrame(texts, columns=[locale.text(head) for head in heads]).astype("str")
