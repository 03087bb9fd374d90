"""Which assumptions move an output: Morris screens many cheaply, Sobol shares out the variance among few.

Both are SALib's; it comes with the extra ``sensitivity``. A model is any callable from values to a number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError, MissingExtraError
from kamsim.schemas import SCREENING, SOBOL, check
from kamsim.streams import stream

Model = Callable[[Mapping[str, float]], float]
"""From the value of each input, by name, to the output."""

LEVELS = 4
"""Values of each input that Morris's trajectories step between."""


@dataclass(frozen=True)
class Input:
    """An input of a model and the range it is turned over.

    Attributes
    ----------
    name : str
    low, high : float
    logarithmic : bool
        Spread evenly in the logarithm, for factors.
    """

    name: str
    low: float
    high: float
    logarithmic: bool = False

    def __post_init__(self) -> None:
        """Refuse a range without width, or a logarithm of what has none."""
        if not self.low < self.high:
            raise ConfigError(
                f"input {self.name}: low must be below high, got {self.low:g} and {self.high:g}"
            )
        if self.logarithmic and self.low <= 0:
            raise ConfigError(f"input {self.name}: low must be above 0 for a logarithm, got {self.low:g}")

    @property
    def bounds(self) -> list[float]:
        """Ends of the range as they are sampled."""
        ends = [self.low, self.high]
        return [float(x) for x in (np.log(ends) if self.logarithmic else ends)]

    def value(self, sampled: float) -> float:
        """Turn what was sampled into a value."""
        return float(np.exp(sampled)) if self.logarithmic else float(sampled)


def screen(
    model: Model,
    inputs: Sequence[Input],
    *,
    output: str = "output",
    trajectories: int = 12,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Screen inputs by elementary effects (Morris 1991; mu* by Campolongo, Cariboni & Saltelli 2007).

    Parameters
    ----------
    model : callable
    inputs : sequence of Input
        Two or more.
    output : str
        Name of what the model gives.
    trajectories : int
        Each wants one evaluation more than there are inputs.
    confidence : float
        Of the intervals of mu*, by bootstrap over trajectories.
    seed : int

    Returns
    -------
    DataFrame
        SCREENING, an input a row: mean effect ``mu`` of going from one end of the range to the other, mean
        size ``mu_star``, and spread ``sigma``: large where an effect is curved or hangs on other inputs.

    Raises
    ------
    ConfigError
        For fewer than two inputs or trajectories, or a name that stands twice.
    MissingExtraError
        Without SALib.

    Examples
    --------
    >>> table = screen(lambda x: 3 * x["a"] + x["b"], [Input("a", 0.0, 1.0), Input("b", 0.0, 1.0)])
    >>> table.set_index("assumption")["mu_star"].round(6).to_dict()
    {'a': 3.0, 'b': 1.0}
    """
    problem = _problem(inputs)
    if trajectories < 2:
        raise ConfigError(f"trajectories must be >= 2, got {trajectories}")
    number = _seed(seed, "morris")
    points = salib("sample.morris").sample(problem, trajectories, num_levels=LEVELS, seed=number)
    values = _evaluate(model, inputs, points)
    found = salib("analyze.morris").analyze(
        problem, points, values, num_levels=LEVELS, conf_level=confidence, seed=number
    )
    mu, mu_star, half, sigma = (
        np.asarray(found[name], float) for name in ("mu", "mu_star", "mu_star_conf", "sigma")
    )
    frame = _frame(inputs, output, len(points)).assign(
        low=[i.low for i in inputs],
        high=[i.high for i in inputs],
        mu=mu,
        mu_star=mu_star,
        mu_star_low=np.maximum(mu_star - half, 0.0),
        mu_star_high=mu_star + half,
        sigma=sigma,
    )
    return check(frame, SCREENING)


def decompose(
    model: Model,
    inputs: Sequence[Input],
    *,
    output: str = "output",
    samples: int = 64,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Share out the variance of an output among its inputs (Sobol; Saltelli et al. 2010, Jansen's total).

    Parameters
    ----------
    model : callable
    inputs : sequence of Input
        Two or more; independent, uniform over their ranges (or over the logarithm).
    output : str
        Name of what the model gives.
    samples : int
        A power of two; each wants two evaluations more than there are inputs.
    confidence : float
        Of the intervals, by bootstrap.
    seed : int

    Returns
    -------
    DataFrame
        SOBOL: the share of each input alone, and with all that hangs on others. All 0 where the output does
        not move.

    Raises
    ------
    ConfigError
        For fewer than two inputs, a name that stands twice, or samples that are no power of two.
    MissingExtraError
        Without SALib.

    Examples
    --------
    >>> inputs = [Input("a", 0.0, 1.0), Input("b", 0.0, 1.0)]
    >>> table = decompose(lambda x: 3 * x["a"] + x["b"], inputs, samples=256)
    >>> table.set_index("assumption")["total"].round(1).to_dict()
    {'a': 0.9, 'b': 0.1}
    """
    problem = _problem(inputs)
    if samples < 2 or samples & (samples - 1):
        raise ConfigError(f"samples must be a power of two from 2 on, got {samples}")
    number = _seed(seed, "sobol")
    points = salib("sample.sobol").sample(problem, samples, calc_second_order=False, seed=number)
    values = _evaluate(model, inputs, points)
    shares = {name: np.zeros(len(inputs)) for name in ("S1", "S1_conf", "ST", "ST_conf")}
    if np.ptp(values) > 0:
        shares = salib("analyze.sobol").analyze(
            problem, values, calc_second_order=False, conf_level=confidence, seed=number
        )
    first, first_half, total, total_half = (
        np.asarray(shares[name], float) for name in ("S1", "S1_conf", "ST", "ST_conf")
    )
    frame = _frame(inputs, output, len(points)).assign(
        first=first,
        first_low=first - first_half,
        first_high=first + first_half,
        total=total,
        total_low=total - total_half,
        total_high=total + total_half,
    )
    return check(frame, SOBOL)


def salib(module: str) -> Any:
    """Load a module of SALib.

    Raises
    ------
    MissingExtraError
        When it is not installed.
    """
    try:
        return import_module(f"SALib.{module}")
    except ModuleNotFoundError:
        raise MissingExtraError(
            "Morris and Sobol want SALib, which is not installed: pip install 'kamsim[sensitivity]'"
        ) from None


def _problem(inputs: Sequence[Input]) -> dict[str, Any]:
    names = [i.name for i in inputs]
    if len(names) < 2:
        raise ConfigError(f"a sensitivity analysis wants two inputs or more, got {len(names)}")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ConfigError(f"input {twice[0]!r} stands more than once")
    return {"num_vars": len(names), "names": names, "bounds": [i.bounds for i in inputs]}


def _seed(seed: int, method: str) -> int:
    # SALib takes 0 for "no seed".
    return 1 + int(stream(seed, "sensitivity", method).integers(2**31 - 1))


def _evaluate(model: Model, inputs: Sequence[Input], points: Floats) -> Floats:
    return np.array(
        [model({i.name: i.value(x) for i, x in zip(inputs, row, strict=True)}) for row in points], float
    )


def _frame(inputs: Sequence[Input], output: str, evaluations: int) -> pd.DataFrame:
    names = pd.array([i.name for i in inputs], dtype="str")
    frame = pd.DataFrame({"assumption": names, "evaluations": evaluations})
    return frame.assign(output=pd.array([output] * len(inputs), dtype="str"))
