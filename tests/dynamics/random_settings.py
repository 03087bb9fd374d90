"""Random settings of the dynamics: every figure moved within its own range."""

from __future__ import annotations

from typing import Any

import numpy as np

from kamsim.config import DynamicsSettings, Scenario, ServicePattern, Settings

HIGHEST_DRAWN = 12
"""Where a range has no upper end, or a far one, a drawn whole number stays at or below this."""

EVENTS = ("appointment", "reorganisation", "merger", "budget_cut")

CHANCE_OF_THE_LOWEST = 0.08
"""How often a figure is set to zero, or to the lowest it may be."""


def random_settings(rng: np.random.Generator, features: dict[str, bool]) -> DynamicsSettings:
    """Draw all figures around the preset's; a feature that is off has its rates at zero."""
    base = Scenario.load("saas_midmarket").dynamics
    tree = _draw_part(rng, base)
    for what in ("known", "goodwill"):
        tree[f"loss_{what}_slope"] = min(tree[f"loss_{what}_slope"], tree[f"loss_{what}_ceiling"])
    tree["response_exponent"] = float(rng.choice([1.0, 1.0, 0.7, 1.5, 2.5]))
    tree["season"] = rng.uniform(0.3, 1.5, 12).tolist()
    for name in ("strategic", "mid_market", "smb"):
        tree[name]["renewals_per_year"] = int(rng.choice([1, 12]))
        tree[name]["wallet_drift"] = float(rng.uniform(-0.01, 0.01))
        tree[name]["minimum_cycle_months"] = int(rng.integers(0, 6))
    tree["rules"]["exit_after_months"] = int(rng.integers(1, 8))
    tree["rules"]["pull_limit"] = float(rng.uniform(0.5, 3.0))
    tree["people"]["attrition_rate"] = float(rng.choice([0.0, 0.05, 0.2]))
    if not features["events"]:
        for event in EVENTS:
            tree["organisation"][event]["yearly_probability"] = 0.0
        tree["sponsor_leaves_rate"] = 0.0
    if not features["shocks"]:
        tree["industry_event_rate"] = 0.0
    return DynamicsSettings.model_validate(tree)


def _draw_part(rng: np.random.Generator, part: Settings) -> dict[str, Any]:
    if isinstance(part, ServicePattern):
        shares = rng.dirichlet(np.ones(5)) + 1e-3
        return dict(zip(ServicePattern.model_fields, (shares / shares.sum()).tolist(), strict=True))
    tree: dict[str, Any] = {}
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if isinstance(value, Settings):
            tree[name] = _draw_part(rng, value)
        else:
            tree[name] = _draw_figure(rng, value, _bounds(field.metadata))
    return tree


def _bounds(rules: list[Any]) -> tuple[float, float]:
    """Lowest and highest value of a range; an open end is moved in by a millionth."""
    lowest, highest = -np.inf, np.inf
    for rule in rules:
        lowest = max(lowest, getattr(rule, "ge", lowest), getattr(rule, "gt", -np.inf) + 1e-6)
        highest = min(highest, getattr(rule, "le", highest), getattr(rule, "lt", np.inf) - 1e-6)
    return lowest, highest


def _draw_figure(rng: np.random.Generator, value: Any, bounds: tuple[float, float]) -> Any:
    lowest, highest = bounds
    if isinstance(value, int) and np.isfinite(lowest):
        top = int(min(highest, max(HIGHEST_DRAWN, 2 * value)))
        return int(rng.integers(int(np.ceil(lowest)), top + 1))
    if not isinstance(value, float):
        return value
    drawn = (value if value != 0 else 0.1) * np.exp(rng.normal(0.0, 0.5))
    if rng.random() < CHANCE_OF_THE_LOWEST and np.isfinite(lowest):
        drawn = max(0.0, lowest)
    return float(np.clip(drawn, lowest, highest))
