"""No file tells on the machine it was written on, nor where its packages came from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

# Written in pieces, so that this file does not hold what it looks for.
TELLTALES = [
    re.compile(r"(?<![\w.])/" + folder + r"/[\w.]")
    for folder in ("home", "root", "Users", "work", "tmp", "opt", "mnt")
] + [re.compile(r"[A-Za-z]:\\+Us" + r"ers\\"), re.compile(r"py" + r"pi\.org|pythonho" + r"sted\.org")]


def find_telltales(text: str) -> list[str]:
    return [match.group() for pattern in TELLTALES for match in pattern.finditer(text)]


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_holds_a_path_of_a_machine(project_files: list[Path], repository: Path) -> None:
    found = {
        str(file.relative_to(repository)): hits
        for file in project_files
        if (hits := find_telltales(_text_of(file)))
    }

    assert found == {}


def test_no_file_holds_this_repository_s_path(project_files: list[Path], repository: Path) -> None:
    assert [f.name for f in project_files if str(repository) in _text_of(f)] == []


@pytest.mark.parametrize(
    "path", ["/".join(["", "home", "ana", "x"]), "C:" + r"\Users" + r"\ana", "/ro" + "ot/.cache"]
)
def test_the_search_finds_what_it_bans(path: str) -> None:
    assert find_telltales(f"see {path}")


def test_the_search_lets_relative_paths_pass() -> None:
    assert find_telltales("runs/demo, ./srv/x, ../shared/data, docs/home/x") == []
