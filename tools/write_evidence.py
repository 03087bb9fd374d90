"""Gather the full evidence: run the tests marked `evidence` and write down what they measured.

Run it by ``make verify``. The result, ``docs/evidence/evidence.md``, is committed with date and revision.
So are ``docs/evidence/validation.md``, the presets against their targets (`tools.validate_presets`), and the
pages of sweeps and of statistics (`tools.write_sweep_evidence`, `tools.write_statistics_evidence`).
"""

from __future__ import annotations

import sys

from tools import validate_presets, write_statistics_evidence, write_sweep_evidence
from tools.evidence_page import FOLDER, Records, records_table, run_evidence, stand

RESULT = FOLDER / "evidence.md"


def main() -> int:
    """Run, write, and return 0 when all tests passed and all targets are in band."""
    code, records = run_evidence("tests")
    presets = validate_presets.main([])
    for page in (write_sweep_evidence, write_statistics_evidence):
        page.write([r for r in records if page.TESTS in r["test"]])
    FOLDER.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(render(records), encoding="utf-8")
    print(f"written: {RESULT.name}")
    return code or presets


def render(records: Records) -> str:
    """Lay the records out as a page."""
    written = f"Written by `make verify` {stand()}. A figure is a confidence limit where its claim says so."
    return "\n".join(["# Evidence", "", written, "", records_table(records), ""])


if __name__ == "__main__":
    sys.exit(main())
