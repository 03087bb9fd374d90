"""Assignment under capacity: `solve_assignment`, its file format, and instances by published recipes."""

from kamsim.allocation.assignment.gap_format import GapInstance, read_gap
from kamsim.allocation.assignment.recipes import RECIPES, draw_gap
from kamsim.allocation.assignment.solve import AssignmentResult, solve_assignment

__all__ = ["RECIPES", "AssignmentResult", "GapInstance", "draw_gap", "read_gap", "solve_assignment"]
