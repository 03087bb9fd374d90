"""The lock file: hash-pinned, free of addresses, enough for an editable install, and the only one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

REQUIREMENTS = ("bootstrap.txt", "lock.txt")


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_hold_no_address(repository: Path, name: str) -> None:
    assert "://" not in (repository / "requirements" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_each_pin_has_a_hash(repository: Path, name: str) -> None:
    text = (repository / "requirements" / name).read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+)==.*\\\n    --hash=sha256:", text, flags=re.MULTILINE)

    assert len(pins) == len(re.findall(r"^[\w.-]+==", text, flags=re.MULTILINE)) > 0


def test_lock_holds_every_direct_dependency(repository: Path) -> None:
    lock = (repository / "requirements" / "lock.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([\w.-]+)==", lock, flags=re.MULTILINE))
    tree = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    groups = tree["dependency-groups"]
    direct = [
        *tree["project"]["dependencies"],
        *tree["project"]["optional-dependencies"]["lab"],
        *groups["test"],
        *(item for item in groups["dev"] if isinstance(item, str)),
    ]

    assert {re.split(r"[>=\[ ]", item)[0].lower() for item in direct} - pinned == set()


def test_lock_allows_an_editable_install_without_build_isolation(repository: Path) -> None:
    lock = (repository / "requirements" / "lock.txt").read_text(encoding="utf-8")

    assert re.search(r"^hatchling==", lock, flags=re.MULTILINE)
    assert re.search(r"^editables==", lock, flags=re.MULTILINE)


def test_there_is_no_second_lock(project_files: list[Path]) -> None:
    assert not {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock"} & {f.name for f in project_files}
