"""The committed notebooks run again with their own parameters, and written back normalised.

What would differ without anything having changed goes: timings, versions, paths, the order of stream chunks.
What stays is what the cells say and show, so the difference is empty when nothing changed. A notebook that
shows a warning or a memory address is refused.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat

from kamsim.durable import replace_text
from kamsim.errors import NotebookError, unknown_name
from kamsim.runs.execution import Limits, Progress
from kamsim.runs.notebook import run_notebook
from kamsim.runs.notebook_files import notebook_folder, read_content
from kamsim.runs.publishing import refuse_unwritable, sha256

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")


def committed_notebooks(names: Sequence[str] = (), folder: Path | None = None) -> list[Path]:
    """Return the notebooks of these names, or all of them where there is none.

    Parameters
    ----------
    names : sequence of str
        With or without their suffix.
    folder : Path, optional
        Looked through with its subfolders.

    Raises
    ------
    NotebookError
        For a name that no notebook has, with the nearest one.
    """
    every = sorted((folder or notebook_folder()).rglob("*.ipynb"))
    found = {path.stem: path for path in every if ".ipynb_checkpoints" not in path.parts}
    wanted = {name.removesuffix(".ipynb") for name in names}
    for name in sorted(wanted):
        if name not in found:
            raise NotebookError(unknown_name("notebook", name, found))
    return [path for stem, path in found.items() if not wanted or stem in wanted]


def refresh_notebook(
    path: Path, *, check: bool = False, limits: Limits | None = None, progress: Progress | None = None
) -> bool:
    """Run a notebook again and write it back, all or nothing, if it says or shows something else now.

    Parameters
    ----------
    path : Path
    check : bool
        Write nothing.
    limits : Limits, optional
    progress : callable, optional
        As for `run_notebook`.

    Returns
    -------
    bool
        Whether something changed, or would.

    Raises
    ------
    NotebookError
        When it does not run to its end, warns, shows a memory address, or was edited while it ran. The file
        stays as it was then.
    """
    with tempfile.TemporaryDirectory() as folder:
        before = sha256(path)
        done = run_notebook(path, out=Path(folder) / "run", page=False, limits=limits, progress=progress)
        text = nbformat.writes(normalise(read_content(done.notebook), path.name)) + "\n"
    if sha256(path) != before:
        raise NotebookError(f"{path.name}: was edited while it ran; nothing is written")
    if text == path.read_text(encoding="utf-8"):
        return False
    if not check:
        with refuse_unwritable(path):
            replace_text(path, text)
    return True


def normalise(content: Any, name: str = "notebook") -> Any:
    """Return the notebook without what depends on the machine or the hour.

    Parameters
    ----------
    content : NotebookNode
        An executed notebook.
    name : str
        What messages call it.

    Returns
    -------
    NotebookNode

    Raises
    ------
    NotebookError
        When a cell warns, or shows a memory address.
    """
    clean = nbformat.from_dict(content)
    clean.metadata = nbformat.from_dict(METADATA)
    count = 0
    for cell in clean.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.outputs = [_normal_output(output, count, name) for output in _join_streams(cell.outputs, name)]
    return clean


def _join_streams(outputs: list[Any], name: str) -> list[Any]:
    """Join what a cell printed in pieces; where the pieces break depends on timing."""
    joined: list[Any] = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr":
            raise NotebookError(f"{name}: a cell warns: {output.text.strip()}")
        if output.output_type == "stream" and joined and joined[-1].output_type == "stream":
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _normal_output(output: Any, count: int, name: str) -> Any:
    if output.output_type == "stream":
        return output
    output.metadata = nbformat.from_dict(_alternative_texts(output))
    if output.output_type == "execute_result":
        output.execution_count = count
    text = str(output.get("data", {}).get("text/plain", ""))
    if ADDRESS.search(text):
        raise NotebookError(f"{name}: a cell shows a memory address: {text}")
    return output


def _alternative_texts(output: Any) -> dict[str, dict[str, str]]:
    return {kind: {"alt": each["alt"]} for kind, each in output.metadata.items() if "alt" in each}
