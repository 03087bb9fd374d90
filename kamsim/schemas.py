"""Table contracts: every frame that crosses a layer, its keys, units and meanings.

A table is checked at the entry and exit of public layer functions through `check`; inside a layer nobody
checks again. What a contract can say stands in `kamsim.contracts`.
"""

from __future__ import annotations

# Handed on: whoever reads a table wants the types and `check` beside it.
from kamsim.contracts import (
    DATE,
    FLAG,
    NUMBER,
    OPTIONAL_FLAG,
    OPTIONAL_WHOLE,
    TEXT,
    WHOLE,
    Column,
    Table,
    check,  # noqa: F401
)

SEGMENTS = ("strategic", "mid_market", "smb")
"""The guide's segments (D-COV-1), in order of the attention an account gets."""

DEAL_KINDS = ("new", "upsell", "cross_sell")
"""What an opportunity would bring, in the order of their codes in the dynamics."""

ROLES = ("AE", "SE", "CSM")
"""The account team (D-TEAM-1)."""


def _share(meaning: str, *, nullable: bool = False) -> Column:
    return Column(NUMBER, "share", meaning, nullable, 0, 1)


def _money(meaning: str, *, nullable: bool = False, unit: str = "EUR", signed: bool = False) -> Column:
    return Column(NUMBER, unit, meaning, nullable, None if signed else 0)


def _hours(meaning: str, *, nullable: bool = False) -> Column:
    return Column(NUMBER, "hours/month", meaning, nullable, 0)


def _id(meaning: str, *, nullable: bool = False) -> Column:
    return Column(TEXT, "-", meaning, nullable)


def _latitude() -> Column:
    return Column(NUMBER, "degrees north", "where the decision makers are (D-ALL-1)", True, -90, 90)


def _longitude() -> Column:
    return Column(NUMBER, "degrees east", "where the decision makers are (D-ALL-1)", True, -180, 180)


ACCOUNTS = Table(
    "accounts",
    "What the company knows of each account at the cut-off.",
    ("account_id",),
    {
        "account_id": _id("the account"),
        "name": Column(TEXT, "-", "name as written in the CRM"),
        "segment": Column(TEXT, "-", "segment by size, before any score (D-COV-1)", one_of=SEGMENTS),
        "industry": Column(TEXT, "-", "industry", True),
        "region": Column(TEXT, "-", "sales region", True),
        "latitude": _latitude(),
        "longitude": _longitude(),
        "parent_id": _id("parent account, when it belongs to a family", nullable=True),
        "owner_id": _id("AE who owns the account at the cut-off", nullable=True),
        "customer_since": Column(DATE, "date", "first revenue; missing for a prospect", True),
        "revenue_eur_per_month": _money("current revenue; 0 for a prospect", unit="EUR/month"),
        "disclosed_wallet_eur_per_month": _money(
            "the client's spend in the category, known for a surveyed sample only",
            unit="EUR/month",
            nullable=True,
        ),
        "firm_revenue_eur": _money(
            "the client's own yearly revenue (D-ICP-1)", unit="EUR/year", nullable=True
        ),
        "headcount": Column(NUMBER, "people", "the client's headcount (D-ICP-1)", True, 0),
        "business_units": Column(OPTIONAL_WHOLE, "count", "business units in all", True, 1),
        "units_penetrated": Column(OPTIONAL_WHOLE, "count", "business units that buy (D-KPI-3)", True, 0),
        "relationship": _share("maturity of the relationship as the CRM rates it (D-SCO-1)", nullable=True),
        "roles_engaged": _share("share of decision roles engaged (D-STK-1)", nullable=True),
        "sponsor_identified": Column(OPTIONAL_FLAG, "-", "an internal sponsor is known (D-ICP-1)", True),
        "technical_complexity": _share("expertise the solution needs (D-ALL-1)", nullable=True),
    },
)

HISTORY = Table(
    "history",
    "What happened on each account in each month.",
    ("account_id", "month"),
    {
        "account_id": _id("the account"),
        "month": Column(DATE, "first day of the month", "the month"),
        "revenue_eur": _money("revenue of the month"),
        "ae_hours": _hours("AE effort; missing where the CRM holds none", nullable=True),
        "se_hours": _hours("SE effort; missing where the CRM holds none", nullable=True),
        "csm_hours": _hours("CSM effort; missing where the CRM holds none", nullable=True),
        "deals_opened": Column(WHOLE, "count", "opportunities opened in the month", at_least=0),
        "deals_won": Column(WHOLE, "count", "opportunities won in the month", at_least=0),
        "deals_lost": Column(WHOLE, "count", "opportunities lost in the month", at_least=0),
        "won_eur": _money("value won in the month, as the CRM states it"),
    },
)

OPPORTUNITIES = Table(
    "opportunities",
    "Every opportunity that belongs to an account, open ones included.",
    ("opportunity_id",),
    {
        "opportunity_id": _id("the opportunity"),
        "account_id": _id("the account"),
        "owner_id": _id("representative who works on it", nullable=True),
        "product": Column(TEXT, "-", "product", True),
        "kind": Column(TEXT, "-", "what it would bring", True, one_of=("new", "expansion")),
        "stage": Column(TEXT, "-", "stage as the CRM names it", True),
        "status": Column(TEXT, "-", "open, won or lost", one_of=("open", "won", "lost")),
        "opened_on": Column(DATE, "date", "when it was opened", True),
        "closed_on": Column(DATE, "date", "when it was won or lost; missing while open", True),
        "amount_eur": _money("value won, or hoped for while open", nullable=True),
    },
)

TEAM = Table(
    "team",
    "The people who cover the accounts.",
    ("rep_id",),
    {
        "rep_id": _id("the person"),
        "name": Column(TEXT, "-", "name"),
        "role": Column(TEXT, "-", "role in the account team (D-TEAM-1)", one_of=ROLES),
        "region": Column(TEXT, "-", "home region", True),
        "latitude": _latitude(),
        "longitude": _longitude(),
        "capacity_hours": _hours("hours a month with clients, rituals taken off (D-RIT-1)"),
        "cost_eur_per_month": _money("full cost", unit="EUR/month"),
    },
)

TRUTH = Table(
    "truth",
    "Latent state at the cut-off. Only dynamics, the oracle and scoring's assessment may read it.",
    ("account_id",),
    {
        "account_id": _id("the account"),
        "wallet_eur_per_month": _money("the client's spend in the category", unit="EUR/month"),
        "attainable_share": _share("share of the wallet that can be won"),
        "responsiveness": Column(NUMBER, "-", "response to effort, 1 = typical", at_least=0),
        "churn_propensity": _share("yearly churn probability at a neutral relationship"),
        "relationship": _share("goodwill stock"),
        "roles_engaged": _share("share of decision roles engaged"),
        "sponsorless_months": Column(WHOLE, "months", "months still without a sponsor", at_least=0),
        "handover_months": Column(WHOLE, "months", "months still under a recent change of owner", at_least=0),
        "handover_quality": _share("quality of the last hand-over (D-HND-1)"),
        "newcomer_months": Column(WHOLE, "months", "months still under a new owner", at_least=0),
        "blind_months": Column(WHOLE, "months", "months a change at the client stays unseen", at_least=0),
        "idle_months": Column(WHOLE, "months", "months since the last commercial progress", at_least=0),
        "exited": Column(WHOLE, "0 or 1", "deprioritised by the exit rule (D-EXIT-1)", one_of=(0, 1)),
        "arrival_month": Column(
            WHOLE, "months since January 1970", "month of arrival, dormant before", at_least=0
        ),
        "half_effort_hours": Column(
            NUMBER, "hours/month", "effort that brings half of the response", at_least=0
        ),
        "business_units": Column(WHOLE, "count", "business units in all", at_least=1),
        "units_penetrated": Column(WHOLE, "count", "business units that buy", at_least=0),
        "revenue_eur_per_month": _money("contracted revenue; 0 for a prospect", unit="EUR/month"),
        "renewal_month": Column(
            WHOLE, "month of the year", "when the contract renews, 0 = January", at_least=0, at_most=11
        ),
        "potential_36m_eur": _money("attainable spend over the next 36 months, whatever the effort"),
        "churn_probability_12m": _share(
            "probability of leaving within 12 months under the historical policy; 0 for a prospect"
        ),
    },
)

DEALS = Table(
    "deals",
    "Opportunities in flight at the cut-off, as the dynamics hold them.",
    ("account_id", "slot"),
    {
        "account_id": _id("the account"),
        "slot": Column(WHOLE, "number", "which of the account's parallel opportunities", at_least=0),
        "milestones_passed": Column(WHOLE, "count", "milestones passed (D-CYC-2)", at_least=0, at_most=3),
        "age_months": Column(WHOLE, "months", "age", at_least=0),
        "amount_eur_per_month": _money("revenue it would add", unit="EUR/month"),
        "kind": Column(TEXT, "-", "what it would bring", one_of=DEAL_KINDS),
        "competitor": Column(FLAG, "-", "a competitor is in it"),
        "meddic": Column(NUMBER, "letters", "MEDDIC completeness (D-MED-1)", at_least=0, at_most=6),
    },
)

SCORES = Table(
    "scores",
    "What the models say of each account at the cut-off, with baselines beside them.",
    ("account_id",),
    {
        "account_id": _id("the account"),
        "potential_36m_eur": _money("predicted attainable spend over 36 months"),
        "potential_low_eur": _money("lower end of its 90 % interval"),
        "potential_high_eur": _money("upper end of its 90 % interval"),
        "potential_baseline_eur": _money("baseline: past revenue scaled to 36 months"),
        "churn_probability_12m": _share(
            "predicted probability of leaving within 12 months; 0 for a prospect"
        ),
        "churn_baseline": _share("baseline: base rate of the segment; 0 for a prospect"),
    },
)

TIERS = Table(
    "tiers",
    "Tier of each account by predicted 3-year potential (D-TIER-1 to 3).",
    ("account_id",),
    {
        "account_id": _id("the account"),
        "tier": Column(WHOLE, "1, 2 or 3", "1 strategic, 2 sustained, 3 standardised", one_of=(1, 2, 3)),
    },
)

VALUES = Table(
    "values",
    "Believed value of effort: contribution over the horizon at constant effort e (hours a month), before the"
    " cost of that effort, is base + gain * e**h / (half**h + e**h).",
    ("account_id",),
    {
        "account_id": _id("the account"),
        "base_eur": _money("value without effort"),
        "gain_eur": _money("value that unlimited effort adds"),
        "half_hours": Column(
            NUMBER, "hours/month", "effort at which half of the gain is reached", at_least=0
        ),
        "exponent": Column(NUMBER, "-", "Hill exponent: above 1 the curve is S-shaped", at_least=0),
        "gain_sd_eur": _money("standard deviation of the belief about the gain"),
    },
)

BOOK = Table(
    "book",
    "The book of business: everything a policy may see, one row an account.",
    ("account_id",),
    {
        "account_id": _id("the account"),
        "segment": ACCOUNTS.columns["segment"],
        "tier": TIERS.columns["tier"],
        "industry": ACCOUNTS.columns["industry"],
        "region": ACCOUNTS.columns["region"],
        "latitude": _latitude(),
        "longitude": _longitude(),
        "parent_id": ACCOUNTS.columns["parent_id"],
        "owner_id": ACCOUNTS.columns["owner_id"],
        "revenue_eur_per_month": ACCOUNTS.columns["revenue_eur_per_month"],
        "firm_revenue_eur": ACCOUNTS.columns["firm_revenue_eur"],
        "relationship": ACCOUNTS.columns["relationship"],
        "technical_complexity": ACCOUNTS.columns["technical_complexity"],
        "open_deals": Column(WHOLE, "count", "open opportunities", at_least=0),
        "potential_36m_eur": SCORES.columns["potential_36m_eur"],
        "potential_low_eur": SCORES.columns["potential_low_eur"],
        "potential_high_eur": SCORES.columns["potential_high_eur"],
        "churn_probability_12m": SCORES.columns["churn_probability_12m"],
        "base_eur": VALUES.columns["base_eur"],
        "gain_eur": VALUES.columns["gain_eur"],
        "half_hours": VALUES.columns["half_hours"],
        "exponent": VALUES.columns["exponent"],
        "gain_sd_eur": VALUES.columns["gain_sd_eur"],
        "workload_hours": _hours("AE hours that the service level of its tier asks for"),
        "minimum_hours": _hours("AE hours below which the account counts as abandoned"),
        "se_hours": _hours("SE hours that its tier and complexity ask for"),
        "csm_hours": _hours("CSM hours that its tier asks for"),
    },
)

ASSIGNMENT = Table(
    "assignment",
    "Who covers each account and with how many hours, by policy.",
    ("policy", "account_id"),
    {
        "policy": Column(TEXT, "-", "name of the policy"),
        "account_id": _id("the account"),
        "rep_id": _id("AE who owns it"),
        "ae_hours": _hours("AE hours with the client, travel taken off"),
        "travel_hours": _hours("AE hours on the road"),
        "se_hours": _hours("SE hours"),
        "csm_hours": _hours("CSM hours"),
        "moved": Column(FLAG, "-", "another AE owned it at the cut-off; False where nobody did"),
    },
)

PERIODS = Table(
    "periods",
    "Key figures by policy, replication, tier and year. Tier 0 is the whole portfolio.",
    ("policy", "draw", "replication", "tier", "year"),
    {
        "policy": Column(TEXT, "-", "name of the policy"),
        "draw": Column(
            WHOLE, "number", "draw of the latent state; 0 only, where the truth is known", at_least=0
        ),
        "replication": Column(WHOLE, "number", "replication", at_least=0),
        "tier": Column(WHOLE, "0 to 3", "tier, 0 = all", one_of=(0, 1, 2, 3)),
        "year": Column(WHOLE, "number", "year of the horizon, 0 = all years together", at_least=0),
        "revenue_eur": _money("revenue"),
        "contribution_eur": _money(
            "margin on revenue less the cost of the hours spent; of the whole team for tier 0", signed=True
        ),
        "nrr": Column(NUMBER, "ratio", "net revenue retention (D-KPI-2)", True, 0),
        "grr": _share("gross revenue retention: as NRR without expansion", nullable=True),
        "logo_retention": _share(
            "share of customers at the start of the year that are customers at its end", nullable=True
        ),
    },
)

COMPARISON = Table(
    "comparison",
    "One row a policy: its figures and its paired difference from the baseline.",
    ("policy",),
    {
        "policy": Column(TEXT, "-", "name of the policy"),
        "is_baseline": Column(FLAG, "-", "the policy that the others are compared with"),
        "replications": Column(WHOLE, "count", "replications over all draws", at_least=1),
        "revenue_eur": _money("mean revenue over the horizon"),
        "contribution_eur": _money("mean contribution after the cost of the team", signed=True),
        "nrr": Column(NUMBER, "ratio", "mean yearly NRR", True, 0),
        "grr": _share("mean yearly GRR", nullable=True),
        "logo_retention": _share("mean yearly logo retention", nullable=True),
        "workload_cv": Column(
            NUMBER, "ratio", "spread of load over capacity between AEs (coefficient of variation)", False, 0
        ),
        "accounts_moved": Column(WHOLE, "count", "accounts whose owner changes", at_least=0),
        "gap": Column(
            NUMBER, "share", "proven optimality gap of the solver; missing where no solver ran", True, 0
        ),
        "difference_eur": _money("revenue less the baseline's, mean of pairs", signed=True),
        "difference_low_eur": _money("lower end of its interval", signed=True),
        "difference_high_eur": _money("upper end of its interval", signed=True),
        "contribution_difference_eur": _money("contribution less the baseline's, mean of pairs", signed=True),
        "contribution_difference_low_eur": _money("lower end of its interval", signed=True),
        "contribution_difference_high_eur": _money("upper end of its interval", signed=True),
    },
)

ASSESSMENT = Table(
    "assessment",
    "How good each model is forward in time, with its baseline beside it.",
    ("model", "measure"),
    {
        "model": Column(TEXT, "-", "churn or potential"),
        "measure": Column(TEXT, "-", "name of the measure"),
        "value": Column(NUMBER, "-", "the model's", True),
        "baseline": Column(NUMBER, "-", "the baseline's", True),
        "rows": Column(WHOLE, "count", "held-out rows it rests on", at_least=0),
    },
)

REJECTED = Table(
    "rejected",
    "Rows of an export that could not be used: nothing is lost without a trace.",
    ("source", "row"),
    {
        "source": Column(TEXT, "-", "file they came from"),
        "row": Column(WHOLE, "number", "row in that file, the header is row 1", at_least=2),
        "reason": Column(TEXT, "-", "why"),
        "amount_eur": _money("money in the row, if any", nullable=True, signed=True),
        "content": Column(TEXT, "-", "the row as read, JSON"),
    },
)

TABLES = {
    t.name: t
    for t in (
        ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM, TRUTH, DEALS, SCORES, ASSESSMENT, TIERS, VALUES, BOOK,
        ASSIGNMENT, PERIODS, COMPARISON, REJECTED,
    )
}  # fmt: skip
"""Every table by name."""
