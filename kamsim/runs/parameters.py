"""The parameters of a notebook: read from its parameters cell, checked before a kernel starts.

The cell is tagged ``parameters`` and holds literals only, one a line, each with a help text that may
end in a range or a choice::

    seed: int = 7  # root of all luck [0..]
    habit: str = "revenue"  # what effort follows [revenue|size|equal]
"""

from __future__ import annotations

import ast
import io
import keyword
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kamsim.errors import NotebookError, unknown_name

Literal = int | float | str | bool

KINDS: dict[str, type[Literal]] = {"int": int, "float": float, "str": str, "bool": bool}
MOST = 8

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_WHOLE = re.compile(r"[+-]?(?:0|[1-9]\d*)")
_REAL = re.compile(_NUMBER)
_RANGE = re.compile(rf"\[(?P<low>{_NUMBER})?\.\.(?P<high>{_NUMBER})?\]$")
_CHOICE = re.compile(r"\[(?P<names>[^\[\]|]+(?:\|[^\[\]|]+)+)\]$")


@dataclass(frozen=True)
class Parameter:
    """One parameter: its type, default, help text and the values it may take."""

    name: str
    kind: type[Literal]
    default: Literal
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    def accept(self, value: object) -> Literal:
        """Return a value of the right type, from a text as given on the command line or from Python.

        Parameters
        ----------
        value : object
            A text is read strictly: ``1,5`` and ``010`` are no numbers, ``NO`` is no truth value.

        Returns
        -------
        int, float, str or bool

        Raises
        ------
        NotebookError
            When the value is of another type or out of range.

        Examples
        --------
        >>> Parameter("seed", int, 1, "root of all luck", low=0).accept("7")
        7
        """
        typed = _read_text(value, self.kind) if isinstance(value, str) else _same_kind(value, self.kind)
        if typed is None:
            raise NotebookError(f"parameter {self.name} must be {_IN_WORDS[self.kind]}, got {value!r}")
        if not self._in_range(typed):
            raise NotebookError(f"parameter {self.name} must be {self.rule()}, got {value!r}")
        return typed

    def rule(self) -> str:
        """Say which values are allowed, in words; empty when all of the type are."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        low = f">= {self.low:g}" if self.low is not None else ""
        high = f"<= {self.high:g}" if self.high is not None else ""
        return " and ".join(part for part in (low, high) if part)

    def _in_range(self, value: Literal) -> bool:
        if self.choices:
            return value in self.choices
        if isinstance(value, str | bool):
            return True
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


_IN_WORDS: dict[type[Literal], str] = {
    int: "a whole number",
    float: "a number with a decimal point",
    str: "a text",
    bool: "true or false",
}


def read_parameters(source: str) -> dict[str, Parameter]:
    """Read the schema of a parameters cell.

    Parameters
    ----------
    source : str
        The text of the cell.

    Returns
    -------
    dict of str to Parameter
        In the order of the cell.

    Raises
    ------
    NotebookError
        When a line is anything else than ``name: type = literal  # help``.

    Examples
    --------
    >>> read_parameters("seed: int = 7  # root of all luck [0..]")["seed"].default
    7
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError as caught:
        raise NotebookError(f"parameters cell, line {caught.lineno}: not valid Python") from None
    comments = _comments(source)
    parameters: dict[str, Parameter] = {}
    for statement in statements:
        parameter = _read_line(statement, comments.get(statement.lineno, ""))
        if parameter.name in parameters:
            raise NotebookError(f"parameters cell: {parameter.name} stands twice")
        parameters[parameter.name] = parameter
    if len(parameters) > MOST:
        raise NotebookError(f"parameters cell must hold <= {MOST} parameters, got {len(parameters)}")
    return parameters


def accept_all(schema: Mapping[str, Parameter], given: Mapping[str, object]) -> dict[str, Literal]:
    """Check given values against the schema.

    Returns
    -------
    dict of str to int, float, str or bool
        The given parameters only, typed.

    Raises
    ------
    NotebookError
        For an unknown name, with the nearest known one, or a bad value.
    """
    for name in given:
        if name not in schema:
            raise NotebookError(unknown_name("parameter", name, schema))
    return {name: schema[name].accept(value) for name, value in given.items()}


def parse_assignments(texts: Sequence[str]) -> dict[str, str]:
    """Split ``name=value`` texts.

    Examples
    --------
    >>> parse_assignments(["seed=7", "note=a=b"])
    {'seed': '7', 'note': 'a=b'}
    """
    parsed: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise NotebookError(f"-p wants name=value, got {text!r}")
        if name.strip() in parsed:
            raise NotebookError(f"parameter {name.strip()} is given twice")
        parsed[name.strip()] = value
    return parsed


def _read_line(statement: ast.stmt, comment: str) -> Parameter:
    where = f"parameters cell, line {statement.lineno}"
    if (
        not isinstance(statement, ast.AnnAssign)
        or not isinstance(statement.target, ast.Name)
        or not isinstance(statement.annotation, ast.Name)
        or statement.value is None
        or statement.end_lineno != statement.lineno
    ):
        raise NotebookError(f"{where}: must be `name: type = literal  # help` on one line")
    name, kind_name = statement.target.id, statement.annotation.id
    if kind_name not in KINDS:
        raise NotebookError(f"{where}: type of {name} must be one of {', '.join(KINDS)}, got {kind_name}")
    if keyword.issoftkeyword(name) or name.startswith("_"):
        raise NotebookError(f"{where}: {name!r} is no good name for a parameter")
    try:
        default = ast.literal_eval(statement.value)
    except ValueError:
        raise NotebookError(f"{where}: {name} must be a literal, not something computed") from None
    return _declare(name, KINDS[kind_name], default, comment, where)


def _declare(name: str, kind: type[Literal], default: Any, comment: str, where: str) -> Parameter:
    if not comment:
        raise NotebookError(f"{where}: {name} has no help text (`# …` at the end of the line)")
    span, choice = _RANGE.search(comment), _CHOICE.search(comment)
    rules: dict[str, Any] = {}
    if span:
        rules = {side: float(text) for side, text in span.groupdict().items() if text is not None}
    elif choice:
        rules = {"choices": tuple(part.strip() for part in choice["names"].split("|"))}
    typed = _same_kind(default, kind)
    if typed is None:
        raise NotebookError(f"{where}: {name} must be {_IN_WORDS[kind]}, got {default!r}")
    rule = span or choice
    parameter = Parameter(name, kind, typed, comment[: rule.start()].strip() if rule else comment, **rules)
    if not parameter._in_range(default):
        raise NotebookError(f"{where}: {name} must be {parameter.rule()}, got {default!r}")
    return parameter


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ").strip() for t in tokens if t.type == tokenize.COMMENT}


def _read_text(text: str, kind: type[Literal]) -> Literal | None:
    """Read a text as the type asks; None when it cannot be."""
    if kind is str:
        return text
    if kind is bool:
        return {"true": True, "false": False}.get(text.lower())
    if kind is int:
        return int(text) if _WHOLE.fullmatch(text) else None
    return _same_kind(float(text), float) if _REAL.fullmatch(text) else None


def _same_kind(value: object, kind: type[Literal]) -> Literal | None:
    """Return the value as the type asks: an int passes for a float, a bool never for a number."""
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < float("inf") else None
    if kind is int and isinstance(value, bool):
        return None
    return value if isinstance(value, kind) else None
