"""Measure the statistics of policy comparison and write the tables of docs/evidence/statistics.md.

Run it by ``python -m tools.write_statistics_evidence``: it runs ``tests/evidence/test_statistics.py`` and
puts what the tests record between the marks of the page; the text around them is written by hand.
"""

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
PAGE = ROOT / "docs" / "evidence" / "statistics.md"
TESTS = "tests/evidence/test_statistics.py"

PARTS = {
    "means": ("test_coverage_of_means", "test_coverage_over_two_levels"),
    "engine": ("test_coverage_of_the_engine_s_output", "test_coverage_in_a_tier_of_few_accounts"),
    "stopping": ("test_coverage_after_stopping_at_a_precision",),
    "selection": ("test_correct_selection", "test_policies_alike"),
    "luck": ("test_common_luck_reduces_the_variance_of_differences",),
}
"""Mark on the page, and the tests whose records stand there."""


def main() -> int:
    """Run the tests, write the page, and return what pytest returned."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", TESTS, "-m", "evidence"],
            cwd=ROOT,
            env={**os.environ, "KAMSIM_EVIDENCE": folder},
            check=False,
        )
        lines = (Path(folder) / "records.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    text = PAGE.read_text(encoding="utf-8")
    for mark, tests in PARTS.items():
        text = _put(text, mark, _table([r for r in records if _test(r) in tests]))
    stand = ", ".join(f"{name} {number}" for name, number in versions().items())
    measured = f"Measured on {datetime.now(UTC).date()} at revision {revision() or 'unknown'} ({stand})."
    PAGE.write_text(_put(text, "stand", measured), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")
    return done.returncode


def _test(record: dict[str, Any]) -> str:
    return str(record["test"]).rpartition("::")[2].partition("[")[0]


def _table(records: list[dict[str, Any]]) -> str:
    rows = [
        f"| {r['claim']} | {r['value']} | {r['n']} | {r['goal']} | {'yes' if r['met'] else '**no**'} |"
        for r in records
    ]
    return "\n".join(["| claim | value | n | goal | met |", "|---|---|---|---|---|", *rows])


def _put(text: str, mark: str, content: str) -> str:
    pattern = rf"(<!-- {mark} -->\n).*?(\n<!-- /{mark} -->)"
    return re.sub(pattern, lambda m: m.group(1) + content + m.group(2), text, flags=re.DOTALL)


if __name__ == "__main__":
    sys.exit(main())
