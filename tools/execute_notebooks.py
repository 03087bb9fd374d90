"""Run the committed notebooks again with their own parameters, and write them back normalised.

What would differ without anything having changed goes: timings, versions, paths, the order of stream
chunks. What stays is what the cells say and show, so the difference is empty when nothing changed. A
notebook that shows an absolute path, a memory address or a warning is refused.

Run it by ``make notebooks``; with ``--check`` it writes nothing and fails where something would change. Names
(``python -m tools.execute_notebooks 08_policy_comparison``) choose notebooks; without any, all are run.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat

from kamsim.errors import NotebookError, unknown_name
from kamsim.runs.notebook import run_notebook

FOLDER = Path(__file__).parents[1] / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")


def normalise(content: Any) -> Any:
    """Return the notebook without what depends on the machine or the hour.

    Parameters
    ----------
    content : NotebookNode
        An executed notebook; it is not changed.

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
        cell.outputs = [_normalise_output(output, count) for output in _join_streams(cell.outputs)]
    return clean


def _join_streams(outputs: list[Any]) -> list[Any]:
    """Join what a cell printed in pieces; where the pieces break depends on timing."""
    joined: list[Any] = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr":
            raise NotebookError(f"a cell warns: {output.text.strip()}")
        if output.output_type == "stream" and joined and joined[-1].output_type == "stream":
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _normalise_output(output: Any, count: int) -> Any:
    if output.output_type == "stream":
        return output
    output.metadata = nbformat.from_dict(_alternative_texts(output))
    if output.output_type == "execute_result":
        output.execution_count = count
    text = str(output.get("data", {}).get("text/plain", ""))
    if ADDRESS.search(text):
        raise NotebookError(f"a cell shows a memory address: {text}")
    return output


def _alternative_texts(output: Any) -> dict[str, dict[str, str]]:
    return {kind: {"alt": each["alt"]} for kind, each in output.metadata.items() if "alt" in each}


def execute(path: Path) -> str:
    """Return the text of a notebook, run again and normalised."""
    with tempfile.TemporaryDirectory() as folder:
        done = run_notebook(path, out=Path(folder))
        text = nbformat.writes(normalise(nbformat.read(done.notebook, as_version=4))) + "\n"
    print(f"{path.name}: {done.seconds:.1f} s")
    return text


def chosen(names: list[str]) -> list[Path]:
    """Return the notebooks of these names, or all of them where there is none.

    Raises
    ------
    NotebookError
        For a name that no notebook has, with the nearest one.
    """
    found = {path.stem: path for path in sorted(FOLDER.rglob("*.ipynb"))}
    for name in names:
        if name.removesuffix(".ipynb") not in found:
            raise NotebookError(unknown_name("notebook", name, found))
    wanted = {name.removesuffix(".ipynb") for name in names}
    return [path for stem, path in found.items() if not wanted or stem in wanted]


def main(words: list[str]) -> int:
    """Run the notebooks named, or every one; return 1 where `--check` finds a difference."""
    changed = []
    for path in chosen([word for word in words if word != "--check"]):
        text = execute(path)
        if text != path.read_text(encoding="utf-8"):
            changed.append(path.name)
            if "--check" not in words:
                path.write_text(text, encoding="utf-8", newline="\n")
    print("changed: " + (", ".join(changed) or "nothing"))
    return 1 if changed and "--check" in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
