"""Holds a scenario's portfolios against the targets, over enough accounts for the bands to mean something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.errors import ConfigError
from kamsim.experiments.evidence import Evidence, gather, pool
from kamsim.experiments.measures import Estimate, estimate
from kamsim.experiments.targets import TARGETS, Target
from kamsim.portfolio import generate_portfolio
from kamsim.schemas import GAINS, check

Progress = Callable[[int, int], None]
"""Called with the accounts pooled and those wanted."""

VERDICTS = ("in", "out", "claim_in", "claim_out", "beside", "unknown", "unasked")

_MOST_BOOKS = 100
"""A book takes a third of a second, however small: very small ones are made larger."""


@dataclass(frozen=True, eq=False)
class ValidationResult:
    """What every target came to.

    Attributes
    ----------
    table : DataFrame
        A row a target: target, segment, unit, source, band_low, band_high, value, low, high, verdict.
        Verdicts: ``in`` or ``out`` of band; ``claim_in`` or ``claim_out`` for claims, which nobody is held
        to; ``beside`` without a band; ``unknown`` where this portfolio cannot show it; ``unasked`` for a gain
        that was not played.
    accounts, books : int
        Pooled.
    seeds : tuple of int
        Of the books that were generated here.
    scenario : Scenario
    """

    table: pd.DataFrame
    accounts: int
    books: int
    seeds: tuple[int, ...]
    scenario: Scenario

    @property
    def out(self) -> tuple[str, ...]:
        """Names of the targets that are out of band."""
        return tuple(self.table.loc[self.table["verdict"] == "out", "target"])

    def frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say in one line how many targets are in band, and which are not."""
        held = int((self.table["verdict"] == "in").sum())
        missed = f"; out: {', '.join(self.out)}" if self.out else ""
        return f"{held} of {held + len(self.out)} targets in band over {self.accounts} accounts{missed}"


def validate(
    scenario: Scenario,
    *,
    portfolio: Portfolio | None = None,
    cutoff: pd.Timestamp | None = None,
    accounts: int | None = None,
    generated: bool = True,
    targets: Iterable[str] | None = None,
    gains: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> ValidationResult:
    """Measure every target and say which are in band.

    Parameters
    ----------
    scenario : Scenario
        Bands, and how further books are generated.
    portfolio : Portfolio, optional
        The first book; generated from the scenario if not given.
    cutoff : Timestamp, optional
        First day after the portfolio's history; the scenario's if not given.
    accounts : int, optional
        Accounts to pool, `scenario.validation.accounts` if not given. Books of the scenario's size, but of
        a hundredth of these accounts at least, are generated with the seeds that follow until there are as
        many; a larger portfolio is taken whole.
    generated : bool
        False for an imported portfolio: nothing is pooled with it.
    targets : iterable of str, optional
        Names of `TARGETS`; all by default.
    gains : DataFrame, optional
        GAINS of the first book (`measure_gains`), which take minutes.
    progress : callable, optional

    Returns
    -------
    ValidationResult

    Raises
    ------
    ConfigError
        For less than one account.

    Examples
    --------
    >>> scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 200})
    >>> result = validate(scenario, accounts=200, targets=["top_20_share", "optimisation_gain"])
    >>> result.frame()["verdict"].tolist()[1], result.books
    ('unasked', 1)
    """
    wanted = scenario.validation.accounts if accounts is None else accounts
    if wanted < 1:
        raise ConfigError(f"accounts to pool must be 1 or more, got {wanted}")
    evidence, seeds = collect(scenario, portfolio, cutoff, wanted if generated else 1, progress)
    return ValidationResult(
        _table_of(evidence, scenario, targets, gains), evidence.accounts, evidence.books, seeds, scenario
    )


def _table_of(
    evidence: Evidence,
    scenario: Scenario,
    targets: Iterable[str] | None = None,
    gains: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Measure the targets on what was gathered: the table of `ValidationResult`."""
    chosen = [TARGETS[name] for name in (TARGETS if targets is None else targets)]
    measures = {t.name: t.build(scenario) for t in chosen if t.build is not None}
    found = estimate(evidence, measures, scenario.experiment.confidence)
    if gains is not None:
        found |= {
            row["target"]: Estimate(row["value"], row["low"], row["high"])
            for row in check(gains, GAINS).to_dict("records")
        }
    table = pd.DataFrame([_row(target, found.get(target.name), scenario) for target in chosen])
    return table.astype(dict.fromkeys(("target", "segment", "unit", "source", "verdict"), "str"))


def collect(
    scenario: Scenario,
    portfolio: Portfolio | None,
    cutoff: pd.Timestamp | None,
    wanted: int,
    progress: Progress | None = None,
) -> tuple[Evidence, tuple[int, ...]]:
    """Gather evidence until `wanted` accounts are pooled; also the seeds that were generated."""
    cutoff = pd.Timestamp(scenario.portfolio.cutoff) if cutoff is None else cutoff
    books: list[Evidence] = []
    seeds: list[int] = []
    size = max(scenario.portfolio.accounts, -(-wanted // _MOST_BOOKS))
    have = 0
    while not books or have < wanted:
        if portfolio is not None and not books:
            book = portfolio
        else:
            seeds.append(scenario.seed + len(books))
            book = generate_portfolio(scenario.override({"seed": seeds[-1], "portfolio.accounts": size}))
        books.append(gather(book, scenario, cutoff, len(books)))
        have += books[-1].accounts
        if progress is not None:
            progress(min(have, wanted), wanted)
    return pool(books), tuple(seeds)


def distances(values: Mapping[str, float], scenario: Scenario) -> dict[str, float]:
    """How far each value lies outside of its target's band, in widths of the band; 0 inside."""
    found = {}
    for name, value in values.items():
        band = TARGETS[name].bounds(scenario)
        if band is not None:
            low, high = band
            outside = max(low - value, value - high, 0.0)
            found[name] = outside / max(high - low, 1e-9) if not np.isnan(value) else float("inf")
    return found


def _row(target: Target, asked: Estimate | None, scenario: Scenario) -> dict[str, object]:
    band = target.bounds(scenario)
    low, high = band if band is not None else (np.nan, np.nan)
    found = asked or Estimate(np.nan, np.nan, np.nan)
    return {
        "target": target.name,
        "segment": target.segment,
        "unit": target.unit,
        "source": target.source(scenario),
        "band_low": low,
        "band_high": high,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "verdict": "unasked" if asked is None else _verdict(target, found.value, band),
    }


def _verdict(target: Target, value: float, band: tuple[float, float] | None) -> str:
    if np.isnan(value):
        return "unknown"
    if band is None:
        return "beside"
    inside = "in" if band[0] <= value <= band[1] else "out"
    return f"claim_{inside}" if target.standing == "claim" else inside
