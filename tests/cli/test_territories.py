"""The verb `territories`: its table, its map and its refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_table_and_last_line(kamsim_: Any, run: Path) -> None:
    done = kamsim_("territories", run, "-k", 3, "--balance", "clients", "--tolerance", 0.5)

    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in done.stdout.splitlines() if line.startswith("T0")] == [
        "T01",
        "T02",
        "T03",
    ]
    assert "within the tolerance of 50.0%" in done.stdout
    assert (run / "territories" / "manifest.json").exists()


def test_a_missed_tolerance_is_said_and_strictly_an_error(kamsim_: Any, run: Path) -> None:
    words = ("territories", run, "-k", 4, "--tolerance", 0.001)

    done = kamsim_(*words, "--lang", "fr")
    assert done.exit_code == 0, done.output
    assert "n'est pas tenue" in done.stdout
    refused = kamsim_(*words, "--strict")
    assert refused.exit_code == 2
    assert "tolerance" in refused.output


def test_a_map_is_drawn(kamsim_: Any, run: Path, tmp_path: Path) -> None:
    picture = tmp_path / "map.png"
    words = ("territories", run, "-k", 3, "--balance", "clients", "--tolerance", 0.5, "--map")

    assert kamsim_(*words, picture).exit_code == 0
    assert picture.read_bytes()[:4] == b"\x89PNG"
    refused = kamsim_(*words, tmp_path / "nowhere" / "map.png")
    assert refused.exit_code == 2
    assert "the map cannot be written" in refused.output


def test_more_territories_than_accounts_end_in_one_sentence(kamsim_: Any, run: Path) -> None:
    refused = kamsim_("territories", run, "-k", 5000)
    assert refused.exit_code == 2
    assert "cannot fill 5000 territories" in refused.output
