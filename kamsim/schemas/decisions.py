"""What is estimated and decided: scores, tiers, values, the book of business, assignments."""

from __future__ import annotations

from kamsim.contracts import FLAG, NUMBER, TEXT, WHOLE, Column, Table
from kamsim.schemas.columns import hours, identity, latitude, longitude, money, share
from kamsim.schemas.portfolio import ACCOUNTS

SCORES = Table(
    "scores",
    "What the models say of each account at the cut-off, with baselines beside them.",
    ("account_id",),
    {
        "account_id": identity("the account"),
        "potential_36m_eur": money("predicted attainable spend over 36 months"),
        "potential_low_eur": money("lower end of its interval (scoring.interval_coverage)"),
        "potential_high_eur": money("upper end of its interval (scoring.interval_coverage)"),
        "potential_baseline_eur": money(
            "baseline: past revenue over the prior share of wallet, over 36 months"
        ),
        "headroom_eur": money("potential less what current revenue comes to over 36 months, at least 0"),
        "tier_1_probability": share("probability that potential lies in tier 1 (D-TIER-1)"),
        "tier_2_probability": share("probability that potential lies in tier 2 (D-TIER-2)"),
        "tier_3_probability": share("probability that potential lies in tier 3 (D-TIER-3)"),
        "churn_probability_12m": share("predicted probability of leaving within 12 months; 0 for a prospect"),
        "churn_baseline": share("baseline: base rate of the segment over 12 months; 0 for a prospect"),
        "staying_probability_36m": share(
            "predicted probability of being a customer still after 36 months; 0 for a prospect"
        ),
    },
)

ASSESSMENT = Table(
    "assessment",
    "How good each model is on rows held out (churn: forward in time), with its baseline beside it.",
    ("model", "measure"),
    {
        "model": Column(TEXT, "-", "churn or potential"),
        "measure": Column(TEXT, "-", "name of the measure"),
        "value": Column(NUMBER, "-", "the model's", True),
        "low": Column(NUMBER, "-", "lower end of its 95 % interval", True),
        "high": Column(NUMBER, "-", "upper end of its 95 % interval", True),
        "baseline": Column(NUMBER, "-", "the baseline's", True),
        "rows": Column(WHOLE, "count", "held-out rows it rests on", at_least=0),
    },
)

EXPLANATIONS = Table(
    "explanations",
    "What raised and what lowered each score: the three largest effects in either direction.",
    ("account_id", "target", "rank"),
    {
        "account_id": identity("the account"),
        "target": Column(TEXT, "-", "the score", one_of=("churn", "potential")),
        "rank": Column(WHOLE, "number", "1 = largest effect of all columns", at_least=1),
        "feature": Column(TEXT, "-", "column that the model read"),
        "value": Column(NUMBER, "as the column", "what it holds, if a number", True),
        "value_text": Column(TEXT, "-", "what it holds, if a text", True),
        "typical": Column(NUMBER, "as the column", "median of all accounts, if a number", True),
        "typical_text": Column(TEXT, "-", "commonest of all accounts, if a text", True),
        "effect": Column(
            NUMBER, "log-odds, or log EUR", "what it adds to the score; above 0 = raised (Shapley value)"
        ),
        "score": Column(NUMBER, "share, or EUR", "the account's score", at_least=0),
        "typical_score": Column(NUMBER, "share, or EUR", "score of a typical account", at_least=0),
    },
)

TIERS = Table(
    "tiers",
    "Tier of each account by predicted 3-year potential (D-TIER-1 to 3).",
    ("account_id",),
    {
        "account_id": identity("the account"),
        "tier": Column(WHOLE, "1, 2 or 3", "1 strategic, 2 sustained, 3 standardised", one_of=(1, 2, 3)),
    },
)

VALUES = Table(
    "values",
    "Believed value of effort: contribution over the horizon at constant effort e (hours a month), before the"
    " cost of that effort, is base + gain * e**h / (half**h + e**h).",
    ("account_id",),
    {
        "account_id": identity("the account"),
        "base_eur": money("value without effort"),
        "gain_eur": money("value that unlimited effort adds"),
        "half_hours": Column(
            NUMBER, "hours/month", "effort at which half of the gain is reached", at_least=0
        ),
        "exponent": Column(NUMBER, "-", "Hill exponent: above 1 the curve is S-shaped", at_least=0),
        "gain_sd_eur": money("standard deviation of the belief about the gain"),
    },
)

BOOK = Table(
    "book",
    "The book of business: everything a policy may see, one row an account.",
    ("account_id",),
    {
        "account_id": identity("the account"),
        "segment": ACCOUNTS.columns["segment"],
        "tier": TIERS.columns["tier"],
        "industry": ACCOUNTS.columns["industry"],
        "region": ACCOUNTS.columns["region"],
        "latitude": latitude(),
        "longitude": longitude(),
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
        "workload_hours": hours("AE hours that the service level of its tier asks for"),
        "minimum_hours": hours("AE hours below which the account counts as abandoned"),
        "se_hours": hours("SE hours that its tier and complexity ask for"),
        "csm_hours": hours("CSM hours that its tier asks for"),
    },
)

MOVE_REASONS = (
    "owner_gone",
    "constraint",
    "owner_overloaded",
    "nearer",
    "more_hours",
    "makes_room",
    "rule",
)
"""Why an account changes hands (docs/policies.md)."""

MOVES = Table(
    "moves",
    "Every account that changes hands under a policy, with the reason and what it brings and costs.",
    ("policy", "account_id"),
    {
        "policy": Column(TEXT, "-", "name of the policy"),
        "account_id": identity("the account"),
        "from_rep": identity("AE who owned it; missing where he has left the team", nullable=True),
        "to_rep": identity("AE who gets it"),
        "reason": Column(TEXT, "-", "why it moves", one_of=MOVE_REASONS),
        "constraint": Column(TEXT, "-", "constraint that bars the former owner, if one does", True),
        "hours_before": hours("AE hours with the client under the status quo"),
        "hours_after": hours("AE hours with the client under the policy"),
        "travel_saved_hours": Column(
            NUMBER,
            "hours/month",
            "road that the hours after would take the former owner, less the new one's",
            True,
        ),
        "believed_gain_eur": money(
            "believed worth of the move over the horizon, hand-over taken off", nullable=True, signed=True
        ),
        "handover_eur": money("value that the change of owner is expected to cost", signed=True),
        "revenue_eur_per_month": money("revenue that changes hands", unit="EUR/month"),
        "open_deals": Column(WHOLE, "count", "open opportunities that change hands", at_least=0),
    },
)

FRONTIER = Table(
    "frontier",
    "What plans gain over the status quo with so many accounts moved, and what no plan gains more than.",
    ("moves_allowed",),
    {
        "moves_allowed": Column(WHOLE, "count", "accounts that may leave an owner in the team", at_least=0),
        "accounts_moved": Column(WHOLE, "count", "accounts that do", at_least=0),
        "revenue_moved_eur_per_month": money("revenue that changes hands", unit="EUR/month"),
        "believed_eur": money("believed value of the plan, hand-overs taken off", signed=True),
        "gain_hours_eur": money(
            "gain over the status quo from hours alone, with the fewest moves", signed=True
        ),
        "gain_moves_eur": money("further gain from moves", signed=True),
        "gain_eur": money("gain over the status quo", signed=True),
        "gain_bound_eur": money("proven: no plan with these moves gains more", signed=True),
    },
)

ASSIGNMENT = Table(
    "assignment",
    "Who covers each account and with how many hours, by policy.",
    ("policy", "account_id"),
    {
        "policy": Column(TEXT, "-", "name of the policy"),
        "account_id": identity("the account"),
        "rep_id": identity("AE who owns it"),
        "ae_hours": hours("AE hours with the client, travel taken off"),
        "travel_hours": hours("AE hours on the road"),
        "se_hours": hours("SE hours"),
        "csm_hours": hours("CSM hours"),
        "moved": Column(FLAG, "-", "another AE owned it at the cut-off; False where nobody did"),
    },
)
