"""What a synthetic portfolio is held against: the band of every target, and how far a search may turn a knob.

The bands are figures like any other: they live in the presets, each with its source, and a preset that
means another kind of firm may widen or move them.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from kamsim.settings import Settings, figure


def _rises(band: tuple[float, float]) -> tuple[float, float]:
    if band[0] > band[1]:
        raise ValueError(f"must rise, got {band[0]:g} to {band[1]:g}")
    return band


def _is_share(band: tuple[float, float]) -> tuple[float, float]:
    if band[0] < 0 or band[1] > 1:
        raise ValueError(f"must lie between 0 and 1, got {band[0]:g} to {band[1]:g}")
    return band


Band = Annotated[tuple[float, float], AfterValidator(_rises)]
"""Lowest and highest value that is still in band."""

ShareBand = Annotated[Band, AfterValidator(_is_share)]
"""The same of a share, which nothing can bring above 1."""


class SegmentBands(Settings):
    """Bands of one segment."""

    own_tier: ShareBand = figure("share", "accounts whose true potential lies in the segment's own tier")
    logo_retention: ShareBand = figure("share/year", "customers that stay")
    gross_retention: ShareBand = figure("share/year", "GRR as surveys claim it")
    net_retention: Band = figure("share/year", "NRR as surveys claim it")
    cycle_months: Band = figure("months", "age at signature, 10th and 90th percentile")
    won_share: ShareBand = figure("share", "closed opportunities that were won")
    survival_years: int = figure("years", "when long-run survival is looked at", ge=2, le=30)
    survival_missed: ShareBand = figure(
        "share", "survivors at that time that the first year's rate, held constant, does not foresee"
    )


class ValidationSettings(Settings):
    """How a portfolio is validated."""

    accounts: int = figure("accounts", "accounts over which bands are read", ge=1)
    replications: int = figure("count", "futures played for each account", ge=1, le=1000)
    effort_change: float = figure("share", "change of total effort that elasticity is read from", gt=0, lt=1)
    territory_tolerance: float = figure(
        "share", "distance from the mean workload at which a territory is out of balance", gt=0
    )
    slow_calendar_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = figure(
        "month of the year", "months in which decisions are slow", min_length=1, max_length=11
    )
    top_20_share: ShareBand = figure("share", "revenue of the largest fifth of the customers")
    top_20_share_claimed: ShareBand = figure("share", "the same, as the guide claims it")
    top_20_share_published: ShareBand = figure("share", "the same: means of subscription firms and all firms")
    key_account_share: ShareBand = figure("share", "revenue of the key accounts")
    elasticity: Band = figure("ratio", "elasticity of revenue to total selling effort, 36 months cumulative")
    flat_maximum: Band = figure("share", "contribution lost by a quarter less or more than the best effort")
    out_of_balance: ShareBand = figure("share", "territories out of balance under the historical carve")
    effort_follows_potential: Band = figure("ratio", "rank correlation of effort and potential in a segment")
    slow_months_pace: Band = figure("ratio", "signatures in a slow month over those in another")
    five_deciders: ShareBand = figure("share", "key accounts with five deciders or more")
    optimisation_gain: Band = figure("share", "contribution gained by the best size and allocation")
    gain_from_allocation: ShareBand = figure("share", "part of that gain which the team there is could have")
    realignment_gain: Band = figure("share", "sales gained by one realignment of the books")
    search_accounts: int = figure("accounts", "accounts pooled for each point of a search", ge=1)
    knobs: dict[str, Band] = figure("knob's own", "range in which a search may turn each knob", min_length=1)
    strategic: SegmentBands
    mid_market: SegmentBands
    smb: SegmentBands
