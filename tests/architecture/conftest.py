"""What the architecture tests look at: the files that are, or would be, under version control."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def project_files(repository: Path) -> list[Path]:
    """Every file that git tracks or would track, so that a new file is held to the rules at once."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [repository / name for name in listing.stdout.split("\0") if name]
    return sorted(f for f in files if f.is_file())


@pytest.fixture(scope="session")
def package_files(project_files: list[Path], repository: Path) -> list[Path]:
    """The modules of the package itself."""
    return [f for f in project_files if f.suffix == ".py" and f.is_relative_to(repository / "kamsim")]
