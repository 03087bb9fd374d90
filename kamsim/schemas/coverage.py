"""Coverage: where hours go and come from, what more of them is worth, and the people it takes."""

from __future__ import annotations

from kamsim.contracts import FLAG, NUMBER, TEXT, WHOLE, Column, Table
from kamsim.schemas.columns import hours, identity, money, share
from kamsim.schemas.decisions import TIERS
from kamsim.schemas.words import ROLES

_role = Column(TEXT, "-", "role in the account team", one_of=ROLES)
_tier = TIERS.columns["tier"]


def _people(meaning: str) -> Column:
    return Column(NUMBER, "full-time people", meaning, at_least=0)


def _accounts(meaning: str) -> Column:
    return Column(WHOLE, "count", meaning, at_least=0)


TIER_CHANGES = Table(
    "tier_changes",
    "Accounts that another run, of a quarter before, had in another tier than potential says now.",
    ("account_id",),
    {
        "account_id": identity("the account"),
        "previous_tier": _tier,
        "potential_tier": Column(WHOLE, "1, 2 or 3", "tier of its potential now", one_of=(1, 2, 3)),
        "tier": _tier,
        "held_back": Column(FLAG, "-", "stays where it was: not sure enough, or beyond the quarter's cap"),
    },
)

CAPACITY = Table(
    "capacity",
    "What is left of each person's month for clients.",
    ("rep_id",),
    {
        "rep_id": identity("the person"),
        "role": _role,
        "work_share": Column(NUMBER, "share", "of a full-time post: capacity over its role's", at_least=0),
        "contract_hours": hours("contract, leave included"),
        "leave_hours": hours("on leave, ill or in training"),
        "ritual_hours": hours("reviews, and preparation and debrief of meetings (D-RIT-1)"),
        "other_hours": hours("administration and the rest"),
        "client_hours": hours("with clients and on the road, at full speed"),
        "speed": share("share of a person at full speed; 0 before the first day"),
        "effective_hours": hours("with clients and on the road, counted at that speed"),
    },
)

WORKLOAD = Table(
    "workload",
    "Hours that accounts ask for, by who holds them and by tier.",
    ("role", "held_by", "tier"),
    {
        "role": _role,
        "held_by": identity("AE who owns them; 'pool' for SEs and CSMs; 'nobody' where no AE owns them"),
        "tier": _tier,
        "accounts": _accounts("accounts"),
        "client_hours": hours("that their service level asks for"),
        "travel_hours": hours("on the road for them, from the AE's home"),
        "ritual_hours": hours("preparation and debrief of their meetings"),
    },
)

RATIOS = Table(
    "ratios",
    "Accounts an AE can hold: the guide's ratio beside what hours allow.",
    ("tier",),
    {
        "tier": _tier,
        "accounts": _accounts("accounts"),
        "guide_ratio": Column(NUMBER, "accounts/AE", "the guide's (D-COV-1)", at_least=0),
        "client_hours": hours("with one account"),
        "travel_hours": hours("on the road for one account, mean"),
        "hours_ratio": Column(NUMBER, "accounts/AE", "what a full-time AE's hours allow", at_least=0),
    },
)

STAFFING = Table(
    "staffing",
    "People needed by role, by ratios and by hours, beside the people there are.",
    ("role",),
    {
        "role": _role,
        "by_ratio": _people("needed by the guide's ratios"),
        "by_hours": _people("needed for the hours, travel included, leave taken off"),
        "heads": Column(WHOLE, "count", "people in the team", at_least=0),
        "full_time": _people("in the team"),
        "effective": _people("in the team, counted at their speed"),
        "hours_asked": hours("that accounts ask for, travel included"),
        "hours_of_one": hours("of a full-time person, leave taken off"),
    },
)

TEAM_VALUE = Table(
    "team_value",
    "Believed contribution over the horizon by number of AEs.",
    ("aes",),
    {
        "aes": Column(NUMBER, "full-time people", "AEs at full speed", at_least=0),
        "hours": hours("with clients, travel and leave taken off"),
        "spread_eur": money("contribution, hours spread as the tiers ask for them", signed=True),
        "best_eur": money("contribution, hours where they bring most", signed=True),
        "cost_eur": money("the AEs' full cost"),
        "hour_eur": money("worth of one more hour a month where it brings most"),
    },
)

MARGINAL = Table(
    "marginal",
    "Believed worth of one more hour a month, and of one more AE, over the horizon.",
    ("more",),
    {
        "more": Column(TEXT, "-", "of what", one_of=("AE", "hour")),
        "hours_per_month": hours("with clients"),
        "spread_eur": money("brought, spread as hours are now", signed=True),
        "best_eur": money("brought, where it brings most", signed=True),
        "cost_eur": money("full cost"),
        "best_net_eur": money("brought where it brings most, less its cost", signed=True),
    },
)

FLAT_MAXIMUM = Table(
    "flat_maximum",
    "Believed profit around the best effort (E-FLAT-1).",
    ("effort_factor",),
    {
        "effort_factor": Column(NUMBER, "ratio", "effort against the best", at_least=0),
        "effort_hours": hours("with all clients"),
        "outcome_eur": money("contribution over the horizon", signed=True),
        "cost_eur": money("cost of the hours"),
        "profit_eur": money("what is left", signed=True),
        "lost_share": Column(NUMBER, "share", "of the largest profit that is lost"),
    },
)

HIRING = Table(
    "hiring",
    "When to open posts: people by quarter and role.",
    ("quarter", "role"),
    {
        "quarter": Column(WHOLE, "number", "from the cut-off, the first is 1", at_least=1),
        "role": _role,
        "needed": _people("at full speed"),
        "opened": Column(NUMBER, "count", "posts to open", at_least=0),
        "arrivals": _people("who arrive: hires, and those of the team who join later"),
        "leavers": _people("expected to leave"),
        "people": _people("at the end of the quarter"),
        "effective": _people("counted at their speed, at the end of the quarter"),
        "short": _people("needed and not effective"),
    },
)

QUOTAS = Table(
    "quotas",
    "A year's quota of each AE's book, and how probable it is to be reached.",
    ("rule", "owner_id"),
    {
        "rule": Column(TEXT, "-", "what the whole is split by", one_of=("equal", "expected", "potential")),
        "owner_id": identity("the AE"),
        "accounts": _accounts("accounts of the book"),
        "expected_eur": money("expected sales of a year", unit="EUR/year", signed=True),
        "spread_eur": money("their standard deviation", unit="EUR/year"),
        "quota_eur": money("quota", unit="EUR/year"),
        "reach_probability": share("probability that sales reach it"),
    },
)

BOUNDS = Table(
    "bounds",
    "Cut-offs between tiers: the scenario's, and those whose workload fills the AE hours there are.",
    ("kind",),
    {
        "kind": Column(TEXT, "-", "which", one_of=("fitted", "scenario")),
        "tier_1_above_eur": money("tier 1 lies above", unit="EUR over 36 months"),
        "tier_2_from_eur": money("tier 2 starts here", unit="EUR over 36 months"),
        "tier_1_accounts": _accounts("accounts in tier 1"),
        "tier_2_accounts": _accounts("accounts in tier 2"),
        "tier_3_accounts": _accounts("accounts in tier 3"),
        "hours_needed": hours("of AEs with clients that they ask for"),
        "hours_available": hours("of AEs with clients, travel and leave taken off"),
    },
)
