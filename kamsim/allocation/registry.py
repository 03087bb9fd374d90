"""The policies by name. A new policy is a dataclass, a line here, and the shared contract tests."""

from __future__ import annotations

from kamsim.allocation.balanced import Balanced
from kamsim.allocation.guide_ratios import GuideRatios
from kamsim.allocation.marginal_value import MarginalValue
from kamsim.allocation.nearest import Nearest
from kamsim.allocation.policy import Policy
from kamsim.allocation.potential_effort import PotentialEffort
from kamsim.allocation.potential_greedy import PotentialGreedy
from kamsim.allocation.profit_maximising import ProfitMaximising
from kamsim.allocation.proportional_effort import ProportionalEffort
from kamsim.allocation.random_owners import RandomOwners
from kamsim.allocation.robust import Robust
from kamsim.allocation.round_robin import RoundRobin
from kamsim.allocation.routed import Routed
from kamsim.allocation.status_quo import StatusQuo
from kamsim.errors import ConfigError, unknown_name

POLICIES: dict[str, type[Policy]] = {
    "status_quo": StatusQuo,
    "round_robin": RoundRobin,
    "random": RandomOwners,
    "nearest": Nearest,
    "routed": Routed,
    "guide_ratios": GuideRatios,
    "balanced": Balanced,
    "potential_greedy": PotentialGreedy,
    "potential_effort": PotentialEffort,
    "proportional_effort": ProportionalEffort,
    "marginal_value": MarginalValue,
    "profit_maximising": ProfitMaximising,
    "robust": Robust,
}


def find_policy(name: str) -> Policy:
    """Make the policy of a name.

    Raises
    ------
    ConfigError
        For an unknown name, with the nearest known one.

    Examples
    --------
    >>> find_policy("balanced")
    Balanced()
    """
    if name not in POLICIES:
        raise ConfigError(unknown_name("policy", name, POLICIES))
    return POLICIES[name]()
