"""CSV files as other programs write them: encoding, delimiter and quoting, every cell a text.

A file that is no clean table is refused in one sentence. A row whose number of cells differs from the
header's is kept aside as *ragged*: its cells may have slid under other headings, so none is believed.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from kamsim.errors import IntakeError, unknown_name

DELIMITERS = (",", ";", "\t", "|")

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class Sheet:
    """One file as read: texts only, rows by number as a spreadsheet counts them (the header is row 1).

    Blank lines are counted but hold no row. Blanks around a cell are taken off.
    """

    file: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: dict[int, list[str]]

    def ragged(self) -> list[int]:
        """Return the rows with too few or too many cells."""
        return [number for number, cells in self.rows.items() if len(cells) != len(self.header)]

    def cell(self, row: int, column: str) -> str:
        """Return one cell; nothing where a row is too short."""
        place = self.header.index(column)
        cells = self.rows[row]
        return cells[place] if place < len(cells) else ""

    def content(self, row: int) -> str:
        """Return a row as JSON: an object by heading, or a list where it is ragged."""
        cells = self.rows[row]
        whole = len(cells) == len(self.header)
        return json.dumps(dict(zip(self.header, cells, strict=True)) if whole else cells, ensure_ascii=False)


def read_sheet(
    path: Path, wanted: Collection[str], *, encoding: str | None = None, delimiter: str | None = None
) -> Sheet:
    r"""Read a CSV file whose header holds the wanted columns.

    Parameters
    ----------
    path : Path
        The file.
    wanted : collection of str
        Headings that must be there, once each.
    encoding, delimiter : str, optional
        As stated by the mapping; found out where absent (see `TextFormat`).

    Returns
    -------
    Sheet

    Raises
    ------
    IntakeError
        When the file is absent, empty, not text, badly quoted, or lacks a wanted column.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "accounts.csv"
    >>> _ = file.write_text("Id;Nom\n1;Société\n", encoding="cp1252")
    >>> sheet = read_sheet(file, ["Id", "Nom"])
    >>> sheet.encoding, sheet.delimiter, sheet.content(2)
    ('cp1252', ';', '{"Id": "1", "Nom": "Société"}')
    """
    text, used = _decode(path, encoding)
    mark = delimiter or _find_delimiter(text, wanted)
    records = _split(text, mark, path.name)
    if not records or not any(records[0]):
        raise IntakeError(f"{path.name}: the first row must hold the column names, and it is empty")
    header = [name.strip() for name in records[0]]
    _check_header(header, wanted, path.name)
    rows = {
        number: [cell.strip() for cell in cells] for number, cells in enumerate(records[1:], start=2) if cells
    }
    return Sheet(path.name, used, mark, tuple(_unique(header)), rows)


def _decode(path: Path, encoding: str | None) -> tuple[str, str]:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        beside = [f.name for f in path.parent.glob("*") if f.is_file()] if path.parent.is_dir() else []
        raise IntakeError(f"{path.parent}: {unknown_name('file', path.name, beside)}") from None
    except OSError as caught:
        raise IntakeError(f"{path}: cannot be read ({caught.strerror})") from None
    marked = [name for mark, name in BYTE_ORDER_MARKS.items() if raw.startswith(mark)]
    for candidate in [encoding] if encoding else marked or ["utf-8", "cp1252"]:
        try:
            text = raw.decode(candidate)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise IntakeError(f"{path.name}: not a text file in {candidate}; state its format.encoding")
        return text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"), candidate
    tried = encoding or " or ".join(marked or ["utf-8", "cp1252"])
    raise IntakeError(f"{path.name}: not a text file in {tried}; state its format.encoding")


def _find_delimiter(text: str, wanted: Collection[str]) -> str:
    """Choose the delimiter under which the header shows most of the wanted columns."""
    first = text.lstrip("\r\n").splitlines()[:1]

    def seen(mark: str) -> int:
        try:
            names = next(csv.reader(first, delimiter=mark), [])
        except csv.Error:
            return 0
        return len({name.strip() for name in names} & set(wanted))

    return max(DELIMITERS, key=seen)


def _split(text: str, delimiter: str, file: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return list(reader)
    except csv.Error as caught:
        raise IntakeError(f"{file}: line {reader.line_num} is not clean CSV ({caught})") from None


def _check_header(header: Sequence[str], wanted: Collection[str], file: str) -> None:
    for name in wanted:
        if name not in header:
            known = [heading for heading in header if heading]
            raise IntakeError(f"{file}: the mapping asks for an {unknown_name('column', name, known)}")
        if header.count(name) > 1:
            raise IntakeError(
                f"{file}: column {name!r} stands {header.count(name)} times in the header; once is the rule"
            )


def _unique(header: Sequence[str]) -> list[str]:
    """Number headings that stand twice; only unmapped ones can."""
    names: list[str] = []
    for name in header:
        spare, number = name, 2
        while spare in names or (spare != name and spare in header):
            spare, number = f"{name} ({number})", number + 1
        names.append(spare)
    return names
