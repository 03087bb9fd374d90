import subprocess
from pathlib import Path

import pytest

from kamsim.runs.versions import revision, versions


def test_versions_name_what_results_rest_on() -> None:
    assert {"python", "kamsim", "numpy", "pandas"} <= set(versions())


def test_revision_is_that_of_the_checkout(repository: Path) -> None:
    head = subprocess.run(
        ["git", "rev-parse", "--verify", "--quiet", "HEAD"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    if head.returncode:
        pytest.skip("no commit yet")

    assert (revision() or "").removesuffix("+") == head.stdout.strip()
