"""The model itself: state, one month, and the compiled engine that plays it."""

from kamsim.dynamics.effort import effective_hours, habit_weight, hand_over
from kamsim.dynamics.engine import MONTHS_A_YEAR, Surroundings, Years, foresee, play, trace
from kamsim.dynamics.layout import FREE, LOST, MILESTONES, SLOTS, WON
from kamsim.dynamics.luck import entity_uniforms
from kamsim.dynamics.parameters import Parameters, compile_parameters, expected_wallet_growth
from kamsim.dynamics.pools import erlang_c
from kamsim.dynamics.recording import Recording, read_trace, record
from kamsim.dynamics.rules import DynamicBooks, ExitRule, LeastLoadedRouting, Rebalancing, Rules
from kamsim.dynamics.staff import Industries, Plan, Pool, Pools, Team
from kamsim.dynamics.state import State, half_effort_hours, new_state, segment_codes
from kamsim.dynamics.tables import state_from_tables, state_to_tables

__all__ = [
    "FREE",
    "LOST",
    "MILESTONES",
    "MONTHS_A_YEAR",
    "SLOTS",
    "WON",
    "DynamicBooks",
    "ExitRule",
    "Industries",
    "LeastLoadedRouting",
    "Parameters",
    "Plan",
    "Pool",
    "Pools",
    "Rebalancing",
    "Recording",
    "Rules",
    "State",
    "Surroundings",
    "Team",
    "Years",
    "compile_parameters",
    "effective_hours",
    "entity_uniforms",
    "erlang_c",
    "expected_wallet_growth",
    "foresee",
    "habit_weight",
    "half_effort_hours",
    "hand_over",
    "new_state",
    "play",
    "read_trace",
    "record",
    "segment_codes",
    "state_from_tables",
    "state_to_tables",
    "trace",
]
