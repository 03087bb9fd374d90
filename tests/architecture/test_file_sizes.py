"""A file past 400 lines does two jobs; a function past 80 cannot be read at once."""

from __future__ import annotations

import ast
from pathlib import Path

LONGEST_FILE = 400
LONGEST_FUNCTION = 80
LONGEST_CATALOGUE = 500
CATALOGUES = {"config.py"}
"""Lists of declarations, a line or two a column or parameter, that are looked up and not read through."""


def _functions_too_long(file: Path) -> list[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [
        f"{file.name}:{node.lineno} {node.name} {_body_lines(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _body_lines(node) > LONGEST_FUNCTION
    ]


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement on: a long docstring is no fault."""
    first = node.body[1] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or 0) - first.lineno + 1


def _python(project_files: list[Path]) -> list[Path]:
    return [f for f in project_files if f.suffix == ".py"]


def test_files_are_short(project_files: list[Path], repository: Path) -> None:
    lengths = {f: len(f.read_text(encoding="utf-8").splitlines()) for f in _python(project_files)}
    too_long = {
        str(f.relative_to(repository)): n
        for f, n in lengths.items()
        if n > (LONGEST_CATALOGUE if f.name in CATALOGUES else LONGEST_FILE)
    }

    assert too_long == {}


def test_functions_are_short(project_files: list[Path]) -> None:
    assert [text for f in _python(project_files) for text in _functions_too_long(f)] == []


def test_there_is_no_attic(project_files: list[Path]) -> None:
    attics = {"utils", "helpers", "common", "misc", "util", "helper"}

    assert [f for f in _python(project_files) if f.stem in attics] == []
