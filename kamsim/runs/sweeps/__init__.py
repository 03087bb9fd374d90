"""Sweeps: a notebook or the main job over a grid of parameters, resumed where it was left."""

from kamsim.runs.sweeps.comparison import write_comparison
from kamsim.runs.sweeps.grid import Grid, read_grid
from kamsim.runs.sweeps.measures import Measures, state_measures
from kamsim.runs.sweeps.progress import PointLine
from kamsim.runs.sweeps.sweep import Sweep, run_sweep
from kamsim.runs.sweeps.tasks import Task, task_of

__all__ = [
    "Grid",
    "Measures",
    "PointLine",
    "Sweep",
    "Task",
    "read_grid",
    "run_sweep",
    "state_measures",
    "task_of",
    "write_comparison",
]
