"""What a change of owner is expected to cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.config import Scenario

MONTHS_A_YEAR = 12


def handover_cost(book: pd.DataFrame, scenario: Scenario) -> NDArray[np.float64]:
    """Estimate the contribution that a new owner loses, from the parameters of the dynamics.

    After a change of owner the goodwill q falls to ``handover_goodwill`` q and churn stays up for
    ``handover_months`` (E-REP-1), so the log hazard of churn rises by

    d = handover_churn_effect (1 - handover_quality) + churn_goodwill_effect (1 - handover_goodwill) q

    and the expected loss is

    margin x revenue x horizon x handover_months / 12 x (1 - (1 - p)**exp(d) - p)

    with p the churn probability of the next 12 months. It is a first-order estimate: goodwill comes back
    within those months, and openings lost with it are left out. Negative where the parameters say that a
    new owner does good (E-REP-2). Where the CRM rates no relationship, q is ``churn_goodwill_centre``.

    Parameters
    ----------
    book : DataFrame
        BOOK.
    scenario : Scenario

    Returns
    -------
    array, shape (accounts,)
        EUR over the horizon; 0 for a prospect.

    Examples
    --------
    >>> book = pd.DataFrame({"revenue_eur_per_month": [1000.0, 0.0], "relationship": [0.5, 0.5]})
    >>> book["churn_probability_12m"] = [0.1, 0.0]
    >>> handover_cost(book, Scenario.load("saas_midmarket")).round()
    array([1504.,    0.])
    """
    d = scenario.dynamics
    goodwill = book["relationship"].fillna(d.churn_goodwill_centre).to_numpy()
    churn = book["churn_probability_12m"].to_numpy()
    roughness = d.handover_churn_effect * (1 - d.handover_quality)
    rise = roughness + d.churn_goodwill_effect * (1 - d.handover_goodwill) * goodwill
    more_churn = (1 - (1 - churn) ** np.exp(rise) - churn) * min(1.0, d.handover_months / MONTHS_A_YEAR)
    revenue = book["revenue_eur_per_month"].to_numpy() * scenario.experiment.months
    return np.asarray(scenario.coverage.margin * revenue * more_churn)
