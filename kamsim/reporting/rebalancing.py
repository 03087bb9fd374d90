"""What realigning books brings at each frequency, as a table of texts and a sentence."""

from __future__ import annotations

import pandas as pd

from kamsim.locale import ENGLISH, Locale

NEVER = 0


def frequency_name(every: int, locale: Locale) -> str:
    """Name a frequency.

    Examples
    --------
    >>> frequency_name(0, ENGLISH), frequency_name(12, ENGLISH)
    ('never', 'every 12 months')
    """
    if every == NEVER:
        return locale.text("frequency.never")
    return locale.text("frequency.every", months=locale.number(every))


def frequency_table(
    frequencies: pd.DataFrame,
    locale: Locale = ENGLISH,
    currency: str = "EUR",
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Write frequencies of realignment as texts for readers.

    Parameters
    ----------
    frequencies : DataFrame
        FREQUENCIES.
    locale : Locale
    currency : str
        ISO code.
    confidence : float
        Of the intervals.

    Returns
    -------
    DataFrame
        Rep-change cost, frequency, moves, load spread, contribution against never with its interval, seconds.

    Examples
    --------
    >>> from kamsim.schemas import FREQUENCIES
    >>> two = pd.DataFrame({c: [0.0, 2e6] for c in FREQUENCIES.columns})
    >>> frequency_table(two.assign(every_months=[0, 3], rep_change_cost=1.0)).iloc[:, 1].tolist()
    ['never', 'every 3 months']
    """
    names = ("cost", "frequency", "moves", "load_cv", "difference", "seconds")
    heads = [locale.text(f"frequency.{n}", confidence=locale.confidence(confidence)) for n in names]
    ends = ["difference_eur", "difference_low_eur", "difference_high_eur"]
    largest = float(frequencies[ends].abs().to_numpy().max(initial=0.0))
    rows = [
        [
            locale.text("frequency.times", cost=locale.number(row["rep_change_cost"], 1, signed=True)),
            frequency_name(row["every_months"], locale),
            locale.number(row["moves"]),
            locale.percent(row["load_cv"], 0),
            locale.text("format.missing")
            if row["every_months"] == NEVER
            else locale.money_interval(row[ends[0]], row[ends[1]], row[ends[2]], currency, like=largest),
            locale.number(row["seconds"], 1),
        ]
        for row in frequencies.sort_values(["rep_change_cost", "every_months"]).to_dict("records")
    ]
    return pd.DataFrame(rows, columns=heads).astype("str")


def state_best(summary: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR") -> list[str]:
    """Say for each rep-change cost which frequency is best, or that none is told from never.

    Parameters
    ----------
    summary : DataFrame
        From `kamsim.experiments.RebalancingResult.summary`.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    list of str

    Examples
    --------
    >>> row = {"rep_change_cost": 1.0, "best_months": 0, "verdict": "never", "as_good_months": (0,)}
    >>> ends = {"difference_eur": 0.0, "difference_low_eur": 0.0, "difference_high_eur": 0.0}
    >>> state_best(pd.DataFrame([row | ends]))
    ['Rep-change cost × +1.0: books are best left as they are; every frequency tried brings less.']
    """
    lines = []
    for row in summary.to_dict("records"):
        mean, low, high = (row[f"difference{end}_eur"] for end in ("", "_low", "_high"))
        alike = [frequency_name(m, locale) for m in row["as_good_months"] if m != row["best_months"]]
        text = locale.text(
            f"frequency.best_{row['verdict'].replace(' ', '_')}",
            cost=locale.number(row["rep_change_cost"], 1, signed=True),
            frequency=frequency_name(row["best_months"], locale),
            interval=locale.money_interval(mean, low, high, currency),
        )
        if alike and row["verdict"] == "realign":
            others = locale.text("format.list_separator").join(alike)
            text = f"{text} {locale.text('frequency.alike', frequencies=others)}"
        lines.append(text)
    return lines
