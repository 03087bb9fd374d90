"""Break-even maps of the guide's ratios, their frontiers with the check, and what flips a recommendation."""

from __future__ import annotations

from kamsim.contracts import FLAG, NUMBER, TEXT, WHOLE, Column, Table
from kamsim.schemas.columns import money
from kamsim.schemas.words import SEGMENTS


def _segment() -> Column:
    return Column(TEXT, "-", "whose ratio of the guide the accounts take, by their tier", one_of=SEGMENTS)


def _assumption(meaning: str) -> Column:
    return Column(TEXT, "-", meaning)


def _value(meaning: str, *, nullable: bool = False) -> Column:
    return Column(NUMBER, "the assumption's", meaning, nullable)


def _ratio(meaning: str) -> Column:
    return Column(NUMBER, "accounts", meaning, at_least=1)


def _advice() -> dict[str, Column]:
    """What is said of a ratio at one point of the assumptions."""
    return {
        "best_ratio": _ratio("accounts per AE that bring most"),
        "flat_low": _ratio("lowest ratio that is as good, but for a flat share of the contribution"),
        "flat_high": _ratio("highest such ratio"),
        "guide_ratio": _ratio("ratio within the guide's range that brings most"),
        "rival_ratio": _ratio("ratio at least a step outside of it that brings most"),
        "best_eur": money("contribution of these accounts over the horizon at the best ratio", signed=True),
        "guide_eur": money("the same at the guide's", signed=True),
        "lead_eur": money("the guide's contribution less the rival's", signed=True),
        "loss_eur": money("what following the guide costs against the best ratio"),
        "loss_share": Column(
            NUMBER, "share", "of the best contribution; missing unless that is above 0", True, 0
        ),
        "elasticity": Column(NUMBER, "ratio", "of revenue to AE hours at the guide's ratio"),
        "guide_is_best": Column(
            FLAG, "-", "no ratio a step or more outside of the guide's range brings more"
        ),
        "guide_is_as_good": Column(
            FLAG, "-", "the guide's range holds a ratio within a flat share of the best"
        ),
    }


ADVICE = Table(
    "advice",
    "Accounts per AE that bring most with every assumption as preset, one row a ratio of the guide.",
    ("segment",),
    {
        "segment": _segment(),
        "accounts": Column(WHOLE, "count", "accounts of its tier", at_least=1),
        "truth_known": Column(FLAG, "-", "False where the latent state was drawn from scores and priors"),
        **_advice(),
    },
)

BREAKEVEN = Table(
    "breakeven",
    "Accounts per AE that bring most, at each point of the maps over two assumptions; the others as preset.",
    ("segment", "first", "second", "first_value", "second_value"),
    {
        "segment": _segment(),
        "first": _assumption("an assumption"),
        "second": _assumption("another"),
        "first_value": _value("value of the first"),
        "second_value": _value("value of the second"),
        **_advice(),
    },
)

BREAKEVEN_FRONTIER = Table(
    "breakeven_frontier",
    "Where the guide's advice starts or stops being best, on either side of the preset; the rest as preset.",
    ("segment", "assumption", "side"),
    {
        "segment": _segment(),
        "assumption": _assumption("the assumption"),
        "side": Column(TEXT, "-", "of the preset's value", one_of=("above", "below")),
        "preset_value": _value("its value as preset"),
        "low": _value("lowest plausible value"),
        "high": _value("highest plausible value"),
        "value": _value(
            "nearest value at which the verdict changes; missing: nowhere in the range", nullable=True
        ),
        "best_at_preset": Column(FLAG, "-", "the guide's advice is best as preset"),
        "guide_ratio": Column(NUMBER, "accounts", "the guide's ratio that breaks even", True, 1),
        "rival_ratio": Column(NUMBER, "accounts", "the ratio that it breaks even with", True, 1),
    },
)

BREAKEVEN_CHECK = Table(
    "breakeven_check",
    "The two ratios of each frontier played on both sides of it under common luck, fresh to the map.",
    ("segment", "assumption", "side", "at"),
    {
        "segment": _segment(),
        "assumption": _assumption("the assumption"),
        "side": BREAKEVEN_FRONTIER.columns["side"],
        "at": Column(TEXT, "-", "towards the preset, or beyond the frontier", one_of=("before", "beyond")),
        "value": _value("its value there"),
        "guide_ratio": _ratio("the guide's ratio"),
        "rival_ratio": _ratio("the rival"),
        "foreseen_eur": money("the guide's lead as the map has it", signed=True),
        "lead_eur": money("the guide's lead in the paired runs", signed=True),
        "lead_low_eur": Column(NUMBER, "EUR", "low end of its interval", True),
        "lead_high_eur": Column(NUMBER, "EUR", "high end of its interval", True),
        "replications": Column(WHOLE, "count", "paired runs", at_least=1),
        "sign_changes": Column(FLAG, "-", "the two means of the frontier have opposite signs"),
        "is_sure": Column(FLAG, "-", "the interval does not hold 0"),
    },
)

FLIPS = Table(
    "flips",
    "For each recommendation and assumption, the nearest value at which the recommendation flips.",
    ("recommendation", "assumption"),
    {
        "recommendation": Column(TEXT, "-", "name of the recommendation"),
        "assumption": _assumption("the assumption"),
        "base": _value("its value as preset"),
        "low": _value("lowest plausible value"),
        "high": _value("highest plausible value"),
        "flip": _value("nearest value of a flip; missing: does not flip between low and high", nullable=True),
        "distance": Column(NUMBER, "share", "from base to flip, in the logarithm of the range", True, 0, 1),
        "lead_eur": money("lead of the recommendation as preset, over the horizon", signed=True),
        "lead_low_eur": Column(NUMBER, "EUR", "low end of its interval", True),
        "lead_high_eur": Column(NUMBER, "EUR", "high end of its interval", True),
        "at_low_eur": money("lead at the lowest plausible value", signed=True),
        "at_high_eur": money("lead at the highest plausible value", signed=True),
        "replications": Column(WHOLE, "count", "paired runs behind each lead", at_least=1),
    },
)

SCREENING = Table(
    "screening",
    "Elementary effects of each assumption on the lead of a recommendation (Morris).",
    ("output", "assumption"),
    {
        "output": Column(TEXT, "-", "what is looked at"),
        "assumption": _assumption("the assumption"),
        "low": _value("lowest value"),
        "high": _value("highest value"),
        "mu": Column(NUMBER, "the output's", "mean effect of the whole range"),
        "mu_star": Column(NUMBER, "the output's", "mean size of the effect of the whole range", at_least=0),
        "mu_star_low": Column(NUMBER, "the output's", "low end of its interval"),
        "mu_star_high": Column(NUMBER, "the output's", "high end of its interval"),
        "sigma": Column(
            NUMBER, "the output's", "spread of the effects: curved, or hanging on others", at_least=0
        ),
        "evaluations": Column(WHOLE, "count", "points evaluated", at_least=1),
    },
)

SOBOL = Table(
    "sobol",
    "Share of the variance of the lead that each assumption brings (Sobol).",
    ("output", "assumption"),
    {
        "output": SCREENING.columns["output"],
        "assumption": _assumption("the assumption"),
        "first": Column(NUMBER, "share", "of the variance, alone; noise may bring it below 0"),
        "first_low": Column(NUMBER, "share", "low end of its interval"),
        "first_high": Column(NUMBER, "share", "high end of its interval"),
        "total": Column(NUMBER, "share", "of the variance, with all that hangs on others"),
        "total_low": Column(NUMBER, "share", "low end of its interval"),
        "total_high": Column(NUMBER, "share", "high end of its interval"),
        "evaluations": Column(WHOLE, "count", "points evaluated", at_least=1),
    },
)
