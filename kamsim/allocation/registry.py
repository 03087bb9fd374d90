"""The policies by name. A new policy is a dataclass, a line here, and the shared contract tests."""

from __future__ import annotations

from kamsim.allocation.balanced import Balanced
from kamsim.allocation.dynamic_books import DynamicBooks
from kamsim.allocation.exit_rule import ExitRule
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
from kamsim.dynamics import Rules
from kamsim.dynamics_settings import RuleSettings
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
    "exit_rule": ExitRule,
    "dynamic_books": DynamicBooks,
}

RULES: dict[str, tuple[str, ...]] = {
    "exit_rule": ("exit_rule",),
    "dynamic_books": ("exit_rule", "books"),
}
"""What the policies with rules switch on during a run, in the words of `Rules.of`."""


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


def rules_of(name: str, settings: RuleSettings) -> Rules | None:
    """Give the rules that a policy carries into a run; None where its plan is all there is.

    The table ASSIGNMENT holds a policy's plan at the cut-off, a row an account. What happens to it later
    follows from the policy's name and the scenario's figures, so nothing else need travel in a run folder.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> settings = Scenario.load("saas_midmarket").dynamics.rules
    >>> rules_of("exit_rule", settings)
    Rules(routing=None, books=None, exit=ExitRule(after_months=6), rebalancing=None)
    >>> rules_of("balanced", settings) is None
    True
    """
    if name not in RULES:
        return None
    return Rules.of(settings, **dict.fromkeys(RULES[name], True))
