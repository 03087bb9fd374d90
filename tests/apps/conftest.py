"""The response of a small portfolio, with a frontier of several points."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from kamsim.apps import CoverageResponse
from kamsim.apps.preparation import Ground, gather, precompute

POINTS = pd.DataFrame(
    {
        "moves_allowed": [0, 1, 2, 5, 10],
        "accounts_moved": [0, 1, 2, 4, 9],
        "revenue_moved_eur_per_month": [0.0, 1e3, 2e3, 4e3, 9e3],
        "believed_eur": [5e6, 5.1e6, 5.15e6, 5.2e6, 5.21e6],
        "gain_hours_eur": 4e5,
        "gain_moves_eur": [0.0, 1e5, 1.5e5, 2e5, 2.1e5],
        "gain_eur": [4e5, 5e5, 5.5e5, 6e5, 6.1e5],
        "gain_bound_eur": [4.2e5, 5.3e5, 5.9e5, 6.5e5, 6.6e5],
    }
)


@pytest.fixture(scope="session")
def ground(tiny_run: Path) -> Ground:
    """What the run holds; the frontier of so small a team has one point, so another stands in."""
    return replace(gather(tiny_run), frontier=POINTS)


@pytest.fixture(scope="session")
def response(ground: Ground) -> CoverageResponse:
    return precompute(ground)
