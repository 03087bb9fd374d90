"""Table contracts: every frame that crosses a layer, its keys, units and meanings.

A table is checked at the entry and exit of public layer functions through `check`; inside a layer nobody
checks again. What a contract can say stands in `kamsim.contracts`.
"""

from __future__ import annotations

# Handed on: whoever reads a table wants the types and `check` beside it.
from kamsim.contracts import DATE as DATE
from kamsim.contracts import FLAG as FLAG
from kamsim.contracts import NUMBER as NUMBER
from kamsim.contracts import OPTIONAL_FLAG as OPTIONAL_FLAG
from kamsim.contracts import OPTIONAL_WHOLE as OPTIONAL_WHOLE
from kamsim.contracts import TEXT as TEXT
from kamsim.contracts import WHOLE as WHOLE
from kamsim.contracts import Checked as Checked
from kamsim.contracts import Column as Column
from kamsim.contracts import Table as Table
from kamsim.contracts import check as check
from kamsim.contracts import checked as checked
from kamsim.contracts import complete as complete
from kamsim.schemas.breakeven import (
    ADVICE,
    BREAKEVEN,
    BREAKEVEN_CHECK,
    BREAKEVEN_FRONTIER,
    FLIPS,
    SCREENING,
    SOBOL,
)
from kamsim.schemas.calibration import CALIBRATION, CALIBRATION_DRAWS, CALIBRATION_MOMENTS
from kamsim.schemas.coverage import (
    BOUNDS,
    CAPACITY,
    FLAT_MAXIMUM,
    HIRING,
    MARGINAL,
    QUOTAS,
    RATIOS,
    STAFFING,
    TEAM_VALUE,
    TIER_CHANGES,
    WORKLOAD,
)
from kamsim.schemas.decisions import (
    ASSESSMENT,
    ASSIGNMENT,
    BOOK,
    EXPLANATIONS,
    FRONTIER,
    MOVE_REASONS,
    MOVES,
    SCORES,
    TIERS,
    VALUES,
)  # fmt: skip
from kamsim.schemas.portfolio import (
    ACCOUNTS,
    EVENTS,
    HISTORY,
    LEADS,
    OPPORTUNITIES,
    OPPORTUNITY_KINDS,
    OWNERSHIP,
    STAKEHOLDERS,
    TEAM,
)  # fmt: skip
from kamsim.schemas.results import (
    COMPARISON,
    FALSE_RELEASE,
    FIDELITY,
    FREQUENCIES,
    GAINS,
    KEY_FIGURES,
    LADDER,
    PERIODS,
    REALIGNMENTS,
    REJECTED,
    SCORE_VALUE,
    SELECTION,
)
from kamsim.schemas.sweeps import DONE, FAILED, MEASURES, SWEEP_COLUMNS, sweep_table
from kamsim.schemas.territories import (
    TERRITORIES,
    TERRITORY_ACCOUNTS,
    TERRITORY_BALANCE,
    TERRITORY_SHAPES,
)
from kamsim.schemas.truth import DEALS, INFLUENCE, PEOPLE, TRUTH, TRUTH_HISTORY
from kamsim.schemas.words import DEAL_KINDS, DECISION_ROLES, EVENT_KINDS, MEDDIC, ROLES, SEGMENTS

TABLES = {
    t.name: t
    for t in (
        ACCOUNTS, STAKEHOLDERS, EVENTS, OWNERSHIP, LEADS, HISTORY, OPPORTUNITIES, TEAM, TRUTH,
        TRUTH_HISTORY, INFLUENCE, PEOPLE, DEALS, SCORES, ASSESSMENT, EXPLANATIONS, TIERS, VALUES, BOOK,
        ASSIGNMENT, PERIODS, COMPARISON, KEY_FIGURES, SELECTION, REJECTED,
        ASSIGNMENT, PERIODS, COMPARISON, FIDELITY, LADDER, SCORE_VALUE,
        FALSE_RELEASE, GAINS,
        FREQUENCIES, REALIGNMENTS, REJECTED,
        ASSIGNMENT, PERIODS, COMPARISON, REJECTED, CALIBRATION, CALIBRATION_MOMENTS, CALIBRATION_DRAWS,
        ASSIGNMENT, MOVES, FRONTIER, PERIODS, COMPARISON, KEY_FIGURES, SELECTION, REJECTED,
        TERRITORIES, TERRITORY_BALANCE, TERRITORY_SHAPES, TERRITORY_ACCOUNTS,
        ADVICE, BREAKEVEN, BREAKEVEN_FRONTIER, BREAKEVEN_CHECK, FLIPS, SCREENING, SOBOL,
        TIER_CHANGES, CAPACITY, WORKLOAD, RATIOS, STAFFING, TEAM_VALUE, MARGINAL, FLAT_MAXIMUM, HIRING,
        QUOTAS, BOUNDS,
    )
}  # fmt: skip
"""Every table by name."""

__all__ = [
    "ACCOUNTS", "ADVICE", "ASSESSMENT", "ASSIGNMENT", "BOOK", "BOUNDS", "BREAKEVEN", "BREAKEVEN_CHECK",
    "BREAKEVEN_FRONTIER", "CALIBRATION", "CALIBRATION_DRAWS", "CALIBRATION_MOMENTS", "CAPACITY",
    "COMPARISON", "DATE", "DEALS", "DEAL_KINDS", "DECISION_ROLES", "DONE", "EVENTS", "EVENT_KINDS",
    "EXPLANATIONS", "FAILED", "FALSE_RELEASE", "FIDELITY", "FLAG", "FLAT_MAXIMUM", "FLIPS",
    "FREQUENCIES", "FRONTIER", "GAINS", "HIRING", "HISTORY", "INFLUENCE", "KEY_FIGURES", "LADDER",
    "LEADS", "MARGINAL", "MEASURES", "MEDDIC", "MOVES", "MOVE_REASONS", "NUMBER", "OPPORTUNITIES",
    "OPPORTUNITY_KINDS", "OPTIONAL_FLAG", "OPTIONAL_WHOLE", "OWNERSHIP", "PEOPLE", "PERIODS", "QUOTAS",
    "RATIOS", "REALIGNMENTS", "REJECTED", "ROLES", "SCORES", "SCORE_VALUE", "SCREENING", "SEGMENTS",
    "SELECTION", "SOBOL", "STAFFING", "STAKEHOLDERS", "SWEEP_COLUMNS", "TABLES", "TEAM", "TEAM_VALUE",
    "TERRITORIES", "TERRITORY_ACCOUNTS", "TERRITORY_BALANCE", "TERRITORY_SHAPES", "TEXT", "TIERS",
    "TIER_CHANGES", "TRUTH", "TRUTH_HISTORY", "VALUES", "WHOLE", "WORKLOAD", "Checked", "Column",
    "Table", "check", "checked", "complete", "sweep_table",
]  # fmt: skip
