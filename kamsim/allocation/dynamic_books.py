"""Dynamic books: the status quo, and accounts go back to a pool and are pulled from it on the way."""

from __future__ import annotations

from dataclasses import dataclass

from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.status_quo import StatusQuo


@dataclass(frozen=True)
class DynamicBooks:
    """Start as the status quo does; the rules act during the run (`registry.rules_of`).

    Every quarter an account without commercial progress for ``dynamics.rules.exit_after_months`` returns to
    a pool that nobody serves. At the next quarter's end and after, the least loaded AE pulls it, with a
    hand-over, if it fits ``dynamics.rules.pull_limit`` times his capacity. The plan at the cut-off is the
    status quo's, so that a comparison with it shows what the rules do and nothing else.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Keep the owners and follow the habit."""
        return StatusQuo().allocate(problem)
