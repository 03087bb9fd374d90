"""What a portfolio's own tables tell: who stayed, how revenue moved, where it could grow, what is at risk."""

from kamsim.measures.at_risk import Stake, accounts_at_risk, contribution_at_stake
from kamsim.measures.bridge import revenue_bridge
from kamsim.measures.contribution import account_contribution
from kamsim.measures.funnel import pipeline_funnel
from kamsim.measures.openings import expansion_openings, openings_by_segment, product_openings
from kamsim.measures.organisation import choose_account, organisation_chart
from kamsim.measures.places import map_marks
from kamsim.measures.retention import retention_curves
from kamsim.measures.season import signatures_by_month
from kamsim.measures.summary import portfolio_summary

__all__ = [
    "Stake",
    "account_contribution",
    "accounts_at_risk",
    "choose_account",
    "contribution_at_stake",
    "expansion_openings",
    "map_marks",
    "openings_by_segment",
    "organisation_chart",
    "pipeline_funnel",
    "portfolio_summary",
    "product_openings",
    "retention_curves",
    "revenue_bridge",
    "signatures_by_month",
]
