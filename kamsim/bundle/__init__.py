"""Run folders on disk: a subfolder per stage, tables in parquet or CSV, manifests that chain.

A stage is written aside and then renamed, so a folder never holds half a stage. Its manifest names the
fingerprint of each table's file and of every stage it was computed from.
"""

from kamsim.bundle.aside import folder_aside
from kamsim.bundle.manifest import (
    BESIDE,
    MANIFEST,
    STAGES,
    Format,
    Manifest,
    has_table,
    read_manifest,
    read_scenario,
    stale_stages,
)
from kamsim.bundle.portfolio import Portfolio, fingerprint, read_portfolio
from kamsim.bundle.tables import ROW_GROUP, read_table
from kamsim.bundle.writing import StageWriter, stage_writer, write_stage

__all__ = [
    "BESIDE",
    "MANIFEST",
    "ROW_GROUP",
    "STAGES",
    "Format",
    "Manifest",
    "Portfolio",
    "StageWriter",
    "fingerprint",
    "folder_aside",
    "has_table",
    "read_manifest",
    "read_portfolio",
    "read_scenario",
    "read_table",
    "stage_writer",
    "stale_stages",
    "write_stage",
]
