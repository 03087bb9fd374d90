"""Notebooks as programs: checked before they start, finished or not there at all.

A misspelt or mistyped parameter is refused before a kernel starts. The notebook runs in a folder aside, and
its result takes its place only after every code cell was seen to have run without error.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat

from kamsim.errors import NotebookError
from kamsim.runs.execution import Limits, Progress, execute
from kamsim.runs.lock import folder_lock
from kamsim.runs.notebook_files import Notebook, find_notebook, read_notebook
from kamsim.runs.parameters import Literal, accept_all
from kamsim.runs.publishing import (
    MANIFEST,
    PUBLISHING,
    holds_own_manifest,
    publish,
    read_manifest,
    recover,
    refuse_unwritable,
    scratch_folder,
)
from kamsim.runs.versions import MIME, revision, versions


@dataclass(frozen=True)
class NotebookRun:
    """A finished run: the executed notebook, its manifest, what it ran with, how long it took, its page."""

    notebook: Path
    manifest: Path
    parameters: dict[str, Literal]
    seconds: float
    page: Path | None = None


def run_notebook(
    name_or_path: str | Path,
    parameters: Mapping[str, object] | None = None,
    out: Path | None = None,
    *,
    folder: Path | None = None,
    page: bool = True,
    limits: Limits | None = None,
    progress: Progress | None = None,
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
    page : bool
        Whether to write the notebook as a web page, without its code, as well.
    limits : Limits, optional
        How long a cell and the whole may take; an hour and four hours unless told otherwise.
    progress : callable, optional
        Called as each cell starts, with its number, the number of cells, and the heading it stands under.

    Returns
    -------
    NotebookRun

    Raises
    ------
    NotebookError
        Of the child that names the cause (`kamsim.runs.faults`); before a kernel starts when a parameter is
        unknown or bad. An earlier result in `out` is kept.
    FolderInUseError
        When another run writes to `out`.
    """
    notebook = read_notebook(find_notebook(name_or_path, folder))
    given = accept_all(notebook.parameters, parameters or {})
    out = Path("runs") / notebook.name if out is None else Path(out)
    _require_folder_of_its_own(out, notebook)
    started, clock = datetime.now(UTC), time.perf_counter()
    with refuse_unwritable(out), folder_lock(out), scratch_folder(out) as scratch:
        results = scratch / "results"
        results.mkdir()
        executed = execute(
            notebook.content,
            notebook.path.name,
            given,
            results,
            scratch,
            limits or Limits(),
            progress,
        )
        seconds = time.perf_counter() - clock
        values = {name: given.get(name, p.default) for name, p in notebook.parameters.items()}
        _write_results(results, notebook, executed, values, page=page)
        facts = {
            "notebook": notebook.name,
            "source_sha256": notebook.sha256,
            "parameters": values,
            **_stated_provenance(executed),
            "versions": versions(),
            "revision": revision(),
            "started": started.isoformat(timespec="seconds"),
            "wall_seconds": round(seconds, 1),
        }
        publish(results, out, facts)
    return _finished(out, {**facts, "wall_seconds": seconds}, page)


def read_run(out: Path) -> NotebookRun:
    """Read what a finished run left, if it is whole.

    Parameters
    ----------
    out : Path
        The folder of the result. What a run that was killed while publishing left there is put in place.

    Returns
    -------
    NotebookRun

    Raises
    ------
    NotebookError
        When there is no finished run, or a file is not the one that was written with its manifest.
    FolderInUseError
        When a run is being put in place right now.
    """
    out = Path(out)
    if (out / PUBLISHING).is_dir():
        with refuse_unwritable(out), folder_lock(out):
            recover(out)
    manifest = read_manifest(out)
    return _finished(out, manifest, f"{manifest['notebook']}.html" in manifest["files"])


def _require_folder_of_its_own(out: Path, notebook: Notebook) -> None:
    if out.is_symlink():
        raise NotebookError(f"{out}: is a symbolic link; name the folder {out.resolve()} itself")
    if (out / notebook.path.name).resolve() == notebook.path.resolve():
        raise NotebookError(f"{out}: the result would overwrite the notebook itself; choose another --out")
    if not holds_own_manifest(out):
        raise NotebookError(f"{out}: holds the {MANIFEST} of something else; choose another --out")


def _write_results(
    results: Path, notebook: Notebook, executed: Any, values: Mapping[str, Literal], *, page: bool
) -> None:
    texts = {notebook.path.name: nbformat.writes(executed) + "\n"}
    if page:
        from kamsim.runs.page import page_of  # heavy

        parameters = [(name, values[name], p.help) for name, p in notebook.parameters.items()]
        texts[f"{notebook.name}.html"] = page_of(executed, notebook.title, parameters)
    for name in (*texts, MANIFEST):
        if (results / name).exists():
            raise NotebookError(f"{notebook.path.name}: wrote a file {name}, a name that its result has")
    for name, text in texts.items():
        (results / name).write_text(text, encoding="utf-8", newline="\n")


def _finished(out: Path, manifest: Mapping[str, Any], page: bool) -> NotebookRun:
    name = manifest["notebook"]
    return NotebookRun(
        notebook=out / f"{name}.ipynb",
        manifest=out / MANIFEST,
        parameters=manifest["parameters"],
        seconds=manifest["wall_seconds"],
        page=out / f"{name}.html" if page else None,
    )


def _stated_provenance(content: Any) -> dict[str, Any]:
    """Find what the notebook says of its scenario, seed and data."""
    outputs = [o for c in content.cells if c.cell_type == "code" for o in c.outputs]
    stated = [o.data[MIME] for o in outputs if MIME in o.get("data", {})]
    return {"scenario": None, "seed": None, "data": None, **(stated[-1] if stated else {})}
