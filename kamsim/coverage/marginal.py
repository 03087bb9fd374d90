"""What one more hour, or one more AE, is worth to a book, and how flat profit is around the best effort."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kamsim.config import CoverageSettings
from kamsim.errors import ConfigError
from kamsim.schemas import BOOK, check
from kamsim.value.response import AdbugResponse, Response

Floats = NDArray[np.float64]
FACTORS = (0.5, 0.75, 1.0, 1.25, 1.5)
"""Efforts to compare with the best one; a quarter more or less is E-FLAT-1's distance."""
_STEPS = 65
_HALVINGS = 60


@dataclass(frozen=True)
class MarginalValue:
    """What more effort a month is worth over the horizon, in EUR of contribution.

    Attributes
    ----------
    hours : float
        Hours a month that the book has.
    horizon_months : int
    hour_spread_eur, hour_best_eur : float
        One more hour a month: spread as the hours are now, or all on the account where it brings most.
    ae_hours : float
        What one more AE brings.
    ae_spread_eur, ae_best_eur : float
        One more AE: the hours spread as they are now, or where they bring most (nobody's hours are cut).
    ae_bound_eur : float
        No distribution of the AE's hours in these steps brings more than this (Lagrangian bound).
    ae_cost_eur : float
        Full cost of one AE over the horizon.
    """

    hours: float
    horizon_months: int
    hour_spread_eur: float
    hour_best_eur: float
    ae_hours: float
    ae_spread_eur: float
    ae_best_eur: float
    ae_bound_eur: float
    ae_cost_eur: float

    def frame(self) -> pd.DataFrame:
        """Return a row for one more hour and one for one more AE: value, cost, and what is left of it."""
        hour_cost = self.ae_cost_eur / self.ae_hours
        frame = pd.DataFrame(
            {
                "more": ["hour", "AE"],
                "hours_per_month": [1.0, self.ae_hours],
                "spread_eur": [self.hour_spread_eur, self.ae_spread_eur],
                "best_eur": [self.hour_best_eur, self.ae_best_eur],
                "cost_eur": [hour_cost, self.ae_cost_eur],
            }
        )
        return frame.assign(best_net_eur=frame["best_eur"] - frame["cost_eur"])


def value_response(book: pd.DataFrame) -> AdbugResponse:
    """Return the believed value of effort of each account of a book as a response, EUR over the horizon.

    Carry-over is within the sampled value already, and 0 here.

    Examples
    --------
    >>> value_response(BOOK.empty()).respond([])
    array([], dtype=float64)
    """
    book = check(book, BOOK)
    columns = ("base_eur", "gain_eur", "half_hours", "exponent")
    return AdbugResponse(0.0, *(book[c].to_numpy(dtype=float) for c in columns))


def marginal_value(
    book: pd.DataFrame,
    settings: CoverageSettings,
    horizon_months: int,
    effort: ArrayLike | None = None,
    response: Response | None = None,
    ae_hours: float | None = None,
) -> MarginalValue:
    """Say what one more AE hour a month, and one more AE, are worth to a book.

    Parameters
    ----------
    book : DataFrame
        BOOK; its rows are taken in the order of ``account_id``.
    settings : CoverageSettings
        Hours and cost of an AE.
    horizon_months : int
        Months that values are over (``scenario.experiment.months``).
    effort : array, shape (accounts,), optional
        AE hours a month now; by default what the tiers ask for.
    response : Response, optional
        EUR over the horizon, with parameters by account; by default the book's own VALUES.
    ae_hours : float, optional
        Hours a month with clients that one more AE brings; by default ``ae_hours`` of `settings`, with no
        road and no leave.

    Returns
    -------
    MarginalValue

    Raises
    ------
    SchemaError
        When `book` breaks its contract.
    ConfigError
        When `effort` is not one number from 0 on for each account, or the book is empty.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> first = {n: c.one_of[0] if c.one_of else None if c.nullable else 0 for n, c in BOOK.columns.items()}
    >>> first |= {"gain_eur": 1e5, "half_hours": 5.0, "exponent": 1.0, "workload_hours": 5.0}
    >>> book = pd.DataFrame({n: pd.Series([first[n]], dtype=c.dtype) for n, c in BOOK.columns.items()})
    >>> more = marginal_value(book, Scenario.load("base").coverage, 36)
    >>> round(more.hour_best_eur), round(more.ae_best_eur)
    (4545, 43333)
    """
    book = check(book, BOOK)
    now = book["workload_hours"].to_numpy() if effort is None else np.asarray(effort, dtype=float)
    if not len(book):
        raise ConfigError("a book without accounts has no marginal value")
    if now.shape != (len(book),) or not (np.isfinite(now) & (now >= 0)).all():
        raise ConfigError(f"effort must be a number >= 0 for each of {len(book)} accounts, got {now!r}")
    more = settings.ae_hours if ae_hours is None else ae_hours
    if not more > 0:
        raise ConfigError(f"ae_hours must be above 0, got {more:g}")
    curves = value_response(book) if response is None else response
    best, bound = _best_use(curves, now, more)
    before = curves.respond(now)
    return MarginalValue(
        hours=float(now.sum()),
        horizon_months=horizon_months,
        hour_spread_eur=_spread(curves, now, 1.0),
        hour_best_eur=float((curves.respond(now + 1.0) - before).max()),
        ae_hours=more,
        ae_spread_eur=_spread(curves, now, more),
        ae_best_eur=best,
        ae_bound_eur=bound,
        ae_cost_eur=settings.ae_cost_eur * horizon_months,
    )


def flat_maximum(
    response: Response, cost_per_hour: ArrayLike, factors: tuple[float, ...] = FACTORS
) -> pd.DataFrame:
    """Tabulate profit around the best effort: a quarter more or less costs little (E-FLAT-1).

    With constant elasticity b the profit at f times the best effort is (f**b - b f) / (1 - b) of the best:
    at 0.34 a quarter less loses 1.2 % and a quarter more 0.9 %.

    Parameters
    ----------
    response : Response
        Outcome in EUR; with parameters by account, each account is at `factors` times its own best effort.
    cost_per_hour : float
        EUR, for the time that the outcome covers.
    factors : tuple of float

    Returns
    -------
    DataFrame
        A row a factor: ``effort_factor``, ``effort_hours``, ``outcome_eur``, ``cost_eur``, ``profit_eur`` and
        ``lost_share`` of the largest profit.

    Raises
    ------
    ConfigError
        When the best effort is none at all, or a factor is below 0.

    Examples
    --------
    >>> from kamsim.value import PowerResponse
    >>> table = flat_maximum(PowerResponse(carry=0.0, scale=1e4, elasticity=0.34), 150.0)
    >>> table.set_index("effort_factor")["lost_share"].round(4).to_dict()
    {0.5: 0.0605, 0.75: 0.0124, 1.0: 0.0, 1.25: 0.0094, 1.5: 0.0336}
    """
    if any(not factor >= 0 for factor in factors):
        raise ConfigError(f"factors must be 0 or above, got {list(factors)}")
    price = np.asarray(cost_per_hour, dtype=float)
    best = np.atleast_1d(response.best_effort(price))
    if not best.sum() > 0:
        raise ConfigError(f"no effort pays at {price.max():g} EUR an hour: there is no maximum")

    def row(factor: float) -> dict[str, float]:
        outcome = float(np.sum(response.respond(factor * best)))
        cost = float(np.sum(price * factor * best))
        hours = float(factor * best.sum())
        return {"effort_hours": hours, "outcome_eur": outcome, "cost_eur": cost, "profit_eur": outcome - cost}

    most = row(1.0)["profit_eur"]
    frame = pd.DataFrame([{"effort_factor": factor, **row(factor)} for factor in factors])
    return frame.assign(lost_share=1 - frame["profit_eur"] / most)


def _spread(curves: Response, now: Floats, hours: float) -> float:
    """Spread more hours as those there are; evenly where there are none."""
    total = now.sum()
    share = now / total if total > 0 else np.full(len(now), 1 / len(now))
    return float((curves.respond(now + hours * share) - curves.respond(now)).sum())


def _best_use(curves: Response, now: Floats, hours: float) -> tuple[float, float]:
    """Distribute more hours in equal steps where they bring most; also return a bound.

    S-shaped curves make it a multiple choice: for a price of an hour each account takes the number of
    steps that pays best, the price is halved in until the hours suffice, and hours left go to one account.
    """
    steps = np.linspace(0.0, hours, _STEPS)
    gains = np.column_stack([curves.respond(now + step) for step in steps])
    gains -= gains[:, :1]
    low, high = 0.0, float((gains[:, 1:] / steps[1:]).max())
    chosen = np.zeros(len(now), dtype=np.int64)
    bound = float("inf")
    for _ in range(_HALVINGS):
        price = (low + high) / 2
        paid = gains - price * steps
        wanted = paid.argmax(axis=1)
        bound = min(bound, float(paid.max(axis=1).sum() + price * hours))
        if steps[wanted].sum() <= hours * (1 + 1e-12):
            high, chosen = price, wanted
        else:
            low = price
    taken = now + steps[chosen]
    left = max(hours - steps[chosen].sum(), 0.0)
    last = float((curves.respond(taken + left) - curves.respond(taken)).max())
    return float(gains[np.arange(len(now)), chosen].sum()) + last, bound
