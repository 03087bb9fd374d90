"""Notebooks as programs: found by name, checked before they start, finished or not there at all.

papermill carries a notebook out; what it lets pass is caught here. A misspelt or mistyped parameter is
refused before a kernel starts. The notebook runs in a folder aside, and its result takes its place only
after every code cell was seen to have run without error: papermill's own word for it is not trusted,
since it calls every cell completed after a killed kernel.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat

import kamsim
from kamsim.errors import NotebookError, unknown_name
from kamsim.runs.parameters import Literal, Parameter, accept_all, read_parameters
from kamsim.runs.provenance import MIME, revision, versions

PARAMETERS_TAG = "parameters"
MARKS = {"injected-parameters", "papermill-error-cell-tag"}
"""Tags of the cells that papermill puts in between."""


@dataclass(frozen=True)
class Notebook:
    """A notebook that can be run: where it is, its title, its parameters."""

    path: Path
    title: str
    parameters: dict[str, Parameter]

    @property
    def name(self) -> str:
        """Name to call it by, without the suffix."""
        return self.path.stem


@dataclass(frozen=True)
class NotebookRun:
    """A finished run: the executed notebook, its manifest, what it ran with, and how long it took."""

    notebook: Path
    manifest: Path
    parameters: dict[str, Literal]
    seconds: float


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
    """Read a notebook's title and the schema of its parameters cell, without running anything."""
    content = _load(path)
    cells = [c for c in content.cells if PARAMETERS_TAG in c.metadata.get("tags", [])]
    if len(cells) != 1:
        raise NotebookError(f"{path.name}: must have one cell tagged {PARAMETERS_TAG!r}, got {len(cells)}")
    prose = "\n".join(c.source for c in content.cells if c.cell_type == "markdown")
    title = next((line.lstrip("# ") for line in prose.splitlines() if line.startswith("# ")), path.stem)
    try:
        return Notebook(path, title, read_parameters(cells[0].source))
    except NotebookError as caught:
        raise NotebookError(f"{path.name}: {caught}") from None


def run_notebook(
    name_or_path: str | Path,
    parameters: Mapping[str, object] | None = None,
    out: Path | None = None,
    *,
    folder: Path | None = None,
) -> NotebookRun:
    """Run a notebook with other parameters.

    Parameters
    ----------
    name_or_path : str or Path
        ``00_start_here``, or a path that ends in ``.ipynb``.
    parameters : mapping, optional
        Values by name, typed or as texts; the others keep their defaults.
    out : Path, optional
        Folder of the result; ``runs/<name>`` unless told otherwise. The notebook runs in a folder of its
        own, and files it writes there move to `out` with it.
    folder : Path, optional
        Where to look for a name.

    Returns
    -------
    NotebookRun

    Raises
    ------
    NotebookError
        When a parameter is unknown or bad (no kernel was started then), or a cell failed. An earlier
        result in `out` is kept.
    """
    notebook = read_notebook(find_notebook(name_or_path, folder))
    given = accept_all(notebook.parameters, parameters or {})
    out = Path("runs") / notebook.name if out is None else Path(out)
    if (out / notebook.path.name).resolve() == notebook.path.resolve():
        raise NotebookError(f"{out}: the result would overwrite the notebook itself; choose another --out")
    started, clock = datetime.now(UTC), time.perf_counter()
    with _folder_aside(out) as (aside, scratch):
        executed = _execute(notebook, given, aside, scratch)
        seconds = time.perf_counter() - clock
        result = aside / notebook.path.name
        _write_surely(result, nbformat.writes(executed) + "\n")
        values = {name: given.get(name, p.default) for name, p in notebook.parameters.items()}
        manifest = {
            "notebook": notebook.name,
            "source_sha256": _sha256(notebook.path),
            "result_sha256": _sha256(result),
            "parameters": values,
            **_stated_provenance(executed),
            "versions": versions(),
            "revision": revision(),
            "started": started.isoformat(timespec="seconds"),
            "wall_seconds": round(seconds, 1),
        }
        _write_surely(aside / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    return NotebookRun(out / notebook.path.name, out / "manifest.json", values, seconds)


def check_executed(content: Any, name: str) -> None:
    """Raise unless every code cell ran, in order, without error.

    Raises
    ------
    NotebookError
        Naming the first cell that did not, by its place in the notebook as written.
    """
    count = 0
    cells = [c for c in content.cells if not MARKS & set(c.metadata.get("tags", []))]
    for number, cell in enumerate(cells, start=1):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        failed = next((o for o in cell.outputs if o.output_type == "error"), None)
        if failed is not None:
            raise NotebookError(f"{name}: cell {number} failed: {failed.ename}: {_first_line(failed.evalue)}")
        count += 1
        if cell.execution_count is None or cell.execution_count < count:
            raise NotebookError(f"{name}: cell {number} did not run to its end")


def _execute(notebook: Notebook, given: Mapping[str, Literal], aside: Path, scratch: Path) -> Any:
    """Carry the notebook out by papermill and return its content once it is seen to be whole."""
    import papermill  # heavy: a second and a half
    from papermill.exceptions import PapermillException

    from kamsim.runs.kernel import NAME, this_interpreter

    logging.getLogger("papermill").addHandler(logging.NullHandler())
    partial = scratch / "partial.ipynb"
    try:
        papermill.execute_notebook(
            _verbatim(notebook.path),
            _verbatim(partial),
            parameters=dict(given),
            kernel_name=NAME,
            language="python",
            progress_bar=False,
            kernel_manager_class=this_interpreter(scratch),
            resources={"metadata": {"path": str(aside)}},
            record_timing=False,
        )
    except PapermillException as caught:
        check_executed(_load(partial), notebook.path.name)
        raise NotebookError(f"{notebook.path.name}: cannot be run ({_first_line(str(caught))})") from None
    except (RuntimeError, TimeoutError) as caught:
        raise NotebookError(
            f"{notebook.path.name}: the kernel ended early ({_first_line(str(caught))})"
        ) from None
    content = _load(partial)
    check_executed(content, notebook.path.name)
    for part in (content, *content.cells):
        part.metadata.pop("papermill", None)
    return content


def _verbatim(path: Path) -> str:
    """Spell a path so that papermill, which fills in ``{name}``, leaves it as it is."""
    return str(path.resolve()).replace("{", "{{").replace("}", "}}")


@contextmanager
def _folder_aside(out: Path) -> Iterator[tuple[Path, Path]]:
    """Give a folder for results and one for scratch; the results move to `out` only if all went well."""
    made = next((p for p in (*reversed(out.parents), out) if not p.exists()), None)
    done = False
    try:
        out.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".running-", dir=out))
        aside = scratch / "results"
        aside.mkdir()
        try:
            yield aside, scratch
            for result in sorted(aside.iterdir()):
                _take_place(result, out / result.name)
            done = True
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as caught:
        raise NotebookError(f"{out}: cannot be written ({caught.strerror})") from None
    finally:
        if made is not None and not done:
            shutil.rmtree(made, ignore_errors=True)


def _take_place(new: Path, place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    os.replace(new, place)


def _write_surely(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _load(path: Path) -> Any:
    try:
        return nbformat.read(path, as_version=4)
    except OSError as caught:
        raise NotebookError(f"{path}: cannot be read ({caught.strerror})") from None
    except (nbformat.ValidationError, ValueError, AttributeError, KeyError, TypeError) as caught:
        raise NotebookError(f"{path}: not a valid notebook ({_first_line(str(caught))})") from None


def _stated_provenance(content: Any) -> dict[str, Any]:
    """Find what the notebook says of its scenario, seed and data."""
    outputs = [o for c in content.cells if c.cell_type == "code" for o in c.outputs]
    stated = [o.data[MIME] for o in outputs if MIME in o.get("data", {})]
    return {"scenario": None, "seed": None, "data": None, **(stated[-1] if stated else {})}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "")
