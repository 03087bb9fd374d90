"""Measure the statistics of policy comparison and write the tables of docs/evidence/statistics.md.

Run it by ``python -m tools.write_statistics_evidence``: it runs ``tests/evidence/test_statistics.py`` and
puts what the tests record between the marks of the page; the text around them is written by hand.
"""

from __future__ import annotations

import sys
from typing import Any

from tools.evidence_page import FOLDER, Records, records_table, run_evidence, stand, write_page

PAGE = FOLDER / "statistics.md"
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
    code, records = run_evidence(TESTS)
    write(records)
    return code


def write(records: Records) -> None:
    """Put the records on the page."""
    parts = {mark: records_table([r for r in records if _test(r) in tests]) for mark, tests in PARTS.items()}
    write_page(PAGE, {**parts, "stand": f"Measured {stand()}."})


def _test(record: dict[str, Any]) -> str:
    return str(record["test"]).rpartition("::")[2].partition("[")[0]


if __name__ == "__main__":
    sys.exit(main())
