"""Files of tables: written block by block, hashed, and read back in the contract's types.

The bytes of a file depend on the rows alone, not on the blocks they came in, nor on threads or time. (They
do depend on the version of pyarrow, which the lock file settles.)
"""

from __future__ import annotations

import csv
import hashlib
import io
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kamsim.bundle.manifest import Format, read_manifest
from kamsim.errors import BundleError
from kamsim.schemas import DATE, NUMBER, TABLES, TEXT, Checked, Table, check

_FINGERPRINT = 16
"""Digits of a fingerprint."""

ROW_GROUP = 131_072
"""Rows of a row group: what a table holds back in memory, at most, until it is written."""


BUFFER = 1 << 22
"""Bytes that are hashed and written together: a call of Python costs as much as several kilobytes."""


class _HashedFile(io.FileIO):
    """A file to write, whose bytes are hashed as they pass."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "wb")
        self._digest = hashlib.sha256()

    def write(self, content: Any) -> int:
        """Write all of it, or raise OSError."""
        view = memoryview(content)
        self._digest.update(view)
        left = view
        while left:
            left = left[super().write(left) :]
        return len(view)

    @property
    def fingerprint(self) -> str:
        """As `file_fingerprint` of the path, once everything is written."""
        return self._digest.hexdigest()[:_FINGERPRINT]


class ParquetFile:
    """A parquet file in row groups of `ROW_GROUP` rows, however many come at a time."""

    def __init__(self, path: Path, table: Table) -> None:
        self.path = path
        self._schema = pa.Schema.from_pandas(table.empty(), preserve_index=False)
        self._bytes = _HashedFile(path)
        self._sink = pa.output_stream(self._bytes, buffer_size=BUFFER)
        self._file = pq.ParquetWriter(self._sink, self._schema, **writer_settings(table))
        self._waiting: list[pa.Table] = []
        self._held = 0

    def append(self, block: Checked) -> None:
        """Add rows that come after all earlier ones; the last of them are held back for now."""
        rows = block.rows
        while self._held + len(rows) >= ROW_GROUP:
            room = ROW_GROUP - self._held
            self._write([*self._waiting, rows.slice(0, room)])
            rows = rows.slice(room)
        if len(rows):
            # A copy: the caller's block is free to go, or to be filled anew.
            self._waiting.append(rows.take(pa.array(np.arange(len(rows)))))
            self._held += len(rows)

    def finish(self) -> str:
        """Write what was held back, close the file and return its fingerprint."""
        if self._held:
            self._write(self._waiting)
        self._file.close()
        self._sink.close()
        return self._bytes.fingerprint

    def abandon(self) -> None:
        """Close the file whatever state it is in; nothing more is done to one that is finished."""
        with suppress(OSError):
            self._file.close()
            self._sink.close()
        self._bytes.close()

    def _write(self, parts: list[pa.Table]) -> None:
        self._file.write_table(pa.concat_tables(parts), row_group_size=ROW_GROUP)
        self._waiting, self._held = [], 0


def writer_settings(table: Table) -> dict[str, Any]:
    """Return pyarrow's settings for a table.

    As measured on 590,000 rows of history, beside pandas' own (snappy, and dictionaries for all): zstd at
    its lowest level, with dictionaries for all but real numbers, is as quick and a tenth to a fifth smaller.
    """
    coded = [name for name, column in table.columns.items() if column.dtype != NUMBER]
    return {"compression": "zstd", "compression_level": 1, "use_dictionary": coded}


class CsvFile:
    """A CSV file with all texts in quotes: a carriage return outside of them would end the row."""

    def __init__(self, path: Path, table: Table) -> None:
        self.path = path
        self._write(table.empty(), header=True)

    def append(self, block: Checked) -> None:
        """Add rows that come after all earlier ones."""
        self._write(block.frame, header=False)

    def finish(self) -> str:
        """Return the fingerprint; nothing is held back."""
        return file_fingerprint(self.path)

    def abandon(self) -> None:
        """Nothing is open."""

    def _write(self, frame: pd.DataFrame, *, header: bool) -> None:
        frame.to_csv(
            self.path, mode="a", header=header, index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC
        )


TableFile = ParquetFile | CsvFile
FILES: dict[Format, type[TableFile]] = {"parquet": ParquetFile, "csv": CsvFile}


def table_path(folder: Path, name: str, file_format: Format) -> Path:
    """Return where a stage keeps a table."""
    return folder / f"{name}.{file_format}"


def file_fingerprint(path: Path) -> str:
    """Hash the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:_FINGERPRINT]


def read_table(run: Path, stage: str, name: str) -> pd.DataFrame:
    """Read one table of a stage, held to its fingerprint and checked against its contract.

    Raises
    ------
    BundleError
        When the stage or the table is absent, unreadable, or was changed since it was written.
    """
    manifest = read_manifest(run, stage)
    if name not in manifest.tables:
        raise BundleError(f"{run}: stage {stage!r} holds no table {name!r}")
    path = table_path(Path(run) / stage, name, manifest.format)
    try:
        if file_fingerprint(path) != manifest.tables[name]:
            raise BundleError(f"{path}: its content is not what its manifest says; run the step again")
        frame = _read_csv(path, TABLES[name]) if manifest.format == "csv" else pd.read_parquet(path)
    except (OSError, ValueError) as caught:
        raise BundleError(f"{path}: cannot be read ({caught})") from None
    return check(frame, TABLES[name])


def _read_csv(path: Path, table: Table) -> pd.DataFrame:
    dates = [n for n, c in table.columns.items() if c.dtype == DATE]
    dtypes = {n: c.dtype for n, c in table.columns.items() if c.dtype != DATE}
    texts = [n for n, c in table.columns.items() if c.dtype == TEXT]
    missing = {n: [""] for n in texts}
    frame = pd.read_csv(
        path,
        dtype=dtypes,
        parse_dates=dates,
        keep_default_na=False,
        na_values={**{n: ["", "nan"] for n in table.columns}, **missing},
    )
    return frame.astype(dict.fromkeys(dates, DATE))
