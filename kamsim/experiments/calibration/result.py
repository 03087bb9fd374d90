"""What a calibration found: parameters with intervals, moments beside simulated ones, what stays unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from kamsim.config import Scenario
from kamsim.dynamics.state import Floats
from kamsim.experiments.calibration.fit import Fit
from kamsim.experiments.calibration.moments import Moment
from kamsim.experiments.calibration.parameters import FreeParameter, with_values
from kamsim.schemas import CALIBRATION, CALIBRATION_DRAWS, CALIBRATION_MOMENTS, check
from kamsim.streams import stream

SOURCE = "calibrated"
"""Source of a figure that was fitted to a portfolio."""

_CERTAIN = (0.001, 0.99)
"""Ends between which a prior probability is kept."""


@dataclass(frozen=True, eq=False)
class CalibrationResult:
    """Parameters fitted to a portfolio.

    Attributes
    ----------
    parameters : tuple of FreeParameter
    moments_used : tuple of Moment
    fit : Fit
    observed : array, shape (moments,)
    silences : tuple of str
        What the tables lack, each a word of the catalogue: ``no_history``, ``no_contracts``, ``no_deals``,
        ``no_dates``, ``no_hours``.
    left_out : tuple of str
        Moments that this portfolio has too few events for.
    beyond : tuple of str
        Moments that the model cannot bring: more openings than it has.
    strange : tuple of str
        Moments that it cannot follow beside the others, whatever the parameters.
    scenario : Scenario
        The one that was given.
    read_off : dict of str to int
        Settings that were lowered because the portfolio shows less, and to what.
    books : int
        Simulated.
    """

    parameters: tuple[FreeParameter, ...]
    moments_used: tuple[Moment, ...]
    fit: Fit
    observed: Floats
    silences: tuple[str, ...]
    left_out: tuple[str, ...]
    beyond: tuple[str, ...]
    strange: tuple[str, ...]
    scenario: Scenario
    read_off: dict[str, int]
    books: int

    def frame(self) -> pd.DataFrame:
        """Return CALIBRATION: prior, estimate and interval of each parameter, and whether data speak."""
        settings = self.scenario.calibration
        half = float(stats.norm.ppf(0.5 + settings.confidence / 2))
        rows = []
        for i, p in enumerate(self.parameters):
            sd, prior_sd = float(np.sqrt(self.fit.covariance[i, i])), p.prior_sd
            ends = {"estimate": 0.0, "low": -half * sd, "high": half * sd}
            prior = {"prior": 0.0, "prior_low": -half * prior_sd, "prior_high": half * prior_sd}
            rows.append(
                {
                    "parameter": p.key,
                    "unit": p.unit,
                    **{n: float(p.value(np.asarray(p.centre + away))) for n, away in prior.items()},
                    **{n: float(p.value(np.asarray(self.fit.x[i] + away))) for n, away in ends.items()},
                    "spread_left": min(1.0, sd / prior_sd),
                    "identified": self._standing(i, sd / prior_sd),
                }
            )
        frame = pd.DataFrame(rows, columns=list(CALIBRATION.columns))
        frame = frame.astype(dict.fromkeys(("parameter", "unit", "identified"), "str"))
        return check(frame.sort_values("parameter", ignore_index=True), CALIBRATION)

    def _standing(self, place: int, left: float) -> str:
        settings = self.scenario.calibration
        if self.fit.at_end[place]:
            return "at_end"
        if left < settings.identified_below:
            return "identified"
        return "weak" if left < settings.silent_above else "prior"

    def moments(self) -> pd.DataFrame:
        """Return CALIBRATION_MOMENTS: observed and simulated at the estimate, and how far apart."""
        noise = np.sqrt(np.diag(self.fit.noise))
        rows = [
            {
                "moment": m.name,
                "unit": m.unit,
                "observed": m.plain(self.observed[i]),
                "simulated": m.plain(self.fit.predicted[i]),
                "z": (self.observed[i] - self.fit.predicted[i]) / noise[i],
            }
            for i, m in enumerate(self.moments_used)
        ]
        frame = pd.DataFrame(rows, columns=list(CALIBRATION_MOMENTS.columns))
        kinds = {n: c.dtype for n, c in CALIBRATION_MOMENTS.columns.items()}
        return check(frame.astype(kinds).sort_values("moment", ignore_index=True), CALIBRATION_MOMENTS)

    @property
    def misfit(self) -> float:
        """Probability that chance alone takes the moments so far from the model; NaN if untold."""
        if self.fit.degrees < 1:
            return float("nan")
        return float(stats.chi2.sf(self.fit.j, self.fit.degrees))

    @property
    def fits(self) -> bool:
        """Whether the model, at its best, is no worse than chance allows."""
        return not self.strange and not self.misfit < self.scenario.calibration.misfit_below

    def draws(self, n: int, seed: int) -> pd.DataFrame:
        """Draw sets of parameters that agree with the portfolio and the priors.

        Parameters
        ----------
        n : int
        seed : int

        Returns
        -------
        DataFrame
            CALIBRATION_DRAWS, a row a draw and parameter. Draw k is the same however many are asked for.
        """
        root = np.linalg.cholesky(self.fit.covariance + 1e-12 * np.eye(len(self.parameters)))
        numbers = stream(seed, "calibration", "draws").standard_normal((n, len(self.parameters)))
        x = self.fit.x + numbers @ root.T
        values = np.column_stack([p.value(x[:, i]) for i, p in enumerate(self.parameters)])
        wide = pd.DataFrame(values, columns=[p.key for p in self.parameters])
        frame = wide.rename_axis("draw").reset_index().melt("draw", var_name="parameter")
        frame = frame.astype({"draw": "int64", "parameter": "str", "value": "float64"})
        return check(frame.sort_values(["draw", "parameter"], ignore_index=True), CALIBRATION_DRAWS)

    def calibrated(self) -> Scenario:
        """Give the scenario with the estimates in it, their source ``calibrated``.

        What a churn score is held against, `scoring.prior_churn_*`, moves by as much as the mean propensity,
        on the scale of log odds: else a portfolio that leaves more often would be told so twice.
        """
        values: dict[str, float] = {
            p.key: float(p.value(np.asarray(x))) for p, x in zip(self.parameters, self.fit.x, strict=True)
        }
        for p, x in zip(self.parameters, self.fit.x, strict=True):
            if p.segment and p.key.endswith(".churn_mean"):
                before = getattr(self.scenario.scoring, f"prior_churn_{p.segment}")
                odds = special.logit(np.clip(before, *_CERTAIN)) + x - p.centre
                values[f"scoring.prior_churn_{p.segment}"] = float(np.clip(special.expit(odds), *_CERTAIN))
        return with_values(self.scenario, {**values, **self.read_off}, SOURCE)

    def facts(self) -> dict[str, object]:
        """What a reader of the tables wants to know beside them, as JSON has it."""
        return {
            "silences": list(self.silences),
            "left_out": list(self.left_out),
            "beyond": list(self.beyond),
            "strange": list(self.strange),
            "read_off": self.read_off,
            "books": self.books,
            "fits": self.fits,
            "misfit": None if np.isnan(self.misfit) else self.misfit,
            "j": self.fit.j,
            "degrees": self.fit.degrees,
            "strengths": [round(float(s), 4) for s in self.fit.strengths],
        }

    def named(self, *standings: str) -> tuple[str, ...]:
        """Name the parameters of some standings."""
        frame = self.frame()
        return tuple(frame.loc[frame["identified"].isin(standings), "parameter"])

    def summary(self) -> str:
        """Say in one line what data identify and what they leave to the priors."""
        known, weak, silent = (self.named(s) for s in ("identified", "weak", "prior"))
        text = f"{len(known)} of {len(self.parameters)} parameters identified, {len(weak)} weakly"
        text += f"; the prior speaks for {', '.join(silent)}" if silent else ""
        return text if self.fits else f"{text}; the model does not fit (J, p = {self.misfit:.2g})"
