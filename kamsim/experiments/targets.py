"""The registry of targets: what a portfolio is held against, and how each is measured.

A target finds its band and source in the scenario, under ``validation.<band>``. A later room adds one by
putting an entry into `TARGETS`, a band into the presets and a text into the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kamsim.config import Scenario
from kamsim.experiments import measures as measure
from kamsim.experiments.measures import Measure
from kamsim.schemas import SEGMENTS
from kamsim.validation_settings import SegmentBands, ValidationSettings

Standing = Literal["target", "claim", "beside"]
Build = Callable[[Scenario], Measure]

QUARTER = 0.25
"""Distance from the best effort at which the maximum is called flat (E-FLAT-1)."""


@dataclass(frozen=True)
class Target:
    """One figure that a portfolio is held against.

    Attributes
    ----------
    name : str
        Unique; texts stand in the catalogue under ``target.<name>``, that of a segment's without it.
    unit : {"share", "months", "ratio"}
    band : str
        Key below ``validation`` of its band; "" where there is none.
    build : callable or None
        Makes the measure for a scenario; None for a gain, which is played on one book (`measure_gains`).
    standing : {"target", "claim", "beside"}
        A claim is shown and not asked for; a figure "beside" has no band.
    segment : str
        "" where it speaks of all accounts.
    """

    name: str
    unit: str
    band: str
    build: Build | None
    standing: Standing = "target"
    segment: str = ""

    def bounds(self, scenario: Scenario) -> tuple[float, float] | None:
        """Look the band up."""
        settings: ValidationSettings | SegmentBands = scenario.validation
        *path, last = self.band.split(".")
        for part in path:
            settings = getattr(settings, part)
        band: tuple[float, float] | None = getattr(settings, last) if last else None
        return band

    def source(self, scenario: Scenario) -> str:
        """Look the source of the band up; "" without a band."""
        return scenario.sources.get(f"validation.{self.band}", "")


def _plain(own: Measure) -> Build:
    return lambda _: own


def _of_segment(segment: str) -> list[Target]:
    def target(name: str, unit: str, band: str, build: Build, standing: Standing = "target") -> Target:
        return Target(f"{segment}.{name}", unit, f"{segment}.{band}", build, standing, segment)

    def missed(scenario: Scenario) -> Measure:
        bands: SegmentBands = getattr(scenario.validation, segment)
        return measure.survival_missed(segment, bands.survival_years)

    grr, nrr = (measure.revenue_retention(segment, gross=gross) for gross in (True, False))
    return [
        target("own_tier", "share", "own_tier", lambda s: measure.own_tier(segment, s.segmentation)),
        target("logo_retention", "share", "logo_retention", _plain(measure.logo_retention(segment))),
        target("gross_retention", "share", "gross_retention", _plain(grr), "claim"),
        target("net_retention", "share", "net_retention", _plain(nrr), "claim"),
        target("survival_missed", "share", "survival_missed", missed),
        target("cycle_p10", "months", "cycle_months", _plain(measure.cycle(segment, 10))),
        target("cycle_p90", "months", "cycle_months", _plain(measure.cycle(segment, 90))),
        target("won_share", "share", "won_share", _plain(measure.won_share(segment))),
    ]


def _of_all() -> list[Target]:
    top, none = _plain(measure.top_20_share), ""
    return [
        Target("top_20_share", "share", "top_20_share", top),
        Target("top_20_share_claimed", "share", "top_20_share_claimed", top, "claim"),
        Target("key_account_share", "share", "key_account_share", _plain(measure.key_account_share)),
        Target("elasticity", "ratio", "elasticity", _plain(measure.elasticity(0))),
        Target("elasticity_month_36", "ratio", none, _plain(measure.elasticity(1)), "beside"),
        Target("elasticity_month_60", "ratio", none, _plain(measure.elasticity(2)), "beside"),
        Target("flat_maximum_less", "share", "flat_maximum", _flat(1 - QUARTER)),
        Target("flat_maximum_more", "share", "flat_maximum", _flat(1 + QUARTER)),
        Target(
            "out_of_balance", "share", "out_of_balance",
            lambda s: measure.out_of_balance(s.validation.territory_tolerance),
        ),
        Target(
            "effort_follows_potential", "ratio", "effort_follows_potential",
            _plain(measure.effort_follows_potential),
        ),
        Target(
            "slow_months_pace", "ratio", "slow_months_pace",
            lambda s: measure.slow_months_pace(s.validation.slow_calendar_months),
        ),
        Target("five_deciders", "share", "five_deciders", _plain(measure.five_deciders)),
        Target("optimisation_gain", "share", "optimisation_gain", None),
        Target("gain_from_allocation", "share", "gain_from_allocation", None),
        Target("realignment_gain", "share", "realignment_gain", None, "claim"),
    ]  # fmt: skip


def _flat(factor: float) -> Build:
    return lambda s: measure.flat_maximum(factor, s.coverage.margin)


TARGETS: dict[str, Target] = {
    target.name: target for target in [*(t for s in SEGMENTS for t in _of_segment(s)), *_of_all()]
}
"""Every target by name, in the order they are printed."""
