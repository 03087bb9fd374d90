"""Where a result comes from: the line that ends every notebook."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import kamsim
from kamsim.bundle import Portfolio, fingerprint
from kamsim.config import Scenario
from kamsim.runs.versions import MIME


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
