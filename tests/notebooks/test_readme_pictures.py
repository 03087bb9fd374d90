"""The pictures of the README are those of the committed notebooks."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from kamsim.reporting.style import new_axes
from tools.write_readme_pictures import FOLDER, PICTURES, Picture, block, main, page, shrink, take

LARGEST_BYTES = 80_000
PNG = b"\x89PNG picture"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A notebook with a picture under its second heading."""
    data = {"image/png": base64.b64encode(PNG).decode()}
    output = new_output("execute_result", data, metadata={"image/png": {"alt": 'Costs "rise"'}})
    cells = [
        new_markdown_cell("### First"),
        new_code_cell("1"),
        new_markdown_cell("### Second"),
        new_code_cell("plot()", outputs=[output]),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "one.ipynb")
    return tmp_path


def test_the_readme_shows_what_the_notebooks_show() -> None:
    assert main(["--check"]) == 0


def test_there_are_three_and_they_are_small() -> None:
    sizes = [(FOLDER / f"{picture.name}.png").stat().st_size for picture in PICTURES]

    assert len(sizes) == 3
    assert max(sizes) <= LARGEST_BYTES


def test_the_picture_under_a_heading_is_taken_with_its_words(folder: Path) -> None:
    picture = Picture("costs", "one", "Second")

    assert take(picture, folder) == (PNG, 'Costs "rise"')
    assert 'alt="Costs &quot;rise&quot;"' in block({picture: take(picture, folder)})


def test_no_picture_is_borrowed_from_the_next_heading(folder: Path) -> None:
    with pytest.raises(LookupError, match="no picture under 'First'"):
        take(Picture("costs", "one", "First"), folder)
    with pytest.raises(LookupError, match="no heading 'Third'"):
        take(Picture("costs", "one", "Third"), folder)


def test_a_shrunk_plot_is_the_plot() -> None:
    ax = new_axes(4, 3)
    ax.fill_between([0, 1], [0, 1], color="#0072B2", alpha=0.3)
    buffer = io.BytesIO()
    ax.figure.savefig(buffer, format="png")
    small = shrink(buffer.getvalue())

    before, after = (
        np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int)
        for png in (buffer.getvalue(), small)
    )
    assert len(small) < len(buffer.getvalue())
    assert np.abs(before - after).max() <= 16  # of 255: no eye sees it
    assert shrink(buffer.getvalue()) == small


def test_the_page_around_the_pictures_stays() -> None:
    marks = "<!-- pictures: written by `python -m tools.write_readme_pictures` -->", "<!-- /pictures -->"
    once = page({Picture("a", "b", "c"): (PNG, "words")}, f"before\n{marks[0]}\nold\n{marks[1]}\nafter\n")

    assert once.startswith("before\n")
    assert once.endswith("\nafter\n")
    assert "old" not in once
    assert page({Picture("a", "b", "c"): (PNG, "words")}, once) == once
