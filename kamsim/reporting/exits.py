"""What exit criteria free and wrongly give away, as a table of texts."""

from __future__ import annotations

import pandas as pd

from kamsim.locale import ENGLISH, Locale

WHOLE = 0


def release_table(
    releases: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    by_tier: bool = False,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Write what exit criteria free, bring and cost as texts for readers (D-EXIT-1).

    Parameters
    ----------
    releases : DataFrame
        FALSE_RELEASE.
    locale : Locale
    currency : str
        ISO code.
    by_tier : bool
        A row a tier, instead of one for all tiers.
    confidence : float
        Of the intervals.

    Returns
    -------
    DataFrame
        Criterion, tier (where by tier), accounts released, AE hours freed a month, net contribution with its
        interval, falsely released accounts and their share, their cost with its interval.

    Examples
    --------
    >>> from kamsim.schemas import FALSE_RELEASE
    >>> one = pd.DataFrame({c: [0.0] for c in FALSE_RELEASE.columns})
    >>> table = release_table(one.assign(criterion="progress", months=6, tier=0, released=12.0))
    >>> table.iloc[0, :2].tolist()
    ['no progress for 6 months', '12']
    """
    rows = releases[(releases["tier"] != WHOLE) == by_tier]
    keys = ["criterion", *(["tier"] if by_tier else []), "released", "hours", "net", "false", "cost"]
    heads = [locale.text(f"release.{k}", confidence=locale.confidence(confidence)) for k in keys]
    money = ["net_eur", "net_low_eur", "net_high_eur", "false_cost_eur", "false_cost_high_eur"]
    largest = float(rows[money].abs().to_numpy().max(initial=0.0))
    texts = []
    for row in rows.to_dict("records"):
        net, cost = (
            locale.money_interval(
                row[f"{n}_eur"], row[f"{n}_low_eur"], row[f"{n}_high_eur"], currency, like=largest
            )
            for n in ("net", "false_cost")
        )
        false = locale.text(
            "release.false_count",
            accounts=locale.number(row["false_released"]),
            share=locale.percent(row["false_share"], 0),
        )
        texts.append(
            [
                locale.text(f"release.by_{row['criterion']}", months=locale.number(row["months"])),
                *([locale.number(row["tier"])] if by_tier else []),
                locale.number(row["released"]),
                locale.number(row["hours_freed"]),
                net,
                false,
                cost,
            ]
        )
    return pd.DataFrame(texts, columns=heads).astype("str")
