"""Random: every account's AE is drawn by lot, the zero that any rule has to beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.repair import keep_minimum
from kamsim.dynamics import entity_uniforms
from kamsim.streams import entity_keys, luck_key


@dataclass(frozen=True)
class RandomOwners:
    """Draw an AE for each account, all with capacity equally likely; hours follow the workload.

    The lot is addressed by the scenario's seed and the account's id: an account that is added, or leaves,
    changes nobody else's lot. Only where a book's minimum hours do not fit are accounts moved afterwards.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Draw the lots."""
        able = np.flatnonzero(problem.capacity > 0)
        hat = able if able.size else np.arange(problem.reps)
        key = luck_key(problem.seed, "allocation random")
        lot = entity_uniforms(key, entity_keys(problem.account_ids), 1)[:, 0]
        owner = keep_minimum(problem, hat[(lot * hat.size).astype(np.intp)])
        return Plan(owner, share_by_weight(problem, owner, problem.workload))
