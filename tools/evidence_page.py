"""What the pages of docs/evidence share: tests run for their records, a table of them, places on a page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kamsim.runs.versions import revision, versions

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "evidence"

Records = list[dict[str, Any]]


def run_evidence(tests: str) -> tuple[int, Records]:
    """Run the tests marked `evidence` of a file or folder; return the exit code and what they recorded."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", tests, "-m", "evidence"],
            cwd=ROOT,
            env={**os.environ, "KAMSIM_EVIDENCE": folder},
            check=False,
        )
        written = Path(folder) / "records.jsonl"
        lines = written.read_text(encoding="utf-8").splitlines() if written.exists() else []
    return done.returncode, [json.loads(line) for line in lines]


def records_table(records: Records) -> str:
    """Lay records out as a table."""
    rows = [
        f"| {r['claim']} | {r['value']} | {r['n']} | {r['goal']} | {'yes' if r['met'] else '**no**'} |"
        for r in records
    ]
    return "\n".join(["| claim | value | n | goal | met |", "|---|---|---|---|---|", *rows])


def stand() -> str:
    """Say when, at which revision and with which packages something was measured."""
    packages = ", ".join(f"{name} {number}" for name, number in versions().items())
    return f"on {datetime.now(UTC).date()} at revision {revision() or 'unknown'} ({packages})"


def fill(text: str, name: str, content: str) -> str:
    """Put content between the marks of a page that bear its name; the text around them is the page's own."""
    marks = f"<!-- {name} -->", f"<!-- /{name} -->"
    pattern = re.compile(f"{re.escape(marks[0])}.*?{re.escape(marks[1])}", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"the page has no place for {name!r}: {marks[0]} ... {marks[1]}")
    return pattern.sub(lambda _: f"{marks[0]}\n{content}\n{marks[1]}", text)


def write_page(page: Path, contents: dict[str, str]) -> None:
    """Fill the places of a page."""
    text = page.read_text(encoding="utf-8")
    for name, content in contents.items():
        text = fill(text, name, content)
    page.write_text(text, encoding="utf-8")
    print(f"written: {page.name}")
