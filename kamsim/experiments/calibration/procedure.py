"""Fits the free parameters to a portfolio by simulated moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError
from kamsim.experiments.calibration.books import Progress, Shelf, design, simulate
from kamsim.experiments.calibration.fit import Fit, fit_what_fits
from kamsim.experiments.calibration.moments import MOMENTS, Moment, measure_all, resample
from kamsim.experiments.calibration.parameters import FreeParameter, free_parameters, is_told
from kamsim.experiments.calibration.result import CalibrationResult
from kamsim.experiments.calibration.shape import shape_like
from kamsim.experiments.calibration.surface import Surface, fit_surface
from kamsim.experiments.calibration.traces import OPEN, Traces, read_traces
from kamsim.schemas import SEGMENTS
from kamsim.streams import stream

WIDER = 1.25
"""Half width of the box of the first round, against that of a parameter's range: its ends are inside."""
CLOSER = 0.5
"""Half width of the box of a further round, against that of the first."""
_SEEN = 0.8
"""A moment is used when so many of the simulated books show it."""
_LEAST_SPREAD = 1e-9
"""A moment that hardly differs between books tells nothing."""


def calibrate(
    portfolio: Portfolio,
    scenario: Scenario,
    *,
    cutoff: pd.Timestamp,
    progress: Progress | None = None,
    shelf: Shelf | None = None,
) -> CalibrationResult:
    """Fit the free parameters of the model to a portfolio's past.

    The truth of a synthetic portfolio is not read. Moments that the tables cannot give drop out; where none
    is left, the priors are the answer, and the result says so.

    Parameters
    ----------
    portfolio : Portfolio
    scenario : Scenario
        `scenario.calibration` says what is free; the values of the scenario are the centres of the priors.
    cutoff : Timestamp
        First day after the history.
    progress : callable, optional
    shelf : dict, optional
        Simulations of earlier calibrations: a portfolio of the same shape is spared them.

    Returns
    -------
    CalibrationResult

    Raises
    ------
    ConfigError
        For a portfolio without accounts, a setting that cannot be fitted, or none but of segments without
        accounts.

    Examples
    --------
    >>> from kamsim.portfolio import generate_portfolio
    >>> small = {"portfolio.accounts": 60, "calibration.books": 32, "calibration.rounds": 1}
    >>> small |= {"calibration.free": {"dynamics.smb.loss_rate": 2.0}}
    >>> scenario = Scenario.load("saas_midmarket", small)
    >>> book = generate_portfolio(scenario)
    >>> calibrate(book, scenario, cutoff=pd.Timestamp("2026-01-01")).frame()["parameter"].tolist()
    ['dynamics.smb.loss_rate']
    """
    if portfolio.accounts.empty:
        raise ConfigError("a calibration wants a portfolio with accounts, got 0 accounts")
    traces = read_traces(portfolio, cutoff=cutoff)
    segments = [name for code, name in enumerate(SEGMENTS) if (traces.segment == code).any()]
    shaped = shape_like(traces, scenario, cutoff)
    parameters = free_parameters(scenario, segments)
    if not parameters:
        raise ConfigError(
            f"calibration.free must name a setting of {' or '.join(segments)} or of all segments:"
            f" the others have no account, got {', '.join(scenario.calibration.free)}"
        )
    silences = silences_of(traces)
    asked = chosen_moments(traces, silences, segments)
    observed = measure_all(asked, traces, scenario.calibration.fewest)
    seen = {m: value for m, value in zip(asked, observed, strict=True) if not np.isnan(value)}
    beyond = [m for m, value in seen.items() if m.plain(value) > m.reach]
    moments = [m for m in seen if m not in beyond]
    search = _Search(traces, shaped, parameters, cutoff, progress, shelf)
    fit, used = search.run(moments)
    return CalibrationResult(
        parameters=parameters,
        moments_used=tuple(used),
        fit=fit,
        observed=measure_all(used, traces, scenario.calibration.fewest),
        silences=silences,
        left_out=tuple(m.name for m in asked if m not in (*used, *beyond, *search.strange)),
        beyond=tuple(m.name for m in beyond),
        strange=tuple(m.name for m in search.strange),
        scenario=scenario,
        read_off=_read_off(shaped, scenario),
        books=search.done,
    )


def silences_of(traces: Traces) -> tuple[str, ...]:
    """Name what a portfolio's tables lack, each by a word of the catalogue."""
    closed = (traces.deal_status != OPEN) & (traces.deal_closed >= 0)
    lacks = {
        "no_history": traces.months < 2,
        "no_contracts": traces.months >= 2 and not traces.contracts,
        "no_deals": not closed.any(),
        "no_dates": bool(closed.any()) and not (traces.deal_opened >= 0).any(),
        "no_hours": bool(np.isnan(traces.hours).all()),
    }
    return tuple(name for name, is_lacking in lacks.items() if is_lacking)


def chosen_moments(traces: Traces, silences: Sequence[str], segments: Sequence[str]) -> list[Moment]:
    """Choose the moments that the tables can give; of two that say the same, the one that says more."""
    lacking = set(silences)
    contracts = not lacking & {"no_history", "no_contracts"}
    there = {
        "contracts": contracts,
        "history": "no_history" not in lacking,
        "deals": "no_deals" not in lacking,
        "dates": not lacking & {"no_deals", "no_dates"},
        "hours": "no_hours" not in lacking,
        "revenue": bool((traces.revenue_now > 0).any()),
    }
    spare = {"top_share_now"} if contracts or there["deals"] else set()
    if contracts:
        spare |= {"top_share_won", *(f"{s}.openings" for s in SEGMENTS)}
    if not there["dates"]:
        # Undated openings cannot be counted: none would be taken for few.
        spare |= {m.name for m in MOMENTS.values() if "openings" in m.name}
    return [
        m
        for m in MOMENTS.values()
        if there[m.need] and m.name not in spare and (not m.segment or m.segment in segments)
    ]


def _read_off(shaped: Scenario, scenario: Scenario) -> dict[str, int]:
    found = {}
    for name in SEGMENTS:
        before, after = (getattr(s.dynamics, name).minimum_cycle_months for s in (scenario, shaped))
        if before != after:
            found[f"dynamics.{name}.minimum_cycle_months"] = after
    return found


@dataclass
class _Search:
    """Rounds of simulated books that close in on the estimate."""

    traces: Traces
    shaped: Scenario
    parameters: tuple[FreeParameter, ...]
    cutoff: pd.Timestamp
    progress: Progress | None
    shelf: Shelf | None
    done: int = 0
    strange: list[Moment] = field(default_factory=list)

    def run(self, moments: list[Moment]) -> tuple[Fit, list[Moment]]:
        """Fit, round after round; without a moment, the priors are all there is.

        An estimate at the end of its box calls for a further round around it, as wide as the last that way.
        """
        settings = self.shaped.calibration
        mean = np.array([p.centre for p in self.parameters])
        width = np.array([p.half_width for p in self.parameters])
        told = np.array([is_told(p, [m.name for m in moments]) for p in self.parameters])
        centre, half, fit, used = mean, WIDER * width, _prior_alone(self.parameters), list[Moment]()
        if not told.any():
            return fit, used
        variance = self._bootstrap(moments)
        number, closed = 0, 0
        while closed < settings.rounds and number < settings.rounds + settings.moves:
            surface, used = self._round(number, centre, half, moments, told)
            rows = [moments.index(m) for m in used]
            fit, kept = fit_what_fits(
                measure_all(used, self.traces, settings.fewest), variance[rows], surface, mean,
                width / np.sqrt(3.0), self.shaped.portfolio.accounts / self.traces.accounts,
            )  # fmt: skip
            self.strange = [m for i, m in enumerate(used) if i not in kept]
            used = [used[i] for i in kept]
            number, closed = number + 1, closed + (not fit.at_end.any())
            centre = np.where(told, fit.x, mean)
            half = np.where(told & ~fit.at_end, CLOSER * WIDER * width, half)
        return fit, used

    def _bootstrap(self, moments: list[Moment]) -> Floats:
        settings = self.shaped.calibration
        rng = stream(self.shaped.seed, "calibration", "bootstrap")
        drawn = resample(moments, self.traces, settings.fewest, settings.resamples, rng)
        known = ~np.isnan(drawn)
        mean = np.where(known, drawn, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        return np.asarray(
            np.where(known, (drawn - mean) ** 2, 0).sum(axis=0) / np.maximum(known.sum(axis=0) - 1, 1)
        )

    def _round(
        self, number: int, centre: Floats, half: Floats, moments: list[Moment], told: NDArray[np.bool_]
    ) -> tuple[Surface, list[Moment]]:
        """Simulate a design and fit surfaces to the moments that its books show."""
        settings = self.shaped.calibration
        rng = stream(self.shaped.seed, "calibration", "design", number)
        points = design(centre, half, settings.books, rng)
        everything = simulate(
            points, self.parameters, self.shaped, self.traces, cutoff=self.cutoff, tell=self._tell,
            shelf=self.shelf,
        )  # fmt: skip
        seen = everything[:, [list(MOMENTS).index(m.name) for m in moments]]
        made = ~np.isnan(everything).all(axis=1)
        if not made.any():
            raise ConfigError(
                "no book can be simulated inside of the ranges of calibration.free: narrow them"
            )
        known = ~np.isnan(seen[made])
        spread = np.array([seen[made][k, i].std() if k.any() else 0.0 for i, k in enumerate(known.T)])
        use = (known.mean(axis=0) >= _SEEN) & (spread > _LEAST_SPREAD)
        used = [m for m, is_used in zip(moments, use, strict=True) if is_used]
        return fit_surface(points[made], seen[made][:, use], centre, half, self.parameters, used, told), used

    def _tell(self) -> None:
        self.done += 1
        if self.progress is not None:
            settings = self.shaped.calibration
            self.progress(self.done, max(self.done, settings.books * settings.rounds))


def _prior_alone(parameters: Sequence[FreeParameter]) -> Fit:
    mean = np.array([p.centre for p in parameters])
    sd = np.array([p.prior_sd for p in parameters])
    nothing = np.zeros(0)
    return Fit(mean, np.diag(sd**2), nothing, np.zeros((0, 0)), nothing, np.zeros(len(mean), bool), 0.0, 0.0)
