"""The model itself: state, one month, and the compiled engine that plays it."""

from kamsim.dynamics.effort import effective_hours, habit_money, habit_weight, hand_over
from kamsim.dynamics.engine import MONTHS_A_YEAR, NEUTRAL, Surroundings, Years, foresee, play, trace
from kamsim.dynamics.layout import FREE, LOST, MILESTONES, SLOTS, WON
from kamsim.dynamics.luck import entity_uniforms
from kamsim.dynamics.outlook import churn_outlook, team_outlook
from kamsim.dynamics.parameters import Parameters, compile_parameters, expected_wallet_growth
from kamsim.dynamics.people_path import PeoplePath, play_people
from kamsim.dynamics.pools import erlang_c
from kamsim.dynamics.recording import Recording, Tape, advance, read_trace, record
from kamsim.dynamics.rules import DynamicBooks, ExitRule, LeastLoadedRouting, Rebalancing, Rules
from kamsim.dynamics.staff import Industries, Plan, Pool, Pools, Team
from kamsim.dynamics.state import State, half_effort_hours, new_state, segment_codes
from kamsim.dynamics.tables import StateTables, state_from_tables, state_to_tables

__all__ = [
    "FREE",
    "LOST",
    "MILESTONES",
    "MONTHS_A_YEAR",
    "NEUTRAL",
    "SLOTS",
    "WON",
    "DynamicBooks",
    "ExitRule",
    "Industries",
    "LeastLoadedRouting",
    "Parameters",
    "PeoplePath",
    "Plan",
    "Pool",
    "Pools",
    "Rebalancing",
    "Recording",
    "Rules",
    "State",
    "StateTables",
    "Surroundings",
    "Tape",
    "Team",
    "Years",
    "advance",
    "churn_outlook",
    "compile_parameters",
    "effective_hours",
    "entity_uniforms",
    "erlang_c",
    "expected_wallet_growth",
    "foresee",
    "habit_money",
    "habit_weight",
    "half_effort_hours",
    "hand_over",
    "new_state",
    "play",
    "play_people",
    "read_trace",
    "record",
    "segment_codes",
    "state_from_tables",
    "state_to_tables",
    "team_outlook",
    "trace",
]
