"""Takes the pictures of the README out of the committed notebooks, so that they stay true.

    python -m tools.write_readme_pictures [--check]

Each picture is the one under a heading of a notebook, in 256 colours to be small, with its alternative text;
the README holds them between two marks. With ``--check`` nothing is written, and a difference fails.
"""

from __future__ import annotations

import base64
import html
import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from PIL import Image

ROOT = Path(__file__).parents[1]
PAGE, FOLDER = ROOT / "README.md", ROOT / "docs" / "pictures"
MARKS = "<!-- pictures: written by `python -m tools.write_readme_pictures` -->", "<!-- /pictures -->"
WIDTH = 640
"""Pixels on the page; a reader who clicks gets the picture as it is."""


@dataclass(frozen=True)
class Picture:
    """Where a picture stands, and what it is called here."""

    name: str
    notebook: str
    heading: str


PICTURES = (
    Picture("policies", "08_policy_comparison", "What each policy brings"),
    Picture("break-even", "05_coverage_ratios", "What must be true for the guide's ratio"),
    Picture("contribution", "10_executive_report", "Who earns the contribution"),
)


def take(picture: Picture, folder: Path = ROOT / "notebooks") -> tuple[bytes, str]:
    """Return the PNG under the heading, and its alternative text ("" where it has none).

    Raises
    ------
    LookupError
        When the notebook has no such heading, or no picture under it.
    """
    cells = nbformat.read(folder / f"{picture.notebook}.ipynb", as_version=4).cells
    starts = [i for i, cell in enumerate(cells) if _heads(cell, picture.heading)]
    if not starts:
        raise LookupError(f"{picture.notebook}: no heading {picture.heading!r}")
    for cell in cells[starts[0] + 1 :]:
        if cell.cell_type == "markdown" and re.search(r"^#+ ", cell.source, re.MULTILINE):
            break
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                alt = str(output.metadata.get("image/png", {}).get("alt", ""))
                return base64.b64decode(output.data["image/png"]), alt
    raise LookupError(f"{picture.notebook}: no picture under {picture.heading!r}")


def shrink(png: bytes) -> bytes:
    """Return the same picture in at most 256 colours, which is all that a plot needs."""
    buffer = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
        buffer, format="PNG", optimize=True
    )
    return buffer.getvalue()


def block(pictures: dict[Picture, tuple[bytes, str]]) -> str:
    """Return the lines of the README that show the pictures."""
    lines = []
    for picture, (_, alt) in pictures.items():
        source = f"docs/pictures/{picture.name}.png"
        words = html.escape(alt or picture.heading, quote=True)
        shown = f'<img src="{source}" width="{WIDTH}" alt="{words}">'
        lines.append(f'<a href="notebooks/{picture.notebook}.ipynb">{shown}</a>')
    return "\n\n".join(lines)


def page(pictures: dict[Picture, tuple[bytes, str]], text: str) -> str:
    """Return the README with the pictures between the marks."""
    before, rest = text.split(MARKS[0])
    return f"{before}{MARKS[0]}\n\n{block(pictures)}\n\n{MARKS[1]}{rest.split(MARKS[1])[1]}"


def main(words: list[str]) -> int:
    """Write pictures and page; with ``--check`` say what differs, and return 1 where something does."""
    pictures = {picture: take(picture) for picture in PICTURES}
    wanted = {FOLDER / f"{picture.name}.png": shrink(png) for picture, (png, _) in pictures.items()}
    wanted[PAGE] = page(pictures, PAGE.read_text(encoding="utf-8")).encode()
    changed = [path for path, content in wanted.items() if not path.exists() or path.read_bytes() != content]
    if "--check" not in words:
        FOLDER.mkdir(exist_ok=True)
        for path in changed:
            path.write_bytes(wanted[path])
    print("changed: " + (", ".join(path.name for path in changed) or "nothing"))
    return 1 if changed and "--check" in words else 0


def _heads(cell: nbformat.NotebookNode, heading: str) -> bool:
    return cell.cell_type == "markdown" and f"# {heading}" in cell.source


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
