"""The response of a small portfolio, and of the same with its frontier."""

from __future__ import annotations

from pathlib import Path

import pytest

from kamsim.apps import CoverageResponse
from kamsim.apps.preparation import Ground, gather, precompute


@pytest.fixture(scope="session")
def ground(tiny_run: Path) -> Ground:
    return gather(tiny_run)


@pytest.fixture(scope="session")
def response(ground: Ground) -> CoverageResponse:
    return precompute(ground)
