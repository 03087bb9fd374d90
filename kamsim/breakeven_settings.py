"""What a break-even map asks: the guide's ranges of ratios, and how far each assumption may be off."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from kamsim.settings import Settings, figure
from kamsim.validation_settings import Band, ShareBand


class GuideRatio(Settings):
    """The guide's range of one coverage ratio, and among which ratios a better one is looked for."""

    accounts_per_ae: Band = figure("accounts", "the guide's range of the coverage ratio")
    searched: Band = figure("accounts", "ratios among which the best is looked for")

    @model_validator(mode="after")
    def _searched_around(self) -> Self:
        (low, high), (least, most) = self.accounts_per_ae, self.searched
        if least < 1 or not least <= low <= high <= most:
            raise ValueError(
                f"accounts_per_ae must lie within searched, from 1 on, got {low:g} to {high:g}"
                f" within {least:g} to {most:g}"
            )
        return self


class PlausibleRanges(Settings):
    """How far each assumption may be from the preset, as a value or as a factor of the preset's."""

    response: Band = figure("factor", "effort that half of the response takes")
    win_rate: ShareBand = figure("share", "closed opportunities that are won")
    ae_cost_eur: Band = figure("EUR/month", "full cost of an AE")
    potential: Band = figure("factor", "wallets and all amounts in them")
    margin: ShareBand = figure("share", "margin on revenue before the team")
    ae_hours: Band = figure("hours/month", "an AE's selling hours")
    churn: Band = figure("factor", "churn propensity")
    opening_rate: Band = figure("factor", "opportunities opened")
    deal_size: Band = figure("factor", "typical amount of a deal")
    goodwill_gain: Band = figure("factor", "rise of the relationship by effort")

    @model_validator(mode="after")
    def _above_zero(self) -> Self:
        for name in type(self).model_fields:
            low = getattr(self, name)[0]
            if low <= 0:
                raise ValueError(f"{name} must be above 0, got {low:g}")
        return self


class BreakEvenSettings(Settings):
    """How break-even maps are drawn."""

    points: int = figure("count", "values of each assumption in a map", ge=3, le=101)
    replications: int = figure(
        "count", "futures played for each account and level of effort", ge=2, le=10_000
    )
    flip_replications: int = figure("count", "paired runs behind each lead when flips are looked for", ge=2)
    flat_share: float = figure("share", "loss within which a ratio is as good as the best", ge=0, lt=1)
    step: float = figure("ratio", "a ratio this far from the guide's range is other advice", gt=1)
    check_distance: float = figure("share", "distance from a frontier at which it is checked", gt=0, lt=1)
    ranges: PlausibleRanges
    strategic: GuideRatio
    mid_market: GuideRatio
    smb: GuideRatio
