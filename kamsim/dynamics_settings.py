"""The dynamics' part of the scenario: names, units and ranges of what docs/model.md describes.

The figures live in `kamsim/presets/*.toml`, like those of every other part (`kamsim.config`).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kamsim.settings import Settings, figure


class SegmentDynamics(Settings):
    """How accounts of one segment behave, month by month."""

    wallet_drift: float = figure("share/month", "growth of the wallet", ge=-0.1, le=0.1)
    wallet_event_rate: float = figure("probability/month", "chance that the wallet jumps", ge=0, le=1)
    churn_mean: float = figure("probability/year", "mean churn propensity", gt=0, lt=1)
    churn_concentration: float = figure("-", "Beta concentration of the propensity", gt=0)
    contraction_rate: float = figure("share", "share of renewals that contract", ge=0, le=1)
    renewals_per_year: Literal[1, 12] = figure("count/year", "how often a contract renews")
    opening_rate: float = figure("openings/month", "opportunities opened at full whitespace", ge=0, le=10)
    milestone_pace: float = figure("hazard/month", "pace of the milestones (D-CYC-2)", gt=0, le=20)
    loss_rate: float = figure("hazard/month", "pace at which opportunities are lost", ge=0, le=20)
    minimum_cycle_months: int = figure("months", "no signature before this age", ge=0, le=60)
    deal_share: float = figure(
        "share", "typical amount of a deal as a share of the attainable wallet", gt=0, le=1
    )
    effort_multiplier: float = figure("-", "scales the effort that half of the response takes", gt=0)


class ServicePattern(Settings):
    """How the hours on an account are split by kind of effort."""

    mapping: float = figure("share", "finding and meeting the decision roles (D-STK-1)", ge=0, le=1)
    offer: float = figure("share", "tailored offers (D-OFF-1)", ge=0, le=1)
    review: float = figure("share", "account and business reviews (D-RIT-1)", ge=0, le=1)
    pursuit: float = figure("share", "moving open opportunities on", ge=0, le=1)
    defence: float = figure("share", "preparing renewals", ge=0, le=1)

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Self:
        total = self.mapping + self.offer + self.review + self.pursuit + self.defence
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the shares of a service pattern must sum to 1, got {total:g}")
        return self


class ServiceSettings(Settings):
    """Service patterns: the neutral one, at which all effects are as calibrated, and one by segment."""

    neutral: ServicePattern
    strategic: ServicePattern
    mid_market: ServicePattern
    smb: ServicePattern

    @model_validator(mode="after")
    def _neutral_has_all_kinds(self) -> Self:
        zero = [name for name, share in self.neutral.model_dump().items() if share <= 0]
        if zero:
            raise ValueError(f"the neutral service pattern must give every kind a share, {zero[0]} has 0")
        return self


class OrganisationEvent(Settings):
    """A change at the client (D-ORG-1) and what it does."""

    yearly_probability: float = figure("probability/year", "chance that it happens in a year", ge=0, le=1)
    roles_factor: float = figure("factor", "what is left of the engaged decision roles", ge=0, le=1)
    goodwill_factor: float = figure("factor", "what is left of goodwill", ge=0, le=1)
    wallet_factor: float = figure("factor", "change of the wallet", gt=0, le=10)
    sponsorless_months: int = figure("months", "time without a sponsor", ge=0, le=60)


class OrganisationSettings(Settings):
    """Changes at the client; without an alert they stay unseen for a while."""

    blind_months: int = figure("months", "time in which mapping has no effect, without alert", ge=0, le=60)
    appointment: OrganisationEvent
    reorganisation: OrganisationEvent
    merger: OrganisationEvent
    budget_cut: OrganisationEvent


class PeopleSettings(Settings):
    """How AEs come, learn and go."""

    attrition_rate: float = figure("probability/month", "chance that an AE leaves", ge=0, le=1)
    vacancy_months: int = figure("months", "until the successor starts", ge=0, le=60)
    vacancy_cover: float = figure("share", "share of the hours that others cover meanwhile", ge=0, le=1)
    ramp_start: float = figure("share", "share of the hours that count in the first month", ge=0, le=1)
    ramp_months: float = figure("months", "until an AE is at full speed", ge=0, le=60)


class PoolSettings(Settings):
    """What waiting for the shared SE and CSM pools costs."""

    se_wait_effect: float = figure("share", "slowing of milestones when every client waits", ge=0, le=1)
    csm_wait_effect: float = figure("share", "loss of hand-over quality when every client waits", ge=0, le=1)
    offer_se_share: float = figure("share", "share of SE demand that grows with tailored offers", ge=0, le=1)


class RuleSettings(Settings):
    """The figures of the rules that act during a run, where they are switched on."""

    rebalancing_tolerance: float = figure("share", "load above the mean that calls for a move", ge=0)
    rebalancing_moves: int = figure("count/quarter", "largest number of moves", ge=0, le=1000)
    exit_after_months: int = figure("months", "without progress, then deprioritised", ge=1, le=120)
    exit_share: float = figure("share", "share of the plan that an exited account keeps", ge=0, le=1)
    pull_limit: float = figure("ratio", "load over capacity up to which an AE pulls accounts", ge=0, le=10)


class DynamicsSettings(Settings):
    """The model that generation and experiments run, one month at a time (docs/model.md)."""

    half_effort_hours: float = figure("hours/month", "effort at half response, at the reference wallet", gt=0)
    reference_wallet_eur: float = figure("EUR/month", "wallet at which half_effort_hours holds", gt=0)
    half_effort_exponent: float = figure("-", "how half_effort_hours grows with the wallet", ge=0, le=2)
    response_exponent: float = figure("-", "1 = concave response, above 1 S-shaped (ADBUG)", le=5)
    se_weight: float = figure("-", "what an SE hour counts in AE hours", ge=0, le=5)
    csm_weight: float = figure("-", "what a CSM hour counts in AE hours", ge=0, le=5)
    goodwill_gain: float = figure("share/month", "largest monthly rise of goodwill", ge=0, le=1)
    goodwill_decay: float = figure("share/month", "monthly loss of goodwill", ge=0, le=1)
    roles_gain: float = figure("share/month", "largest monthly rise of engaged decision roles", ge=0, le=1)
    roles_decay: float = figure("share/month", "monthly loss of engaged decision roles", ge=0, le=1)
    churn_goodwill_effect: float = figure("log hazard", "fall of churn per unit of goodwill", ge=0, le=20)
    churn_goodwill_centre: float = figure("share", "goodwill at which churn is at its propensity", ge=0, le=1)
    churn_units_effect: float = figure("log hazard", "fall of churn per share of units", ge=0, le=20)
    churn_units_centre: float = figure(
        "share", "units penetrated at which churn is at its propensity", ge=0, le=1
    )
    churn_defence_effect: float = figure("log hazard", "fall of churn by renewal defence", ge=0, le=20)
    churn_offer_effect: float = figure(
        "log hazard", "fall of churn by tailored offers (D-OFF-1)", ge=0, le=20
    )
    sponsor_leaves_rate: float = figure("probability/month", "chance that the champion leaves", ge=0, le=1)
    sponsor_leaves_goodwill: float = figure("factor", "what is left of goodwill then", ge=0, le=1)
    sponsorless_months: int = figure("months", "time without a sponsor", ge=0, le=60)
    sponsorless_churn_effect: float = figure("log hazard", "rise of churn without a sponsor", ge=0, le=20)
    handover_goodwill: float = figure(
        "factor", "what is left of goodwill after a change of owner", ge=0, le=1
    )
    handover_months: int = figure("months", "time a change of owner is felt at renewals", ge=0, le=60)
    handover_churn_effect: float = figure(
        "log hazard", "rise of churn in that time at quality 0", ge=-20, le=20
    )
    handover_quality: float = figure(
        "share", "quality of a hand-over when nobody waits (D-HND-1)", ge=0, le=1
    )
    onboarding_months: int = figure("months", "time the hand-over to the CSM is felt (D-HND-1)", ge=0, le=60)
    newcomer_months: int = figure("months", "time a new owner opens more or fewer deals", ge=0, le=60)
    newcomer_opening_effect: float = figure("share", "change of openings in that time", ge=-1, le=5)
    contraction_factor: float = figure("factor", "revenue kept in a contraction", ge=0, le=1)
    price_change: float = figure("share/year", "price change at a renewal", ge=-0.5, le=0.5)
    wallet_jump_log_sd: float = figure("log", "spread of a wallet jump", ge=0, le=2)
    industry_event_rate: float = figure("probability/month", "chance of a shock to an industry", ge=0, le=1)
    industry_jump_log_sd: float = figure("log", "spread of such a shock", ge=0, le=2)
    deal_log_sd: float = figure("log", "spread of the amount of a deal", ge=0, le=2)
    opening_goodwill_floor: float = figure("factor", "openings without goodwill", ge=0, le=10)
    opening_goodwill_slope: float = figure("factor", "rise of openings by goodwill", ge=0, le=10)
    opening_response_floor: float = figure("factor", "openings without effort", ge=0, le=10)
    opening_response_slope: float = figure("factor", "rise of openings by effort", ge=0, le=10)
    cross_sell_share: float = figure("probability", "a customer's deal opens a business unit", ge=0, le=1)
    competitor_share: float = figure("probability", "a competitor is in the deal", ge=0, le=1)
    upsell_pace: float = figure("factor", "pace of an upsell against a first sale", ge=0, le=10)
    cross_sell_pace: float = figure("factor", "pace of a cross-sell against a first sale", ge=0, le=10)
    meddic_start: float = figure("letters", "MEDDIC letters known at the opening (D-MED-1)", ge=0, le=6)
    meddic_gain: float = figure("share/month", "largest monthly gain of unknown letters", ge=0, le=1)
    milestone_response_floor: float = figure("factor", "pace of milestones without effort", ge=0, le=10)
    milestone_goodwill_floor: float = figure("factor", "pace without goodwill", ge=0, le=10)
    milestone_goodwill_slope: float = figure("factor", "rise of the pace by goodwill", ge=0, le=10)
    milestone_known_floor: float = figure("factor", "pace with nothing known of the deal", ge=0, le=10)
    offer_pace_effect: float = figure("share", "rise of the pace by tailored offers (D-OFF-1)", ge=0, le=10)
    loss_age_floor: float = figure("factor", "loss of a fresh opportunity", ge=0, le=10)
    loss_age_slope: float = figure("factor", "rise of loss per minimum cycle of age", ge=0, le=10)
    loss_known_ceiling: float = figure("factor", "loss with nothing known of the deal", ge=0, le=10)
    loss_known_slope: float = figure("factor", "fall of loss by what is known", ge=0, le=10)
    loss_goodwill_ceiling: float = figure("factor", "loss without goodwill", ge=0, le=10)
    loss_goodwill_slope: float = figure("factor", "fall of loss by goodwill", ge=0, le=10)
    economic_buyer_loss_effect: float = figure("share", "rise of loss with no role engaged", ge=0, le=10)
    competitor_loss_effect: float = figure("share", "rise of loss with a competitor", ge=0, le=10)
    season: tuple[Annotated[float, Field(ge=0, le=10)], ...] = figure(
        "factor by month", "pace of decisions, January to December (D-CYC-3)", min_length=12, max_length=12
    )
    service: ServiceSettings
    organisation: OrganisationSettings
    people: PeopleSettings
    pools: PoolSettings
    rules: RuleSettings
    strategic: SegmentDynamics
    mid_market: SegmentDynamics
    smb: SegmentDynamics

    @model_validator(mode="after")
    def _effects_have_their_sign(self) -> Self:
        if self.response_exponent <= 0:
            raise ValueError(
                f"response_exponent must be > 0, or the response would decrease with effort,"
                f" got {self.response_exponent:g}"
            )
        for what in ("known", "goodwill"):
            ceiling, slope = getattr(self, f"loss_{what}_ceiling"), getattr(self, f"loss_{what}_slope")
            if slope > ceiling:
                raise ValueError(
                    f"loss_{what}_slope must not exceed loss_{what}_ceiling, got {slope:g} and {ceiling:g}"
                )
        return self
