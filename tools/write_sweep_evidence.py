"""Kill sweeps and write what they lost to docs/evidence/sweeps.md.

Run it by ``python -m tools.write_sweep_evidence``: it runs ``tests/evidence/test_sweeps.py`` and puts what
they record between the marks of the page; the text around them is written by hand.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kamsim.runs.versions import revision, versions
from tools.write_score_evidence import fill

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "evidence" / "sweeps.md"
TESTS = "tests/evidence/test_sweeps.py"


def main() -> int:
    """Run the tests, write the page, and return what pytest returned."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", TESTS, "-m", "evidence"],
            cwd=ROOT,
            env={**os.environ, "KAMSIM_EVIDENCE": folder},
            check=False,
        )
        records = Path(folder) / "records.jsonl"
        lines = records.read_text(encoding="utf-8").splitlines() if records.exists() else []
    write([json.loads(line) for line in lines])
    return done.returncode


def write(records: list[dict[str, Any]]) -> None:
    """Put the records on the page."""
    stand = ", ".join(f"{name} {number}" for name, number in versions().items())
    measured = f"Measured on {datetime.now(UTC).date()} at revision {revision() or 'unknown'} ({stand})."
    text = fill(PAGE.read_text(encoding="utf-8"), "kills", _table(records))
    PAGE.write_text(fill(text, "stand", measured), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


def _table(records: list[dict[str, Any]]) -> str:
    rows = [
        f"| {r['claim']} | {r['value']} | {r['n']} | {r['goal']} | {'yes' if r['met'] else '**no**'} |"
        for r in records
    ]
    return "\n".join(["| claim | value | n | goal | met |", "|---|---|---|---|---|", *rows])


if __name__ == "__main__":
    sys.exit(main())
