import datetime
import re
from pathlib import Path
from typing import Any

import pytest

from kamsim.config import Scenario
from kamsim.errors import ConfigError
from kamsim.presets import ASSUMPTION, parse_overrides, presets, read_preset


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """Write a scenario file and say where it is."""

    def write(text: str, name: str = "own.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_holds_only_what_differs(written: Any) -> None:
    path = written(
        'extends = "saas_midmarket"\nname = "own"\n[segmentation]\ntier_1_above_eur = 600000\n'
        '[coverage.strategic]\naccounts_per_ae = {value = 3, source = "E-COV-1"}\n'
    )

    own, base = Scenario.load(path), Scenario.load("saas_midmarket")

    assert own.name == "own"
    assert own.segmentation.tier_1_above_eur == 600_000
    assert own.sources["coverage.strategic.accounts_per_ae"] == "E-COV-1"
    assert own.coverage.strategic.se_hours == base.coverage.strategic.se_hours
    assert own.sources["segmentation.tier_1_above_eur"] == ASSUMPTION, (
        "the base's source speaks of its figure"
    )
    assert own.sources["segmentation.tier_2_from_eur"] == "D-TIER-2"


def test_a_figure_that_is_a_table_is_replaced_as_a_whole(written: Any) -> None:
    path = written('extends = "base"\n[portfolio.places]\nES = 2.0\n')

    assert Scenario.load(path).portfolio.places == {"ES": 2.0}


def test_a_file_may_extend_the_file_beside_it(written: Any) -> None:
    written('extends = "base"\nname = "parent"\nseed = 5\n', "parent.toml")

    child = Scenario.load(written('extends = "parent.toml"\nname = "child"\n', "child.toml"))

    assert (child.name, child.seed) == ("child", 5)


BAD_FILES = [
    ('extends = "own.toml"', r"own\.toml: extends itself"),
    ('extends = "bas"', "unknown scenario 'bas'"),
    ('extends = "absent.toml"', r"absent\.toml: cannot be read \(No such file or directory\)"),
    ('extends = "base"\nsources = 5', "sources must be a table, got 5"),
    ('extends = "base"\nportfolio = 3', "portfolio must be a valid dictionary or instance of .*, got 3"),
    ('extends = "base"\n[portfolo]\naccounts = 3', "unknown setting 'portfolo': did you mean 'portfolio'"),
    ('extends = "base"\nsed = 3', "unknown setting 'sed': did you mean 'seed'"),
    ('name = "alone"', r"description is missing \(and \d+ more\)"),
    ("a = = 3", r"own\.toml: not valid TOML"),
]


@pytest.mark.parametrize(("text", "sentence"), BAD_FILES)
def test_a_bad_file_is_told_in_one_sentence(text: str, sentence: str, written: Any) -> None:
    path = written(text)

    for overrides in ({}, {"portfolio.accounts": 4}):
        with pytest.raises(ConfigError, match=sentence) as caught:
            Scenario.load(path, overrides)
        assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match="not valid TOML"):
        Scenario.load(tmp_path / "b.toml")


@pytest.mark.parametrize("name", ["saas_midmrket", "../base", ""])
def test_an_unknown_preset_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=f"^unknown scenario {re.escape(repr(name))}"):
        Scenario.load(name)


def test_base_is_for_extending_and_not_listed() -> None:
    assert "base" not in presets()
    assert read_preset("base")[0]["name"] == "base"


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("a.b=4", "a.b", 4),
        (" a = 0.5 ", "a", 0.5),
        ("a=true", "a", True),
        ("a=2026-01-01", "a", datetime.date(2026, 1, 1)),
        ("a=[0, 1.5]", "a", [0, 1.5]),
        ('a="x y"', "a", "x y"),
        ("a=status_quo", "a", "status_quo"),
        ("a=x=y", "a", "x=y"),
        ("a=1,5", "a", "1,5"),
        ("a=", "a", ""),
    ],
)
def test_an_override_is_read_as_toml_or_as_text(text: str, key: str, value: Any) -> None:
    parsed = parse_overrides([text])

    assert parsed == {key: value}
    assert type(parsed[key]) is type(value)


@pytest.mark.parametrize("text", ["seed", "=3", " =3"])
def test_an_override_without_a_key_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_overrides([text])

    assert str(caught.value) == f"--set wants key.path=value, got {text!r}"
