"""The tables of the portfolio stage, held together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kamsim.bundle.manifest import has_table, read_manifest
from kamsim.bundle.tables import read_table


@dataclass(frozen=True)
class Portfolio:
    """The tables of the portfolio stage; what stands from `truth` on is there for a synthetic one only."""

    accounts: pd.DataFrame
    history: pd.DataFrame
    opportunities: pd.DataFrame
    team: pd.DataFrame
    stakeholders: pd.DataFrame | None = None
    events: pd.DataFrame | None = None
    ownership: pd.DataFrame | None = None
    leads: pd.DataFrame | None = None
    truth: pd.DataFrame | None = None
    deals: pd.DataFrame | None = None
    people: pd.DataFrame | None = None
    influence: pd.DataFrame | None = None
    truth_history: pd.DataFrame | None = None

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name, those that are there."""
        return {name: frame for name, frame in vars(self).items() if frame is not None}


def read_portfolio(run: Path) -> Portfolio:
    """Read the portfolio stage of a run folder."""
    read_manifest(run, "portfolio")
    names = [name for name in Portfolio.__dataclass_fields__ if has_table(run, "portfolio", name)]
    return Portfolio(**{name: read_table(run, "portfolio", name) for name in names})


def fingerprint(frame: pd.DataFrame) -> str:
    """Hash a table's content: columns, types and values, whatever the file format.

    Slow beside the hash of a file, which manifests hold; for tables that are in memory only.

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
