"""What a sales director looks at: tables of texts, pictures whose titles state the finding, the report."""

from kamsim.reporting.churn_tables import at_stake_table, say_oracle, skill_table
from kamsim.reporting.finding import Finding, find_best, share_leading, state_finding
from kamsim.reporting.ledger import ledger_table
from kamsim.reporting.plots import (
    concentration_curve,
    effort_by_tier,
    plot_bridge,
    plot_concentration,
    plot_effort,
    plot_funnel,
    plot_lift,
    plot_map,
    plot_organisation,
    plot_policy_differences,
    plot_potential_churn,
    plot_reliability,
    plot_retention,
    plot_season,
    plot_survival,
    plot_workload,
    plot_yearly_revenue,
    potential_and_churn,
    reliability_curve,
    top_share,
    workload_by_ae,
    yearly_differences,
)
from kamsim.reporting.portfolio_table import portfolio_table
from kamsim.reporting.report import write_report
from kamsim.reporting.tables import assessment_table, comparison_table
from kamsim.reporting.terminal import render_text

__all__ = [
    "Finding",
    "assessment_table",
    "at_stake_table",
    "comparison_table",
    "concentration_curve",
    "effort_by_tier",
    "find_best",
    "ledger_table",
    "plot_bridge",
    "plot_concentration",
    "plot_effort",
    "plot_funnel",
    "plot_lift",
    "plot_map",
    "plot_organisation",
    "plot_policy_differences",
    "plot_potential_churn",
    "plot_reliability",
    "plot_retention",
    "plot_season",
    "plot_survival",
    "plot_workload",
    "plot_yearly_revenue",
    "portfolio_table",
    "potential_and_churn",
    "reliability_curve",
    "render_text",
    "say_oracle",
    "share_leading",
    "skill_table",
    "state_finding",
    "top_share",
    "workload_by_ae",
    "write_report",
    "yearly_differences",
]
