"""The believed value of effort, as table VALUES writes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SMALLEST_EFFORT = 1e-9  # the slope of a concave curve has no bound at 0


@dataclass(frozen=True, eq=False)
class ValueCurves:
    """Value over the horizon at constant effort e: base + gain e^h / (half^h + e^h), one curve an account.

    Attributes
    ----------
    base, gain : array, shape (accounts,)
        EUR without effort, and EUR that unlimited effort adds.
    half : array, shape (accounts,)
        AE-equivalent hours a month at which half of the gain is reached.
    exponent : array, shape (accounts,)
        Above 1 the curve is S-shaped.

    Examples
    --------
    >>> curve = ValueCurves(*(np.array([x]) for x in (100.0, 50.0, 2.0, 1.4)))
    >>> curve.value(np.array([[0.0, 2.0]]))
    array([[100., 125.]])
    """

    base: Floats
    gain: Floats
    half: Floats
    exponent: Floats

    def value(self, effort: Floats) -> Floats:
        """Value in EUR at an effort; the accounts are the first axis of `effort`."""
        shape = (-1,) + (1,) * (effort.ndim - 1)
        power = self.exponent.reshape(shape)
        reached = effort**power
        scale = self.half.reshape(shape) ** power + reached
        share = np.divide(reached, scale, out=np.zeros_like(reached), where=scale > 0)
        return np.asarray(self.base.reshape(shape) + self.gain.reshape(shape) * share)

    def marginal(self, effort: Floats) -> Floats:
        """Value in EUR of one more hour at an effort of shape (accounts,).

        It is gain h half^h e^(h - 1) / (half^h + e^h)^2.

        Examples
        --------
        >>> curve = ValueCurves(*(np.array([x]) for x in (100.0, 50.0, 2.0, 1.0)))
        >>> curve.marginal(np.array([2.0]))
        array([6.25])
        """
        effort = np.maximum(effort, _SMALLEST_EFFORT)
        h, half = self.exponent, self.half**self.exponent
        return np.asarray(self.gain * h * half * effort ** (h - 1) / (half + effort**h) ** 2)
