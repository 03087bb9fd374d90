"""Searches the dynamics' knobs for figures that meet the bands, and shows bands that cannot hold together.

    python -m tools.calibrate_dynamics [points]

Books of the preset's size are generated from several seeds and pooled, for forty-odd key accounts alone are
noise. Every knob has bounds. The first point is the preset as it stands; the others fill the box evenly
(scrambled Halton numbers), half of it closer to the preset. Nothing is written: the figures that go into
`base.toml` are a maker's decision.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import qmc

from kamsim.config import Scenario
from kamsim.dynamics import (
    MONTHS_A_YEAR,
    SLOTS,
    State,
    Years,
    compile_parameters,
    effective_hours,
    play,
    trace,
)
from kamsim.dynamics import layout as at
from kamsim.dynamics.state import Floats
from kamsim.portfolio.past import month_number, record_block, share_past
from kamsim.portfolio.team import draw_team, take_census
from kamsim.schemas import SEGMENTS
from kamsim.streams import luck_key

SEEDS = tuple(range(1, 17))
REPLICATIONS = 16
HORIZON = 60
EFFORTS = (0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)

BANDS: dict[str, tuple[float, float]] = {
    "retention strategic": (0.91, 0.93),
    "retention smb": (0.66, 0.70),
    "cycle strategic p10": (6, 18),
    "cycle strategic p90": (6, 18),
    "cycle smb p10": (1, 3),
    "cycle smb p90": (1, 3),
    "elasticity 36 months": (0.2, 0.5),
    "flat maximum -25 %": (-0.02, 0.0),
    "flat maximum +25 %": (-0.02, 0.0),
}
"""D-RET-1, D-CYC-1, E-ELA-1, E-FLAT-1 (about 1 %)."""

CLAIMS: dict[str, tuple[float, float]] = {
    "NRR strategic": (1.15, 1.21),
    "NRR mid_market": (1.05, 1.11),
    "NRR smb": (0.94, 1.0),
    "elasticity 36 months": (0.31, 0.37),
}
"""Printed beside the bands and not asked for: the surveys' NRR (E-RET-1), the meta-analysis' very mean."""

KNOBS: dict[str, tuple[float, float]] = {
    "dynamics.strategic.churn_mean": (0.04, 0.16),
    "dynamics.smb.churn_mean": (0.25, 0.55),
    "dynamics.half_effort_hours": (0.5, 6.0),
    "dynamics.strategic.milestone_pace": (0.08, 0.4),
    "dynamics.strategic.loss_rate": (0.02, 0.2),
    "dynamics.smb.milestone_pace": (0.6, 2.5),
    "dynamics.opening_response_slope": (0.5, 4.0),
    "portfolio.team_slack": (-0.3, 2.0),
}


@dataclass(frozen=True)
class Book:
    """A generated portfolio at its cut-off."""

    state: State
    effort: Floats
    team_cost: float


def make_book(scenario: Scenario) -> Book:
    """Generate accounts, team and past as `generate_portfolio` does, and keep the state."""
    team = draw_team(take_census(scenario), scenario)
    shared = share_past(scenario, team, scenario.portfolio.accounts)
    block = record_block(shared, 0, scenario.portfolio.accounts)
    effort = effective_hours(*block.hours[:, -1], scenario.dynamics)
    return Book(block.closing, effort, float(team["cost_eur_per_month"].sum()))


def measure(scenario: Scenario) -> dict[str, float]:
    """Play pooled books forward from the cut-off and work out every figure that has a band, and some more."""
    books = [make_book(scenario.override({"seed": seed})) for seed in SEEDS]
    parameters = compile_parameters(scenario.dynamics)
    first = month_number(pd.Timestamp(scenario.portfolio.cutoff))
    replications = np.arange(REPLICATIONS)
    outcomes: dict[float, list[Years]] = {}
    for number, book in enumerate(books):
        for factor in EFFORTS:
            years, _ = play(
                book.state, factor * book.effort, parameters, key=luck_key(number, "calibration"),
                first_month=first, months=HORIZON, replications=replications,
            )  # fmt: skip
            outcomes.setdefault(factor, []).append(years)
    revenue = {f: sum(y.revenue.sum(axis=(1, 2)) for y in ys) / REPLICATIONS for f, ys in outcomes.items()}
    team = sum(book.team_cost for book in books)
    found = _retention(outcomes[1.0], books) | _elasticity(revenue)
    found |= _flat_maximum(revenue, team, scenario.coverage.margin) | _cycles(scenario, books, first)
    return {name: float(value) for name, value in found.items()}


def _retention(outcome: list[Years], books: list[Book]) -> dict[str, float]:
    """Yearly logo retention and NRR over three years, by segment (D-RET-1, E-RET-1)."""
    found = {}
    for code, name in enumerate(SEGMENTS):
        of = [(y, b.state.segment == code) for y, b in zip(outcome, books, strict=True)]
        stayed = sum(y.retained[:3, rows].sum() for y, rows in of)
        found[f"retention {name}"] = stayed / sum(y.customer[:3, rows].sum() for y, rows in of)
        before = sum(np.where(y.customer[:2, rows], y.revenue[:2, rows], 0).sum() for y, rows in of)
        after = sum(np.where(y.customer[:2, rows], y.revenue[1:3, rows], 0).sum() for y, rows in of)
        found[f"NRR {name}"] = after / before
    return found


def _elasticity(revenue: dict[float, Floats]) -> dict[str, float]:
    """Elasticity of revenue to total effort around the status quo: cumulative, and in single years."""
    width = np.log(1.1) - np.log(0.9)
    change = np.log(revenue[1.1]) - np.log(revenue[0.9])
    total = np.log(revenue[1.1][:3].sum()) - np.log(revenue[0.9][:3].sum())
    found = {"elasticity 36 months": total / width}
    return found | {f"elasticity year {year}": change[year - 1] / width for year in (3, 5)}


def _flat_maximum(revenue: dict[float, Floats], team: float, margin: float) -> dict[str, float]:
    """What a quarter less or more than the best effort costs of 36-month contribution (E-FLAT-1)."""
    months = 3 * MONTHS_A_YEAR
    grid = np.log(EFFORTS)
    sales = np.array([revenue[f][:3].sum() for f in EFFORTS])
    fine = np.linspace(grid[0], grid[-1], 2001)
    smooth = np.polyval(np.polyfit(grid, np.log(sales), 4), fine)
    contribution = margin * np.exp(smooth) - np.exp(fine) * team * months
    best = int(np.argmax(contribution))

    def lost(factor: float) -> float:
        there = np.interp(fine[best] + np.log(factor), fine, contribution)
        return float(there / contribution[best] - 1)

    return {
        "best effort": np.exp(fine[best]),
        "flat maximum -25 %": lost(0.75),
        "flat maximum +25 %": lost(1.25),
    }


def _cycles(scenario: Scenario, books: list[Book], first: int) -> dict[str, float]:
    """Age at signature, 10th and 90th percentile by segment (D-CYC-1), of deals that opened in the run."""
    parameters = compile_parameters(scenario.dynamics)
    ages: dict[str, list[Floats]] = {name: [] for name in SEGMENTS}
    outcomes = dict.fromkeys(SEGMENTS, 0)
    for number, book in enumerate(books):
        rows, _ = trace(
            book.state, book.effort, parameters, key=luck_key(number, "calibration"), first_month=first,
            months=48, replications=np.arange(2), precision="float32",
        )  # fmt: skip
        for slot in range(SLOTS):
            outcome = rows[1:, :, at.OUTCOME + slot]
            age = rows[:-1, :, at.SLOT + slot * at.SLOT_ROWS + 1] + 1
            for code, name in enumerate(SEGMENTS):
                own = book.state.segment == code
                ages[name].append(age[:, own][outcome[:, own] == at.WON])
                outcomes[name] += int((outcome[:, own] > 0).sum())
    found = {}
    for name in SEGMENTS:
        won = np.concatenate(ages[name])
        low, high = np.percentile(won, [10, 90]) if won.size else (np.nan, np.nan)
        found |= {f"cycle {name} p10": low, f"cycle {name} p90": high}
        found[f"win rate {name}"] = won.size / max(1, outcomes[name])
    return found


def inside(found: pd.DataFrame, bands: dict[str, tuple[float, float]]) -> pd.DataFrame:
    """Tell which figures of each point lie in their band."""
    return pd.DataFrame({name: found[name].between(*band) for name, band in bands.items()})


def search(scenario: Scenario, points: int) -> pd.DataFrame:
    """Measure the preset and `points` - 1 further points of the box of knobs."""
    low, high = np.array(list(KNOBS.values())).T
    here = np.array([_value(scenario, key) for key in KNOBS])
    spread = qmc.Halton(len(KNOBS), seed=1).random(max(1, points))
    box = low + spread * (high - low)
    box[1::2] = here + 0.35 * (box[1::2] - here)
    box[0] = here
    rows = []
    for point in box[:points]:
        knobs = dict(zip(KNOBS, point.tolist(), strict=True))
        rows.append(knobs | measure(scenario.override(knobs)))
    return pd.DataFrame(rows)


def _value(scenario: Scenario, key: str) -> float:
    value = scenario
    for part in key.split("."):
        value = getattr(value, part)
    return float(value)  # type: ignore[arg-type]


def report(table: pd.DataFrame) -> str:
    """Say what the preset brings, which bands nobody reached, and which pairs exclude each other."""
    held = inside(table, BANDS)
    lines = ["the preset:"]
    for name, value in table.iloc[0].items():
        band = BANDS.get(str(name))
        mark = "" if band is None else f"   band {band[0]:g} to {band[1]:g}: {held[name].iloc[0]}"
        lines.append(f"  {name:38s} {value:8.3f}{mark}")
    lines.append(
        f"bands held at once: preset {held.iloc[0].sum()}, best point {held.sum(axis=1).max()}"
        f" of {len(BANDS)}"
    )
    never = [name for name in BANDS if not held[name].any()]
    lines.append(f"reached by no point: {never or 'none'}")
    alone = [name for name in BANDS if name not in never]
    apart = [f"{a} | {b}" for a, b in combinations(alone, 2) if not (held[a] & held[b]).any()]
    lines.append(f"pairs that no point of {len(table)} holds together: {apart or 'none'}")
    claimed = inside(table, CLAIMS)
    for claim in CLAIMS:
        own = claimed[claim]
        lost = [name for name in BANDS if not (own & held[name]).any()]
        lines.append(
            f"claim {claim} {CLAIMS[claim]}: {own.sum()} points"
            + (f", excludes {lost or 'no band'}" if own.any() else ", out of reach")
        )
    best = table.iloc[int(held.sum(axis=1).argmax())]
    lines += ["the point that holds most bands:"] + [f"  {key} = {best[key]:.3f}" for key in KNOBS]
    return "\n".join(lines)


if __name__ == "__main__":
    print(report(search(Scenario.load("saas_midmarket"), int(sys.argv[1]) if len(sys.argv) > 1 else 1)))
