"""How far the curves of value are to be trusted, as tables of texts."""

from __future__ import annotations

import pandas as pd

from kamsim.locale import ENGLISH, Locale


def fidelity_table(measures: pd.DataFrame, locale: Locale = ENGLISH, currency: str = "EUR") -> pd.DataFrame:
    """Write predicted against simulated value as texts for readers.

    Parameters
    ----------
    measures : DataFrame
        From `kamsim.experiments.FidelityResult.summary`.
    locale : Locale
    currency : str
        ISO code.

    Returns
    -------
    DataFrame
        One row a predictor: name, plans, slope, R², rank correlation, mean error and its spread.

    Examples
    --------
    >>> row = {"predictor": "true", "plans": 9, "slope": 1.0, "r2": 0.98, "rank_correlation": 0.9}
    >>> mean, sd = {"mean_error_eur": 2e5, "mean_error_share": 0.01}, {"error_sd_eur": 1e5}
    >>> fidelity_table(pd.DataFrame([row | mean | sd | {"error_sd_share": 0.005}])).iloc[0].tolist()
    ['Curves sampled from the truth', '9', '1.00', '0.980', '0.900', '+€200k (+1.0%)', '€100k (0.5%)']
    """
    names = ("predictor", "plans", "slope", "r2", "rank_correlation", "mean_error", "error_sd")
    heads = [locale.text(f"fidelity.{name}") for name in names]
    largest = float(measures[["mean_error_eur", "error_sd_eur"]].abs().to_numpy().max(initial=0.0))
    rows = [
        [
            locale.text(f"fidelity.of_{row['predictor']}"),
            locale.number(row["plans"]),
            locale.number(row["slope"], 2),
            locale.number(row["r2"], 3),
            locale.number(row["rank_correlation"], 3),
            locale.text(
                "fidelity.amount",
                money=locale.money(row["mean_error_eur"], currency, compact=True, signed=True, like=largest),
                share=locale.percent(row["mean_error_share"], signed=True),
            ),
            locale.text(
                "fidelity.amount",
                money=locale.money(row["error_sd_eur"], currency, compact=True, like=largest),
                share=locale.percent(row["error_sd_share"]),
            ),
        ]
        for row in measures.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=heads).astype("str")


def belief_table(calibration: pd.DataFrame, locale: Locale = ENGLISH) -> pd.DataFrame:
    """Write how many true curves lie inside the believed spread as texts for readers.

    Parameters
    ----------
    calibration : DataFrame
        `kamsim.experiments.FidelityResult.calibration`.
    locale : Locale

    Returns
    -------
    DataFrame
        One row an effort level.

    Examples
    --------
    >>> gain, value = {"gain_inside_1": 0.6, "gain_inside_2": 0.9}, {"value_inside_1": 0.9}
    >>> row = {"level": 1.0, "value_inside_2": 1.0}
    >>> belief_table(pd.DataFrame([row | gain | value])).iloc[0].tolist()
    ['1.0', '60%', '90%', '90%', '100%']
    """
    names = ("level", "gain_inside_1", "gain_inside_2", "value_inside_1", "value_inside_2")
    heads = [locale.text(f"fidelity.{name}") for name in names]
    rows = [
        [locale.number(row["level"], 1), *(locale.percent(row[name], 0) for name in names[1:])]
        for row in calibration.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=heads).astype("str")
