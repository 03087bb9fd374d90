"""Results of points on disk: each in a folder of its own, named by its content key.

A folder is filled aside and takes its name when all of it is on the disk (`kamsim.bundle.folder_aside`). Its
record holds the hash of every file, and a point counts as finished only if all of them verify.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from kamsim.bundle import folder_aside
from kamsim.errors import BundleError
from kamsim.schemas import MEASURES, check

RECORD, TABLE = "point.json", "measures.parquet"


class Store:
    """The folder ``points`` of a sweep.

    Parameters
    ----------
    sweep : Path
        The sweep's folder.

    Examples
    --------
    >>> import tempfile
    >>> from kamsim.runs.sweeps import state_measures
    >>> with tempfile.TemporaryDirectory() as sweep:
    ...     store = Store(Path(sweep))
    ...     with store.aside("abc") as folder:
    ...         store.record(folder, "abc", state_measures({"nrr": 1.1}).table, {"seed": 1})
    ...     store.holds("abc"), store.holds("abd")
    (True, False)
    """

    def __init__(self, sweep: Path) -> None:
        self.folder = Path(sweep) / "points"

    @contextmanager
    def aside(self, key: str) -> Iterator[Path]:
        """Give a folder to fill; it becomes the point's if all went well."""
        with folder_aside(self.folder, key) as folder:
            yield folder

    def record(self, folder: Path, key: str, measures: pd.DataFrame, facts: Mapping[str, Any]) -> None:
        """Write what a point states, and the record of all files, into the folder it fills."""
        check(measures, MEASURES).to_parquet(folder / TABLE, index=False)
        files = {
            p.relative_to(folder).as_posix(): _sha256(p) for p in sorted(folder.rglob("*")) if p.is_file()
        }
        text = json.dumps({"key": key, **facts, "files": files}, indent=2, ensure_ascii=False, default=str)
        (folder / RECORD).write_text(text + "\n", encoding="utf-8")

    def holds(self, key: str) -> bool:
        """Tell whether a point is finished: recorded under this key, with every file as it was written."""
        folder = self.folder / key
        try:
            record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            whole = TABLE in record["files"] and record["key"] == key
            return whole and all(_sha256(folder / name) == digest for name, digest in record["files"].items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return False

    def read(self, key: str) -> pd.DataFrame:
        """Read what a finished point states: MEASURES."""
        try:
            return check(pd.read_parquet(self.folder / key / TABLE), MEASURES)
        except (OSError, ValueError) as caught:
            raise BundleError(f"{self.folder / key / TABLE}: cannot be read ({caught})") from None

    def keys(self) -> set[str]:
        """Name the points that have a folder, finished or not."""
        if not self.folder.is_dir():
            return set()
        return {path.name for path in self.folder.iterdir() if not path.name.startswith(".")}

    def clear_begun(self) -> list[str]:
        """Remove what was begun and never finished; return the keys of those points."""
        begun = [path for path in self.folder.glob(".*-*") if path.is_dir()]
        for path in begun:
            shutil.rmtree(path, ignore_errors=True)
        return [path.name[1:].partition("-")[0] for path in begun]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
