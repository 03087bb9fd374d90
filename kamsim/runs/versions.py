"""What a run was made with: versions of the packages, and the commit of the code."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import kamsim

MIME = "application/vnd.kamsim.provenance+json"
"""Type under which a notebook states its scenario, seed and data."""

PACKAGES = ("numpy", "pandas", "scipy", "scikit-learn", "numba", "pyarrow", "papermill")


def versions() -> dict[str, str]:
    """Return the versions of Python, kamsim and the packages that results rest on."""
    packages = {name: version(name) for name in PACKAGES}
    return {"python": platform.python_version(), "kamsim": kamsim.__version__, **packages}


def revision() -> str | None:
    """Return the commit that kamsim is run from, with ``+`` when files differ; None outside a checkout."""
    package = Path(kamsim.__file__).parent
    try:
        place = _git(package, "rev-parse", "--show-prefix", "HEAD").split()
        if len(place) != 2 or place[0] != f"{package.name}/":
            return None
        return place[1] + ("+" if _git(package, "status", "--porcelain", "--", ".") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()
