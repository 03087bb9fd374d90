"""Kill sweeps and write what they lost to docs/evidence/sweeps.md.

Run it by ``python -m tools.write_sweep_evidence``: it runs ``tests/evidence/test_sweeps.py`` and puts what
they record between the marks of the page; the text around them is written by hand.
"""

from __future__ import annotations

import sys

from tools.evidence_page import FOLDER, Records, records_table, run_evidence, stand, write_page

PAGE = FOLDER / "sweeps.md"
TESTS = "tests/evidence/test_sweeps.py"


def main() -> int:
    """Run the tests, write the page, and return what pytest returned."""
    code, records = run_evidence(TESTS)
    write(records)
    return code


def write(records: Records) -> None:
    """Put the records on the page."""
    write_page(PAGE, {"kills": records_table(records), "stand": f"Measured {stand()}."})


if __name__ == "__main__":
    sys.exit(main())
