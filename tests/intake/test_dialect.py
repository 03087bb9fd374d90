import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.errors import IntakeError
from kamsim.intake.dialect import read_sheet


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("dialect") / "accounts.csv"


TEXT = "Id,Nom\n1,Société Générale\n2,Œuvre\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found_out(file, encoding, delimiter):
    file.write_bytes(TEXT.replace(",", delimiter).encode(encoding))
    sheet = read_sheet(file, ["Nom"])
    assert (sheet.encoding, sheet.delimiter) == (encoding, delimiter)
    assert [sheet.cell(row, "Nom") for row in sheet.rows] == ["Société Générale", "Œuvre"]


def test_delimiter_follows_the_wanted_columns_and_not_the_count(file):
    file.write_text("name, with commas, in, it;Id\na;1\n")
    assert read_sheet(file, ["Id"]).delimiter == ";"


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)


@settings(deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6), delimiter=st.sampled_from(",;\t|"))
def test_what_a_csv_writer_writes_is_read_back(file, rows, delimiter):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([["a", "b", "c"], *rows])
    file.write_bytes(text.getvalue().encode())
    sheet = read_sheet(file, ["a", "b", "c"])
    assert list(sheet.rows.values()) == [[cell.strip() for cell in row] for row in rows]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(file):
    file.write_text('Id,Nom\n1,"two\nlines"\n\n3,x\n')
    sheet = read_sheet(file, ["Id"])
    assert list(sheet.rows) == [2, 4]
    assert json.loads(sheet.content(4)) == {"Id": "3", "Nom": "x"}


def test_ragged_rows_are_told_and_keep_their_cells(file):
    file.write_text("Id,Nom\n1\n2,x,y\n3,z\n")
    sheet = read_sheet(file, ["Id"])
    assert sheet.ragged() == [2, 3]
    assert json.loads(sheet.content(3)) == ["2", "x", "y"]
    assert sheet.cell(2, "Nom") == ""


def test_unmapped_headings_may_stand_twice(file):
    file.write_text("Id,x,x,x (2),\n1,a,b,c,d\n")
    content = json.loads(read_sheet(file, ["Id"]).content(2))
    assert sorted(content.values()) == ["1", "a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "accounts.csv: the first row must hold the column names"),
        (b"\n1,2\n", "accounts.csv: the first row must hold the column names"),
        (b"Id,Noms\n", "accounts.csv: the mapping asks for an unknown column 'Nom': did you mean 'Noms'?"),
        (b"Id,Nom,Nom\n", "column 'Nom' stands 2 times"),
        (b'Id,Nom\n1,"open\n', "line 2 is not clean CSV"),
        (b"Id,Nom\n1,\x81\n", "not a text file in utf-8 or cp1252"),
        ("Id,Nom\n".encode("utf-16-le"), "not a text file in utf-8"),
        (b"\xef\xbb\xbfId,Nom\n\xff", "not a text file in utf-8-sig"),
        (b"Id,Nom\n1," + b"x" * 200_000, "is not clean CSV"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(file, raw, words):
    file.write_bytes(raw)
    with pytest.raises(IntakeError) as caught:
        read_sheet(file, ["Id", "Nom"])
    assert words in str(caught.value)


def test_stated_encoding_and_delimiter_are_obeyed(file):
    file.write_bytes("Id;Nom\n1;é\n".encode("mac_roman"))
    sheet = read_sheet(file, ["Nom"], encoding="mac_roman", delimiter=";")
    assert sheet.cell(2, "Nom") == "é"
    with pytest.raises(IntakeError, match="not a text file in utf-8"):
        read_sheet(file, ["Nom"], encoding="utf-8")


def test_absent_file_names_the_nearest(file):
    file.write_text(TEXT)
    with pytest.raises(IntakeError, match=r"unknown file 'acounts.csv': did you mean 'accounts.csv'"):
        read_sheet(file.with_name("acounts.csv"), ["Id"])


@settings(deadline=None)
@given(raw=st.binary(max_size=60))
def test_random_bytes_are_read_or_refused(file, raw):
    file.write_bytes(raw)
    try:
        sheet = read_sheet(file, [])
    except IntakeError:
        return
    for row in sheet.rows:
        json.loads(sheet.content(row))
