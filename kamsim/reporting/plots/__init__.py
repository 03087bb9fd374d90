"""One picture a file: a function that prepares its frame, one that states the finding, one that draws.

A plot returns its axes and leaves pyplot alone; a notebook shows it with its alternative text when a cell
ends in ``show_plot(plot_...(...), locale)``.
"""

from kamsim.reporting.plots.account_timeline import plot_account_timeline
from kamsim.reporting.plots.balance import balance_by_plan, plot_balance
from kamsim.reporting.plots.books import book_hours, plot_books
from kamsim.reporting.plots.breakeven import breakeven_cells, plot_breakeven
from kamsim.reporting.plots.bridge import plot_bridge
from kamsim.reporting.plots.concentration import concentration_curve, plot_concentration, top_share
from kamsim.reporting.plots.cumulative_contribution import contribution_curve, plot_contribution
from kamsim.reporting.plots.differences import plot_policy_differences
from kamsim.reporting.plots.effort import effort_by_tier, plot_effort
from kamsim.reporting.plots.fidelity import plot_fidelity
from kamsim.reporting.plots.flat_maximum import plot_flat_maximum
from kamsim.reporting.plots.flips import plot_flips
from kamsim.reporting.plots.frontier import plot_frontier
from kamsim.reporting.plots.funnel import plot_funnel
from kamsim.reporting.plots.headroom import most_headroom, plot_headroom
from kamsim.reporting.plots.held_out import held_out_potential, plot_held_out
from kamsim.reporting.plots.hiring import plot_hiring
from kamsim.reporting.plots.icp import icp_and_potential, plot_icp
from kamsim.reporting.plots.ladder import plot_ladder
from kamsim.reporting.plots.letters import plot_letters
from kamsim.reporting.plots.matrix import plot_matrix, potential_and_effort
from kamsim.reporting.plots.move_gains import plot_move_gains
from kamsim.reporting.plots.organisation import plot_organisation
from kamsim.reporting.plots.places import plot_map
from kamsim.reporting.plots.potential import plot_potential_churn, potential_and_churn
from kamsim.reporting.plots.quotas import plot_quotas
from kamsim.reporting.plots.reliability import plot_lift, plot_reliability, reliability_curve
from kamsim.reporting.plots.retention import plot_retention
from kamsim.reporting.plots.screening import plot_screening
from kamsim.reporting.plots.season import plot_season
from kamsim.reporting.plots.survival import plot_survival
from kamsim.reporting.plots.sweep import plot_sweep
from kamsim.reporting.plots.team_value import plot_team_value
from kamsim.reporting.plots.territories import plot_territories, territory_marks, territory_title
from kamsim.reporting.plots.whitespace import plot_whitespace, whitespace_parts
from kamsim.reporting.plots.workload import plot_workload, workload_by_ae
from kamsim.reporting.plots.yearly import plot_yearly_revenue, yearly_differences

__all__ = [
    "balance_by_plan",
    "book_hours",
    "breakeven_cells",
    "concentration_curve",
    "contribution_curve",
    "effort_by_tier",
    "held_out_potential",
    "icp_and_potential",
    "most_headroom",
    "plot_account_timeline",
    "plot_balance",
    "plot_books",
    "plot_breakeven",
    "plot_bridge",
    "plot_concentration",
    "plot_contribution",
    "plot_effort",
    "plot_fidelity",
    "plot_flat_maximum",
    "plot_flips",
    "plot_frontier",
    "plot_funnel",
    "plot_headroom",
    "plot_held_out",
    "plot_hiring",
    "plot_icp",
    "plot_ladder",
    "plot_letters",
    "plot_lift",
    "plot_map",
    "plot_matrix",
    "plot_move_gains",
    "plot_organisation",
    "plot_policy_differences",
    "plot_potential_churn",
    "plot_quotas",
    "plot_reliability",
    "plot_retention",
    "plot_screening",
    "plot_season",
    "plot_survival",
    "plot_sweep",
    "plot_team_value",
    "plot_territories",
    "plot_whitespace",
    "plot_workload",
    "plot_yearly_revenue",
    "potential_and_churn",
    "potential_and_effort",
    "reliability_curve",
    "territory_marks",
    "territory_title",
    "top_share",
    "whitespace_parts",
    "workload_by_ae",
    "yearly_differences",
]
