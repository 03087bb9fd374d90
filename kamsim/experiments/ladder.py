"""The regret ladder: from what is done today to what could be done, each step played under the same luck.

Its one definition is in docs/ladder.md. Steps 1 to 5 know what the book shows, steps 6 to 9 the true value
of effort, and the last the luck (`clairvoyant_bound`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from kamsim.allocation import Constraints, ValueCurves
from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError, SchemaError
from kamsim.experiments.clairvoyant import clairvoyant_bound
from kamsim.experiments.fidelity import FEWEST_PLANS, FidelityResult, curves_of, measure_fidelity
from kamsim.experiments.intervals import cluster_means
from kamsim.experiments.ladder_plans import (
    NAMES,
    Made,
    Rung,
    believed_rungs,
    oracle_plans,
    status_quo_name,
)
from kamsim.experiments.ladder_rules import LadderRules, ladder_rules
from kamsim.experiments.ladder_table import euros_of, gain_of, habits_of, ladder_table
from kamsim.experiments.plan_play import plan_contributions
from kamsim.experiments.starts import Starts, clusters_wanted, find_starts, with_fresh_luck
from kamsim.schemas import BOOK, LADDER, SCORES, TEAM, check
from kamsim.value import sample_values

ORACLE_DRAWS = 10
"""Draws of the latent state on which steps 6 to 9 are solved, where there is no truth: four programs each."""


FIRST_ORACLE = 6
"""From this step on plans know the true curves."""


@dataclass(frozen=True, eq=False)
class RegretLadder:
    """What each step of the ladder brings, and what lies between them.

    Attributes
    ----------
    table : DataFrame
        LADDER.
    played : DataFrame
        Contribution, one row a replication (or a draw, where the truth is unknown), one column a name
        of `table`; missing where a step was not played.
    habit : str
        The scenario's, whose status quo step 2 is compared with.
    rules : LadderRules
        What bound the plans.
    truth_known : bool
        False where steps 6 to 9 know draws of the latent state, each its own, instead of the truth.
    fidelity : FidelityResult or None
        How far the curves are to be trusted; None where no random plans were asked for.
    confidence : float
        Of each interval by itself.
    published_gain : pair of float
        Band of what the best size and allocation gain (E-OPT-1), ``validation.optimisation_gain``.
    """

    table: pd.DataFrame
    played: pd.DataFrame
    habit: str
    rules: LadderRules
    truth_known: bool
    fidelity: FidelityResult | None
    confidence: float
    published_gain: tuple[float, float]

    def frame(self) -> pd.DataFrame:
        """Return LADDER."""
        return self.table.copy()

    def euros(self) -> pd.DataFrame:
        """Return the differences that have a name: name, eur, low_eur, high_eur, count, remark.

        Rows: heuristic_gap, scoring_error, disruption_cap, travel_and_skills, capacity, luck. A remark tells
        that nothing of the kind was in force, so that the price is 0 by definition: "no_limits", where it
        stands so, or "assumed_cap", where what is shown is the price of the cap that the ladder assumes.
        """
        return euros_of(self.played, self.rules, self.confidence)

    def habits(self) -> pd.DataFrame:
        """Return what the guide's ratios bring against each habit: habit, eur, low_eur, high_eur."""
        return habits_of(self.played, self.confidence)

    def curse_eur(self) -> float:
        """Say by how much the true curves flatter the plan that was optimised on them (EUR).

        What step 6 loses when its curves are sampled again on fresh luck, less what the status quo loses.
        """
        lost = (self.table["true_eur"] - self.table["fresh_eur"]).set_axis(self.table["name"])
        return float(lost[NAMES[6]] - lost[self.reference])

    def gain(self) -> dict[str, float]:
        """Return what the best size and allocation gain: gain, from_allocation, each with its _low and _high.

        Shares of the status quo's contribution, and the part of the gain that the present team could have.
        """
        return gain_of(self.played, self.reference, self.confidence)

    @property
    def reference(self) -> str:
        """Name of the row that step 2 is compared with."""
        return status_quo_name(self.habit)

    def facts(self) -> dict[str, Any]:
        """Return what figures rest on (truth_known, draws, assumed_cap, curse_eur), gain, published_gain."""
        played = int(self.played[NAMES[FIRST_ORACLE]].notna().sum())
        return {
            "truth_known": self.truth_known,
            "draws": played,
            "assumed_cap": self.rules.assumed_cap,
            "curse_eur": self.curse_eur(),
            "gain": self.gain(),
            "published_gain": self.published_gain,
        }

    def summary(self) -> str:
        """Say in one line what the status quo and the optimum on what is believed leave on the table."""
        rows = {row["name"]: row for row in self.table.to_dict("records")}
        parts = []
        for name in (self.reference, NAMES[5]):
            regret, low, high = (rows[name][f"regret{end}_eur"] for end in ("", "_low", "_high"))
            parts.append(f"{name}: regret {regret:,.0f} ({low:,.0f} to {high:,.0f})")
        return "; ".join(parts)


@dataclass(frozen=True, eq=False)
class _Witness:
    """What an oracle may know: clusters that share a true state, and its curves on two courses of luck."""

    first: int
    last: int
    curves: ValueCurves
    fresh: ValueCurves


def regret_ladder(
    portfolio: Portfolio,
    book: pd.DataFrame,
    team: pd.DataFrame,
    scores: pd.DataFrame,
    scenario: Scenario,
    *,
    cutoff: pd.Timestamp,
    constraints: Constraints | None = None,
    parameters: pd.DataFrame | None = None,
    plans: int = 0,
) -> RegretLadder:
    """Make the plan of every step, play all under the same luck, and compare.

    Parameters
    ----------
    portfolio : Portfolio
        With a truth, the oracle's curves are sampled from it. Without one, latent states are drawn,
        `scenario.experiment.draws` of them; for the first `ORACLE_DRAWS` of them steps 6 to 9 know the drawn
        state and are played on it.
    book, team, scores : DataFrame
        BOOK, TEAM and SCORES.
    scenario : Scenario
    cutoff : Timestamp
        First day of the horizon.
    constraints : Constraints, optional
        What no plan may do; see `ladder_rules` for the cap.
    parameters : DataFrame, optional
        CALIBRATION_DRAWS, as in `compare_policies`.
    plans : int
        Random plans by which the fidelity of the curves is measured; 0 for none, else 3 or more.

    Returns
    -------
    RegretLadder

    Raises
    ------
    SchemaError
        When the book is not of this portfolio.
    ConfigError
        For 1 or 2 random plans, or a constraint on what is not there.
    InfeasibleAllocationError
        When no plan meets the constraints.
    """
    if plans and plans < FEWEST_PLANS:
        raise ConfigError(f"plans must be 0, or >= {FEWEST_PLANS}, got {plans}")
    book, team, scores = check(book, BOOK), check(team, TEAM), check(scores, SCORES)
    portfolio = replace(portfolio, team=team)
    find = partial(find_starts, portfolio, scores, scenario, cutoff, parameters=parameters)
    if find(clusters=(0, 1)).start.account_ids != book["account_id"].tolist():
        raise SchemaError("the book and the portfolio must hold the same accounts")
    rules = ladder_rules(book, team, scenario, constraints)
    wanted = clusters_wanted(portfolio, scenario, parameters)[0]
    everything = find(clusters=(0, wanted))
    witnesses = _witnesses(everything, find, scenario, cutoff)
    rungs = believed_rungs(book, team, scenario, rules)
    known = [rung.made[0].plan for rung in rungs if rung.step > 1]
    oracles = [oracle_plans(book, team, scenario, rules, each.curves, known) for each in witnesses]
    for place, step in enumerate((6, 7, 8, 9)):
        rungs.append(Rung(step, NAMES[step], tuple(made[place] for made in oracles)))
    values = _play_all(rungs, witnesses, everything, find, portfolio, book, scenario, cutoff)
    fidelity = None
    if plans:
        fidelity = measure_fidelity(portfolio, book, scores, scenario, cutoff=cutoff, plans=plans)
    settings = scenario.experiment
    habit = scenario.portfolio.historical_habit
    table = ladder_table(
        rungs, values, [(w.curves, w.fresh) for w in witnesses], status_quo_name(habit), settings.confidence
    )
    return RegretLadder(
        check(table, LADDER), values, habit, rules, everything.truth_known, fidelity, settings.confidence,
        scenario.validation.optimisation_gain,
    )  # fmt: skip


def _witnesses(
    everything: Starts, find: partial[Starts], scenario: Scenario, cutoff: pd.Timestamp
) -> list[_Witness]:
    """Sample the true curves: of the truth for all clusters, or of each of the first draws for its own."""
    last = int(everything.cluster.max()) + 1
    spans = [(0, last)] if everything.truth_known else [(k, k + 1) for k in range(min(last, ORACLE_DRAWS))]
    made = []
    for first, end in spans:
        starts = find(clusters=(first, end))
        own = scenario.model_copy(update={"dynamics": starts.dynamics[0]})
        sample = partial(sample_values, starts.start, cutoff=cutoff, replications=scenario.value.replications)
        curves, fresh = (curves_of(sample(scenario=each)) for each in (own, with_fresh_luck(own)))
        made.append(_Witness(first, end, curves, fresh))
    return made


def _play_all(
    rungs: list[Rung],
    witnesses: list[_Witness],
    everything: Starts,
    find: partial[Starts],
    portfolio: Portfolio,
    book: pd.DataFrame,
    scenario: Scenario,
    cutoff: pd.Timestamp,
) -> pd.DataFrame:
    """Play every step in every cluster that has a plan for it; the last step knows how each course ends."""
    clusters = np.unique(everything.cluster)
    values = pd.DataFrame(index=pd.Index(clusters, name="cluster"))

    def play(made: Made, name: str, starts: Starts) -> Floats:
        own = replace(portfolio, team=made.team)
        return plan_contributions(own, book, made.problem, made.plan, name, starts, scenario, cutoff)

    oracles = [rung for rung in rungs if rung.step >= FIRST_ORACLE]
    for rung in rungs[: -len(oracles)]:
        values[rung.name] = play(rung.made[0], rung.name, everything)
    by_oracles = {rung.name: np.full(clusters.size, np.nan) for rung in oracles}
    bound = np.full(clusters.size, np.nan)
    for place, witness in enumerate(witnesses):
        starts = find(clusters=(witness.first, witness.last))
        some = slice(witness.first, witness.last)
        for rung in oracles:
            by_oracles[rung.name][some] = play(rung.of(place), rung.name, starts)
        lanes = clairvoyant_bound(starts, oracles[-1].of(place), scenario, cutoff)
        bound[some] = cluster_means(lanes[:, None], starts.cluster)[:, 0]
    values = values.assign(**by_oracles)
    # It may take any plan of the ladder, too; those need not lie on the levels of effort that it weighs.
    values[NAMES[10]] = np.where(np.isnan(bound), np.nan, np.fmax(bound, values.max(axis=1)))
    return values
