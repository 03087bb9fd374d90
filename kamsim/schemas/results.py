"""What comes out: key figures by policy and year, the comparison; and what an import could not use."""

from __future__ import annotations

from kamsim.contracts import FLAG, NUMBER, TEXT, WHOLE, Column, Table
from kamsim.schemas.columns import money, share

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
        "revenue_eur": money("revenue"),
        "contribution_eur": money(
            "margin on revenue less the cost of the hours spent; of the whole team for tier 0", signed=True
        ),
        "nrr": Column(NUMBER, "ratio", "net revenue retention (D-KPI-2)", True, 0),
        "grr": share("gross revenue retention: as NRR without expansion", nullable=True),
        "logo_retention": share(
            "share of customers at the start of the year that are customers at its end", nullable=True
        ),
        "share_of_wallet": Column(
            NUMBER, "ratio", "revenue over wallet of the customers at the end of the year (D-KPI-1)", True, 0
        ),
        "business_units": Column(
            NUMBER,
            "count",
            "business units that buy, mean of the customers at the end of the year (D-KPI-3)",
            True,
            0,
        ),
        "workload_hours": Column(NUMBER, "hours/month", "AE hours spent, travel included", at_least=0),
        "utilisation": Column(NUMBER, "share", "AE hours spent over those that the AEs have", True, 0),
        "utilisation_cv": Column(
            NUMBER, "ratio", "spread of utilisation between AEs (coefficient of variation)", True, 0
        ),
    },
)

KEY_FIGURES = Table(
    "key_figures",
    "Each key figure by policy, tier and year with its interval, and its difference from the baseline.",
    ("policy", "tier", "year", "figure"),
    {
        "policy": Column(TEXT, "-", "name of the policy"),
        "tier": Column(WHOLE, "0 to 3", "tier, 0 = all", one_of=(0, 1, 2, 3)),
        "year": Column(WHOLE, "number", "year of the horizon, 0 = all years together", at_least=0),
        "figure": Column(TEXT, "-", "which one: a column of PERIODS"),
        "value": Column(NUMBER, "of the figure", "mean over the replications that have one", True),
        "low": Column(NUMBER, "of the figure", "lower end of its interval", True),
        "high": Column(NUMBER, "of the figure", "upper end of its interval", True),
        "difference": Column(NUMBER, "of the figure", "less the baseline's, mean of pairs", True),
        "difference_low": Column(NUMBER, "of the figure", "lower end of its interval", True),
        "difference_high": Column(NUMBER, "of the figure", "upper end of its interval", True),
        "count": Column(
            WHOLE,
            "count",
            "independent values behind it: replications, or draws where the truth is unknown",
            at_least=0,
        ),
    },
)

SELECTION = Table(
    "selection",
    "Ranking and selection: who was dropped, when and by whom, and what the choice leads by.",
    ("policy",),
    {
        "policy": Column(TEXT, "-", "name of the policy"),
        "replications": Column(
            WHOLE, "count", "played: replications, or draws where the truth is unknown", at_least=1
        ),
        "mean": money("mean contribution over those", signed=True),
        "dropped_by": Column(TEXT, "-", "policy that it fell behind; missing where it was not dropped", True),
        "dropped_after": Column(
            WHOLE, "count", "replications after which; 0 where it was not dropped", at_least=0
        ),
        "lead": money("of the choice over this policy, mean of pairs", nullable=True, signed=True),
        "lead_low": money("lower end of its interval", nullable=True, signed=True),
        "lead_high": money("upper end of its interval", nullable=True, signed=True),
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
        "revenue_eur": money("mean revenue over the horizon"),
        "contribution_eur": money("mean contribution after the cost of the team", signed=True),
        "nrr": Column(NUMBER, "ratio", "mean yearly NRR", True, 0),
        "grr": share("mean yearly GRR", nullable=True),
        "logo_retention": share("mean yearly logo retention", nullable=True),
        "workload_cv": Column(
            NUMBER, "ratio", "spread of load over capacity between AEs (coefficient of variation)", False, 0
        ),
        "accounts_moved": Column(WHOLE, "count", "accounts whose owner changes", at_least=0),
        "gap": Column(
            NUMBER, "share", "proven optimality gap of the solver; missing where no solver ran", True, 0
        ),
        "difference_eur": money("revenue less the baseline's, mean of pairs", signed=True),
        "difference_low_eur": money("lower end of its interval", signed=True),
        "difference_high_eur": money("upper end of its interval", signed=True),
        "contribution_difference_eur": money("contribution less the baseline's, mean of pairs", signed=True),
        "contribution_difference_low_eur": money("lower end of its interval", signed=True),
        "contribution_difference_high_eur": money("upper end of its interval", signed=True),
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
        "amount_eur": money("money in the row, if any", nullable=True, signed=True),
        "content": Column(TEXT, "-", "the row as read, JSON"),
    },
)
