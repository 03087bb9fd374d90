"""Files of instances: read as published, refused with what is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kamsim.allocation.assignment import read_gap
from kamsim.errors import AssignmentError

TEXT = "2 3\n1 2 3\n4 5 6\n7 8 9\n1 1 1\n10 11\n"


def test_rows_are_representatives_in_the_file_and_columns_here(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(TEXT)

    instance = read_gap(tmp_path / "x")

    assert instance.cost.tolist() == [[1, 4], [2, 5], [3, 6]]
    assert instance.load.tolist() == [[7, 1], [8, 1], [9, 1]]
    assert instance.capacity.tolist() == [10, 11]


def test_layout_is_free(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(TEXT.replace("\n", "  \n ").replace(" ", "   "))

    assert np.array_equal(read_gap(tmp_path / "x").capacity, [10, 11])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "number 1 must count the representatives, .* got nothing"),
        ("2", "number 2 must count the accounts, .* got nothing"),
        ("0 3", "number 1 must count the representatives, .* got 0"),
        (TEXT.replace("5", "5x"), "number 7 must be a finite number, got '5x'"),
        (TEXT.replace("5", "nan"), "number 7 must be a finite number, got 'nan'"),
        (
            TEXT.replace("11", ""),
            "2 representatives x 3 accounts need 14 numbers after the first two, got 13",
        ),
        (TEXT + "5", "got 15"),
        (TEXT.replace("7", "-7"), "every load must be >= 0, got -7"),
        (TEXT.replace("11", "-11"), "every capacity must be >= 0, got -11"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "x").write_text(text)
    with pytest.raises(AssignmentError, match=f"x: {sentence}|x: .*{sentence}"):
        read_gap(tmp_path / "x")


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\xff")
    for name, sentence in (("absent", "cannot be read"), ("binary", "is no text file")):
        with pytest.raises(AssignmentError, match=sentence):
            read_gap(tmp_path / name)
