"""Notebooks found and read, and what is no notebook told so."""

from __future__ import annotations

import hashlib
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from kamsim.errors import NotebookError
from kamsim.runs.faults import NotebookFileError
from kamsim.runs.notebook_files import find_notebook, heading_of, list_notebooks, read_notebook
from tests.runs.conftest import Maker


def test_notebooks_are_found_by_name_and_by_path(make_notebook: Maker) -> None:
    path = make_notebook("1", name="00_first")
    folder = path.parent

    assert find_notebook("00_first", folder) == find_notebook(path) == path
    with pytest.raises(NotebookError, match="did you mean '00_first'"):
        find_notebook("00_frist", folder)
    with pytest.raises(NotebookError, match="no such notebook"):
        find_notebook(folder / "absent.ipynb")


def test_notebooks_are_listed_with_title_and_parameters(make_notebook: Maker) -> None:
    folder = make_notebook("1", name="b").parent
    make_notebook("1", name="a")

    listed = list_notebooks(folder)

    assert [n.name for n in listed] == ["a", "b"]
    assert listed[0].title == "A small title"
    assert list(listed[0].parameters) == ["seed", "name"]


def test_notebook_without_parameters_cell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bare.ipynb"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("1")]), path)

    with pytest.raises(NotebookFileError, match="must have one cell tagged 'parameters', got 0"):
        read_notebook(path)


@pytest.mark.parametrize("text", ["", "{", '{"cells": []}', "[]"])
def test_broken_notebook_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text(text)

    with pytest.raises(NotebookFileError):
        read_notebook(path)


def test_bytes_that_are_no_text_are_no_notebook(tmp_path: Path) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_bytes(b"\xff\xfe{}")

    with pytest.raises(NotebookFileError, match="not a valid notebook"):
        read_notebook(path)


def test_fingerprint_is_that_of_what_was_read(make_notebook: Maker) -> None:
    path = make_notebook("1")

    assert read_notebook(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_heading_of_a_cell() -> None:
    assert heading_of(v4.new_markdown_cell("Words\n### Result\n## Later")) == "Result"
    assert heading_of(v4.new_markdown_cell("Words")) is None
    assert heading_of(v4.new_code_cell("# a remark")) is None
