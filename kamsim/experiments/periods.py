"""Turns what a run brings into the PERIODS table: key figures by replication, tier and year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim import kpis
from kamsim.config import CoverageSettings
from kamsim.dynamics import MONTHS_A_YEAR, Years
from kamsim.dynamics.state import Counts, Floats

ALL_TIERS = 0
WHOLE_HORIZON = 0
_DIGITS = 9


@dataclass(frozen=True)
class Cohort:
    """The accounts as the figures group them, and what they brought in the year before.

    Arrays have the shape (accounts,); `hours_cost` is the monthly cost of the hours spent on each account,
    `ae_hours` the AE hours a month that the plan gives it, travel included, and `owner` the place of its AE
    in `capacity`, the hours a month that each AE has.
    """

    tier: Counts
    revenue_before: Floats
    hours_cost: Floats
    team_cost: float
    margin: float
    ae_hours: Floats
    owner: Counts
    capacity: Floats


def hours_cost(assignment: pd.DataFrame, team: pd.DataFrame, settings: CoverageSettings) -> Floats:
    """Cost of the hours that a policy spends on each account, EUR a month, travel included.

    An hour costs what a person of the role costs over the hours they have for clients.
    """
    hourly = {
        "AE": settings.ae_cost_eur / settings.ae_hours,
        "SE": settings.se_cost_eur / settings.se_hours,
        "CSM": settings.csm_cost_eur / settings.csm_hours,
    }
    aes = team[team["role"] == "AE"].set_index("rep_id")
    rate = (aes["cost_eur_per_month"] / aes["capacity_hours"].where(aes["capacity_hours"] > 0)).fillna(0.0)
    ae_rate = assignment["rep_id"].map(rate).to_numpy(float)
    ae_hours = (assignment["ae_hours"] + assignment["travel_hours"]).to_numpy()
    return np.asarray(
        ae_rate * ae_hours
        + hourly["SE"] * assignment["se_hours"].to_numpy()
        + hourly["CSM"] * assignment["csm_hours"].to_numpy()
    )


def periods_of(years: Years, cohort: Cohort, policy: str, draw: Counts, replication: Counts) -> pd.DataFrame:
    """Compute the key figures of each lane, tier and year.

    Parameters
    ----------
    years : Years
    cohort : Cohort
    policy : str
    draw, replication : array of int, shape (lanes,)
        What each lane stands for.

    Returns
    -------
    DataFrame
        PERIODS, unchecked. Year 0 sums revenue and contribution over the horizon, averages the yearly rates
        and the workload, and shows share of wallet and business units as they stand at its end.
    """
    revenue = np.concatenate(
        [np.repeat(cohort.revenue_before[:, None], len(draw), axis=1)[None], years.revenue]
    )
    tiers = [ALL_TIERS, *np.unique(cohort.tier).tolist()]
    parts = []
    for tier in tiers:
        rows = np.ones(cohort.tier.size, bool) if tier == ALL_TIERS else cohort.tier == tier
        cost = cohort.team_cost if tier == ALL_TIERS else cohort.hours_cost[rows].sum()
        measures = _measures(revenue[:, rows], years.customer[:, rows], cohort.margin, cost)
        measures |= _standing(years.standing[:, :, rows])
        measures |= _workload(cohort, rows, years.load if tier == ALL_TIERS else None, measures["nrr"].shape)
        parts += [_part(measures, year, tier, draw, replication) for year in range(len(revenue))]
    return pd.concat(parts, ignore_index=True).assign(policy=policy).astype({"policy": "str"})


def _measures(revenue: Floats, customer: np.ndarray, margin: float, cost: float) -> dict[str, Floats]:
    """Figures of one group of accounts, shaped (years, lanes)."""
    taken = revenue[1:].sum(axis=1)
    return {
        "revenue_eur": taken,
        "contribution_eur": margin * taken - MONTHS_A_YEAR * cost,
        "nrr": kpis.nrr(revenue[:-1], revenue[1:], axis=1),
        "grr": kpis.grr(revenue[:-1], revenue[1:], axis=1),
        "logo_retention": kpis.logo_retention(customer[:-1], customer[1:], axis=1),
    }


def _standing(standing: Floats) -> dict[str, Floats]:
    """Where the customers of a group stand at the end of each year, shaped (years, lanes)."""
    revenue, wallet, units = standing.astype(float)
    buys = revenue > 0
    customers = buys.sum(axis=1)
    return {
        "share_of_wallet": kpis.share_of_wallet(revenue.sum(axis=1), np.where(buys, wallet, 0.0).sum(axis=1)),
        "business_units": kpis.share_of_wallet(np.where(buys, units, 0.0).sum(axis=1), customers),
    }


def _workload(
    cohort: Cohort, rows: NDArray[np.bool_], load: Floats | None, shape: tuple[int, ...]
) -> dict[str, Floats]:
    """What a group asks of the AEs, the same in every year, shaped (years, lanes).

    From the plan; for the whole portfolio from what the run saw, where it played a team: load over
    available hours of each AE, mean of the months.
    """
    works = cohort.capacity > 0
    given = np.bincount(cohort.owner[rows], cohort.ae_hours[rows], cohort.capacity.size)
    use = (given[works] / cohort.capacity[works])[:, None]
    weight = cohort.capacity[works][:, None]
    if load is not None and load.shape[0] == cohort.capacity.size:
        use = load[works]
    total = (use * weight).sum(axis=0)
    mean = use.mean(axis=0) if use.size else np.full(use.shape[1], np.nan)
    cv = (
        np.divide(use.std(axis=0), mean, out=np.full(mean.shape, np.nan), where=mean > 0)
        if use.size
        else mean
    )
    share = total / weight.sum() if use.size else mean
    figures = {"workload_hours": total, "utilisation": share, "utilisation_cv": cv}
    # Without what sums in another order leave behind: an hour moved and nothing else is no difference.
    return {name: np.broadcast_to(values.round(_DIGITS), shape) for name, values in figures.items()}


def _part(
    measures: dict[str, Floats], year: int, tier: int, draw: Counts, replication: Counts
) -> pd.DataFrame:
    if year == WHOLE_HORIZON:
        sums = {n: measures[n].sum(axis=0) for n in ("revenue_eur", "contribution_eur")}
        rates = {n: _mean_of_years(measures[n]) for n in ("nrr", "grr", "logo_retention")}
        columns = {n: values[-1] for n, values in measures.items()} | sums | rates
    else:
        columns = {n: values[year - 1] for n, values in measures.items()}
    return pd.DataFrame({"draw": draw, "replication": replication, "tier": tier, "year": year, **columns})


def _mean_of_years(values: Floats) -> Floats:
    """Mean over the years that have a value; NaN where none has."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    mean: Floats = np.divide(
        total, known.sum(axis=0), out=np.full(values.shape[1], np.nan), where=known.any(axis=0)
    )
    return mean
