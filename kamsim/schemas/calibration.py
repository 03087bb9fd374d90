"""What a calibration found, and the sets of parameters that the outer loop of an experiment draws from."""

from __future__ import annotations

from kamsim.contracts import NUMBER, TEXT, WHOLE, Column, Table
from kamsim.schemas.columns import share

STANDINGS = ("identified", "weak", "prior", "at_end")
"""How far data tell a parameter: mainly, in part, not at all; or the fit ended where its search did."""

CALIBRATION = Table(
    "calibration",
    "Parameters fitted to a portfolio's past: prior, estimate, interval.",
    ("parameter",),
    {
        "parameter": Column(TEXT, "-", "dotted setting"),
        "unit": Column(TEXT, "-", "unit of the setting"),
        "prior": Column(NUMBER, "parameter's own", "middle of the prior: the scenario's value"),
        "prior_low": Column(NUMBER, "parameter's own", "lower end of the prior's interval"),
        "prior_high": Column(NUMBER, "parameter's own", "upper end of it"),
        "estimate": Column(NUMBER, "parameter's own", "what fits the portfolio best"),
        "low": Column(NUMBER, "parameter's own", "lower end of its interval"),
        "high": Column(NUMBER, "parameter's own", "upper end of it"),
        "spread_left": share("of the prior's standard deviation, what is left once the data have spoken"),
        "identified": Column(TEXT, "-", "how far the data tell it", one_of=STANDINGS),
    },
)

CALIBRATION_MOMENTS = Table(
    "calibration_moments",
    "Figures of the past that a calibration matched.",
    ("moment",),
    {
        "moment": Column(TEXT, "-", "name of the figure"),
        "unit": Column(TEXT, "-", "what it is", one_of=("rate", "share", "months", "ratio")),
        "observed": Column(NUMBER, "moment's own", "in the portfolio", at_least=0),
        "simulated": Column(NUMBER, "moment's own", "expected of the model at the estimate", at_least=0),
        "z": Column(NUMBER, "standard errors", "how far the first lies above the second"),
    },
)

CALIBRATION_DRAWS = Table(
    "calibration_draws",
    "Sets of parameters that agree with a portfolio's past and the priors.",
    ("draw", "parameter"),
    {
        "draw": Column(WHOLE, "number", "which set", at_least=0),
        "parameter": Column(TEXT, "-", "dotted setting"),
        "value": Column(NUMBER, "parameter's own", "its value in the set"),
    },
)
