"""Where a result comes from: versions, revision, and the line that ends every notebook."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import kamsim
from kamsim.bundle import Portfolio, fingerprint
from kamsim.config import Scenario

MIME = "application/vnd.kamsim.provenance+json"
PACKAGES = ("numpy", "pandas", "scipy", "scikit-learn", "numba", "pyarrow", "papermill")


@dataclass(frozen=True)
class Provenance:
    """Scenario, seed and data of a result; in a notebook it shows as one line.

    The notebook runner reads it from the notebook's outputs and writes it to the run's manifest.
    """

    scenario: str
    seed: int
    data: str

    def __str__(self) -> str:
        return (
            f"kamsim {kamsim.__version__} · scenario {self.scenario} · seed {self.seed}"
            f" · data fingerprint {self.data}"
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/plain": str(self), MIME: dict(vars(self))}


def provenance(scenario: Scenario, portfolio: Portfolio) -> Provenance:
    """Say where a result comes from.

    Parameters
    ----------
    scenario : Scenario
    portfolio : Portfolio
        Its tables are fingerprinted, in the order of their names.

    Returns
    -------
    Provenance

    Examples
    --------
    >>> from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM
    >>> nothing = Portfolio(ACCOUNTS.empty(), HISTORY.empty(), OPPORTUNITIES.empty(), TEAM.empty())
    >>> provenance(Scenario.load("saas_midmarket", {"seed": 7}), nothing).seed
    7
    """
    prints = "".join(fingerprint(frame) for _, frame in sorted(portfolio.tables().items()))
    return Provenance(scenario.name, scenario.seed, hashlib.sha256(prints.encode()).hexdigest()[:16])


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
