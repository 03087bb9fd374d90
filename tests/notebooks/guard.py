"""What a committed notebook must be: each check takes a notebook and says what is wrong, a sentence each."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

PARTS = (
    "The question", "Parameters", "Scenario", "Run", "Result", "Picture", "How to read this", "Exercise",
    "Provenance",
)  # fmt: skip
"""The ten parts are a title, which begins with `# `, and these headings, which begin with `## `."""

FIRST_PARAMETERS, LAST_PARAMETERS = ("preset", "seed", "accounts"), ("run", "lang")
OWN_DATA = "To see your own accounts, import them first (`kamsim import`), then give the run folder as `run`"
MOST_CODE_LINES = 60
MOST_TABLE_ROWS = 12
MOST_PARAMETERS = 8

ABSOLUTE_PATH = re.compile(
    r"""(?<![\w.~:/-])/(?:home|tmp|work|root|Users|usr|opt|var|mnt)/|\b[A-Za-z]:\\+\w"""
)
"""A path of some machine; an address such as https://… is none, nor is an escape such as \\n in a text."""

MEMORY_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
BANNED_STATEMENTS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While)

Notebook = Any
Check = Callable[[Notebook], list[str]]


def code_cells(notebook: Notebook) -> list[Any]:
    """Return the cells of code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook: Notebook) -> Iterator[tuple[int, Any]]:
    """Go through the outputs with the number of their cell."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            for output in cell.outputs:
                yield number, output


def texts(output: Any) -> Iterator[str]:
    """Go through all that an output shows in letters: text, HTML, tracebacks, words of pictures."""
    yield str(output.get("text", ""))
    yield "\n".join(output.get("traceback", []))
    for kind, content in output.get("data", {}).items():
        if not kind.startswith("image/") or kind == "image/svg+xml":
            yield str(content)
    yield str(output.get("metadata", ""))


def check_execution_counts(notebook: Notebook) -> list[str]:
    """Every cell of code was run, from top to bottom."""
    counts = [cell.execution_count for cell in code_cells(notebook)]
    return (
        []
        if counts == list(range(1, len(counts) + 1))
        else [f"execution counts must run from 1, got {counts}"]
    )


def check_quiet(notebook: Notebook) -> list[str]:
    """No cell fails, and none warns."""
    return [
        f"cell {number} shows {'an error' if output.output_type == 'error' else 'stderr'}"
        for number, output in outputs(notebook)
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def check_paths(notebook: Notebook) -> list[str]:
    """Nothing names a place on a machine, in sources or outputs."""
    shown = [(number, cell.source) for number, cell in enumerate(notebook.cells)]
    shown += [(number, text) for number, output in outputs(notebook) for text in texts(output)]
    return [
        f"cell {number} names an absolute path: {found[0]}"
        for number, text in shown
        if (found := ABSOLUTE_PATH.search(text))
    ]


def check_addresses(notebook: Notebook) -> list[str]:
    """No output shows where an object lies in memory."""
    return [
        f"cell {number} shows a memory address: {found[0]}"
        for number, output in outputs(notebook)
        for text in texts(output)
        if (found := MEMORY_ADDRESS.search(text))
    ]


def check_parameters_cell(notebook: Notebook) -> list[str]:
    """The first cell of code, and no other, is tagged as the parameters cell."""
    tagged = ["parameters" in cell.metadata.get("tags", []) for cell in code_cells(notebook)]
    return (
        [] if tagged and tagged[0] and sum(tagged) == 1 else ["the first cell of code must be `parameters`"]
    )


def check_parameter_names(notebook: Notebook) -> list[str]:
    """Parameters that all notebooks have stand in the same places, and there are few."""
    names = parameter_names(notebook)
    wrong = []
    if tuple(names[: len(FIRST_PARAMETERS)]) != FIRST_PARAMETERS:
        wrong.append(f"parameters must begin with {', '.join(FIRST_PARAMETERS)}, got {', '.join(names)}")
    if tuple(names[-len(LAST_PARAMETERS) :]) != LAST_PARAMETERS:
        wrong.append(f"parameters must end with {', '.join(LAST_PARAMETERS)}, got {', '.join(names)}")
    if len(names) > MOST_PARAMETERS:
        wrong.append(f"at most {MOST_PARAMETERS} parameters, got {len(names)}")
    return wrong


def check_own_data(notebook: Notebook) -> list[str]:
    """The reader learns, in the same words everywhere, how to run it on own data."""
    prose = " ".join(" ".join(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown")
    return [] if OWN_DATA in prose else [f"the prose must say: {OWN_DATA}"]


def check_semicolons(notebook: Notebook) -> list[str]:
    """No line ends in `;`: nbval runs cells without history, so that it hides nothing there."""
    return [
        f"cell {number} ends a line in `;`: {line.strip()}"
        for number, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        for line in cell.source.splitlines()
        if line.split("#")[0].rstrip().endswith(";")
    ]


def check_magics(notebook: Notebook) -> list[str]:
    """Every cell is plain Python: no magic, no shell."""
    return [
        f"cell {number} is no plain Python: {line.strip()}"
        for number, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        for line in cell.source.splitlines()
        if is_magic(line)
    ]


def check_alternative_texts(notebook: Notebook) -> list[str]:
    """There is a picture, and every picture is told in words."""
    pictures = [
        (number, kind, output)
        for number, output in outputs(notebook)
        for kind in output.get("data", {})
        if kind.startswith("image/")
    ]
    if not pictures:
        return ["there must be a picture"]
    return [
        f"cell {number} shows a picture without alternative text"
        for number, kind, output in pictures
        if not str(output.metadata.get(kind, {}).get("alt", "")).strip()
    ]


def check_tables(notebook: Notebook) -> list[str]:
    """There is a table, and none is long."""
    html = [
        (number, str(output.data["text/html"]))
        for number, output in outputs(notebook)
        if "<table" in str(output.get("data", {}).get("text/html", ""))
    ]
    if not html:
        return ["there must be a table"]
    return [
        f"cell {number} shows a table of {rows} rows, {MOST_TABLE_ROWS} at most"
        for number, text in html
        if (rows := text.count("<tr") - 1) > MOST_TABLE_ROWS
    ]


def check_parts(notebook: Notebook) -> list[str]:
    """The ten parts are there, in order."""
    prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown").splitlines()
    heads = tuple(line.removeprefix("## ") for line in prose if line.startswith("## "))
    if not prose or not prose[0].startswith("# "):
        return ["the first line must be the title"]
    return [] if heads == PARTS else [f"parts must be {', '.join(PARTS)}, got {', '.join(heads)}"]


def check_thin(notebook: Notebook) -> list[str]:
    """Code is short and defines nothing."""
    lines = sum(len(cell.source.splitlines()) for cell in code_cells(notebook))
    wrong = [] if lines <= MOST_CODE_LINES else [f"{lines} lines of code, {MOST_CODE_LINES} at most"]
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            kinds = {type(n).__name__ for n in ast.walk(parse(cell)) if isinstance(n, BANNED_STATEMENTS)}
            wrong += [f"cell {number} holds {kind}" for kind in sorted(kinds)]
    return wrong


def check_readers_of_parameters(notebook: Notebook) -> list[str]:
    """Only the cell after the parameters reads them: what is computed from them is set there."""
    names = set(parameter_names(notebook))
    readers = [
        number
        for number, cell in enumerate(code_cells(notebook)[1:], start=1)
        if names & {n.id for n in ast.walk(parse(cell)) if isinstance(n, ast.Name)}
    ]
    return [] if readers == [1] else [f"only cell of code 1 may read the parameters, got {readers}"]


def check_headline(notebook: Notebook) -> list[str]:
    """A cell that nbval compares prints text."""
    cells = [cell for cell in code_cells(notebook) if "# NBVAL_CHECK_OUTPUT" in cell.source]
    if not cells:
        return ["no cell is marked NBVAL_CHECK_OUTPUT"]
    kinds = {output.output_type for cell in cells for output in cell.outputs}
    return [] if kinds == {"stream"} else [f"the headline must be printed text, got {sorted(kinds)}"]


def check_exercise(notebook: Notebook) -> list[str]:
    """The exercise asks for a prediction and folds its solution."""
    prose = [c.source for c in notebook.cells if c.cell_type == "markdown" and "## Exercise" in c.source]
    text = prose[0] if prose else ""
    wanted = ("redict first", "<details><summary>", "</details>")
    return [f"the exercise lacks {part!r}" for part in wanted if part not in text]


def check_metadata(notebook: Notebook) -> list[str]:
    """Nothing of a machine or of an hour stays in the metadata."""
    wrong = []
    if set(notebook.metadata) != {"kernelspec", "language_info"}:
        wrong.append(f"metadata must be kernelspec and language_info, got {sorted(notebook.metadata)}")
    if notebook.metadata.get("language_info") != {"name": "python"}:
        wrong.append("language_info must be the name alone")
    return wrong + [
        f"cell {number} keeps metadata: {sorted(set(cell.metadata) - {'tags'})}"
        for number, cell in enumerate(notebook.cells)
        if set(cell.metadata) - {"tags"}
    ]


def parse(cell: Any) -> ast.Module:
    """Parse a cell without what is no Python; `check_magics` tells of that."""
    lines = cell.source.splitlines()
    return ast.parse("\n".join(line for line in lines if not is_magic(line)))


def is_magic(line: str) -> bool:
    """Tell a line of IPython's own from Python."""
    return line.lstrip().startswith(("%", "!", "?"))


def parameter_names(notebook: Notebook) -> list[str]:
    """Return the names in the parameters cell, in order."""
    cells = [c for c in code_cells(notebook) if "parameters" in c.metadata.get("tags", [])]
    return [
        node.target.id
        for cell in cells[:1]
        for node in parse(cell).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]


CHECKS: tuple[Check, ...] = (
    check_execution_counts,
    check_quiet,
    check_paths,
    check_addresses,
    check_parameters_cell,
    check_parameter_names,
    check_own_data,
    check_semicolons,
    check_magics,
    check_alternative_texts,
    check_tables,
    check_parts,
    check_thin,
    check_readers_of_parameters,
    check_headline,
    check_exercise,
    check_metadata,
)
"""All of them; each is proven on a doctored notebook."""
