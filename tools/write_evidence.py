"""Gather the full evidence: run the tests marked `evidence` and write down what they measured.

Run it by ``make verify``. The result, ``docs/evidence/evidence.md``, is committed with date and revision.
So are ``docs/evidence/validation.md``, the presets against their targets (`tools.validate_presets`), and
``docs/evidence/sweeps.md`` (`tools.write_sweep_evidence`).
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
from tools import validate_presets, write_sweep_evidence

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "docs" / "evidence" / "evidence.md"


def main() -> int:
    """Run, write, and return 0 when all tests passed and all targets are in band."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "tests", "-m", "evidence"],
            cwd=ROOT,
            env={**os.environ, "KAMSIM_EVIDENCE": folder},
            check=False,
        )
        written = Path(folder) / "records.jsonl"
        lines = written.read_text(encoding="utf-8").splitlines() if written.exists() else []
    presets = validate_presets.main([])
    records = [json.loads(line) for line in lines]
    write_sweep_evidence.write([r for r in records if write_sweep_evidence.TESTS in r["test"]])
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(render(records), encoding="utf-8")
    print(f"written: {RESULT.relative_to(ROOT)}")
    return done.returncode or presets


def render(records: list[dict[str, Any]]) -> str:
    """Lay the records out as a page."""
    stand = ", ".join(f"{name} {number}" for name, number in versions().items())
    rows = [
        f"| {r['claim']} | {r['value']} | {r['n']} | {r['goal']} | {'yes' if r['met'] else '**no**'} |"
        for r in records
    ]
    return "\n".join(
        [
            "# Evidence",
            "",
            f"Written by `make verify` on {datetime.now(UTC).date()} at revision {revision() or 'unknown'}"
            f" ({stand}). A figure is a confidence limit where its claim says so.",
            "",
            "| claim | value | n | goal | met |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
