"""What the company knows: accounts, their people, what happened, the team."""

from __future__ import annotations

from kamsim.contracts import DATE, NUMBER, OPTIONAL_FLAG, OPTIONAL_WHOLE, TEXT, WHOLE, Column, Table
from kamsim.schemas.columns import count, flag, hours, identity, latitude, longitude, money, share
from kamsim.schemas.words import DEAL_KINDS, DECISION_ROLES, EVENT_KINDS, MEDDIC, ROLES, SEGMENTS

ACCOUNTS = Table(
    "accounts",
    "What the company knows of each account at the cut-off.",
    ("account_id",),
    {
        "account_id": identity("the account"),
        "name": Column(TEXT, "-", "name as written in the CRM"),
        "segment": Column(TEXT, "-", "segment by size, before any score (D-COV-1)", one_of=SEGMENTS),
        "industry": Column(TEXT, "-", "industry", True),
        "region": Column(TEXT, "-", "sales region", True),
        "city": Column(TEXT, "-", "city of the decision makers", True),
        "country": Column(TEXT, "ISO 3166-1 alpha-2", "country of the city", True),
        "latitude": latitude(),
        "longitude": longitude(),
        "parent_id": identity("parent account, when it belongs to a family", nullable=True),
        "owner_id": identity("AE who owns the account at the cut-off", nullable=True),
        "owner_since": Column(DATE, "date", "since when that AE owns it", True),
        "customer_since": Column(DATE, "date", "first revenue; missing for a prospect", True),
        "revenue_eur_per_month": money("current revenue; 0 for a prospect", unit="EUR/month"),
        "disclosed_wallet_eur_per_month": money(
            "the client's spend in the category, known for a surveyed sample only",
            unit="EUR/month",
            nullable=True,
        ),
        "firm_revenue_eur": money(
            "the client's own yearly revenue (D-ICP-1)", unit="EUR/year", nullable=True
        ),
        "headcount": Column(NUMBER, "people", "the client's headcount (D-ICP-1)", True, 0),
        "business_units": Column(OPTIONAL_WHOLE, "count", "business units in all", True, 1),
        "units_penetrated": Column(OPTIONAL_WHOLE, "count", "business units that buy (D-KPI-3)", True, 0),
        "relationship": share("maturity of the relationship as the CRM rates it (D-SCO-1)", nullable=True),
        "roles_engaged": share("share of decision roles engaged (D-STK-1)", nullable=True),
        "sponsor_identified": Column(OPTIONAL_FLAG, "-", "an internal sponsor is known (D-ICP-1)", True),
        "digital_maturity": share("digital and organisational maturity (D-ICP-1)", nullable=True),
        "budget_confirmed": flag("the client has a budget for the category (D-ICP-1)"),
        "technical_complexity": share("expertise the solution needs (D-ALL-1)", nullable=True),
    },
)

STAKEHOLDERS = Table(
    "stakeholders",
    "The organisation chart of each account, people who left included.",
    ("stakeholder_id",),
    {
        "stakeholder_id": identity("the person"),
        "account_id": identity("the account"),
        "name": Column(TEXT, "-", "name"),
        "title": Column(TEXT, "-", "position at the client"),
        "decision_role": Column(TEXT, "-", "part in decisions (D-STK-1)", one_of=DECISION_ROLES),
        "reports_to": identity("superior in the same account; missing at the top", nullable=True),
        "joined_on": Column(DATE, "date", "in the position since; missing where the CRM does not say", True),
        "left_on": Column(DATE, "date", "left the position; missing while there", True),
        "engaged": flag("in contact with the account team (D-STK-1)"),
        "champion": flag("our sponsor there (D-ICP-1)"),
    },
)

EVENTS = Table(
    "events",
    "What happened at clients and in our team, with its date (D-ORG-1, D-HND-1).",
    ("event_id",),
    {
        "event_id": identity("the event"),
        "account_id": identity("the account"),
        "happened_on": Column(DATE, "date", "when it happened"),
        "seen_on": Column(DATE, "date", "when the account team learned of it; missing so far", True),
        "kind": Column(TEXT, "-", "what happened", one_of=EVENT_KINDS),
        "stakeholder_id": identity("person concerned, if there is one", nullable=True),
    },
)

OWNERSHIP = Table(
    "ownership",
    "Who owned each account from when to when.",
    ("account_id", "since"),
    {
        "account_id": identity("the account"),
        "since": Column(DATE, "date", "first day"),
        "until": Column(DATE, "date", "day after the last; missing for the present owner", True),
        "rep_id": identity("post in the team"),
        "holder": Column(TEXT, "-", "person who held the post"),
        "handover_quality": share("quality of the hand-over to this person (D-HND-1)", nullable=True),
    },
)

LEADS = Table(
    "leads",
    "Leads that arrived during the recorded months, and where they were sent (D-ROU-1).",
    ("lead_id",),
    {
        "lead_id": identity("the lead"),
        "account_id": identity("account it became; missing where it was turned down", nullable=True),
        "arrived_on": Column(DATE, "date", "when it arrived"),
        "source": Column(TEXT, "-", "where it came from"),
        "industry": Column(TEXT, "-", "industry", True),
        "size": Column(TEXT, "-", "size class, as the routing rules see it", one_of=SEGMENTS),
        "region": Column(TEXT, "-", "sales region", True),
        "routed_to": identity("AE whom the rules named", nullable=True),
        "status": Column(TEXT, "-", "what became of it", one_of=("accepted", "turned_down")),
    },
)

HISTORY = Table(
    "history",
    "What happened on each account in each month.",
    ("account_id", "month"),
    {
        "account_id": identity("the account"),
        "month": Column(DATE, "first day of the month", "the month"),
        "revenue_eur": money("revenue of the month"),
        "ae_hours": hours("AE effort; missing where the CRM holds none", nullable=True),
        "se_hours": hours("SE effort; missing where the CRM holds none", nullable=True),
        "csm_hours": hours("CSM effort; missing where the CRM holds none", nullable=True),
        "deals_opened": Column(WHOLE, "count", "opportunities opened in the month", at_least=0),
        "deals_won": Column(WHOLE, "count", "opportunities won in the month", at_least=0),
        "deals_lost": Column(WHOLE, "count", "opportunities lost in the month", at_least=0),
        "won_eur": money("value won in the month, as the CRM states it"),
        "contraction_eur": money("monthly revenue given up at a renewal of the month", nullable=True),
        "churned": flag("the customer left in the month"),
        "owner_changed": flag("another person took the account over in the month (D-HND-1)"),
        "ae_touches": count("meetings and calls of the AE"),
        "se_touches": count("meetings and calls of SEs"),
        "csm_touches": count("meetings and calls of CSMs"),
        "reviews": count("account and business reviews held (D-RIT-1)"),
        "usage": share(
            "use of what was bought, as telemetry tells; missing without a contract", nullable=True
        ),
        "satisfaction": Column(
            NUMBER, "0 to 10", "answer to the survey of the month; mostly not asked", True, 0, 10
        ),
    },
)

OPPORTUNITY_KINDS = (*DEAL_KINDS, "expansion", "renewal")
"""What an opportunity would bring; "expansion" where the source does not say which."""

OPPORTUNITIES = Table(
    "opportunities",
    "Every opportunity that belongs to an account, open ones included.",
    ("opportunity_id",),
    {
        "opportunity_id": identity("the opportunity"),
        "account_id": identity("the account"),
        "owner_id": identity("representative who works on it", nullable=True),
        "product": Column(TEXT, "-", "product", True),
        "kind": Column(TEXT, "-", "what it would bring", True, one_of=OPPORTUNITY_KINDS),
        "stage": Column(TEXT, "-", "stage as the CRM names it", True),
        "status": Column(TEXT, "-", "open, won or lost", one_of=("open", "won", "lost")),
        "opened_on": Column(DATE, "date", "when it was opened", True),
        "closed_on": Column(DATE, "date", "when it was won or lost; missing while open", True),
        "amount_eur": money("value won, or hoped for while open", nullable=True),
        "proof_on": Column(DATE, "date", "proof of concept validated (D-CYC-2)", True),
        "endorsed_on": Column(DATE, "date", "written technical endorsement (D-CYC-2)", True),
        "approved_on": Column(DATE, "date", "formal budget approval (D-CYC-2)", True),
        "competitor": flag("a competitor is in it"),
        "reason": Column(TEXT, "-", "why it was won or lost, as the CRM states it", True),
        **{letter: flag(f"MEDDIC: {letter.replace('_', ' ')} known (D-MED-1)") for letter in MEDDIC},
    },
)

TEAM = Table(
    "team",
    "The people who cover the accounts.",
    ("rep_id",),
    {
        "rep_id": identity("the person"),
        "name": Column(TEXT, "-", "name"),
        "role": Column(TEXT, "-", "role in the account team (D-TEAM-1)", one_of=ROLES),
        "seniority": Column(TEXT, "-", "of an AE", True, one_of=("senior", "junior")),
        "joined_on": Column(
            DATE, "date", "in the post since; a later date than the cut-off: vacant till then", True
        ),
        "industries": Column(TEXT, "-", "industries known well, separated by ';'", True),
        "region": Column(TEXT, "-", "home region", True),
        "city": Column(TEXT, "-", "home city", True),
        "latitude": latitude(),
        "longitude": longitude(),
        "capacity_hours": hours("hours a month with clients, rituals taken off (D-RIT-1)"),
        "cost_eur_per_month": money("full cost", unit="EUR/month"),
    },
)
