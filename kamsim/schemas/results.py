"""What comes out: key figures by policy and year, the comparison; and what an import could not use."""

from __future__ import annotations

from kamsim.contracts import DATE, FLAG, NUMBER, TEXT, WHOLE, Column, Table
from kamsim.schemas.columns import hours, identity, money, share

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

FIDELITY = Table(
    "fidelity",
    "Predicted against simulated value of random plans: contribution before the team's cost.",
    ("plan",),
    {
        "plan": Column(WHOLE, "number", "the plan", at_least=0),
        "nearness": share("how near to the best plan it was drawn: 0 = random, 1 = the best"),
        "worked_share": share("share of the AEs' capacity that it spends"),
        "accounts_moved": Column(WHOLE, "count", "accounts whose owner changes", at_least=0),
        "believed_eur": money("predicted by the believed curves, hand-overs taken off", signed=True),
        "true_eur": money(
            "predicted by curves sampled from the truth; missing without one", nullable=True, signed=True
        ),
        "simulated_eur": money("mean of what is simulated", signed=True),
        "simulated_error_eur": money(
            "standard error of its difference from the mean plan, under common luck", nullable=True
        ),
    },
)

GAINS = Table(
    "gains",
    "What better decisions gain on this book, to be held against published gains.",
    ("target",),
    {
        "target": Column(TEXT, "-", "name of the target"),
        "value": Column(NUMBER, "share", "the gain; missing where there is nothing to take a share of", True),
        "low": Column(NUMBER, "share", "lower end of its interval", True),
        "high": Column(NUMBER, "share", "upper end of its interval", True),
    },
)
LADDER = Table(
    "ladder",
    "The regret ladder: what the plan of each step is worth by the curves, and what it brings when played.",
    ("step", "name"),
    {
        "step": Column(WHOLE, "1 to 10", "step of the ladder; the first has a row a habit", at_least=1),
        "name": Column(TEXT, "-", "name of the step"),
        "aes": Column(NUMBER, "count", "AEs whose hours the plan spends; missing for the last step", True, 0),
        "accounts_moved": Column(
            NUMBER, "count", "accounts whose owner changes, mean of the plans of a step", True, 0
        ),
        "believed_eur": money(
            "worth by the believed curves before the team's cost, hand-overs taken off",
            nullable=True,
            signed=True,
        ),
        "true_eur": money(
            "the same by the true curves that the oracle optimises on; of draws, without a truth",
            nullable=True,
            signed=True,
        ),
        "fresh_eur": money("the same by true curves sampled on fresh luck", nullable=True, signed=True),
        "bound_eur": money(
            "no plan is worth more by the curves that the step optimises on", nullable=True, signed=True
        ),
        "contribution_eur": money("mean contribution played, after the cost of the team", signed=True),
        "contribution_low_eur": money("lower end of its interval", nullable=True, signed=True),
        "contribution_high_eur": money("upper end of its interval", nullable=True, signed=True),
        "difference_eur": money(
            "contribution less that of the step before, in pairs", nullable=True, signed=True
        ),
        "difference_low_eur": money("lower end of its interval", nullable=True, signed=True),
        "difference_high_eur": money("upper end of its interval", nullable=True, signed=True),
        "regret_eur": money("contribution of step 6 less that of this step, in pairs", signed=True),
        "regret_low_eur": money("lower end of its interval", nullable=True, signed=True),
        "regret_high_eur": money("upper end of its interval", nullable=True, signed=True),
        "count": Column(
            WHOLE,
            "count",
            "replications behind it, or draws where the truth is unknown",
            at_least=1,
        ),
    },
)

SCORE_VALUE = Table(
    "score_value",
    "What better scores bring: each way of knowing more, at each level, against the scores as they are.",
    ("way", "level"),
    {
        "way": Column(
            TEXT, "-", "what is known better", one_of=("churn_score", "potential_score", "budget", "deciders")
        ),
        "level": Column(
            NUMBER,
            "-",
            "how far: 0 = as it is; 1 = the truth, or all asked; below 0 = worse",
            at_most=1,
        ),
        "measure": Column(
            NUMBER, "of the way", "AUC in points; width of the interval in % of what it is; accounts asked"
        ),
        "difference_eur": money("contribution less that with the scores as they are, in pairs", signed=True),
        "difference_low_eur": money("lower end of its interval", nullable=True, signed=True),
        "difference_high_eur": money("upper end of its interval", nullable=True, signed=True),
    },
)

FALSE_RELEASE = Table(
    "false_release",
    "What an exit criterion costs and frees (D-EXIT-1), by criterion, months and tier: means over the lanes."
    " Tier 0 is the whole portfolio.",
    ("criterion", "months", "tier"),
    {
        "criterion": Column(
            TEXT, "-", "what releases an account", one_of=("progress", "budget", "sponsor", "mismatch", "any")
        ),
        "months": Column(
            WHOLE, "months", "without progress, then released; 0 where progress plays no part", at_least=0
        ),
        "tier": Column(WHOLE, "0 to 3", "0 = all", one_of=(0, 1, 2, 3)),
        "released": Column(NUMBER, "count", "accounts ever released", at_least=0),
        "released_share": share("of the accounts", nullable=True),
        "hours_freed": hours("AE hours with clients that releases free, mean over the horizon"),
        "loss_eur": money("contribution less than under continued effort, freed hours unused", signed=True),
        "worth_eur": money(
            "contribution that the freed hours bring elsewhere in the same books; a tier's by its hours",
            signed=True,
        ),
        "net_eur": money("worth less loss", signed=True),
        "net_low_eur": money("lower end of its interval", signed=True),
        "net_high_eur": money("upper end of its interval", signed=True),
        "false_released": Column(
            NUMBER,
            "count",
            "released accounts that would have brought more than their hours do elsewhere",
            at_least=0,
        ),
        "false_share": share("of the released accounts", nullable=True),
        "false_cost_eur": money("what these lose beyond what their hours bring elsewhere", signed=True),
        "false_cost_low_eur": money("lower end of its interval", signed=True),
        "false_cost_high_eur": money("upper end of its interval", signed=True),
    },
)

FREQUENCIES = Table(
    "frequencies",
    "What realigning books at a frequency brings against never, in pairs under common luck.",
    ("method", "rep_change_cost", "every_months"),
    {
        "method": Column(TEXT, "-", "the compiled rule, or the policy that is solved again"),
        "rep_change_cost": Column(
            NUMBER, "ratio", "the rep-change cost, as a multiple of the scenario's; below 0 = a gain"
        ),
        "every_months": Column(WHOLE, "months", "from one realignment to the next; 0 = never", at_least=0),
        "realignments": Column(WHOLE, "count", "realignments in the horizon", at_least=0),
        "moves": Column(NUMBER, "count", "accounts moved over the horizon, mean over the lanes", at_least=0),
        "load_cv": Column(NUMBER, "ratio", "spread between AEs of mean load over available hours", False, 0),
        "contribution_eur": money("mean contribution after the cost of the team", signed=True),
        "difference_eur": money("contribution less that of never, mean of pairs", signed=True),
        "difference_low_eur": money("lower end of its interval", signed=True),
        "difference_high_eur": money("upper end of its interval", signed=True),
        "behind_best_eur": money("contribution less that of the best frequency, mean of pairs", signed=True),
        "behind_best_low_eur": money("lower end of its interval", signed=True),
        "behind_best_high_eur": money("upper end of its interval", signed=True),
        "seconds": Column(NUMBER, "seconds", "wall time", False, 0),
    },
)

REALIGNMENTS = Table(
    "realignments",
    "Accounts that realignments move during a run, in its first course of events.",
    ("method", "rep_change_cost", "every_months", "month", "account_id"),
    {
        "method": FREQUENCIES.columns["method"],
        "rep_change_cost": FREQUENCIES.columns["rep_change_cost"],
        "every_months": FREQUENCIES.columns["every_months"],
        "month": Column(DATE, "first day of the month", "the first month under the new owner"),
        "account_id": identity("the account"),
        "from_rep_id": identity("AE who owned it; missing = nobody", nullable=True),
        "to_rep_id": identity("AE who owns it from then on"),
        "reason": Column(TEXT, "-", "why", one_of=("workload", "performance")),
        "hours": hours("AE hours a month that it is planned to take"),
        "from_load": Column(NUMBER, "ratio", "load over hours of the old owner before", True, 0),
        "to_load": Column(NUMBER, "ratio", "load over hours of the new owner before", True, 0),
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
