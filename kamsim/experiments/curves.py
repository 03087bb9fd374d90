"""Revenue of a population by win rate and effort, sampled once; everything else follows by arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from kamsim.dynamics.state import Floats
from kamsim.experiments.assumptions import Values
from kamsim.experiments.population import Population

MAPPED = ("response", "win_rate", "ae_cost_eur", "potential")
"""Assumptions that a map may be drawn over: the win rate is sampled, the others follow exactly."""
EFFORTS, WIN_RATES = 28, 6


@dataclass(frozen=True, eq=False)
class RevenueCurves:
    """Mean revenue over the horizon, interpolated between sampled points.

    Effort acts through effort over half effort alone, and all money scales with the wallets, so that with
    half effort k times and wallets m times as large

        revenue(e; k, m) = m * revenue(e / (k * m**half_effort_exponent))

    exactly: of the four assumptions only the win rate wants curves of its own.

    Attributes
    ----------
    population : Population
    win_rates : array, shape (rates,)
        Rising.
    efforts : array, shape (efforts,)
        AE-equivalent hours a month on each account, rising.
    revenue : array, shape (rates, efforts)
        EUR of the whole population.
    """

    population: Population
    win_rates: Floats
    efforts: Floats
    revenue: Floats

    def revenue_at(self, effort: Floats, values: Values) -> Floats:
        """Return revenue at each effort, EUR."""
        exponent = self.population.scenario.dynamics.half_effort_exponent
        scale = values["response"] * values["potential"] ** exponent
        inside = np.clip(effort / scale, self.efforts[0], self.efforts[-1])
        by_rate = PchipInterpolator(np.log(self.efforts), self.revenue, axis=1)(np.log(inside))
        row = PchipInterpolator(self.win_rates, by_rate, axis=0)(values["win_rate"])
        return np.asarray(values["potential"] * row)

    def contribution(self, ratios: Floats, values: Values) -> Floats:
        """Return the contribution of the population at each ratio, after the cost of its team, EUR."""
        people = self.population
        effort = np.array([people.effort(ratio, values) for ratio in ratios])
        cost = np.array([people.cost(ratio, values) for ratio in ratios])
        return np.asarray(values["margin"] * self.revenue_at(effort, values) - cost)

    def elasticity(self, ratio: float, values: Values) -> float:
        """Return the elasticity of revenue to AE hours at a ratio."""
        change = 1.02
        ends = np.array([self.population.effort(ratio * f, values) for f in (change, 1 / change)])
        less, more = self.revenue_at(ends, values)
        return float(np.log(more / less) / (2 * np.log(change))) if less > 0 else 0.0


def sample_curves(population: Population) -> RevenueCurves:
    """Play the population over a grid of efforts and win rates, all under the same luck.

    The efforts span what the searched ratios give under every plausible response and potential; the
    scenario's own win rate is one of those sampled.
    """
    settings = population.scenario.breakeven
    preset = population.preset
    searched = getattr(settings, population.segment).searched
    most, least = (population.effort(ratio, preset) for ratio in searched)
    exponent = population.scenario.dynamics.half_effort_exponent
    (slow, quick), (small, large) = population.range_of("response"), population.range_of("potential")
    efforts = np.geomspace(least / (quick * large**exponent), most / (slow * small**exponent), EFFORTS)
    rates = np.linspace(*population.range_of("win_rate"), WIN_RATES)
    rates = np.unique(np.append(rates, preset["win_rate"]))
    played = [
        population.revenue(efforts, preset | {"win_rate": float(rate)}, settings.replications)
        for rate in rates
    ]
    revenue = np.array([lanes.mean(axis=1) for lanes in played])
    return RevenueCurves(population, rates, efforts, revenue)
