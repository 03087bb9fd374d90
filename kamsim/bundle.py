"""Run folders on disk: a subfolder per stage, tables in parquet or CSV, manifests that chain.

A stage is written aside and then renamed, so a folder never holds half a stage. Its manifest names the
fingerprint of each table and of every stage it was computed from.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd

import kamsim
from kamsim.config import Scenario
from kamsim.errors import BundleError
from kamsim.schemas import DATE, TABLES, Table, check

Format = Literal["parquet", "csv"]
STAGES = ("portfolio", "scores", "values", "allocation", "simulation", "report")
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a stage holds and what it came from."""

    stage: str
    fingerprint: str
    inputs: dict[str, str]
    tables: dict[str, str]
    format: Format
    scenario: str
    seed: int
    version: str
    created: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Portfolio:
    """The tables of the portfolio stage. `truth` and `deals` are there for a synthetic portfolio only."""

    accounts: pd.DataFrame
    history: pd.DataFrame
    opportunities: pd.DataFrame
    team: pd.DataFrame
    truth: pd.DataFrame | None = None
    deals: pd.DataFrame | None = None

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name, those that are there."""
        return {name: frame for name, frame in vars(self).items() if frame is not None}


def fingerprint(frame: pd.DataFrame) -> str:
    """Hash a table's content: columns, types and values, whatever the file format.

    Examples
    --------
    >>> a = pd.DataFrame({"x": [1, 2]})
    >>> fingerprint(a) == fingerprint(a.copy()), fingerprint(a) == fingerprint(a + 1)
    (True, False)
    """
    digest = hashlib.sha256(repr([(c, str(t)) for c, t in frame.dtypes.items()]).encode())
    digest.update(pd.util.hash_pandas_object(frame, index=False, categorize=False).to_numpy().tobytes())
    # pandas hashes a missing text as the text "nan".
    digest.update(frame.isna().to_numpy().tobytes())
    return digest.hexdigest()[:16]


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
    """Write one stage of a run folder, all or nothing.

    Parameters
    ----------
    run : Path
        The run folder; made if absent.
    stage : str
        One of `STAGES`.
    tables : mapping of str to DataFrame
        By table name; each is checked against its contract.
    scenario : Scenario
        Kept as ``scenario.toml`` beside the tables.
    inputs : tuple of str
        Stages this one was computed from; they must stand in the run folder.
    files : mapping of str to text or bytes, optional
        Further files by name.
    facts : mapping, optional
        JSON-able remarks for the manifest.
    file_format : {"parquet", "csv"}

    Returns
    -------
    Manifest

    Raises
    ------
    BundleError
        When the folder cannot be written. An earlier result of the stage is kept then.
    """
    chained = {name: read_manifest(run, name).fingerprint for name in inputs}
    checked = {name: check(frame, TABLES[name]) for name, frame in tables.items()}
    prints = {name: fingerprint(frame) for name, frame in checked.items()}
    text = scenario.dump()
    whole = json.dumps([prints, chained, text, {k: str(v) for k, v in (facts or {}).items()}], sort_keys=True)
    manifest = Manifest(
        stage=stage,
        fingerprint=hashlib.sha256(whole.encode()).hexdigest()[:16],
        inputs=chained,
        tables=prints,
        format=file_format,
        scenario=scenario.name,
        seed=scenario.seed,
        version=kamsim.__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        facts=dict(facts or {}),
    )
    with _folder_aside(run, stage) as folder:
        for name, frame in checked.items():
            _write_table(frame, folder / f"{name}.{file_format}", file_format)
        for name, content in (files or {}).items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        (folder / "scenario.toml").write_text(text, encoding="utf-8")
        (folder / MANIFEST).write_text(json.dumps(vars(manifest), indent=2) + "\n", encoding="utf-8")
    return manifest


def read_manifest(run: Path, stage: str) -> Manifest:
    """Read a stage's manifest.

    Raises
    ------
    BundleError
        When the stage is not there or its manifest is not readable.
    """
    path = Path(run) / stage / MANIFEST
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BundleError(f"{run} holds no stage {stage!r}: run the step that writes it first") from None
    except (OSError, ValueError, TypeError) as caught:
        raise BundleError(f"{path}: not a readable manifest ({caught})") from None


def read_scenario(run: Path, stage: str = "portfolio") -> Scenario:
    """Read the scenario that a stage was computed with."""
    read_manifest(run, stage)
    return Scenario.load(Path(run) / stage / "scenario.toml")


def read_table(run: Path, stage: str, name: str) -> pd.DataFrame:
    """Read one table of a stage, checked against its contract and its fingerprint.

    Raises
    ------
    BundleError
        When the stage or the table is absent, unreadable, or was changed since it was written.
    """
    manifest = read_manifest(run, stage)
    if name not in manifest.tables:
        raise BundleError(f"{run}: stage {stage!r} holds no table {name!r}")
    path = Path(run) / stage / f"{name}.{manifest.format}"
    try:
        frame = _read_csv(path, TABLES[name]) if manifest.format == "csv" else pd.read_parquet(path)
    except (OSError, ValueError) as caught:
        raise BundleError(f"{path}: cannot be read ({caught})") from None
    frame = check(frame, TABLES[name])
    if fingerprint(frame) != manifest.tables[name]:
        raise BundleError(f"{path}: its content is not what its manifest says; run the step again")
    return frame


def read_portfolio(run: Path) -> Portfolio:
    """Read the portfolio stage of a run folder."""
    read_manifest(run, "portfolio")
    names = [name for name in Portfolio.__dataclass_fields__ if has_table(run, "portfolio", name)]
    return Portfolio(**{name: read_table(run, "portfolio", name) for name in names})


def has_table(run: Path, stage: str, name: str) -> bool:
    """Tell whether a stage holds a table, an absent stage included."""
    return (Path(run) / stage / MANIFEST).exists() and name in read_manifest(run, stage).tables


def stale_stages(run: Path) -> list[str]:
    """Name the stages computed from an input that has changed since, itself stale included."""
    prints = {s: read_manifest(run, s) for s in STAGES if (Path(run) / s / MANIFEST).exists()}
    stale: list[str] = []
    for stage, manifest in prints.items():
        for name, seen in manifest.inputs.items():
            if name in stale or name not in prints or prints[name].fingerprint != seen:
                stale.append(stage)
                break
    return stale


def _write_table(frame: pd.DataFrame, path: Path, file_format: Format) -> None:
    if file_format == "parquet":
        frame.to_parquet(path, index=False)
    else:
        # All texts in quotes: a carriage return outside of them would end the row.
        frame.to_csv(path, index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)


def _read_csv(path: Path, table: Table) -> pd.DataFrame:
    dates = [n for n, c in table.columns.items() if c.dtype == DATE]
    dtypes = {n: c.dtype for n, c in table.columns.items() if c.dtype != DATE}
    texts = [n for n, c in table.columns.items() if c.dtype == "str"]
    missing = {n: [""] for n in texts}
    frame = pd.read_csv(
        path,
        dtype=dtypes,
        parse_dates=dates,
        keep_default_na=False,
        na_values={**{n: ["", "nan"] for n in table.columns}, **missing},
    )
    return frame.astype(dict.fromkeys(dates, DATE))


@contextmanager
def _folder_aside(run: Path, stage: str) -> Iterator[Path]:
    """Give a folder to fill; it takes the stage's place only if all went well."""
    run = Path(run)
    try:
        run.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{stage}-", dir=run))
    except OSError as caught:
        raise BundleError(f"{run}: cannot be written ({caught.strerror or caught})") from None
    try:
        aside.chmod(0o755)
        yield aside
        _take_place(aside, run / stage)
    except OSError as caught:
        raise BundleError(f"{run / stage}: cannot be written ({caught.strerror or caught})") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _take_place(new: Path, place: Path) -> None:
    """Put a finished folder in the place of an older one, which comes back if that fails."""
    if not place.exists():
        new.rename(place)
        return
    old = place.with_name(f"{new.name}-old")
    place.rename(old)
    try:
        new.rename(place)
    except OSError:
        os.rename(old, place)
        raise
    shutil.rmtree(old, ignore_errors=True)
