"""Names and values of assumptions and recommendations as readers see them."""

from __future__ import annotations

from kamsim.config import Scenario
from kamsim.experiments.recommendations import OVER, RATIO
from kamsim.locale import ENGLISH, Locale

_SHARES, _HOURS, _MONEY = ("win_rate", "margin"), ("ae_hours",), ("ae_cost_eur",)


def write_assumption(name: str, x: float, locale: Locale = ENGLISH, currency: str = "EUR") -> str:
    """Write the value of an assumption in its unit.

    Examples
    --------
    >>> write_assumption("win_rate", 0.441), write_assumption("response", 0.5)
    ('44%', '×0.50')
    >>> write_assumption("ae_hours", 65.0), write_assumption("ae_cost_eur", 12_847.0)
    ('65', '€12.8k')
    """
    if x != x:
        return locale.text("format.missing")
    if name in _SHARES:
        return locale.percent(x, 0)
    if name in _HOURS:
        return locale.number(x)
    if name in _MONEY:
        return locale.money(x, currency, compact=True, like=1e3)
    return locale.text("breakeven.factor", x=locale.number(x, 2))


def write_ratio(x: float, locale: Locale = ENGLISH) -> str:
    """Write accounts per AE: a decimal below 10.

    Examples
    --------
    >>> write_ratio(4.55), write_ratio(5.0), write_ratio(26.4)
    ('4.5', '5', '26')
    """
    return locale.number(x, 0 if x >= 10 or round(x, 1).is_integer() else 1)


def recommendation_text(name: str, scenario: Scenario, locale: Locale = ENGLISH) -> str:
    """Write a recommendation for readers.

    Examples
    --------
    >>> base = Scenario.load("base")
    >>> recommendation_text("strategic_ratio", base), recommendation_text("balanced over status_quo", base)
    ('3 to 5 strategic accounts per AE', 'Balanced over Status quo')
    """
    if OVER in name:
        policy, rival = (locale.policy(each) for each in name.split(OVER))
        return locale.text("recommendation.policy", policy=policy, rival=rival)
    segment = name.removesuffix(RATIO)
    if not hasattr(scenario.breakeven, segment):
        return locale.label("recommendation", name)
    low, high = getattr(scenario.breakeven, segment).accounts_per_ae
    return locale.text(f"recommendation.{name}", low=locale.number(low), high=locale.number(high))
