"""What a portfolio's own tables tell: who stayed, where it could grow, what an account asks for next."""

from kamsim.measures.account_years import account_years
from kamsim.measures.actions import plan_actions
from kamsim.measures.alerts import account_alerts, industry_alerts
from kamsim.measures.at_risk import Stake, accounts_at_risk, contribution_at_stake, usual_churn
from kamsim.measures.bridge import revenue_bridge
from kamsim.measures.contribution import account_contribution
from kamsim.measures.decision_roles import role_coverage
from kamsim.measures.facts import AccountFacts, gather_facts
from kamsim.measures.funnel import pipeline_funnel
from kamsim.measures.handover import handover_checklist
from kamsim.measures.milestones import last_progress, open_milestones, step_months
from kamsim.measures.openings import expansion_openings, openings_by_segment, product_openings
from kamsim.measures.organisation import choose_account, organisation_chart
from kamsim.measures.places import map_marks
from kamsim.measures.playbook import Playbook
from kamsim.measures.retention import retention_curves
from kamsim.measures.rituals import due_rituals
from kamsim.measures.season import signatures_by_month
from kamsim.measures.summary import portfolio_summary

__all__ = [
    "AccountFacts",
    "Playbook",
    "Stake",
    "account_alerts",
    "account_contribution",
    "account_years",
    "accounts_at_risk",
    "choose_account",
    "contribution_at_stake",
    "due_rituals",
    "expansion_openings",
    "gather_facts",
    "handover_checklist",
    "industry_alerts",
    "last_progress",
    "map_marks",
    "open_milestones",
    "openings_by_segment",
    "organisation_chart",
    "pipeline_funnel",
    "plan_actions",
    "portfolio_summary",
    "product_openings",
    "retention_curves",
    "revenue_bridge",
    "role_coverage",
    "signatures_by_month",
    "step_months",
    "usual_churn",
]
