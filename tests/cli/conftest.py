"""The command line called from an empty folder, a finished run to call it on, and an export to import."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kamsim.cli import app

Kamsim = Callable[..., Result]

MAPPING = """
currency = "EUR"
revenue_recognition = "at_close"
owner_rule = "most_won"
[segments]
headcount = {strategic = 5000, mid_market = 250}
firm_revenue = {strategic = 1.5e9, mid_market = 5e7}
[accounts]
file = "firms.csv"
columns = {account_id = "id", headcount = "staff", firm_revenue_eur = "turnover"}
[opportunities]
file = "deals.csv"
status = {Won = "won", Lost = "lost", Open = "open"}
[opportunities.columns]
opportunity_id = "id"
account_id = "firm"
owner_id = "who"
stage = "stage"
opened_on = "opened"
closed_on = "closed"
amount_eur = "amount"
"""


@pytest.fixture
def kamsim_(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Kamsim:
    """Call the command line in this process, from an empty folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("KAMSIM_LANG", raising=False)
    return lambda *words: CliRunner().invoke(app, [str(w) for w in words])


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run, tmp_path / "run"))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A small CRM export with its mapping; tests spoil it."""
    folder = tmp_path / "export"
    folder.mkdir()
    firms = [
        f"F{i},{staff},{staff * 1e5:.0f}" for i, staff in enumerate([9000, 700, 300, 90, 60, 40, 20, 10])
    ]
    (folder / "firms.csv").write_text("id,staff,turnover\n" + "\n".join(firms) + "\n")
    deals = [
        f"D{n},F{n % 8},{'Ann' if n % 3 else 'Bob'},{'Lost' if n % 4 == 3 else 'Won'},"
        f"2025-{n % 12 + 1:02d}-01,2025-{n % 12 + 1:02d}-20,{'' if n % 4 == 3 else 1000 + n}"
        for n in range(48)
    ]
    (folder / "deals.csv").write_text("id,firm,who,stage,opened,closed,amount\n" + "\n".join(deals) + "\n")
    (folder / "mapping.toml").write_text(MAPPING)
    return folder
