"""What a portfolio's own tables tell of its past: who stayed, what the pipeline gave, how revenue moved."""

from kamsim.measures.bridge import revenue_bridge
from kamsim.measures.funnel import pipeline_funnel
from kamsim.measures.organisation import choose_account, organisation_chart
from kamsim.measures.places import map_marks
from kamsim.measures.retention import retention_curves
from kamsim.measures.season import signatures_by_month
from kamsim.measures.summary import portfolio_summary

__all__ = [
    "choose_account",
    "map_marks",
    "organisation_chart",
    "pipeline_funnel",
    "portfolio_summary",
    "retention_curves",
    "revenue_bridge",
    "signatures_by_month",
]
