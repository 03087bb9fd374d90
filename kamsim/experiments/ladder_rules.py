"""What binds the plans of the regret ladder, and what is taken away from step to step."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kamsim.allocation import Constraints, build_problem, keep_minimum
from kamsim.allocation.constraints import DisruptionCaps, LanguageRules, SkillRules, TravelRules
from kamsim.config import Scenario


@dataclass(frozen=True)
class LadderRules:
    """Constraints of the steps.

    Attributes
    ----------
    all : Constraints
        Steps 2 to 6.
    without_cap : Constraints
        Step 7: nothing limits what changes hands, and open deals are not frozen.
    without_limits : Constraints
        From step 8: no limit of travel, skills or languages either. Locks, named and forbidden AEs and
        families stay throughout.
    assumed_cap : int or None
        Accounts that may change owner, where nothing but the ladder's own default caps it.
    limits_bind : bool
        Whether there are limits of travel, skills or languages at all.
    """

    all: Constraints
    without_cap: Constraints
    without_limits: Constraints
    assumed_cap: int | None
    limits_bind: bool


def ladder_rules(
    book: pd.DataFrame, team: pd.DataFrame, scenario: Scenario, constraints: Constraints | None
) -> LadderRules:
    """Lay out the constraints of the steps.

    Caps of the constraints hold as they are. Unless one is on the share of accounts,
    ``allocation.disruption_cap`` holds for every plan, too, not only for that of the exact program. Where
    neither caps anything, a cap has no price; so that the ladder shows what one would cost,
    ``experiment.ladder_disruption_cap`` of the accounts may then change owner, beyond the fewest that must.

    Parameters
    ----------
    book, team : DataFrame
        BOOK and TEAM.
    scenario : Scenario
    constraints : Constraints, optional

    Returns
    -------
    LadderRules

    Raises
    ------
    InfeasibleAllocationError
        When no plan keeps the minimum hours.
    """
    given = constraints or Constraints()
    free = given.model_copy(update={"disruption": DisruptionCaps()})
    nothing = {"travel": TravelRules(), "skills": SkillRules(), "languages": LanguageRules()}
    loose = free.model_copy(update=nothing)
    binding, assumed = given, None
    if given.disruption.accounts_share is None and scenario.allocation.disruption_cap < 1:
        binding = _with_caps(given, accounts_share=scenario.allocation.disruption_cap)
    elif given.disruption == DisruptionCaps():
        problem = build_problem(book, team, scenario, free)
        fewest = int(problem.leaves(keep_minimum(problem, problem.owner)).sum())
        assumed = fewest + int(scenario.experiment.ladder_disruption_cap * problem.accounts + 1e-9)
        binding = _with_caps(given, accounts=assumed)
    return LadderRules(binding, free, loose, assumed, loose != free)


def _with_caps(constraints: Constraints, **caps: float) -> Constraints:
    disruption = constraints.disruption.model_copy(update=caps)
    return constraints.model_copy(update={"disruption": disruption})
