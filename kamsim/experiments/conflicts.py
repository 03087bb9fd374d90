"""Targets that cannot hold together, shown by arithmetic: no simulation is needed to see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats


def survivor_growth(net_retention: float, logo_retention: float) -> float:
    """Yearly growth that the customers who stay must show for an NRR, if those who leave are average.

    Examples
    --------
    >>> round(survivor_growth(0.97, 0.68), 2), round(survivor_growth(1.18, 0.92), 2)
    (0.43, 0.28)
    """
    return net_retention / logo_retention - 1


def sigma_of_top_share(top_share: float, of: float = 0.2) -> float:
    """Spread of a lognormal whose largest part `of` holds `top_share` of the total.

    With normal quantiles z, the largest p of a lognormal hold Phi(sigma - z(1 - p)) (Lorenz curve;
    Kleiber & Kotz 2003, section 4.2).

    Examples
    --------
    >>> round(sigma_of_top_share(0.8), 2), round(sigma_of_top_share(0.67), 2)
    (1.68, 1.28)
    """
    return float(stats.norm.ppf(top_share) + stats.norm.ppf(1 - of))


def top_share_of_sigma(sigma: float, of: float) -> float:
    """Part of the total that the largest part `of` of a lognormal holds.

    Examples
    --------
    >>> round(top_share_of_sigma(1.3, 0.05), 2), round(top_share_of_sigma(1.7, 0.01), 2)
    (0.37, 0.27)
    """
    return float(stats.norm.cdf(sigma - stats.norm.ppf(1 - of)))


def concentrations(
    top_shares: Sequence[float], key_fractions: Sequence[float], band: tuple[float, float]
) -> pd.DataFrame:
    """Which concentration and which number of key accounts bring a share of revenue inside a band.

    Key accounts are taken for the largest; where they are not, they bring less.

    Parameters
    ----------
    top_shares : sequence of float
        Revenue of the largest 20 %.
    key_fractions : sequence of float
        Share of the customers that are key accounts.
    band : tuple of float
        Of the key accounts' share of revenue (D-CON-2).

    Returns
    -------
    DataFrame
        ``top_20_share``, ``sigma``, ``key_fraction``, ``key_share``, ``holds``.

    Examples
    --------
    >>> concentrations([0.8], [0.01, 0.1], (0.2, 0.5))["holds"].tolist()
    [True, False]
    """
    rows = []
    for top in top_shares:
        sigma = sigma_of_top_share(top)
        for fraction in key_fractions:
            share = top_share_of_sigma(sigma, fraction)
            rows.append((top, sigma, fraction, share, bool(band[0] <= share <= band[1])))
    return pd.DataFrame(rows, columns=["top_20_share", "sigma", "key_fraction", "key_share", "holds"])


def top_share_if_keys_hold(key_share: float, key_fraction: float) -> float:
    """What the largest 20 % would hold if the key accounts alone held `key_share`.

    Examples
    --------
    >>> round(top_share_if_keys_hold(0.8, 0.05), 2)
    0.95
    """
    return top_share_of_sigma(sigma_of_top_share(key_share, key_fraction), 0.2)


@dataclass(frozen=True)
class Survival:
    """Survivors after some years: under one constant rate, and where rates differ between customers."""

    years: int
    constant: float
    heterogeneous: float

    @property
    def missed(self) -> float:
        """Part of the survivors that the constant rate does not foresee."""
        return 1 - self.constant / self.heterogeneous


def survival(retention: float, concentration: float, years: int) -> Survival:
    """Survival with a constant yearly rate, and with Beta-distributed rates of the same mean.

    Beta-geometric (Fader & Hardie 2007, Journal of Interactive Marketing 21): with churn ~ Beta(a, b),
    survivors after n years are B(a, b + n) / B(a, b).

    Parameters
    ----------
    retention : float
        Of the first year.
    concentration : float
        a + b: the smaller, the more customers differ.
    years : int

    Examples
    --------
    >>> found = survival(0.912, 6, 12)
    >>> round(found.missed, 2)
    0.38
    """
    a, b = (1 - retention) * concentration, retention * concentration
    mixed = float(np.exp(special.betaln(a, b + years) - special.betaln(a, b)))
    return Survival(years, retention**years, mixed)
