"""A desk holds what the stages of a run folder would have written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kamsim.bundle import read_table
from kamsim.config import Scenario
from kamsim.errors import BundleError
from kamsim.runs import allocate_stage, generate_stage, lay_out, score_stage, value_stage


@pytest.fixture
def small(scenario: Scenario) -> Scenario:
    return scenario.override({"portfolio.accounts": 60, "value.replications": 2})


def test_desk_is_what_the_stages_write(small: Scenario, tmp_path: Path) -> None:
    run = small.override({"allocation.policies": [small.experiment.baseline]})
    generate_stage(tmp_path, run)
    score_stage(tmp_path, run)
    value_stage(tmp_path, run)
    allocate_stage(tmp_path, run)

    desk = lay_out(small, tmp_path)

    pd.testing.assert_frame_equal(desk.book, read_table(tmp_path, "allocation", "book"))
    pd.testing.assert_frame_equal(desk.book, lay_out(small).book)


def test_run_without_a_portfolio_is_refused(small: Scenario, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="portfolio"):
        lay_out(small, tmp_path)
