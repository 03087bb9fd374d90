"""Closed forms from the literature, each written here on its own and never taken from the package."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

Floats = NDArray[np.float64]


def waiting_probability(load: float, servers: int) -> float:
    """Erlang C by the sum that defines it; `load` is arrivals × mean service, below `servers`."""
    terms = np.cumprod([1.0, *(load / n for n in range(1, servers + 1))])
    last = terms[-1] * servers / (servers - load)
    return float(last / (terms[:-1].sum() + last))


def survival(yearly_churn: float, years: int) -> float:
    """Geometric survival under one constant rate."""
    return float((1.0 - yearly_churn) ** years)


def beta_geometric_survival(alpha: float, beta: float, years: int) -> float:
    """Survival when each customer has a constant rate of its own, Beta(alpha, beta) (Fader & Hardie 2007)."""
    return float(np.exp(betaln(alpha, beta + years) - betaln(alpha, beta)))


def annuity(retention: float, years: int, discount: float = 0.0) -> float:
    """Payments of 1 at the start of each year, while the customer stays."""
    return float(sum((retention / (1.0 + discount)) ** year for year in range(years)))


def customer_value(purchase: Floats, contribution: float, mailing: float, discount: float) -> Floats:
    """Value of a customer by recency: Markov chain with rewards (Pfeifer & Carraway 2000).

    State r = 1, 2, … is "bought r periods ago"; from it the customer buys with probability purchase[r - 1];
    one period after the last entry the customer is gone, mailed no more and worth nothing. The reward falls
    on entering a state: contribution at a purchase, less the mailing that the state's period costs.
    """
    n = len(purchase)
    chain = np.zeros((n + 1, n + 1))
    chain[:n, 0] = purchase
    for state in range(n):
        chain[state, state + 1] = 1.0 - purchase[state]
    chain[n, n] = 1.0
    reward = np.full(n + 1, -mailing)
    reward[0] += contribution
    reward[n] = 0.0
    value: Floats = np.linalg.solve(np.eye(n + 1) - chain / (1.0 + discount), reward)
    return value[:n]


def absorbing_chain(transient: Floats, absorbed: Floats) -> tuple[Floats, Floats]:
    """Visits to each transient state and probability of each end, from each transient state.

    `transient` is the square of transition probabilities among transient states, `absorbed` those to the
    ends (Kemeny & Snell 1960: N = (I - Q)^-1, B = N R).
    """
    visits: Floats = np.linalg.inv(np.eye(len(transient)) - transient)
    return visits, visits @ absorbed


def goodwill_level(gain: float, decay: float) -> float:
    """Where q' = q + gain (1 - q) - decay q stands still (Nerlove & Arrow 1962)."""
    return gain / (gain + decay)
