"""Coverage as tables of texts and as sentences: ratios, people, hiring, quotas, and what more would bring."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kamsim.locale import ENGLISH, Locale
from kamsim.schemas import ROLES

QUARTER_OFF = (0.75, 1.25)


def hours_ratio_table(ratios: pd.DataFrame, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write the guide's accounts per AE beside those that hours allow, by tier.

    Parameters
    ----------
    ratios : DataFrame
        RATIOS.
    locale : Locale

    Returns
    -------
    DataFrame
        A row a tier; columns carry their heading.

    Examples
    --------
    >>> ratios = pd.DataFrame({"tier": [1], "accounts": [26], "guide_ratio": [5.0], "client_hours": [13.0],
    ...     "travel_hours": [4.86], "hours_ratio": [3.17]})
    >>> hours_ratio_table(ratios).iloc[0].tolist()
    ['Tier 1', '26', '5', '13.0', '4.9', '3.2']
    """
    names = ("tier", "accounts", "guide_ratio", "client_hours", "travel_hours", "hours_ratio")
    rows = [
        [
            locale.text(f"tier.{row['tier']}"),
            locale.number(row["accounts"]),
            locale.number(row["guide_ratio"]),
            locale.number(row["client_hours"], 1),
            locale.number(row["travel_hours"], 1),
            locale.number(row["hours_ratio"], 1),
        ]
        for row in ratios.to_dict("records")
    ]
    return _texts(rows, names, locale)


def staffing_table(staffing: pd.DataFrame, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write the people needed, by the guide's ratios and by hours, beside those there are, by role.

    Parameters
    ----------
    staffing : DataFrame
        STAFFING.
    locale : Locale

    Returns
    -------
    DataFrame
        A row a role; columns carry their heading.

    Examples
    --------
    >>> staffing = pd.DataFrame({"role": ["AE"], "hours_asked": [1102.1], "by_ratio": [12.3],
    ...     "by_hours": [19.49], "heads": [11], "effective": [9.88]})
    >>> staffing_table(staffing).iloc[0].tolist()
    ['Account Executive (AE)', '1,102', '12.3', '19.5', '11', '9.9']
    """
    names = ("role", "hours_asked", "by_ratio", "by_hours", "heads", "effective")
    rows = [
        [
            locale.text(f"role.{row['role']}"),
            locale.number(row["hours_asked"]),
            locale.number(row["by_ratio"], 1),
            locale.number(row["by_hours"], 1),
            locale.number(row["heads"]),
            locale.number(row["effective"], 1),
        ]
        for row in staffing.to_dict("records")
    ]
    return _texts(rows, names, locale)


def hiring_table(hiring: pd.DataFrame, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write posts to open, and people at their speed of those needed, by quarter.

    Parameters
    ----------
    hiring : DataFrame
        HIRING.
    locale : Locale

    Returns
    -------
    DataFrame
        A row a quarter, two columns a role; columns carry their heading.

    Examples
    --------
    >>> hiring = pd.DataFrame({"quarter": [1], "role": ["AE"], "opened": [11.0], "effective": [12.41],
    ...     "needed": [19.49]})
    >>> hiring_table(hiring).iloc[0].tolist()
    ['1', '11', '12.4 of 19.5']
    """
    columns: dict[str, list[str]] = {
        locale.text("coverage.quarter"): [locale.number(q) for q in sorted(hiring["quarter"].unique())]
    }
    for role, rows in hiring.sort_values("quarter").groupby("role", sort=False):
        columns[locale.text("coverage.opened", role=role)] = [locale.number(n) for n in rows["opened"]]
        columns[locale.text("coverage.staffed", role=role)] = [
            locale.text("coverage.of", part=locale.number(part, 1), whole=locale.number(whole, 1))
            for part, whole in rows[["effective", "needed"]].to_numpy()
        ]
    return pd.DataFrame(columns).astype("str")


def quota_table(quotas: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR") -> pd.DataFrame:
    """Write each rule's quotas and how many AEs can be expected to reach theirs.

    Parameters
    ----------
    quotas : DataFrame
        QUOTAS.
    locale : Locale
    currency : str

    Returns
    -------
    DataFrame
        A row a rule; columns carry their heading.

    Examples
    --------
    >>> quotas = pd.DataFrame({"rule": "equal", "quota_eur": [1e6, 1e6], "expected_eur": [1.2e6, 8e5],
    ...     "reach_probability": [0.9, 0.1]})
    >>> quota_table(quotas).iloc[0].tolist()
    ['equal shares', '€2.0M', '€2.0M', '50%', '10% to 90%']
    """
    names = ("rule", "quotas", "expected", "reach", "reach_range")
    rows = []
    for rule, books in quotas.groupby("rule"):
        low, high = (locale.percent(x, 0) for x in (books["reach_probability"].agg(["min", "max"])))
        rows.append(
            [
                locale.text(f"quota_rule.{rule}"),
                locale.money(books["quota_eur"].sum(), currency, compact=True),
                locale.money(books["expected_eur"].sum(), currency, compact=True),
                locale.percent(books["reach_probability"].mean(), 0),
                locale.text("format.range", low=low, high=high),
            ]
        )
    return _texts(rows, names, locale)


def say_month(capacity: pd.DataFrame, hours: pd.DataFrame, locale: Locale = ENGLISH) -> str:
    """Say where a full-time AE's month goes; nothing without an AE.

    Parameters
    ----------
    capacity, hours : DataFrame
        CAPACITY and WORKLOAD; the road's share is that of the hours which accounts ask for.
    locale : Locale
    """
    aes = capacity[(capacity["role"] == "AE") & (capacity["work_share"] > 0)]
    if aes.empty:
        return ""
    names = ("contract_hours", "leave_hours", "ritual_hours", "other_hours", "client_hours")
    one = aes[list(names)].sum() / aes["work_share"].sum()
    asked = hours.loc[hours["role"] == "AE", ["client_hours", "travel_hours"]].sum()
    road = one["client_hours"] * asked["travel_hours"] / max(asked.sum(), 1e-12)
    values = {name: locale.number(one[f"{name}_hours"]) for name in ("contract", "leave", "other", "client")}
    return locale.text(
        "coverage.month", **values, rituals=locale.number(one["ritual_hours"]), road=locale.number(road)
    )


def say_lacks(
    accounts: pd.DataFrame, team: pd.DataFrame, history: pd.DataFrame | None, locale: Locale = ENGLISH
) -> list[str]:
    """Say what a coverage plan would want to know and the data do not tell, a sentence each.

    Parameters
    ----------
    accounts, team, history : DataFrame
        ACCOUNTS, TEAM and HISTORY.
    locale : Locale

    Returns
    -------
    list of str
        One sentence that nothing is lacking, where nothing is.
    """
    aes = team[team["role"] == "AE"]
    placed, at_home = int(accounts["latitude"].notna().sum()), int(aes["latitude"].notna().sum())
    said = []
    if placed < len(accounts) or at_home < len(aes):
        numbers = {"accounts": placed, "all": len(accounts), "aes": at_home, "team": len(aes)}
        texts = {name: locale.number(number) for name, number in numbers.items()}
        said.append(locale.text("coverage.lack_places", **texts))
    if history is None or not history["ae_hours"].notna().any():
        said.append(locale.text("coverage.lack_hours"))
    absent = [role for role in ROLES if not (team["role"] == role).any()]
    if absent:
        roles = locale.text("format.list_separator").join(absent)
        said.append(locale.text("coverage.lack_roles", roles=roles))
    if len(aes) and not aes["joined_on"].notna().any():
        said.append(locale.text("coverage.lack_dates"))
    return said or [locale.text("coverage.lack_nothing")]


def say_marginal(marginal: pd.DataFrame, months: int, locale: Locale = ENGLISH, currency: str = "EUR") -> str:
    """Say what one more AE is believed to bring, and costs.

    Parameters
    ----------
    marginal : DataFrame
        MARGINAL.
    months : int
        The horizon.
    locale : Locale
    currency : str
    """
    row = marginal.set_index("more").to_dict("index")["AE"]
    amounts = {
        name: locale.money(row[f"{name}_eur"], currency, compact=True) for name in ("spread", "best", "cost")
    }
    return locale.text(
        "coverage.more", hours=locale.number(row["hours_per_month"]), months=locale.number(months), **amounts
    )


def say_best_team(
    best: tuple[float, float, float], spread: tuple[float, float, float], locale: Locale = ENGLISH
) -> str:
    """Say how many AEs leave most, from what `best_team` gives of either way to spread hours."""
    names = dict(zip(("best", "low", "high"), (locale.number(n) for n in best), strict=True))
    return locale.text("coverage.best_team", **names, spread=locale.number(spread[0]))


def say_flat(flat_maximum: pd.DataFrame, locale: Locale = ENGLISH) -> str:
    """Say what a quarter less and a quarter more than the best effort lose; nothing where none pays."""
    if flat_maximum.empty:
        return ""
    lost = flat_maximum.set_index("effort_factor")["lost_share"]
    less, more = (locale.percent(float(lost[factor])) for factor in QUARTER_OFF)
    return locale.text("coverage.flat", less=less, more=more)


def say_bounds(bounds: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR") -> str:
    """Say which cut-offs fill the AE hours there are; nothing where none can.

    Parameters
    ----------
    bounds : DataFrame
        BOUNDS.
    locale : Locale
    currency : str
    """
    rows = bounds.set_index("kind").to_dict("index")
    if "fitted" not in rows:
        return ""
    fitted = rows["fitted"]
    counts = (locale.number(fitted[f"tier_{tier}_accounts"]) for tier in (1, 2, 3))
    return locale.text(
        "coverage.bounds",
        hours=locale.number(fitted["hours_available"]),
        first=locale.money(fitted["tier_1_above_eur"], currency, compact=True),
        second=locale.money(fitted["tier_2_from_eur"], currency, compact=True),
        counts=locale.text("format.list_separator").join(counts),
        filled=locale.number(fitted["hours_needed"]),
        needed=locale.number(rows["scenario"]["hours_needed"]),
    )


def say_changes(previous: Mapping[str, int] | None, locale: Locale = ENGLISH) -> str:
    """Say how many accounts changed tier since the run before, and how many were held; nothing without one.

    Examples
    --------
    >>> say_changes({"changed": 12, "held_back": 5})
    'Against the run before: accounts that change tier 12, held back 5'
    """
    if previous is None:
        return ""
    changed, held = (locale.number(previous[name]) for name in ("changed", "held_back"))
    return locale.text("coverage.changes", changed=changed, held=held)


def _texts(rows: list[list[str]], names: tuple[str, ...], locale: Locale) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[locale.text(f"coverage.{name}") for name in names]).astype("str")
