"""One picture a file: a function that prepares its frame, one that states the finding, one that draws.

A plot returns its axes and leaves pyplot alone; a notebook (with ``%matplotlib inline``) shows it when a
cell ends in ``plot_...(...).figure``.
"""

from kamsim.reporting.plots.concentration import concentration_curve, plot_concentration
from kamsim.reporting.plots.differences import plot_policy_differences
from kamsim.reporting.plots.effort import effort_by_tier, plot_effort
from kamsim.reporting.plots.potential import plot_potential_churn, potential_and_churn
from kamsim.reporting.plots.workload import plot_workload, workload_by_ae
from kamsim.reporting.plots.yearly import plot_yearly_revenue, yearly_differences

__all__ = [
    "concentration_curve",
    "effort_by_tier",
    "plot_concentration",
    "plot_effort",
    "plot_policy_differences",
    "plot_potential_churn",
    "plot_workload",
    "plot_yearly_revenue",
    "potential_and_churn",
    "workload_by_ae",
    "yearly_differences",
]
