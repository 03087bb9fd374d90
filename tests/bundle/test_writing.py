from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kamsim.bundle import Format, read_manifest, read_scenario, read_table, stage_writer, write_stage
from kamsim.config import Scenario
from kamsim.errors import BundleError, SchemaError
from kamsim.schemas import TABLES

Tiers = Callable[..., pd.DataFrame]


def test_a_manifest_says_what_a_stage_came_from(tmp_path: Path, scenario: Scenario, tiers: Tiers) -> None:
    first = write_stage(tmp_path, "scores", {"tiers": tiers(1)}, scenario, facts={"cutoff": "2026-01-01"})
    second = write_stage(
        tmp_path, "values", {}, scenario, inputs=("scores",), files={"a.txt": "é", "b": b"1"}
    )

    assert read_manifest(tmp_path, "scores") == first
    assert first.facts == {"cutoff": "2026-01-01"}
    assert second.inputs == {"scores": first.fingerprint}
    assert (tmp_path / "values" / "a.txt").read_text(encoding="utf-8") == "é"
    assert (tmp_path / "values" / "b").read_bytes() == b"1"
    assert read_scenario(tmp_path, "values") == scenario


def test_a_stage_s_fingerprint_covers_tables_inputs_scenario_and_facts(
    tmp_path: Path, scenario: Scenario, tiers: Tiers
) -> None:
    def write(run: str, tier: int = 1, facts: dict[str, int] | None = None, seed: int = 1) -> str:
        chosen = scenario.override({"seed": seed})
        write_stage(tmp_path / run, "scores", {"tiers": tiers(tier)}, chosen)
        return write_stage(
            tmp_path / run, "values", {"tiers": tiers(1)}, chosen, inputs=("scores",), facts=facts
        ).fingerprint

    same = [write("a"), write("b")]
    others = [write("c", tier=2), write("d", facts={"x": 1}), write("e", seed=2)]

    assert same[0] == same[1]
    assert len({same[0], *others}) == 4


def test_a_stage_wants_its_inputs(tmp_path: Path, scenario: Scenario) -> None:
    with pytest.raises(BundleError, match="holds no stage 'scores': run the step that writes it first"):
        write_stage(tmp_path / "run", "values", {}, scenario, inputs=("scores",))

    assert not (tmp_path / "run").exists()


def test_a_table_that_breaks_its_contract_is_not_written(
    tmp_path: Path, scenario: Scenario, tiers: Tiers
) -> None:
    with pytest.raises(SchemaError, match="tier must be one of"):
        write_stage(tmp_path / "run", "scores", {"tiers": tiers(7)}, scenario)

    assert not (tmp_path / "run").exists()


# --- block by block -------------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_blocks_add_up_to_the_same_stage(
    file_format: Format, tmp_path: Path, scenario: Scenario, tiers: Tiers
) -> None:
    whole = write_stage(
        tmp_path / "a", "scores", {"tiers": tiers(1, 2, 3, 1)}, scenario, file_format=file_format
    )
    with stage_writer(tmp_path / "b", "scores", scenario, file_format=file_format) as writer:
        writer.append({"tiers": tiers(1)})
        writer.append({"tiers": tiers()})
        writer.append({"tiers": tiers(2, 3, 1, first=1).iloc[::-1]})
        assert writer.rows == {"tiers": 4}
        assert not (tmp_path / "b" / "scores").exists()

    assert read_manifest(tmp_path / "b", "scores").fingerprint == whole.fingerprint
    assert read_table(tmp_path / "b", "scores", "tiers")["tier"].tolist() == [1, 2, 3, 1]


def test_tables_may_come_with_any_block(tmp_path: Path, scenario: Scenario, tiers: Tiers) -> None:
    with stage_writer(tmp_path, "scores", scenario) as writer:
        writer.append({"tiers": tiers(1)})
        writer.append({"tiers": tiers(2, first=1), "values": TABLES["values"].empty()})

    assert set(read_manifest(tmp_path, "scores").tables) == {"tiers", "values"}


@pytest.mark.parametrize(
    ("first", "sentence"),
    [
        (1, "table tiers: account_id 'A1' stands more than once; keys must rise from block to block"),
        (0, "table tiers: account_id 'A0' comes after a greater one; keys must rise from block to block"),
    ],
)
def test_keys_are_held_in_order_over_the_seam(
    first: int, sentence: str, tmp_path: Path, scenario: Scenario, tiers: Tiers
) -> None:
    def write(*blocks: pd.DataFrame) -> None:
        with stage_writer(tmp_path / "run", "scores", scenario) as writer:
            for block in blocks:
                writer.append({"tiers": block})

    with pytest.raises(SchemaError) as caught:
        write(tiers(1, 2), tiers(), tiers(1, 2, first=first))

    assert str(caught.value) == sentence
    assert not (tmp_path / "run").exists()


def test_an_error_of_the_maker_is_not_taken_for_one_of_the_disk(tmp_path: Path, scenario: Scenario) -> None:
    with pytest.raises(FileNotFoundError, match="of mine"), stage_writer(tmp_path, "scores", scenario):
        raise FileNotFoundError(2, "a file of mine")


def test_a_scenario_of_another_version_says_what_to_do(tmp_path: Path, scenario: Scenario) -> None:
    write_stage(tmp_path, "values", {}, scenario)
    file = tmp_path / "values" / "scenario.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n[strange]\nsetting = 1\n", encoding="utf-8")

    with pytest.raises(BundleError, match=r"'values' is not one of this version .*strange.*; make the run"):
        read_scenario(tmp_path, "values")
