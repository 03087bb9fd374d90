"""Key-account coverage: portfolios with a known truth, scores, policies and their worth in money.

The names below are loaded when they are first used, so that ``import kamsim`` is quick.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "Scenario": "config",
    "KamsimError": "errors",
    "Portfolio": "bundle",
    "read_portfolio": "bundle",
    "read_table": "bundle",
    "generate_portfolio": "portfolio",
    "read_export": "intake",
    "score_accounts": "scoring",
    "believe_values": "value",
    "assign_tiers": "coverage",
    "build_book": "coverage",
    "size_team": "coverage",
    "POLICIES": "allocation",
    "allocate": "allocation",
    "design_territories": "territories",
    "compare_policies": "experiments",
    "Locale": "locale",
    "comparison_table": "reporting",
    "plot_policy_differences": "reporting",
    "write_report": "reporting",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """Load a public name from the room that it lives in."""
    if name not in _HOME:
        raise AttributeError(f"module 'kamsim' has no attribute {name!r}")
    return getattr(import_module(f"kamsim.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
