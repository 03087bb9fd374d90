"""Each check of the guard, proven on a notebook doctored in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from . import guard

TABLE = "<table><tr><th>x</th></tr><tr><td>1</td></tr></table>"
PNG = "iVBORw0KGgo="


@pytest.fixture
def sound() -> NotebookNode:
    """A notebook that passes every check."""

    def code(source: str, *outputs: Any, **metadata: Any) -> NotebookNode:
        return new_code_cell(source, outputs=list(outputs), metadata=metadata)

    def result(data: dict[str, str], **metadata: Any) -> NotebookNode:
        return new_output("execute_result", data, metadata=metadata)

    names = ("preset", "seed", "accounts", "run", "lang")
    parameters = "\n".join(f'{name}: str = ""  # help' for name in names)
    cells = [
        new_markdown_cell("# A title"),
        new_markdown_cell("## The question"),
        new_markdown_cell(f"## Parameters\n\n{guard.OWN_DATA}."),
        code(parameters, tags=["parameters"]),
        new_markdown_cell("## Scenario"),
        code("given = (preset, seed, accounts, run, lang)"),
        new_markdown_cell("## Run"),
        code("table = given"),
        new_markdown_cell("## Result"),
        code("table", result({"text/html": TABLE, "text/plain": "x"})),
        code("# NBVAL_CHECK_OUTPUT\nprint(1)", new_output("stream", name="stdout", text="1\n")),
        new_markdown_cell("## Picture"),
        code("show(table)", result({"image/png": PNG, "text/plain": "x"}, **{"image/png": {"alt": "Words"}})),
        new_markdown_cell("## How to read this"),
        new_markdown_cell(
            "## Exercise\n\n*Predict first*.\n\n<details><summary>S</summary>\n\nx\n\n</details>"
        ),
        new_markdown_cell("## Provenance"),
    ]
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
    }
    notebook = new_notebook(cells=cells, metadata=metadata)
    for count, cell in enumerate(guard.code_cells(notebook), start=1):
        cell.execution_count = count
    return notebook


def place(*parts: str) -> str:
    """Spell a path of a machine; whole, it may stand in no file of the project."""
    return "/" + "/".join(parts)


def print_out(notebook: NotebookNode, text: str, name: str = "stdout") -> None:
    guard.code_cells(notebook)[2].outputs.append(new_output("stream", name=name, text=text))


def show_html(notebook: NotebookNode, html: str) -> None:
    data = {"text/html": html, "text/plain": "x"}
    guard.code_cells(notebook)[2].outputs.append(new_output("execute_result", data))


def rewrite(notebook: NotebookNode, old: str, new: str) -> None:
    for cell in notebook.cells:
        cell.source = cell.source.replace(old, new)


def append(notebook: NotebookNode, line: str) -> None:
    guard.code_cells(notebook)[2].source += f"\n{line}"


def fail(notebook: NotebookNode) -> None:
    output = new_output("error", ename="E", evalue="v", traceback=["t"])
    guard.code_cells(notebook)[2].outputs.append(output)


def forget_words(notebook: NotebookNode) -> None:
    guard.code_cells(notebook)[5].outputs[0].metadata = NotebookNode()


def drop_pictures(notebook: NotebookNode) -> None:
    guard.code_cells(notebook)[5].outputs = []


def drop_tables(notebook: NotebookNode) -> None:
    guard.code_cells(notebook)[3].outputs = []


def untag(notebook: NotebookNode) -> None:
    guard.code_cells(notebook)[0].metadata = NotebookNode()


def tag_twice(notebook: NotebookNode) -> None:
    guard.code_cells(notebook)[1].metadata = NotebookNode(tags=["parameters"])


def forget_count(notebook: NotebookNode) -> None:
    guard.code_cells(notebook)[2].execution_count = None


def run_out_of_order(notebook: NotebookNode) -> None:
    guard.code_cells(notebook)[2].execution_count = 9


def show_a_table_as_headline(notebook: NotebookNode) -> None:
    guard.code_cells(notebook)[3].source += "  # NBVAL_CHECK_OUTPUT"


def keep_timing(notebook: NotebookNode) -> None:
    notebook.cells[0].metadata["papermill"] = {"duration": 1.0}


def keep_run(notebook: NotebookNode) -> None:
    notebook.metadata["papermill"] = {"duration": 1.0}


def keep_version(notebook: NotebookNode) -> None:
    notebook.metadata["language_info"]["version"] = "3.11.9"


Doctor = Callable[[NotebookNode], None]

LONG_TABLE = "<table>" + 14 * "<tr><td>1</td></tr>" + "</table>"
MANY = "\n".join(f"{name}: int = 1" for name in "abcd")

DOCTORED: list[tuple[guard.Check, str, Doctor]] = [
    (guard.check_execution_counts, "execution counts", forget_count),
    (guard.check_execution_counts, "execution counts", run_out_of_order),
    (guard.check_quiet, "shows an error", fail),
    (guard.check_quiet, "shows stderr", lambda n: print_out(n, "careful", "stderr")),
    (guard.check_paths, "/home/", lambda n: append(n, f"open('{place('home', 'ada', 'x.csv')}')")),
    (guard.check_paths, "/tmp/", lambda n: print_out(n, f"written: {place('tmp', 'x')}")),
    (guard.check_paths, "/work/", lambda n: show_html(n, TABLE.replace("1", place("work", "x.csv")))),
    (guard.check_paths, "C:\\U", lambda n: print_out(n, "written: C:" + "\\Users" + "\\ada")),
    (guard.check_paths, "/Users/", lambda n: rewrite(n, "# A title", f"# A title: {place('Users', 'ada')}")),
    (guard.check_addresses, "at 0x7f", lambda n: print_out(n, "<object X at 0x7f2a3b4c5d>")),
    (guard.check_parameters_cell, "first cell of code", untag),
    (guard.check_parameters_cell, "first cell of code", tag_twice),
    (guard.check_parameter_names, "begin with", lambda n: rewrite(n, "preset: str", "scenario: str")),
    (guard.check_parameter_names, "end with", lambda n: rewrite(n, "lang: str", "language: str")),
    (guard.check_parameter_names, "at most", lambda n: rewrite(n, "run: str", f"{MANY}\nrun: str")),
    (guard.check_own_data, "must say", lambda n: rewrite(n, "kamsim import", "kamsim read")),
    (guard.check_semicolons, "`;`", lambda n: append(n, "table;")),
    (guard.check_semicolons, "`;`", lambda n: append(n, "table;  # hidden\nprint()")),
    (guard.check_magics, "%matplotlib inline", lambda n: append(n, "%matplotlib inline")),
    (guard.check_magics, "!ls", lambda n: append(n, "!ls")),
    (guard.check_alternative_texts, "without alternative text", forget_words),
    (guard.check_alternative_texts, "must be a picture", drop_pictures),
    (guard.check_tables, "must be a table", drop_tables),
    (guard.check_tables, "13 rows", lambda n: show_html(n, LONG_TABLE)),
    (guard.check_parts, "parts must be", lambda n: rewrite(n, "## Run", "### Run")),
    (guard.check_parts, "the title", lambda n: rewrite(n, "# A title", "A title")),
    (guard.check_thin, "lines of code", lambda n: append(n, "\n" * 60)),
    (guard.check_thin, "FunctionDef", lambda n: append(n, "def f(): ...")),
    (guard.check_thin, "For", lambda n: append(n, "for x in table: print(x)")),
    (guard.check_thin, "Lambda", lambda n: append(n, "f = lambda x: x")),
    (guard.check_readers_of_parameters, "may read", lambda n: append(n, "print(seed)")),
    (guard.check_headline, "no cell", lambda n: rewrite(n, "# NBVAL_CHECK_OUTPUT", "#")),
    (guard.check_headline, "printed text", show_a_table_as_headline),
    (guard.check_exercise, "</details>", lambda n: rewrite(n, "</details>", "")),
    (guard.check_exercise, "redict first", lambda n: rewrite(n, "*Predict first*", "*Guess*")),
    (guard.check_metadata, "papermill", keep_timing),
    (guard.check_metadata, "papermill", keep_run),
    (guard.check_metadata, "language_info", keep_version),
]  # fmt: skip


def test_a_sound_notebook_passes(sound: NotebookNode) -> None:
    assert [check(sound) for check in guard.CHECKS] == [[] for _ in guard.CHECKS]


@pytest.mark.parametrize(("check", "said", "doctor"), DOCTORED, ids=lambda x: getattr(x, "__name__", str(x)))
def test_a_doctored_notebook_is_caught(
    sound: NotebookNode, check: guard.Check, said: str, doctor: Doctor
) -> None:
    doctor(sound)

    found = check(sound)

    assert len(found) == 1
    assert said in found[0]


def test_every_check_is_proven() -> None:
    assert {check for check, _, _ in DOCTORED} == set(guard.CHECKS)


def test_addresses_on_the_web_and_relative_paths_are_no_places_on_a_machine(sound: NotebookNode) -> None:
    print_out(
        sound,
        f"https://example.org{place('home', 'x')} docs{place('tmp', 'x')} runs/mine and/or 1/2 D-COV-1: \\n",
    )
    rewrite(sound, "# A title", "# A title\n\n`-p run=$PWD/runs/mine`")

    assert guard.check_paths(sound) == []
