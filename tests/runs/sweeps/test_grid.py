"""Grid files: what is asked for is read as meant, and what is not is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kamsim.errors import SweepError
from kamsim.runs.sweeps.grid import MOST_POINTS, read_grid


def write(folder: Path, text: str) -> Path:
    path = folder / "grid.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_grid_is_every_combination_and_keys_may_be_nested_or_dotted(tmp_path: Path) -> None:
    text = """
    scenario = "saas_midmarket"
    data = "runs/mine"
    fixed.seed = 7
    [grid]
    "experiment.draws" = [2, 3]
    coverage.strategic.accounts_per_ae = [4, 5]
    """
    grid = read_grid(write(tmp_path, text))

    assert grid.fixed == {"seed": 7}
    assert grid.data == Path("runs/mine")
    assert [tuple(point.values()) for point in grid.varied] == [(2, 4), (2, 5), (3, 4), (3, 5)]
    assert list(grid.varied[0]) == ["experiment.draws", "coverage.strategic.accounts_per_ae"]


def test_a_value_of_an_axis_may_be_a_list(tmp_path: Path) -> None:
    text = 'scenario = "s"\n[grid]\nallocation.policies = [["status_quo"], ["status_quo", "nearest"]]'

    assert len(read_grid(write(tmp_path, text)).varied) == 2


def test_a_list_of_points_is_taken_as_it_stands(tmp_path: Path) -> None:
    text = 'notebook = "n"\n[[points]]\na = 1\nb = "x"\n[[points]]\na = 2\nb = "y"'

    assert read_grid(write(tmp_path, text)).varied == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


AXIS = "\n[grid]\na = [1]"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("notebook = ", "not valid TOML"),
        ('notebok = "n"' + AXIS, "unknown key 'notebok': did you mean 'notebook'?"),
        ("notebook = 3" + AXIS, "notebook must be a text, got 3"),
        ("[grid]\na = [1]", "must say what to run"),
        ('notebook = "n"\nscenario = "s"' + AXIS, "not both"),
        ('notebook = "n"\ncalibrated = true' + AXIS, "not both"),
        ('scenario = "s"\ncalibrated = "yes"' + AXIS, "must be true or false"),
        ('notebook = "n"', "either \\[grid\\]"),
        ('notebook = "n"' + AXIS + "\n[[points]]\na = 1", "either \\[grid\\]"),
        ('notebook = "n"\n[grid]', "must have an axis"),
        ('notebook = "n"\n[grid]\na = []', "axis a must have a value"),
        ('notebook = "n"\n[grid]\na = 4', "axis a must be a list of values, got 4"),
        ('notebook = "n"\n[grid]\na = [4, 5, 4]', "axis a has the value 4 twice"),
        ('notebook = "n"\n[fixed]\na = 1' + AXIS, "'a' is both fixed and varied"),
        ('notebook = "n"\npoints = []', "one a point"),
        ('notebook = "n"\n[[points]]\na = 1\n[[points]]\nb = 1', "point 2 must set the same parameters"),
        (f'notebook = "n"\n[grid]\na = {list(range(101))}\nb = {list(range(100))}', "10100 \\(101 x 100\\)"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(SweepError, match=why) as caught:
        read_grid(write(tmp_path, text))
    assert str(caught.value).startswith(str(tmp_path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SweepError, match=r"absent\.toml: cannot be read"):
        read_grid(tmp_path / "absent.toml")


def test_the_largest_grid_is_read(tmp_path: Path) -> None:
    grid = read_grid(write(tmp_path, f'notebook = "n"\n[grid]\na = {list(range(MOST_POINTS))}'))

    assert len(grid.varied) == MOST_POINTS
