"""What a calibration fits: settings of the scenario on a scale without bounds, each with a prior.

A probability or a share is fitted as the logarithm of its odds, anything else as its logarithm. The prior is
the normal law, on that scale, with the mean and the variance of the even law over the range: the preset's own
value, times or divided by the factor that `calibration.free` gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from kamsim.config import Scenario, figures
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError, unknown_name
from kamsim.experiments.infeasibility import declared_range
from kamsim.portfolio.wallets import start_figures, wallet_law
from kamsim.schemas import SEGMENTS

CONCENTRATION = "portfolio.concentration"
HALF_EFFORT = "dynamics.half_effort_hours"

TOLD_BY: dict[str, tuple[str, ...]] = {
    "churn_mean": ("leaving",),
    "churn_concentration": ("leaving",),
    "contraction_rate": ("contracting",),
    "opening_rate": ("openings",),
    "milestone_pace": ("cycle", "won_share"),
    "loss_rate": ("lost_age", "won_share"),
    "concentration": ("top_share",),
    "half_effort_hours": ("openings_by_effort",),
}
"""What must be seen for a parameter to be fitted at all: by the last part of its key, how names of moments
begin. Without it, it would be bent to fit other moments. A key that is not here is fitted to all there is."""

_INSIDE = 1e-4
"""A value keeps this far, as a share, from the ends that its setting declares."""


@dataclass(frozen=True)
class FreeParameter:
    """One setting that is fitted.

    Attributes
    ----------
    key : str
        Dotted.
    unit : str
    is_share : bool
        Fitted as log odds; else as a logarithm.
    centre : float
        Mean of the prior on the scale of the fit.
    half_width : float
        Half of the range on that scale: the logarithm of the factor.
    """

    key: str
    unit: str
    is_share: bool
    centre: float
    half_width: float

    @property
    def prior_sd(self) -> float:
        """Standard deviation of the prior, that of the even law over the range."""
        return self.half_width / float(np.sqrt(3.0))

    @property
    def segment(self) -> str:
        """Segment it belongs to; "" where to all."""
        return next((part for part in self.key.split(".") if part in SEGMENTS), "")

    def value(self, x: Floats) -> Floats:
        """Turn numbers of the fit into values of the setting, inside of what it declares."""
        low, high = declared_range(self.key)
        plain = special.expit(x) if self.is_share else np.exp(np.minimum(x, 300.0))
        least = low + _INSIDE if np.isfinite(low) and self.is_share else max(low, 1e-12)
        most = high - _INSIDE if self.is_share else high
        return np.clip(plain, least, most)

    def number(self, value: float) -> float:
        """Turn a value of the setting into the number that is fitted."""
        return float(special.logit(value) if self.is_share else np.log(value))


def free_parameters(scenario: Scenario, segments: Sequence[str] = SEGMENTS) -> tuple[FreeParameter, ...]:
    """List what is fitted for a portfolio that has accounts in some segments.

    Parameters
    ----------
    scenario : Scenario
        `calibration.free` names the settings and their factors; its own values are the priors' centres.
    segments : sequence of str

    Returns
    -------
    tuple of FreeParameter

    Raises
    ------
    ConfigError
        For an unknown setting, one that is no positive number, or a share of 0 or 1.

    Examples
    --------
    >>> one = {"calibration.free": {"dynamics.smb.loss_rate": 2.0}}
    >>> free_parameters(Scenario.load("saas_midmarket", one))[0].key
    'dynamics.smb.loss_rate'
    """
    units = {key: unit for key, unit, _ in figures()}
    found = []
    for key, factor in scenario.calibration.free.items():
        if key not in units:
            raise ConfigError(unknown_name("setting", key, units))
        segment = next((part for part in key.split(".") if part in SEGMENTS), "")
        if segment and segment not in segments:
            continue
        value, is_share = _start(scenario, key), declared_range(key)[1] == 1.0
        if not 0 < value < (1 if is_share else np.inf):
            raise ConfigError(f"{key} must lie between its ends to be fitted, got {value:g}")
        parameter = FreeParameter(key, units[key], is_share, 0.0, float(np.log(factor)))
        found.append(FreeParameter(key, units[key], is_share, parameter.number(value), parameter.half_width))
    return tuple(found)


def is_told(parameter: FreeParameter, moments: Iterable[str]) -> bool:
    """Tell whether some of the moments speak of a parameter.

    Examples
    --------
    >>> loss = {"calibration.free": {"dynamics.smb.loss_rate": 2.0}}
    >>> (parameter,) = free_parameters(Scenario.load("saas_midmarket", loss))
    >>> is_told(parameter, ["smb.won_share"]), is_told(parameter, ["strategic.won_share"])
    (True, False)
    """
    starts = TOLD_BY.get(parameter.key.rpartition(".")[2], ("",))
    lead = f"{parameter.segment}." if parameter.segment else ""
    return any(name.startswith(f"{lead}{start}") for name in moments for start in starts)


def values_of(parameters: Sequence[FreeParameter], x: Floats) -> dict[str, float]:
    """Name the values of one point of the fit."""
    return {p.key: float(p.value(np.asarray(v))) for p, v in zip(parameters, x, strict=True)}


def with_values(scenario: Scenario, values: Mapping[str, float], source: str) -> Scenario:
    """Give a copy of a scenario with other figures, and say where these come from."""
    changed = scenario.override(dict(values))
    return changed.model_copy(update={"sources": {**changed.sources, **dict.fromkeys(values, source)}})


def _start(scenario: Scenario, key: str) -> float:
    value: object = scenario
    for part in key.split("."):
        value = getattr(value, part)
    if isinstance(value, bool | int) or not isinstance(value, float):
        raise ConfigError(f"{key} cannot be fitted: it must be a number with decimals, got {value!r}")
    if key == CONCENTRATION and value == 0:
        # 0 stands for "as the wallets' spread says": this is what it says.
        return start_figures(scenario.portfolio, wallet_law(scenario.portfolio)).top_share
    return value
