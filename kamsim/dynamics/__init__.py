"""The model itself: state, one month, and the compiled engine that plays it."""

from kamsim.dynamics.effort import effective_hours, habit_weight, half_effort_hours, hand_over
from kamsim.dynamics.engine import LOST, MONTHS_A_YEAR, WON, Recording, Years, play, record
from kamsim.dynamics.luck import entity_uniforms
from kamsim.dynamics.parameters import Parameters, compile_parameters
from kamsim.dynamics.state import (
    FREE,
    MILESTONES,
    SLOTS,
    State,
    segment_codes,
    state_from_tables,
    state_to_tables,
)

__all__ = [
    "FREE",
    "LOST",
    "MILESTONES",
    "MONTHS_A_YEAR",
    "SLOTS",
    "WON",
    "Parameters",
    "Recording",
    "State",
    "Years",
    "compile_parameters",
    "effective_hours",
    "entity_uniforms",
    "habit_weight",
    "half_effort_hours",
    "hand_over",
    "play",
    "record",
    "segment_codes",
    "state_from_tables",
    "state_to_tables",
]
