"""The win rate that the dynamics show, and the loss rate that brings it somewhere else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kamsim.config import DynamicsSettings
from kamsim.dynamics import LOST, WON, State, compile_parameters, read_trace, trace
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError
from kamsim.schemas import SEGMENTS

FACTORS = (0.0625, 0.125, 0.25, 0.5, 0.7071, 1.0, 1.4142, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Factors of the loss rates at which the win rate is measured."""
_LANES = 32
_CELLS = 32 * 36 * 40
"""Account-months in all lanes that are traced at once: about 30 MB."""
_MOST_LOSS = 20.0


@dataclass(frozen=True, eq=False)
class WinRates:
    """Share of closed opportunities that are won, by factor of the loss rates.

    Milestones keep their pace: a lower win rate means more opportunities lost on the way.

    Attributes
    ----------
    factors, rates : array, shape (points,)
        Rising factors, and the win rate at each, falling.
    """

    factors: Floats
    rates: Floats

    @property
    def base(self) -> float:
        """Win rate with the loss rates as they are."""
        return float(np.interp(0.0, np.log(self.factors), self.rates))

    @property
    def reach(self) -> tuple[float, float]:
        """Lowest and highest win rate that was met."""
        return float(self.rates[-1]), float(self.rates[0])

    def factor_for(self, rate: float) -> float:
        """Give the factor of the loss rates that brings a win rate, straight in the factor's logarithm.

        Raises
        ------
        ConfigError
            For a rate that none of the factors brings.

        Examples
        --------
        >>> WinRates(np.array([0.5, 1.0, 2.0]), np.array([0.6, 0.4, 0.2])).factor_for(0.2)
        2.0
        """
        low, high = self.reach
        if not low - 1e-12 <= rate <= high + 1e-12:
            raise ConfigError(f"win_rate must lie within {low:.3f} to {high:.3f}, got {rate:g}")
        log = np.interp(rate, self.rates[::-1], np.log(self.factors)[::-1])
        return float(np.exp(log)) if rate != self.base else 1.0


def measure_win_rates(
    state: State,
    effort: float | Floats,
    settings: DynamicsSettings,
    *,
    key: int,
    first_month: int,
    months: int,
) -> WinRates:
    """Play the accounts at constant effort under several loss rates and count won and lost opportunities.

    Parameters
    ----------
    state : State
    effort : float, or array of shape (accounts,)
        AE-equivalent hours a month.
    settings : DynamicsSettings
    key, first_month, months : int
        As `foresee` takes them.

    Raises
    ------
    ConfigError
        When no opportunity closes at all.
    """
    rates = [_win_rate(state, effort, _with_losses(settings, f), key, first_month, months) for f in FACTORS]
    # More losses mean fewer wins; what noise turns round is levelled, so that the line can be inverted.
    falling = np.minimum.accumulate(np.array(rates))
    steps = 1e-9 * np.arange(falling.size)
    return WinRates(np.array(FACTORS), falling - steps)


def _with_losses(settings: DynamicsSettings, factor: float) -> DynamicsSettings:
    own = {name: getattr(settings, name) for name in SEGMENTS}
    update = {
        name: part.model_copy(update={"loss_rate": min(_MOST_LOSS, part.loss_rate * factor)})
        for name, part in own.items()
    }
    return settings.model_copy(update=update)


def _win_rate(
    state: State, effort: float | Floats, settings: DynamicsSettings, key: int, first_month: int, months: int
) -> float:
    lanes = np.arange(_LANES)
    start = state if state.lanes == 1 else state.pick(lanes % state.lanes)
    parameters, won, lost = compile_parameters(settings), 0, 0
    hours = np.broadcast_to(np.asarray(effort, float), (state.accounts,))
    width = max(1, _CELLS // (_LANES * months))
    for first in range(0, state.accounts, width):
        last = min(first + width, state.accounts)
        some = start.some_accounts(first, last)
        rows, _ = trace(
            some, hours[first:last], parameters, key=key, first_month=first_month,
            months=months, replications=lanes, precision="float32",
        )  # fmt: skip
        repeated = some if some.lanes == _LANES else some.repeat(_LANES)
        closed = read_trace(rows, repeated, first_month).closed
        won, lost = won + int((closed == WON).sum()), lost + int((closed == LOST).sum())
    if not won + lost:
        raise ConfigError("no opportunity closes within the horizon: there is no win rate")
    return won / (won + lost)
