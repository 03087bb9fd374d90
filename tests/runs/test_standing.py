import json
from pathlib import Path

import pytest

from kamsim.errors import BundleError
from kamsim.runs.standing import cutoff_of, require_current

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def test_the_cut_off_is_the_portfolio_s() -> None:
    facts = json.loads((SAMPLE / "portfolio" / "manifest.json").read_text(encoding="utf-8"))["facts"]
    assert cutoff_of(SAMPLE).date().isoformat() == facts["cutoff"][:10]


def test_a_stage_that_is_not_there_is_told() -> None:
    require_current(SAMPLE, "portfolio")
    with pytest.raises(BundleError, match="scores"):
        require_current(SAMPLE, "portfolio", "scores")
