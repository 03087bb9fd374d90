from pathlib import Path

import pandas as pd
import pytest

from kamsim.errors import BundleError
from kamsim.reporting import write_csv
from kamsim.reporting.safe_csv import defuse


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-2", "@SUM(A1)", "\tx", "\rx", "\n=x"])
def test_what_a_spreadsheet_would_run_is_defused(text: str) -> None:
    frame = pd.DataFrame(
        {"name": pd.Series([text, "Arc = best", None], dtype="str"), "eur": [-1.0, 2.0, 3.0]}
    )
    safe = defuse(frame)
    assert safe["name"].iloc[0] == f"'{text}"
    assert safe["name"].iloc[1] == "Arc = best"
    assert safe["name"].isna().tolist() == [False, False, True]
    assert safe["eur"].tolist() == [-1.0, 2.0, 3.0]
    assert frame["name"].iloc[0] == text


def test_numbers_come_back_as_they_were(tmp_path: Path) -> None:
    frame = pd.DataFrame({"rep_id": ["=x"], "hours": [0.1 + 0.2]})
    write_csv(frame, tmp_path / "moves.csv")
    read = pd.read_csv(tmp_path / "moves.csv")
    assert read["hours"].tolist() == pytest.approx(frame["hours"].tolist(), rel=1e-15)
    assert read["rep_id"].tolist() == ["'=x"]


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="cannot be written"):
        write_csv(pd.DataFrame({"x": [1]}), tmp_path / "nowhere" / "moves.csv")
