"""Who will be a customer still after three years: the first by the churn score, the others by the hazard."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.errors import FeatureError
from kamsim.scoring.churn_hazard import ChurnHazard
from kamsim.scoring.horizon import HORIZON_MONTHS, YEAR
from kamsim.scoring.quiet import quietly

Floats = NDArray[np.float64]


def staying_probability(
    history: pd.DataFrame, accounts: pd.DataFrame, churn_12m: Floats, cutoff: pd.Timestamp
) -> Floats:
    """Return the probability that each customer of today is one still after 36 months.

    Parameters
    ----------
    history : DataFrame
        HISTORY.
    accounts : DataFrame
        ACCOUNTS, sorted by id.
    churn_12m : array, shape (accounts,)
        Probability of leaving within 12 months.
    cutoff : Timestamp
        First day after the record.

    Returns
    -------
    array, shape (accounts,)
        0 for who is no customer. Those who stay for a year are the stickier ones, so later years bring
        smaller hazards than the first; where the record holds too few departures to show it, the hazard
        of the first year goes on.
    """
    stays = (1 - churn_12m) ** (HORIZON_MONTHS / YEAR)
    segments = accounts.set_index("account_id")[["segment"]]
    own = history[history["month"] < cutoff]
    try:
        with quietly():
            model = ChurnHazard().fit(own, segments, cutoff=cutoff)
    except FeatureError:
        pass
    else:
        customers = model.customers(own, cutoff=cutoff).join(segments)
        if customers.empty:
            return np.zeros(len(accounts))
        survival = model.predict_survival(customers)
        later = pd.Series(survival[:, -1] / survival[:, YEAR - 1], index=customers.index)
        ratio = later.reindex(accounts["account_id"]).to_numpy()
        stays = np.where(np.isnan(ratio), stays, (1 - churn_12m) * ratio)
    return np.where(accounts["revenue_eur_per_month"].to_numpy() > 0, stays, 0.0)
