"""A small export that can be spoilt: two accounts, three opportunities, and a mapping for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from kamsim.config import Scenario
from kamsim.intake import ImportResult, read_export

ACCOUNTS = "id,name,staff,turnover,area,mother,boss\nA,Alpha,900,1000,North,,ann\nB,Beta,20,,South,A,\n"

DEALS = (
    "id,firm,who,stage,start,end,amount\n"
    "1,A,ann,Won,2025-01-05,2025-02-10,120.50\n"
    "2,A,bob,Lost,2025-01-20,2025-03-01,80\n"
    "3,B,ann,Open,2025-03-10,2025-09-30,40\n"
)

MAPPING: dict[str, Any] = {
    "currency": "EUR",
    "revenue_recognition": "at_close",
    "owner_rule": "most_won",
    "segments": {
        "headcount": {"strategic": 5000, "mid_market": 250},
        "firm_revenue": {"strategic": 1.5e9, "mid_market": 5e7},
    },
    "accounts": {
        "file": "accounts.csv",
        "columns": {
            "account_id": "id",
            "name": "name",
            "headcount": "staff",
            "firm_revenue_eur": "turnover",
            "region": "area",
            "parent_id": "mother",
        },
    },
    "opportunities": {
        "file": "deals.csv",
        "columns": {
            "opportunity_id": "id",
            "account_id": "firm",
            "owner_id": "who",
            "stage": "stage",
            "opened_on": "start",
            "closed_on": "end",
            "amount_eur": "amount",
        },
        "status": {"Won": "won", "Lost": "lost", "Open": "open"},
    },
}

Export = Callable[..., ImportResult]


def _copy(tree: Any) -> Any:
    return {key: _copy(value) for key, value in tree.items()} if isinstance(tree, dict) else tree


def write_mapping(path: Path, changes: dict[str, Any]) -> Path:
    """Write the mapping with dotted keys changed; None takes a key out."""
    tree = _copy(MAPPING)
    for key, value in changes.items():
        *way, last = key.split(".")
        place = tree
        for part in way:
            place = place.setdefault(part, {})
        if value is None:
            place.pop(last, None)
        else:
            place[last] = value
    path.write_text(tomli_w.dumps(tree), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def mapping_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, Any]], Path]:
    """Write the small mapping, changed."""

    def write(changes: dict[str, Any]) -> Path:
        return write_mapping(tmp_path_factory.mktemp("mapping") / "mine.toml", changes)

    return write


@pytest.fixture(scope="session")
def small_export(tmp_path_factory: pytest.TempPathFactory, scenario: Scenario) -> Export:
    """Import the small export; files and mapping keys can be replaced."""

    def run(
        accounts: str | bytes = ACCOUNTS,
        deals: str | bytes = DEALS,
        changes: dict[str, Any] | None = None,
        **others: str,
    ) -> ImportResult:
        folder = tmp_path_factory.mktemp("export")
        files = {"accounts": accounts, "deals": deals, **others}
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            (folder / f"{name}.csv").write_bytes(raw)
        return read_export(folder, write_mapping(folder / "mine.toml", changes or {}), scenario)

    return run
