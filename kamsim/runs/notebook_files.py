"""Notebooks as files: found by name, read with the schema of their parameters, nothing run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

import kamsim
from kamsim.errors import NotebookError, unknown_name
from kamsim.runs.faults import NotebookFileError
from kamsim.runs.parameters import Parameter, read_parameters

PARAMETERS_TAG = "parameters"


@dataclass(frozen=True)
class Notebook:
    """A notebook that can be run, as it was when it was read.

    Attributes
    ----------
    path : Path
    title : str
    parameters : dict of str to Parameter
    content : NotebookNode
        Its cells.
    sha256 : str
        Fingerprint of the file that was read.
    """

    path: Path
    title: str
    parameters: dict[str, Parameter]
    content: Any = field(repr=False)
    sha256: str

    @property
    def name(self) -> str:
        """Name to call it by, without the suffix."""
        return self.path.stem


def notebook_folder() -> Path:
    """Return the folder of the numbered notebooks: ``./notebooks``, or the one beside the package."""
    here = Path("notebooks")
    return here if here.is_dir() else Path(kamsim.__file__).parents[1] / "notebooks"


def list_notebooks(folder: Path | None = None) -> list[Notebook]:
    """Return the notebooks of a folder, by name.

    Raises
    ------
    NotebookError
        When there is no such folder, or a notebook in it has no valid parameters cell.
    """
    folder = folder or notebook_folder()
    if not folder.is_dir():
        raise NotebookError(f"{folder}: no such folder of notebooks")
    return [read_notebook(path) for path in sorted(folder.glob("*.ipynb"))]


def find_notebook(name_or_path: str | Path, folder: Path | None = None) -> Path:
    """Return the path of a notebook, given by path (``….ipynb``) or by name in the folder of notebooks.

    Raises
    ------
    NotebookError
        With the nearest name, when there is none.
    """
    if str(name_or_path).endswith(".ipynb"):
        if not Path(name_or_path).is_file():
            raise NotebookError(f"{name_or_path}: no such notebook")
        return Path(name_or_path)
    known = {p.stem: p for p in (folder or notebook_folder()).glob("*.ipynb")}
    if str(name_or_path) not in known:
        raise NotebookError(unknown_name("notebook", str(name_or_path), known))
    return known[str(name_or_path)]


def read_notebook(path: Path) -> Notebook:
    """Read a notebook's title and the schema of its parameters cell, without running anything.

    Raises
    ------
    NotebookFileError
        When the file is no notebook, or its parameters cell is absent or not valid.
    """
    content, sha256 = _read(path)
    cells = [c for c in content.cells if PARAMETERS_TAG in c.metadata.get("tags", [])]
    if len(cells) != 1:
        raise NotebookFileError(
            f"{path.name}: must have one cell tagged {PARAMETERS_TAG!r}, got {len(cells)}"
        )
    headings = (heading_of(c) for c in content.cells)
    title = next((heading for heading in headings if heading), path.stem)
    try:
        return Notebook(path, title, read_parameters(cells[0].source), content, sha256)
    except NotebookError as caught:
        raise NotebookFileError(f"{path.name}: {caught}") from None


def heading_of(cell: Any) -> str | None:
    """Return the first heading of a cell of prose, without its signs; None where it has none."""
    if cell.cell_type != "markdown":
        return None
    return next((line.lstrip("# ") for line in cell.source.splitlines() if line.startswith("#")), None)


def read_content(path: Path) -> Any:
    """Read a notebook's cells.

    Raises
    ------
    NotebookFileError
        When the file cannot be read, or is no notebook.
    """
    return _read(path)[0]


def _read(path: Path) -> tuple[Any, str]:
    """Read a notebook's cells, and the fingerprint of the very bytes they stand in."""
    try:
        source = path.read_bytes()
        return nbformat.reads(source.decode(), as_version=4), hashlib.sha256(source).hexdigest()
    except OSError as caught:
        raise NotebookFileError(f"{path}: cannot be read ({caught.strerror})") from None
    except (nbformat.ValidationError, ValueError, AttributeError, KeyError, TypeError) as caught:
        raise NotebookFileError(f"{path}: not a valid notebook ({first_line(str(caught))})") from None


def first_line(text: str) -> str:
    """Return the first line of an error's text."""
    return next(iter(text.strip().splitlines()), "")
