"""Every figure of every preset has a source, and every source id is on docs/sources.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kamsim.config import ASSUMPTION, Scenario, figures, presets

ID = re.compile(r"\b[DE]-[A-Z]{3,4}-\d+\b")


@pytest.fixture(scope="session")
def listed(repository: Path) -> set[str]:
    text = (repository / "docs" / "sources.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| ([DE]-[A-Z]+-\d+) \|", text, flags=re.MULTILINE))


@pytest.mark.parametrize("name", [*presets(), "base"])
def test_every_figure_has_a_listed_source(name: str, listed: set[str]) -> None:
    scenario = Scenario.load(name)
    keys = {key for key, _, _ in figures()}

    assert keys - set(scenario.sources) == set(), "figures without a source"
    assert set(scenario.sources) - keys == set(), "sources of no figure"
    assert {s for s in scenario.sources.values() if s != ASSUMPTION} - listed == set()


def test_every_id_cited_anywhere_is_listed(project_files: list[Path], listed: set[str]) -> None:
    cited = {
        (citation, file.name)
        for file in project_files
        if file.suffix in (".py", ".md", ".toml", ".ipynb", ".html", ".j2")
        for citation in ID.findall(file.read_text(encoding="utf-8"))
    }

    assert {(citation, name) for citation, name in cited if citation not in listed} == set()


def test_the_list_is_in_use(listed: set[str]) -> None:
    used = {source for name in presets() for source in Scenario.load(name).sources.values()}

    assert len(listed & used) >= 10
