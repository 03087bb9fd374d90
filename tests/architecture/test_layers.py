"""Imports go down only: the contract in pyproject.toml, held by import-linter."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path


def test_layers_are_kept(repository: Path) -> None:
    lint = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as lint; lint()",
            "--no-cache",
        ],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )

    assert lint.returncode == 0, lint.stdout + lint.stderr


def test_contract_names_every_room(repository: Path) -> None:
    """A room that the contract leaves out could import anything."""
    tree = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    layers = tree["tool"]["importlinter"]["contracts"][0]["layers"]
    named = {name.strip() for line in layers for name in line.split("|")}
    rooms = {
        f"kamsim.{p.stem}"
        for p in (repository / "kamsim").iterdir()
        if (p.is_dir() and list(p.glob("*.py"))) or p.suffix == ".py"
    }
    entry_points = {"kamsim.__init__", "kamsim.__main__"}
    data_only = {"kamsim.presets"}

    assert rooms - entry_points - data_only - named == set()
