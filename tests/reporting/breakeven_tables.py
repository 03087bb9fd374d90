"""Small tables of a break-even map and of flips, made by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamsim.schemas import (
    ADVICE,
    BREAKEVEN,
    BREAKEVEN_CHECK,
    BREAKEVEN_FRONTIER,
    FLIPS,
    SCREENING,
    SOBOL,
    Table,
    check,
)

_SEGMENT = {"segment": "strategic"}
_ADVICE = {
    "best_ratio": 4.55, "flat_low": 3.6, "flat_high": 6.4, "guide_ratio": 4.55, "rival_ratio": 6.25,
    "best_eur": 1e7, "guide_eur": 1e7, "lead_eur": 1e5, "loss_eur": 0.0, "loss_share": 0.0, "elasticity": 0.2,
    "guide_is_best": True, "guide_is_as_good": True,
}  # fmt: skip


def made(table: Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    types = {name: column.dtype for name, column in table.columns.items()}
    return check(pd.DataFrame(rows).astype(types), table)


def advice(**changes: Any) -> pd.DataFrame:
    return made(ADVICE, [_SEGMENT | {"accounts": 54, "truth_known": True} | _ADVICE | changes])


def breakeven() -> pd.DataFrame:
    """Two by three cells: best, as good, up to 5 %, up to 20 %, more, and nothing pays."""
    costs = [
        {},
        {"guide_is_best": False, "lead_eur": -1.0, "loss_share": 0.005},
        {"loss_share": 0.04},
        {"loss_share": 0.15},
        {"loss_share": 0.5, "best_ratio": 40.0},
        {"loss_share": float("nan")},
    ]
    bad = {"guide_is_best": False, "guide_is_as_good": False, "lead_eur": -1.0}
    rows = []
    for place, cost in enumerate(costs):
        where = {"first_value": [0.5, 2.0][place % 2], "second_value": [0.25, 1.0, 4.0][place // 2]}
        names = {"first": "potential", "second": "response"}
        rows.append(_SEGMENT | names | where | _ADVICE | (bad if place > 1 else {}) | cost)
    return made(BREAKEVEN, rows)


def frontier() -> pd.DataFrame:
    rows = []
    for name in ("potential", "response"):
        for side, value in (("below", 0.8), ("above", float("nan"))):
            rows.append(
                _SEGMENT
                | {"assumption": name, "side": side, "preset_value": 1.0, "low": 0.5, "high": 2.0}
                | {"value": value, "best_at_preset": True}
                | {"guide_ratio": value * 5 or value, "rival_ratio": value * 7}
            )
    return made(BREAKEVEN_FRONTIER, rows)


def frontier_check(*, changes: bool = True, sure: bool = True) -> pd.DataFrame:
    ends = {"lead_low_eur": 1.0, "lead_high_eur": 3.0, "replications": 10, "foreseen_eur": 2.0}
    same = {"assumption": "response", "side": "below", "guide_ratio": 5.0, "rival_ratio": 6.25}
    verdict = {"lead_eur": 2.0, "sign_changes": changes, "is_sure": sure}
    return made(
        BREAKEVEN_CHECK,
        [_SEGMENT | same | ends | verdict | {"at": at, "value": 0.8} for at in ("before", "beyond")],
    )


def flips(lead: float = 65e3, *, known: bool = True) -> pd.DataFrame:
    rows = []
    for name, flip, distance in (("potential", 0.87, 0.08), ("churn", float("nan"), float("nan"))):
        keys = {"recommendation": "strategic_ratio", "assumption": name, "base": 1.0, "low": 0.4, "high": 2.5}
        leads = {"lead_low_eur": lead - 2e4, "lead_high_eur": lead + 2e4, "replications": 32}
        ends = {"lead_eur": lead, "at_low_eur": -lead, "at_high_eur": lead}
        found = (
            {"flip": flip, "distance": distance}
            if known
            else {"flip": float("nan"), "distance": float("nan")}
        )
        rows.append(keys | leads | ends | found)
    return made(FLIPS, rows)


def screening() -> pd.DataFrame:
    rows = []
    for name, size in (("ae_cost_eur", 3e6), ("response", 2e6), ("churn", 1e5)):
        keys = {"output": "strategic_ratio", "assumption": name, "low": 1.0, "high": 2.0, "evaluations": 132}
        rows.append(
            keys | {"mu": size, "mu_star": size, "mu_star_low": 0.9 * size, "mu_star_high": 1.1 * size}
            | {"sigma": size / 2}
        )  # fmt: skip
    return made(SCREENING, rows)


def sobol() -> pd.DataFrame:
    rows = []
    for name, share in (("response", 0.2), ("ae_cost_eur", 0.6)):
        ends = {"first_low": share - 0.1, "first_high": share + 0.1, "total_low": share, "total_high": 0.9}
        rows.append(
            {"output": "o", "assumption": name, "first": share, "total": 0.7 * share + 0.2}
            | ends
            | {"evaluations": 448}
        )
    return made(SOBOL, rows)
