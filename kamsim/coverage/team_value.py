"""Contribution by number of AEs: what the next one brings, and how flat the top is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kamsim.config import CoverageSettings
from kamsim.coverage.marginal import value_response
from kamsim.errors import ConfigError
from kamsim.schemas import BOOK, TEAM_VALUE, check
from kamsim.value.response import Response

Floats = NDArray[np.float64]
GRID = np.concatenate([[0.0], np.geomspace(0.01, 30.0, 120)])
"""AE hours of an account that are weighed against each other, in multiples of those at half of the gain."""
PRICES = 240
NEAR = 0.01
"""A team within this share of the largest net contribution counts as good as the best."""


def value_by_team_size(
    book: pd.DataFrame,
    settings: CoverageSettings,
    horizon_months: int,
    *,
    counts: Sequence[float] | Floats,
    hours_per_ae: float,
    pools: ArrayLike = 0.0,
) -> pd.DataFrame:
    """Say what contribution is believed to come of teams of other sizes.

    Hours are spread twice: as the tiers ask for them, and where they bring most. The second is solved by
    a price of an hour: at price p each account takes the hours of a grid that leave most after paying p;
    between two prices the total is taken along the straight line, which no split of the same hours exceeds
    by more than one account's step (Lagrangian duality, Everett 1963, *Operations Research* 11).

    Parameters
    ----------
    book : DataFrame
        BOOK; its rows are taken in the order of ``account_id``.
    settings : CoverageSettings
        Cost of an AE.
    horizon_months : int
        Months that values are over.
    counts : sequence of float
        Numbers of AEs.
    hours_per_ae : float
        Hours a month with clients of one AE, road and leave taken off.
    pools : array, shape (accounts,), or float
        Effort of SEs and CSMs in AE-equivalents (`effective_hours`), there whatever the AEs do.

    Returns
    -------
    DataFrame
        TEAM_VALUE.

    Raises
    ------
    ConfigError
        When the book is empty, or a count or the hours of an AE are no numbers from 0 on.
    SchemaError
        When `book` breaks its contract.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> first = {n: c.one_of[0] if c.one_of else None if c.nullable else 0 for n, c in BOOK.columns.items()}
    >>> first |= {"gain_eur": 1e6, "half_hours": 5.0, "exponent": 1.0, "workload_hours": 5.0}
    >>> book = pd.DataFrame({n: pd.Series([first[n]], dtype=c.dtype) for n, c in BOOK.columns.items()})
    >>> found = value_by_team_size(
    ...     book, Scenario.load("base").coverage, 36, counts=[0, 1, 2], hours_per_ae=45.0
    ... )
    >>> found["spread_eur"].round(-3).tolist()
    [0.0, 900000.0, 947000.0]
    """
    book = check(book, BOOK)
    sizes = np.unique(np.asarray(counts, dtype=float))
    for name, values in (("counts", sizes), ("hours_per_ae", np.array([hours_per_ae]))):
        if not (np.isfinite(values) & (values >= 0)).all():
            raise ConfigError(f"{name} must be numbers >= 0, got {values.tolist()}")
    if not len(book):
        raise ConfigError("a book without accounts has no value by team size")
    curves = value_response(book)
    pooled = np.broadcast_to(np.asarray(pools, dtype=float), (len(book),))
    asked = book["workload_hours"].to_numpy()
    share = asked / asked.sum() if asked.sum() > 0 else np.full(len(book), 1 / len(book))
    hours = sizes * hours_per_ae
    best = best_use(curves, book["half_hours"].to_numpy(), pooled)
    frame = pd.DataFrame(
        {
            "aes": sizes,
            "hours": hours,
            "spread_eur": [float(curves.respond(pooled + total * share).sum()) for total in hours],
            "best_eur": best.respond(hours),
            "cost_eur": sizes * settings.ae_cost_eur * horizon_months,
            "hour_eur": best.price(hours),
        }
    )
    return check(frame, TEAM_VALUE)


def best_team(values: pd.DataFrame, column: str = "best_eur") -> tuple[float, float, float]:
    """Return the number of AEs that leaves most after their cost, and the range within 1 % of that.

    Parameters
    ----------
    values : DataFrame
        TEAM_VALUE.
    column : {"best_eur", "spread_eur"}

    Returns
    -------
    tuple of float
        Best, least and most AEs.

    Examples
    --------
    >>> values = pd.DataFrame({"aes": [1.0, 2.0, 3.0], "best_eur": [50.0, 120.0, 129.5]})
    >>> best_team(values.assign(cost_eur=10 * values["aes"]))
    (2.0, 2.0, 3.0)
    """
    net = values[column] - values["cost_eur"]
    near = values.loc[net >= net.max() - NEAR * abs(net.max()), "aes"]
    return float(values["aes"].iloc[int(net.to_numpy().argmax())]), float(near.min()), float(near.max())


@dataclass(frozen=True, eq=False)
class BestUse:
    """What hours bring where they bring most, for every total of them.

    Attributes
    ----------
    floor_eur : float
        What comes without any AE hours.
    hours, gain_eur : array, shape (steps,)
        Totals from 0 on, and what each brings beyond the floor.
    hour_eur : array, shape (steps,)
        What one more hour brings at each total.
    """

    floor_eur: float
    hours: Floats
    gain_eur: Floats
    hour_eur: Floats

    def respond(self, hours: ArrayLike) -> Floats:
        """Return the most that totals of hours bring, in EUR over the horizon."""
        return np.asarray(
            self.floor_eur + np.interp(np.asarray(hours, dtype=float), self.hours, self.gain_eur)
        )

    def price(self, hours: ArrayLike) -> Floats:
        """Return what one more hour brings at totals of hours; nothing beyond the last."""
        asked = np.asarray(hours, dtype=float)
        found = np.interp(asked, self.hours[1:], self.hour_eur[1:], left=self.hour_eur[0], right=0.0)
        return np.asarray(found)


def best_use(curves: Response, half: Floats, pooled: Floats) -> BestUse:
    """Find where hours bring most, for every total, by a price of an hour (see `value_by_team_size`).

    Parameters
    ----------
    curves : Response
        EUR over the horizon, with parameters by account.
    half : array, shape (accounts,)
        Hours at half of the gain; the grid is in multiples of them.
    pooled : array, shape (accounts,)
        Effort that is there without any AE hours.

    Returns
    -------
    BestUse

    Examples
    --------
    >>> from kamsim.value import AdbugResponse
    >>> curves = AdbugResponse(0.0, np.zeros(2), np.array([1e5, 5e4]), np.full(2, 5.0), np.ones(2))
    >>> best_use(curves, np.full(2, 5.0), np.zeros(2)).respond([0.0, 5.0, 1e9]).round(-3).tolist()
    [0.0, 53000.0, 145000.0]
    """
    effort = half[:, None] * GRID
    value = np.column_stack([curves.respond(pooled + effort[:, step]) for step in range(GRID.size)])
    gains = value - value[:, :1]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(effort > 0, gains / effort, 0.0)
    dearest = float(rate.max())
    floor = float(value[:, 0].sum())
    if dearest <= 0:
        return BestUse(floor, np.zeros(2), np.zeros(2), np.zeros(2))
    rows = np.arange(len(half))
    totals, found = [0.0], [0.0]
    prices = np.append(np.geomspace(dearest, dearest * 1e-6, PRICES), 0.0)
    for price in prices:
        chosen = (gains - price * effort).argmax(axis=1)
        totals.append(float(effort[rows, chosen].sum()))
        found.append(float(gains[rows, chosen].sum()))
    return BestUse(floor, np.array(totals), np.array(found), np.append(dearest, prices))
