"""What a CRM sees of a synthetic past: signals and their noise, the pipeline's words, and the CRM's dirt.

The figures live in `kamsim/presets/*.toml`, like those of every other part (`kamsim.config`).
"""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from kamsim.settings import Settings, figure

WIN_REASONS = ("product fit", "relationship", "price", "references")
LOSS_REASONS = ("competitor", "no decision", "no budget", "price", "timing")
LEAVING_REASONS = ("low use", "competitor", "price", "budget cut")
"""Why opportunities were won, lost, and not renewed, as the CRM words it."""


class SegmentSignals(Settings):
    """What is observed of accounts of one segment."""

    account_review_share: float = figure(
        "probability", "a month's account review is held, however many hours are spent", ge=0, le=1
    )
    business_review_share: float = figure(
        "probability", "a quarter's business review is held, however many hours are spent", ge=0, le=1
    )
    surveys_per_year: int = figure(
        "count/year", "how often a customer is asked for its satisfaction", ge=0, le=12
    )

    @model_validator(mode="after")
    def _surveys_fit_into_a_year(self) -> Self:
        if self.surveys_per_year and 12 % self.surveys_per_year:
            raise ValueError(f"surveys_per_year must divide 12 or be 0, got {self.surveys_per_year}")
        return self


class SignalSettings(Settings):
    """What effort and the relationship leave behind in the CRM: touches, reviews, usage, satisfaction."""

    ae_hours_per_touch: float = figure(
        "hours", "AE hours behind a meeting or call, preparation included", gt=0
    )
    se_hours_per_touch: float = figure("hours", "SE hours behind a meeting or call", gt=0)
    csm_hours_per_touch: float = figure("hours", "CSM hours behind a meeting or call", gt=0)
    logging_share: float = figure("share", "share of touches that are logged", ge=0, le=1)
    review_hours: float = figure("hours/month", "hours at which 63 % of the possible reviews are held", gt=0)
    usage_floor: float = figure("share", "usage of a customer without goodwill", ge=0, le=1)
    usage_slope: float = figure("share", "rise of usage from no goodwill to full goodwill", ge=0, le=1)
    usage_speed: float = figure("share/month", "how fast usage follows the relationship", gt=0, le=1)
    usage_noise: float = figure("share", "spread of usage around that", ge=0, le=1)
    usage_memory: float = figure("correlation", "how much of a month's deviation of usage stays", ge=0, lt=1)
    answer_share: float = figure("probability", "a customer answers the survey", ge=0, le=1)
    satisfaction_floor: float = figure("points of 10", "answer without goodwill", ge=0, le=10)
    satisfaction_slope: float = figure("points of 10", "rise of the answer to full goodwill", ge=0, le=10)
    satisfaction_noise: float = figure("points of 10", "spread of the answer around that", ge=0, le=10)
    strategic: SegmentSignals
    mid_market: SegmentSignals
    smb: SegmentSignals


class PipelineSettings(Settings):
    """How opportunities are written down."""

    notice_months: int = figure("months", "a renewal stands in the pipeline before it is due", ge=0, le=6)
    reason_effect: float = figure(
        "factor", "weight of a reason that the opportunity's state speaks for", ge=0
    )
    win_reasons: dict[str, float] = figure("weight", "why opportunities are won")
    loss_reasons: dict[str, float] = figure("weight", "why opportunities are lost")
    leaving_reasons: dict[str, float] = figure("weight", "why contracts are not renewed")

    @model_validator(mode="after")
    def _reasons_are_known(self) -> Self:
        known = {"win": WIN_REASONS, "loss": LOSS_REASONS, "leaving": LEAVING_REASONS}
        for kind, names in known.items():
            weights: dict[str, float] = getattr(self, f"{kind}_reasons")
            if set(weights) != set(names):
                raise ValueError(f"{kind}_reasons must name {', '.join(names)}, got {', '.join(weights)}")
            if not all(weight > 0 for weight in weights.values()):
                raise ValueError(f"{kind}_reasons must have weights above 0, got {weights}")
        return self


class DirtSettings(Settings):
    """What is wrong in a CRM; 0 is clean, kind by kind."""

    missing_share: float = figure("probability", "a cell that may be empty is empty", ge=0, le=1)
    stale_share: float = figure("probability", "a rating of the relationship is an old one", ge=0, le=1)
    stale_months: int = figure("months", "age of an old rating", ge=0, le=60)
    duplicated_opportunity_share: float = figure(
        "probability", "an opportunity was entered twice", ge=0, le=1
    )
    duplicated_stakeholder_share: float = figure("probability", "a stakeholder was entered twice", ge=0, le=1)
    duplicated_lead_share: float = figure("probability", "a lead of an account was entered twice", ge=0, le=1)
    misspelt_share: float = figure("probability", "an industry, a city or a name has a slip", ge=0, le=1)
    late_share: float = figure("probability", "the end of an opportunity is entered late", ge=0, le=1)
    late_days: float = figure("days", "mean delay of a late entry", ge=0, le=365)
