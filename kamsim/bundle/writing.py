"""Writing a stage: at once, or block by block where the tables are too large to be held."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

import kamsim
from kamsim.bundle.aside import folder_aside, refuse_unwritable
from kamsim.bundle.manifest import MANIFEST, SCENARIO, Format, Manifest, read_manifest
from kamsim.bundle.tables import FILES, TableFile, table_path
from kamsim.config import Scenario
from kamsim.errors import SchemaError
from kamsim.schemas import TABLES, Table, checked


class StageWriter:
    """Tables of a stage on their way to disk; `stage_writer` makes one.

    Attributes
    ----------
    rows : dict
        Rows written so far, by table.
    """

    def __init__(self, folder: Path, place: Path, file_format: Format) -> None:
        self._folder = folder
        self._place = place
        self._format: Format = file_format
        self._files: dict[str, TableFile] = {}
        self._last_keys: dict[str, tuple[Any, ...]] = {}
        self.rows: dict[str, int] = {}

    def append(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Write the next block of some tables.

        Parameters
        ----------
        tables : mapping of str to DataFrame
            By table name; each is checked against its contract. A table without rows is still there.

        Raises
        ------
        SchemaError
            When a table breaks its contract, or a key does not come after those of earlier blocks.
        BundleError
            When the folder cannot be written.
        """
        for name, frame in tables.items():
            block = checked(frame, TABLES[name])
            self._continue_keys(block.rows, TABLES[name])
            with refuse_unwritable(self._place):
                if name not in self._files:
                    path = table_path(self._folder, name, self._format)
                    self._files[name] = FILES[self._format](path, TABLES[name])
                self._files[name].append(block)
            self.rows[name] = self.rows.get(name, 0) + len(block.frame)

    def finish(self) -> dict[str, str]:
        """Close the files and return their fingerprints."""
        with refuse_unwritable(self._place):
            return {name: file.finish() for name, file in self._files.items()}

    def abandon(self) -> None:
        """Close the files, finished or not."""
        for file in self._files.values():
            file.abandon()

    def _continue_keys(self, rows: pa.Table, table: Table) -> None:
        """Hold the first key of a block to come after the last one written."""
        if not len(rows):
            return
        first, last = (tuple(rows[k][row].as_py() for k in table.key) for row in (0, -1))
        before = self._last_keys.get(table.name)
        if before is not None and first <= before:
            key = ", ".join(f"{k} {value!r}" for k, value in zip(table.key, first, strict=True))
            fault = "stands more than once" if first == before else "comes after a greater one"
            raise SchemaError(f"table {table.name}: {key} {fault}; keys must rise from block to block")
        self._last_keys[table.name] = last


@contextmanager
def stage_writer(
    run: Path,
    stage: str,
    scenario: Scenario,
    *,
    inputs: tuple[str, ...] = (),
    files: Mapping[str, str | bytes] | None = None,
    facts: Mapping[str, Any] | None = None,
    file_format: Format = "parquet",
) -> Iterator[StageWriter]:
    """Write one stage of a run folder block by block, all or nothing.

    The stage is there, with its manifest, when the context is left without an error. Otherwise, an
    interruption included, nothing is left of it, and an earlier result of the stage is kept.

    Parameters
    ----------
    run : Path
        The run folder; made if absent.
    stage : str
        One of `STAGES`.
    scenario : Scenario
        Kept as ``scenario.toml`` beside the tables.
    inputs : tuple of str
        Stages this one is computed from; they must stand in the run folder.
    files : mapping of str to text or bytes, optional
        Further files by name.
    facts : mapping, optional
        JSON-able remarks for the manifest.
    file_format : {"parquet", "csv"}

    Yields
    ------
    StageWriter

    Raises
    ------
    BundleError
        When an input is absent or the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from kamsim.bundle import read_table
    >>> def block(first, last):
    ...     ids = pd.Series([f"A{i}" for i in range(first, last)], dtype="str")
    ...     return {"tiers": pd.DataFrame({"account_id": ids, "tier": 1})}
    >>> with tempfile.TemporaryDirectory() as run:
    ...     with stage_writer(run, "scores", Scenario.load("saas_midmarket")) as writer:
    ...         writer.append(block(0, 4))
    ...         writer.append(block(4, 6))
    ...     read_table(run, "scores", "tiers")["account_id"].tolist()
    ['A0', 'A1', 'A2', 'A3', 'A4', 'A5']
    """
    run, facts = Path(run), dict(facts or {})
    chained = {name: read_manifest(run, name).fingerprint for name in inputs}
    with folder_aside(run, stage) as folder:
        writer = StageWriter(folder, run / stage, file_format)
        try:
            yield writer
            prints = writer.finish()
        finally:
            writer.abandon()
        text = scenario.dump()
        manifest = Manifest(
            stage=stage,
            fingerprint=_stage_fingerprint(prints, chained, text, facts),
            inputs=chained,
            tables=prints,
            format=file_format,
            scenario=scenario.name,
            seed=scenario.seed,
            version=kamsim.__version__,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            facts=facts,
        )
        with refuse_unwritable(run / stage):
            for name, content in (files or {}).items():
                (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
            (folder / SCENARIO).write_text(text, encoding="utf-8")
            (folder / MANIFEST).write_text(json.dumps(vars(manifest), indent=2) + "\n", encoding="utf-8")


def write_stage(
    run: Path,
    stage: str,
    tables: Mapping[str, pd.DataFrame],
    scenario: Scenario,
    *,
    inputs: tuple[str, ...] = (),
    files: Mapping[str, str | bytes] | None = None,
    facts: Mapping[str, Any] | None = None,
    file_format: Format = "parquet",
) -> Manifest:
    """Write one stage of a run folder at once; all the rest is as for `stage_writer`.

    Parameters
    ----------
    run : Path
    stage : str
    tables : mapping of str to DataFrame
        By table name; each is checked against its contract.
    scenario : Scenario
    inputs : tuple of str
    files : mapping of str to text or bytes, optional
    facts : mapping, optional
    file_format : {"parquet", "csv"}

    Returns
    -------
    Manifest

    Raises
    ------
    SchemaError
        When a table breaks its contract.
    BundleError
        When an input is absent or the folder cannot be written. An earlier result of the stage is kept then.
    """
    with stage_writer(
        run, stage, scenario, inputs=inputs, files=files, facts=facts, file_format=file_format
    ) as writer:
        writer.append(tables)
    return read_manifest(run, stage)


def _stage_fingerprint(
    prints: dict[str, str], chained: dict[str, str], scenario: str, facts: dict[str, Any]
) -> str:
    whole = [prints, chained, scenario, {k: str(v) for k, v in facts.items()}]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]
