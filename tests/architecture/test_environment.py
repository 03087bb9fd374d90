"""environment.yml and pyproject.toml ask for the same packages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

BEYOND_PYPROJECT = {"pip"}


def _split(requirement: str) -> tuple[str, str]:
    name, _, bound = requirement.replace(" ", "").partition(">=")
    return name.lower(), bound


def _conda(repository: Path) -> tuple[dict[str, str], list[str]]:
    """The conda requirements and, apart, what pip installs on top of them."""
    text = (repository / "environment.yml").read_text(encoding="utf-8")
    dependencies = text.split("dependencies:\n", 1)[1]
    conda = re.findall(r"^  - ([\w.>=-]+)$", dependencies, flags=re.MULTILINE)
    pip = re.findall(r"^      - (.+)$", dependencies, flags=re.MULTILINE)
    return dict(map(_split, conda)), pip


def _pyproject(repository: Path) -> dict[str, str]:
    tree = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    project = tree["project"]
    wanted = [
        *project["dependencies"],
        *project["optional-dependencies"]["lab"],
        *project["optional-dependencies"]["dashboard"],
        *tree["dependency-groups"]["test"],
        f"python{project['requires-python']}",
    ]
    return dict(map(_split, wanted))


def test_environment_mirrors_pyproject(repository: Path) -> None:
    conda, _ = _conda(repository)

    assert {n: b for n, b in conda.items() if n not in BEYOND_PYPROJECT} == _pyproject(repository)


def test_environment_installs_this_folder(repository: Path) -> None:
    assert _conda(repository)[1] == ["-e ."]
