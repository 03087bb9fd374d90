"""Notebooks chosen by name for another run."""

from __future__ import annotations

import pytest

from kamsim.errors import NotebookError
from tools.execute_notebooks import FOLDER, chosen


def test_names_choose_and_none_means_all() -> None:
    assert [p.stem for p in chosen(["08_policy_comparison", "00_start_here.ipynb"])] == [
        "00_start_here", "08_policy_comparison",
    ]  # fmt: skip
    assert chosen([]) == sorted(FOLDER.rglob("*.ipynb"))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(NotebookError, match="08_policy_comparison"):
        chosen(["08_policy_comparisn"])
