"""Small notebooks, written where a test wants them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

PARAMETERS = "seed: int = 1  # root of all luck [0..]\nname: str = 'x'  # who"

Maker = Callable[..., Path]


@pytest.fixture
def make_notebook(tmp_path: Path) -> Maker:
    def make(*bodies: str, name: str = "small", parameters: str = PARAMETERS) -> Path:
        cells = [
            v4.new_markdown_cell("# A small title"),
            v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
            *(v4.new_code_cell(body) for body in bodies),
        ]
        path = tmp_path / "notebooks" / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(v4.new_notebook(cells=cells), path)
        return path

    return make
