"""The exit rule: the status quo, and accounts without progress are deprioritised on the way (D-EXIT-1)."""

from __future__ import annotations

from dataclasses import dataclass

from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.status_quo import StatusQuo


@dataclass(frozen=True)
class ExitRule:
    """Start as the status quo does; the rule acts during the run (`registry.rules_of`).

    Every quarter an account without commercial progress for ``dynamics.rules.exit_after_months`` keeps
    ``dynamics.rules.exit_share`` of its hours until it moves again; the rest of the book gets the others.
    The plan at the cut-off is the status quo's, so that a comparison with it shows what the rule does and
    nothing else.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Keep the owners and follow the habit."""
        return StatusQuo().allocate(problem)
