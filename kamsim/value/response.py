"""Response functions: what effort brings, as one small family with elasticity, saturation and carry-over.

All give the **lasting** response: the level that an outcome (sales, growth, a retention rate) settles at
under constant effort. Of a change of effort the first month shows the share ``1 - carry``, and each month
after it ``carry`` times the month before, so that the lasting effect is ``1 / (1 - carry)`` times the first
month's. Parameters may be arrays, one element an account; efforts broadcast against them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import lambertw

from kamsim.config import ResponseSettings
from kamsim.errors import ConfigError

Floats = NDArray[np.float64]
_HALVINGS = 100


class Response(Protocol):
    """What a response function can say; efforts in hours a month, outcomes in their own unit."""

    @property
    def carry(self) -> float:
        """Share of the effect that carries over from month to month."""
        ...

    def respond(self, effort: ArrayLike) -> Floats:
        """Return the lasting outcome at constant effort."""
        ...

    def marginal(self, effort: ArrayLike) -> Floats:
        """Return the outcome that one more hour brings at the margin."""
        ...

    def elasticity_at(self, effort: ArrayLike) -> Floats:
        """Return the relative change of the outcome for a relative change of effort."""
        ...

    def best_effort(self, cost_per_hour: ArrayLike) -> Floats:
        """Return the effort at which outcome less cost is largest."""
        ...

    def path(self, effort: ArrayLike, before: float) -> Floats:
        """Return the outcome month by month under changing effort."""
        ...


@dataclass(frozen=True, eq=False)
class _Carried(ABC):
    """What the members of the family share."""

    carry: float

    @abstractmethod
    def respond(self, effort: ArrayLike) -> Floats:
        """Return the lasting outcome at constant effort."""

    @abstractmethod
    def marginal(self, effort: ArrayLike) -> Floats:
        """Return the outcome that one more hour brings at the margin."""

    def elasticity_at(self, effort: ArrayLike) -> Floats:
        """Return the relative change of the outcome for a relative change of effort; 0 where it is 0."""
        effort, level = np.asarray(effort, dtype=float), self.respond(effort)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where((level > 0) & (effort > 0), effort * self.marginal(effort) / level, 0.0)
        return np.asarray(share)

    def path(self, effort: ArrayLike, before: float) -> Floats:
        """Return the outcome month by month.

        Parameters
        ----------
        effort : array, shape (months,)
            Hours a month.
        before : float
            Constant effort until then.

        Returns
        -------
        array, shape (months,)
        """
        targets = self.respond(np.asarray(effort, dtype=float))
        level, levels = self.respond(before), []
        for target in targets:
            level = self.carry * level + (1 - self.carry) * target
            levels.append(level)
        return np.array(levels, dtype=float).reshape(targets.shape)


@dataclass(frozen=True, eq=False)
class PowerResponse(_Carried):
    """Constant elasticity: ``scale * e**elasticity``. It never saturates, and without effort nothing comes.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> settings = Scenario.load("base").coverage.response
    >>> response = PowerResponse.calibrated(10.0, 5000.0, settings)
    >>> response.respond([10.0, 20.0]).round(), response.elasticity_at([10.0, 20.0]).round(2)
    (array([5000., 6329.]), array([0.34, 0.34]))
    """

    scale: float | Floats
    elasticity: float

    @classmethod
    def calibrated(cls, effort: ArrayLike, outcome: ArrayLike, settings: ResponseSettings) -> Self:
        """Lay the curve through today's effort and outcome (E-ELA-1); see `calibrate`."""
        effort, outcome = _today(effort, outcome)
        return cls(settings.carry, outcome / effort**settings.elasticity, settings.elasticity)

    def respond(self, effort: ArrayLike) -> Floats:
        """Return the lasting outcome at constant effort."""
        return np.asarray(self.scale * np.asarray(effort, dtype=float) ** self.elasticity)

    def marginal(self, effort: ArrayLike) -> Floats:
        """Return the outcome of one more hour at the margin: infinite at no effort."""
        effort = np.asarray(effort, dtype=float)
        with np.errstate(divide="ignore"):
            return np.asarray(self.elasticity * self.scale * effort ** (self.elasticity - 1))

    def best_effort(self, cost_per_hour: ArrayLike) -> Floats:
        """Return ``(elasticity * scale / cost) ** (1 / (1 - elasticity))``."""
        cost = _positive_cost(cost_per_hour)
        return np.asarray((self.elasticity * self.scale / cost) ** (1 / (1 - self.elasticity)))


@dataclass(frozen=True, eq=False)
class ExponentialResponse(_Carried):
    """Concave with saturation: ``base + gain * (1 - exp(-rate * e))``.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> settings = Scenario.load("base").coverage.response
    >>> response = ExponentialResponse.calibrated(10.0, 5000.0, settings)
    >>> response.respond([0.0, 10.0]).round(), float(response.elasticity_at(10.0).round(2))
    (array([2000., 5000.]), 0.34)
    """

    base: float | Floats
    gain: float | Floats
    rate: float | Floats

    @classmethod
    def calibrated(cls, effort: ArrayLike, outcome: ArrayLike, settings: ResponseSettings) -> Self:
        """Lay the curve through today's effort and outcome, with the set elasticity there.

        With b the share without effort and x = rate * effort, the elasticity is (1 - b) x / (exp(x) - 1),
        solved by Lambert's W: x = -q - W(-q exp(-q)) on the branch -1, q = elasticity / (1 - b).
        """
        effort, outcome = _today(effort, outcome)
        ratio = settings.elasticity / (1 - settings.share_without_effort)
        if ratio >= 1:
            raise ConfigError(_too_elastic(settings, 1 - settings.share_without_effort))
        reached = -ratio - float(lambertw(-ratio * np.exp(-ratio), -1).real)
        base = settings.share_without_effort * outcome
        return cls(settings.carry, base, (outcome - base) / -np.expm1(-reached), reached / effort)

    def respond(self, effort: ArrayLike) -> Floats:
        """Return the lasting outcome at constant effort."""
        return np.asarray(self.base - self.gain * np.expm1(-self.rate * np.asarray(effort, dtype=float)))

    def marginal(self, effort: ArrayLike) -> Floats:
        """Return the outcome of one more hour at the margin."""
        return np.asarray(self.gain * self.rate * np.exp(-self.rate * np.asarray(effort, dtype=float)))

    def best_effort(self, cost_per_hour: ArrayLike) -> Floats:
        """Return ``ln(gain * rate / cost) / rate``, or 0 where the first hour does not pay."""
        first = np.asarray(self.gain * self.rate / _positive_cost(cost_per_hour))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(first > 1, np.log(first) / self.rate, 0.0)


@dataclass(frozen=True, eq=False)
class AdbugResponse(_Carried):
    """S-shaped for an exponent above 1: ``base + gain * e**h / (half**h + e**h)`` (ADBUG, Little 1970).

    The Hill curves of VALUES are of this form.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> settings = Scenario.load("base").coverage.response
    >>> response = AdbugResponse.calibrated(10.0, 5000.0, settings)
    >>> response.respond([0.0, 10.0]).round(), float(response.elasticity_at(10.0).round(2))
    (array([2000., 5000.]), 0.34)
    """

    base: float | Floats
    gain: float | Floats
    half: float | Floats
    exponent: float | Floats

    @classmethod
    def calibrated(cls, effort: ArrayLike, outcome: ArrayLike, settings: ResponseSettings) -> Self:
        """Lay the curve through today's effort and outcome, with the set elasticity there.

        With b the share without effort and r the share of the gain reached today, the elasticity is
        (1 - b) h (1 - r).
        """
        effort, outcome = _today(effort, outcome)
        most = (1 - settings.share_without_effort) * settings.exponent
        if settings.elasticity >= most:
            raise ConfigError(_too_elastic(settings, most))
        reached = 1 - settings.elasticity / most
        base = settings.share_without_effort * outcome
        half = effort * ((1 - reached) / reached) ** (1 / settings.exponent)
        return cls(settings.carry, base, (outcome - base) / reached, half, settings.exponent)

    def respond(self, effort: ArrayLike) -> Floats:
        """Return the lasting outcome at constant effort."""
        powered = np.asarray(effort, dtype=float) ** self.exponent
        scale = self.half**self.exponent + powered
        return np.asarray(self.base + self.gain * _ratio(powered, scale))

    def marginal(self, effort: ArrayLike) -> Floats:
        """Return the outcome of one more hour at the margin."""
        effort = np.asarray(effort, dtype=float)
        turned = self.half**self.exponent
        with np.errstate(divide="ignore"):
            slope = self.gain * self.exponent * turned * effort ** (self.exponent - 1)
        return _ratio(slope, (turned + effort**self.exponent) ** 2)

    def best_effort(self, cost_per_hour: ArrayLike) -> Floats:
        """Return the larger effort at which one more hour pays for itself, or 0 where no effort does.

        The marginal response falls beyond the inflection, half * ((h-1)/(h+1))**(1/h); it is halved there.
        """
        cost = _positive_cost(cost_per_hour)
        power = np.asarray(self.exponent, dtype=float)
        steepest = np.asarray(self.half * (np.maximum(power - 1, 0) / (power + 1)) ** (1 / power))
        # Beyond this effort, gain * h * half**h / e**(h+1) is below the cost, and bounds the marginal.
        most = np.asarray((self.gain * power * self.half**power / cost) ** (1 / (power + 1)))
        low, high = np.broadcast_arrays(steepest, np.maximum(most, steepest))
        low, high = low.astype(float), high.astype(float)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            pays = self.marginal(middle) > cost
            low, high = np.where(pays, middle, low), np.where(pays, high, middle)
        worth = self.respond(low) - cost * low > self.respond(np.zeros_like(low))
        return np.where(worth, low, 0.0)


FORMS: dict[str, type[PowerResponse] | type[ExponentialResponse] | type[AdbugResponse]] = {
    "power": PowerResponse,
    "exponential": ExponentialResponse,
    "adbug": AdbugResponse,
}
"""The family by name."""


def _today(effort: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats]:
    effort, outcome = np.asarray(effort, dtype=float), np.asarray(outcome, dtype=float)
    for name, values in (("effort", effort), ("outcome", outcome)):
        if not (np.isfinite(values) & (values > 0)).all():
            raise ConfigError(f"today's {name} must be above 0, got {np.min(values):g}")
    return effort, outcome


def _too_elastic(settings: ResponseSettings, most: float) -> str:
    return (
        f"elasticity must be below {most:g} for a response that saturates with share_without_effort"
        f" {settings.share_without_effort:g}, got {settings.elasticity:g}"
    )


def _positive_cost(cost_per_hour: ArrayLike) -> Floats:
    cost = np.asarray(cost_per_hour, dtype=float)
    if not (np.isfinite(cost) & (cost > 0)).all():
        raise ConfigError(f"cost_per_hour must be above 0, got {np.min(cost):g}")
    return cost


def _ratio(upper: Floats, lower: Floats) -> Floats:
    """Divide; 0 / 0 is 0, where neither effort nor half effort is there."""
    upper, lower = np.broadcast_arrays(upper, lower)
    return np.divide(upper, lower, out=np.zeros(upper.shape), where=lower > 0)
