import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kamsim.bundle import has_table, read_manifest, read_table, stale_stages, write_stage
from kamsim.config import Scenario
from kamsim.errors import BundleError

Tiers = Callable[..., pd.DataFrame]


def test_stages_go_stale_with_what_they_came_from(chain: Path, scenario: Scenario, tiers: Tiers) -> None:
    assert stale_stages(chain) == []

    write_stage(chain, "scores", {"tiers": tiers(1, 2)}, scenario)
    assert stale_stages(chain) == [], "the same content again changes nothing"

    write_stage(chain, "scores", {"tiers": tiers(1, 3)}, scenario)
    assert stale_stages(chain) == ["values", "allocation"]

    write_stage(chain, "values", {"tiers": tiers(1)}, scenario, inputs=("scores",))
    assert stale_stages(chain) == ["allocation"]


def test_a_stage_whose_input_is_gone_is_stale(chain: Path) -> None:
    (chain / "scores").rename(chain / "away")

    assert stale_stages(chain) == ["values", "allocation"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stage": "scores"'])
def test_a_damaged_manifest_is_found_out(text: str, chain: Path) -> None:
    (chain / "scores" / "manifest.json").write_text(text, encoding="utf-8")

    with pytest.raises(BundleError, match="not a readable manifest"):
        read_manifest(chain, "scores")


def test_a_manifest_is_json_for_everyone(chain: Path) -> None:
    tree = json.loads((chain / "values" / "manifest.json").read_text(encoding="utf-8"))

    assert tree == dataclasses.asdict(read_manifest(chain, "values"))


def test_what_is_not_there_is_said(chain: Path) -> None:
    assert has_table(chain, "scores", "tiers")
    assert not has_table(chain, "scores", "values")
    assert not has_table(chain, "report", "tiers")
    with pytest.raises(BundleError, match="holds no stage 'report'"):
        read_table(chain, "report", "tiers")
    with pytest.raises(BundleError, match="stage 'scores' holds no table 'values'"):
        read_table(chain, "scores", "values")
