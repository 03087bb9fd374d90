"""Wallets and what is sold of them at the start, spread so that revenue is as concentrated as asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import optimize, special

from kamsim.config import PortfolioSettings
from kamsim.dynamics.state import Counts, Floats
from kamsim.errors import ConfigError
from kamsim.portfolio.quantiles import beta_quantile
from kamsim.schemas import SEGMENTS

_POINTS = 4096
_STEPS = (0.8191725133961645, 0.6710436067037893, 0.5497004779019703)
"""Of the R3 sequence (Roberts 2018), which fills the unit cube evenly: powers of 1/g with g⁴ = g + 1."""

_SPREAD = (0.5 + np.outer(np.arange(1, _POINTS + 1), _STEPS)) % 1.0
"""Points of the cube, a column for the wallet, the attainable and the attained share."""

_TOP = 0.2
_WIDEST = 3.0
"""Largest standard deviation of a log wallet."""


@dataclass(frozen=True)
class WalletLaw:
    """The law of the wallets: lognormal in each segment; arrays of shape (segments,), EUR a month."""

    median: Floats
    log_sd: Floats

    def draw(self, segment: Counts, u: Floats) -> Floats:
        """Turn uniform numbers into wallets of accounts of the given segments."""
        return np.asarray(self.median[segment] * np.exp(self.log_sd[segment] * special.ndtri(u)))


@dataclass(frozen=True)
class StartFigures:
    """What a scenario's customers look like at the start, in an infinite portfolio.

    Attributes
    ----------
    top_share : float
        Share of revenue of the largest fifth of the customers (E-CON-1).
    segment_share : array, shape (segments,)
        Share of revenue by segment; the first is that of key accounts (D-CON-2).
    revenue : float
        Mean revenue of a customer, EUR a month.
    """

    top_share: float
    segment_share: Floats
    revenue: float


def wallet_law(settings: PortfolioSettings) -> WalletLaw:
    """Give medians and spreads of the wallets by segment.

    With `concentration` 0 they are the figures `wallet_median_eur` and `wallet_log_sd`. Otherwise the whole
    distribution of log wallets, between the segments and within them, is stretched or pressed together by one
    factor such that the largest fifth of the customers holds the asked share of revenue (E-CON-1) at the
    start of the history, and moved so that revenue as a whole stays as it was. The recorded months move the
    share a little afterwards.

    Parameters
    ----------
    settings : PortfolioSettings

    Returns
    -------
    WalletLaw

    Raises
    ------
    ConfigError
        When no factor gives the share, with the shares that can be had.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> settings = Scenario.load("base", {"portfolio.concentration": 0.7}).portfolio
    >>> round(start_figures(settings, wallet_law(settings)).top_share, 4)
    0.7
    """
    given = _given(settings)
    return given if settings.concentration == 0 else _solved(settings.model_dump_json())


def start_figures(settings: PortfolioSettings, law: WalletLaw) -> StartFigures:
    """Work out the customers' figures at the start, over evenly spread points and not over draws."""
    return _figures(settings, law, _shares(settings))


def _shares(settings: PortfolioSettings) -> list[Floats]:
    """Draw the attainable share, then the attained one of each segment: no wallet moves them."""
    attained = [draw_attained(settings, name, _SPREAD[:, 2]) for name in SEGMENTS]
    return [draw_attainable(settings, _SPREAD[:, 1]), *attained]


def _figures(settings: PortfolioSettings, law: WalletLaw, shares: list[Floats]) -> StartFigures:
    attainable, *attained = shares
    revenue = np.array(
        [
            attainable * law.draw(np.full(_POINTS, code), _SPREAD[:, 0]) * attained[code]
            for code in range(len(SEGMENTS))
        ]
    )
    by_segment = [getattr(settings, name) for name in SEGMENTS]
    customers = np.array([s.share * (1 - s.prospect_share) for s in by_segment])
    customers = customers / customers.sum() if customers.sum() > 0 else np.full(len(SEGMENTS), 1 / 3)
    money = revenue.mean(axis=1) * customers
    weight = np.repeat(customers / _POINTS, _POINTS)
    order = np.argsort(-revenue.ravel(), kind="stable")
    rank, earned = np.cumsum(weight[order]), np.cumsum((revenue.ravel() * weight)[order])
    top = float(np.interp(_TOP, rank, earned) / earned[-1])
    return StartFigures(top, money / money.sum(), float(money.sum()))


def draw_attainable(settings: PortfolioSettings, u: Floats) -> Floats:
    """Draw the share of each wallet that can be won."""
    return beta_quantile(u, settings.attainable_share_alpha, settings.attainable_share_beta)


def draw_attained(settings: PortfolioSettings, segment: str, u: Floats) -> Floats:
    """Draw the share of the attainable wallet that customers of a segment have bought at the start."""
    mean, k = getattr(settings, segment).attained_share, settings.attained_concentration
    return beta_quantile(u, k * mean, k * (1 - mean))


def _given(settings: PortfolioSettings) -> WalletLaw:
    by_segment = [getattr(settings, name) for name in SEGMENTS]
    return WalletLaw(
        np.array([s.wallet_median_eur for s in by_segment]), np.array([s.wallet_log_sd for s in by_segment])
    )


@lru_cache(maxsize=8)
def _solved(settings_json: str) -> WalletLaw:
    settings = PortfolioSettings.model_validate_json(settings_json)
    given, shares = _given(settings), _shares(settings)
    centre = float(np.log(given.median).mean())
    spread = float(np.abs(np.log(given.median) - centre).max())
    largest = min(_WIDEST / max(given.log_sd.max(), 1e-9), 3 * _WIDEST / max(spread, 1e-9))

    def stretched(factor: float) -> WalletLaw:
        return WalletLaw(np.exp(centre + factor * (np.log(given.median) - centre)), factor * given.log_sd)

    def missing(factor: float) -> float:
        return _figures(settings, stretched(factor), shares).top_share - settings.concentration

    low, high = missing(0.0), missing(largest)
    if low > 0 or high < 0:
        raise ConfigError(
            f"portfolio.concentration must lie between {settings.concentration + low:.3f} and"
            f" {settings.concentration + high:.3f} for this mix of segments, got {settings.concentration:g}"
        )
    law = stretched(float(optimize.brentq(missing, 0.0, largest, xtol=1e-9)))
    before, after = (_figures(settings, each, shares).revenue for each in (given, law))
    return WalletLaw(law.median * before / after, law.log_sd)
