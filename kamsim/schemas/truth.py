"""The truth of a synthetic portfolio: only dynamics, the oracle and scoring's assessment may read it."""

from __future__ import annotations

from kamsim.contracts import DATE, FLAG, NUMBER, TEXT, WHOLE, Column, Table
from kamsim.schemas.columns import identity, money, share
from kamsim.schemas.words import DEAL_KINDS

TRUTH = Table(
    "truth",
    "Latent state at the cut-off. Only dynamics, the oracle and scoring's assessment may read it.",
    ("account_id",),
    {
        "account_id": identity("the account"),
        "wallet_eur_per_month": money("the client's spend in the category", unit="EUR/month"),
        "attainable_share": share("share of the wallet that can be won"),
        "responsiveness": Column(NUMBER, "-", "response to effort, 1 = typical", at_least=0),
        "churn_propensity": share("yearly churn probability at a neutral relationship"),
        "relationship": share("goodwill stock"),
        "roles_engaged": share("share of decision roles engaged"),
        "owner_id": identity("AE in whose book it stands; missing = nobody", nullable=True),
        "sponsorless_months": Column(WHOLE, "months", "months still without a sponsor", at_least=0),
        "handover_months": Column(WHOLE, "months", "months still under a recent change of owner", at_least=0),
        "handover_quality": share("quality of the last hand-over (D-HND-1)"),
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
        "revenue_eur_per_month": money("contracted revenue; 0 for a prospect", unit="EUR/month"),
        "renewal_month": Column(
            WHOLE, "month of the year", "when the contract renews, 0 = January", at_least=0, at_most=11
        ),
        "potential_36m_eur": money("attainable spend over the next 36 months, whatever the effort"),
        "churn_probability_12m": share(
            "probability of leaving within 12 months under the historical policy; 0 for a prospect"
        ),
    },
)

DEALS = Table(
    "deals",
    "Opportunities in flight at the cut-off, as the dynamics hold them.",
    ("account_id", "slot"),
    {
        "account_id": identity("the account"),
        "slot": Column(WHOLE, "number", "which of the account's parallel opportunities", at_least=0),
        "milestones_passed": Column(WHOLE, "count", "milestones passed (D-CYC-2)", at_least=0, at_most=3),
        "age_months": Column(WHOLE, "months", "age", at_least=0),
        "amount_eur_per_month": money("revenue it would add", unit="EUR/month"),
        "kind": Column(TEXT, "-", "what it would bring", one_of=DEAL_KINDS),
        "competitor": Column(FLAG, "-", "a competitor is in it"),
        "meddic": Column(NUMBER, "letters", "MEDDIC completeness (D-MED-1)", at_least=0, at_most=6),
    },
)

PEOPLE = Table(
    "people",
    "State of the posts of the team at the cut-off, as the dynamics hold it.",
    ("rep_id",),
    {
        "rep_id": identity("the post"),
        "tenure_months": Column(WHOLE, "months", "months of its holder in the post", at_least=0),
        "vacancy_months": Column(WHOLE, "months", "months until a successor starts; 0 = filled", at_least=0),
    },
)

TRUTH_HISTORY = Table(
    "truth_history",
    "Latent path of each account over the recorded months.",
    ("account_id", "month"),
    {
        "account_id": identity("the account"),
        "month": Column(DATE, "first day of the month", "the month"),
        "wallet_eur": money("the client's spend in the category", unit="EUR/month"),
        "relationship": share("goodwill stock at the end of the month"),
        "roles_engaged": share("share of decision roles engaged at the end of the month"),
        "churn_hazard": Column(
            NUMBER, "1/year", "hazard of leaving, were a contract due; 0 without one", at_least=0
        ),
    },
)

INFLUENCE = Table(
    "influence",
    "How much each person present at the cut-off weighs in the decisions of an account.",
    ("stakeholder_id",),
    {
        "stakeholder_id": identity("the person"),
        "account_id": identity("the account"),
        "influence": share("share of the account's influence; sums to 1"),
    },
)
