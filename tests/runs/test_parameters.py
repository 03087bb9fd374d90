import pytest

from kamsim.errors import NotebookError
from kamsim.runs.parameters import Parameter, accept_all, parse_assignments, read_parameters

CELL = """
seed: int = 7  # root of all luck [0..]
share: float = 0.5  # share of the market [0..1]
habit: str = "size"  # what effort follows [revenue|size]
note: str = ""  # a remark
quick: bool = False  # skip the slow part
"""


def test_cell_gives_types_defaults_help_and_rules() -> None:
    schema = read_parameters(CELL)

    assert [(p.name, p.kind, p.default) for p in schema.values()] == [
        ("seed", int, 7),
        ("share", float, 0.5),
        ("habit", str, "size"),
        ("note", str, ""),
        ("quick", bool, False),
    ]
    assert schema["seed"].help == "root of all luck"
    assert [p.rule() for p in schema.values()] == [">= 0", ">= 0 and <= 1", "one of revenue, size", "", ""]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("seed = 7  # help", "must be `name: type = literal"),
        ("seed: int  # help", "must be `name: type = literal"),
        ("a: int = 1  # help\nb: int = a + 1  # derived", "must be a literal"),
        ("import os  # help", "must be `name: type = literal"),
        ("x: tuple = (1, 2)  # help", "type of x must be one of"),
        ("x: int = 1.5  # help", "x must be a whole number, got 1.5"),
        ("x: int = True  # help", "x must be a whole number, got True"),
        ("x: int = 1", "no help text"),
        ("x: int = 1  # help [2..]", "x must be >= 2, got 1"),
        ("x: int = (\n1)  # help", "on one line"),
        ("x: int = 1  # a\nx: int = 2  # b", "x stands twice"),
        ("x: int = ", "not valid Python"),
        ("\n".join(f"x{i}: int = 1  # help" for i in range(9)), "must hold <= 8 parameters, got 9"),
    ],
)
def test_anything_but_literals_is_refused(line: str, why: str) -> None:
    with pytest.raises(NotebookError) as caught:
        read_parameters(line)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("name", "given", "typed"),
    [
        ("seed", "12", 12),
        ("seed", 12, 12),
        ("share", "0.25", 0.25),
        ("share", 1, 1.0),
        ("habit", "revenue", "revenue"),
        ("note", "NO", "NO"),
        ("note", "010", "010"),
        ("quick", "true", True),
        ("quick", False, False),
    ],
)
def test_good_values_take_their_type(name: str, given: object, typed: object) -> None:
    accepted = read_parameters(CELL)[name].accept(given)

    assert accepted == typed
    assert type(accepted) is type(typed)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("seed", "010"),
        ("seed", "1,5"),
        ("seed", "1.0"),
        ("seed", "1_000"),
        ("seed", "-1"),
        ("seed", ""),
        ("seed", True),
        ("seed", 1.0),
        ("share", "1,5"),
        ("share", "nan"),
        ("share", "1e999"),
        ("share", float("nan")),
        ("share", "1.5"),
        ("habit", "siz"),
        ("note", 3),
        ("quick", "NO"),
        ("quick", "1"),
        ("quick", 1),
    ],
)
def test_bad_values_are_refused_by_name(name: str, given: object) -> None:
    with pytest.raises(NotebookError, match=f"parameter {name} must be"):
        read_parameters(CELL)[name].accept(given)


def test_unknown_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(NotebookError, match="unknown parameter 'sede': did you mean 'seed'"):
        accept_all(read_parameters(CELL), {"sede": "1"})


def test_names_that_carry_code_are_unknown() -> None:
    with pytest.raises(NotebookError, match="unknown parameter"):
        accept_all({"seed": Parameter("seed", int, 1, "luck")}, {"seed = 1; import os; x": "1"})


def test_assignments_are_split_once() -> None:
    assert parse_assignments(["a=1", "b=x=y", "c="]) == {"a": "1", "b": "x=y", "c": ""}


@pytest.mark.parametrize(
    ("texts", "why"), [(["a"], "name=value"), (["=1"], "name=value"), (["a=1", "a=2"], "twice")]
)
def test_bad_assignments_are_refused(texts: list[str], why: str) -> None:
    with pytest.raises(NotebookError, match=why):
        parse_assignments(texts)
