"""What a policy is: one method from a problem to a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kamsim.allocation.problem import AllocationProblem


@dataclass(frozen=True, eq=False)
class Plan:
    """Who owns each account and with how many hours.

    Attributes
    ----------
    owner : array of int, shape (accounts,)
        Position of the AE in the problem's `rep_ids`.
    hours : array, shape (accounts,)
        AE hours a month with the client, travel not included.
    gap : float, optional
        Proven optimality gap, as a share of the plan's value; None where no solver ran.
    se_hours : array, shape (accounts,), optional
        SE hours a month where the policy shares the pool otherwise than the problem does, in all not more.
    """

    owner: NDArray[np.intp]
    hours: NDArray[np.float64]
    gap: float | None = None
    se_hours: NDArray[np.float64] | None = None


class Policy(Protocol):
    """A rule that gives accounts and hours to people; a frozen dataclass in `registry.POLICIES`.

    The shared contract tests hold every policy to: each account once, capacity kept or a typed error,
    deterministic, invariant to row order, inputs untouched.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Give every account an owner and hours.

        Raises
        ------
        InfeasibleAllocationError
            When the policy cannot meet the constraints.
        """
        ...
