"""The scenario: every parameter with its unit and range, loaded from TOML, overridden by dotted keys.

The classes hold names, units and ranges; the figures live in `kamsim/presets/*.toml`, each with the id
of its source ("D-…", "E-…", see docs/sources.md) or the tag "assumption" (`kamsim.presets`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import tomli_w
from pydantic import Field, ValidationError, field_validator, model_validator

from kamsim.breakeven_settings import BreakEvenSettings as BreakEvenSettings
from kamsim.breakeven_settings import PlausibleRanges as PlausibleRanges
from kamsim.calibration_settings import CalibrationSettings as CalibrationSettings
from kamsim.dynamics_settings import DynamicsSettings as DynamicsSettings
from kamsim.dynamics_settings import SegmentDynamics as SegmentDynamics
from kamsim.dynamics_settings import ServicePattern as ServicePattern
from kamsim.errors import ConfigError, unknown_name
from kamsim.portfolio_settings import PortfolioSettings as PortfolioSettings
from kamsim.portfolio_settings import SegmentPortfolio as SegmentPortfolio
from kamsim.presets import ASSUMPTION as ASSUMPTION
from kamsim.presets import parse_overrides as parse_overrides
from kamsim.presets import presets as presets
from kamsim.presets import read_preset
from kamsim.settings import Settings as Settings
from kamsim.settings import figure
from kamsim.validation_settings import ValidationSettings as ValidationSettings


class ScoringSettings(Settings):
    """How potential and churn are learned."""

    churn_horizon_months: int = figure("months", "a churn score looks this far ahead", ge=1, le=12)
    interval_coverage: float = figure("probability", "coverage of the potential's interval", gt=0, lt=1)
    small_sample: int = figure("accounts", "below this, estimates lean on the prior", ge=2)
    prior_churn_strategic: float = figure("probability/year", "prior churn", ge=0, le=1)
    prior_churn_mid_market: float = figure("probability/year", "prior churn", ge=0, le=1)
    prior_churn_smb: float = figure("probability/year", "prior churn", ge=0, le=1)
    prior_share_of_wallet: float = figure(
        "share", "prior share of wallet, where nobody disclosed it", gt=0, le=1
    )
    prior_potential_log_sd: float = figure(
        "log", "prior spread of potential around its guess, where few wallets are disclosed", ge=0, le=3
    )

    @model_validator(mode="after")
    def _enough_for_an_interval(self) -> Self:
        # A quantile of n errors exists on either side only from n + 1 = 2 / (1 - coverage) on.
        fewest = math.ceil(2 / (1 - self.interval_coverage) - 1 - 1e-9)
        if self.small_sample < fewest:
            raise ValueError(
                f"small_sample must be >= {fewest} for interval_coverage {self.interval_coverage:g},"
                f" got {self.small_sample}: intervals would have no end"
            )
        return self


class SegmentationSettings(Settings):
    """Tiers by 3-year potential."""

    tier_1_above_eur: float = figure(
        "EUR over 36 months", "tier 1 lies above; the bound itself is tier 2", gt=0
    )
    tier_2_from_eur: float = figure("EUR over 36 months", "tier 2 starts here", gt=0)
    change_probability: float = figure(
        "probability",
        "an account crosses a bound when its potential does with this probability",
        gt=0.5,
        le=1,
    )
    change_share: float = figure("share/quarter", "largest share of accounts that change tier", ge=0, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.tier_2_from_eur >= self.tier_1_above_eur:
            raise ValueError(
                f"tier_2_from_eur must be below tier_1_above_eur, got {self.tier_2_from_eur:g}"
                f" and {self.tier_1_above_eur:g}"
            )
        return self


class ValueSettings(Settings):
    """How the believed value of effort is sampled from the dynamics."""

    replications: int = figure("count", "replications per effort level", ge=2, le=10_000)
    effort_levels: tuple[float, ...] = figure(
        "multiples of half effort", "effort grid, rising from 0", min_length=4
    )
    hill_exponent: float = figure("-", "shared exponent of the value curves", gt=0, le=5)

    @field_validator("effort_levels")
    @classmethod
    def _levels_rise(cls, levels: tuple[float, ...]) -> tuple[float, ...]:
        if levels[0] != 0 or any(b <= a for a, b in pairwise(levels)):
            raise ValueError(f"must rise from 0, got {list(levels)}")
        return levels


class TierCoverage(Settings):
    """Service level of one tier."""

    accounts_per_ae: float = figure("accounts", "coverage ratio", ge=1)
    minimum_share: float = figure(
        "share", "share of the standard hours below which an account is abandoned", ge=0, le=1
    )
    se_hours: float = figure("hours/month", "SE hours at full technical complexity", ge=0)
    csm_hours: float = figure("hours/month", "CSM hours", ge=0)


class ResponseSettings(Settings):
    """How sales respond to effort, where no value was sampled."""

    elasticity: float = figure("ratio", "lasting elasticity of sales at today's effort", gt=0, lt=1)
    share_without_effort: float = figure("share", "share of today's sales that needs no effort", ge=0, lt=1)
    exponent: float = figure("-", "exponent of the S-shaped response", gt=0, le=5)
    carry: float = figure("share/month", "share of the effect that carries over", ge=0, lt=1)


class WorkingTimeSettings(Settings):
    """Where a month's work goes that is not spent with clients: leave, and the rituals (D-RIT-1)."""

    month_hours: float = figure("hours/month", "contract hours of a full-time post, leave included", gt=0)
    leave_share: float = figure("share", "contract hours on leave, ill or in training", ge=0, lt=1)
    pipeline_review_hours: float = figure("hours/week", "pipeline review", ge=0)
    account_review_hours: float = figure("hours/month", "account review", ge=0)
    business_review_hours: float = figure("hours/quarter", "business review", ge=0)
    priority_hours: float = figure("hours/quarter", "alignment of priorities", ge=0)
    meeting_hours: float = figure("hours/visit", "preparation and debrief of a client meeting", ge=0)


class CoverageSettings(Settings):
    """Workload and capacity. Tier 1 takes the guide's strategic ratio, tier 2 mid-market, tier 3 SMB."""

    strategic: TierCoverage
    mid_market: TierCoverage
    smb: TierCoverage
    ae_hours: float = figure("hours/month", "an AE's selling hours, rituals taken off", gt=0)
    se_hours: float = figure("hours/month", "an SE's hours with clients", gt=0)
    csm_hours: float = figure("hours/month", "a CSM's hours with clients", gt=0)
    ae_cost_eur: float = figure("EUR/month", "full cost of an AE", ge=0)
    se_cost_eur: float = figure("EUR/month", "full cost of an SE", ge=0)
    csm_cost_eur: float = figure("EUR/month", "full cost of a CSM", ge=0)
    margin: float = figure("share", "margin on revenue before the team", ge=0, le=1)
    travel_speed_km_per_hour: float = figure("km/hour", "speed on the road", gt=0)
    hours_per_visit: float = figure("hours", "client hours that one visit brings", gt=0)
    longest_trip_hours: float = figure(
        "hours", "a longer journey, there and back, is replaced by faster means or calls that take this", ge=0
    )
    quota_stretch: float = figure("ratio", "quota of a book against the sales expected of it", gt=0)
    response: ResponseSettings
    working_time: WorkingTimeSettings


class AllocationSettings(Settings):
    """How accounts are given to people."""

    policies: tuple[str, ...] = figure("-", "policies to compare", min_length=1)
    time_limit_seconds: float = figure("seconds", "limit of the exact solver", gt=0)
    target_gap: float = figure("share", "proven gap at which the exact solver stops", ge=0, le=1)
    candidates_per_account: int = figure("count", "nearest AEs considered beside the owner", ge=1)
    disruption_cap: float = figure("share", "largest share of accounts that may change owner", ge=0, le=1)
    balance_tolerance: float = figure(
        "share", "load above the team's mean at which a book counts as too large", ge=0
    )
    high_potential_eur: float = figure(
        "EUR over 36 months", "potential above which an account counts as high in the matrix", ge=0
    )
    high_effort_hours: float = figure(
        "hours/month", "hours to half of the gain above which effort counts as high in the matrix", ge=0
    )
    se_support_weight: float = figure(
        "ratio", "SE hours of an account of high potential and high effort, against others that ask as much",
        ge=1,
    )  # fmt: skip


class ExperimentSettings(Settings):
    """How policies are compared."""

    months: int = figure("months", "horizon", ge=12, le=120, multiple_of=12)
    replications: int = figure("count", "replications per policy", ge=2, le=100_000)
    draws: int = figure("count", "draws of the latent state where the truth is unknown", ge=2, le=10_000)
    baseline: str = figure("-", "policy that the others are compared with")
    confidence: float = figure("probability", "confidence of the intervals", gt=0, lt=1)
    precision: float = figure(
        "share",
        "half-width wanted of a difference, as a share of the baseline's contribution; 0 = not asked",
        ge=0,
        le=1,
    )
    precision_eur: float = figure(
        "EUR over the horizon", "half-width wanted of a difference; 0 = not asked", ge=0
    )
    max_replications: int = figure(
        "count",
        "replications that precision or selection may go to; no fewer than there are",
        ge=2,
        le=1_000_000,
    )
    indifference_eur: float = figure(
        "EUR over the horizon", "a smaller lead in contribution makes no practical difference", gt=0
    )


class Scenario(Settings):
    """One named set of all parameters.

    Examples
    --------
    >>> scenario = Scenario.load("saas_midmarket", {"coverage.strategic.accounts_per_ae": 4})
    >>> scenario.coverage.strategic.accounts_per_ae
    4.0
    >>> scenario.sources["segmentation.tier_1_above_eur"]
    'D-TIER-1'
    """

    name: str
    description: str
    seed: int = Field(ge=0, le=2**63 - 1)
    currency: str = Field(pattern="^[A-Z]{3}$")
    portfolio: PortfolioSettings
    dynamics: DynamicsSettings
    scoring: ScoringSettings
    segmentation: SegmentationSettings
    value: ValueSettings
    coverage: CoverageSettings
    allocation: AllocationSettings
    experiment: ExperimentSettings
    validation: ValidationSettings
    breakeven: BreakEvenSettings
    calibration: CalibrationSettings
    sources: dict[str, str] = Field(default_factory=dict, description="source id by dotted key")

    @classmethod
    def load(cls, name_or_path: str | Path, overrides: Mapping[str, Any] | None = None) -> Self:
        """Load a preset by name, or a TOML file by path, and override single parameters.

        Parameters
        ----------
        name_or_path : str or Path
            "saas_midmarket", or a path that ends in ``.toml`` (`kamsim.presets.read_preset`).
        overrides : mapping, optional
            Dotted key to value.

        Returns
        -------
        Scenario

        Raises
        ------
        ConfigError
            For an unknown preset or key (with the nearest name), or a value of the wrong type or out of
            range.
        """
        tree, sources = read_preset(name_or_path)
        for key, value in (overrides or {}).items():
            _set(tree, key, value)
            sources[key] = "override"
        return cls._build({**tree, "sources": sources})

    def override(self, overrides: Mapping[str, Any]) -> Self:
        """Return a copy with single parameters changed; same rules as `load`."""
        tree = self.model_dump()
        for key, value in overrides.items():
            _set(tree, key, value)
            tree["sources"][key] = "override"
        return self._build(tree)

    def dump(self) -> str:
        """Return the whole scenario as TOML text that `load` reads back."""
        return tomli_w.dumps(self.model_dump(mode="python"))

    @classmethod
    def _build(cls, tree: dict[str, Any]) -> Self:
        try:
            return cls.model_validate(tree)
        except ValidationError as caught:
            raise ConfigError(_explain(caught)) from None


def figures(settings: type[Settings] = Scenario, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield dotted key, unit and meaning of every parameter."""
    for name, field in settings.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Settings):
            yield from figures(inner, f"{prefix}{name}.")
        elif isinstance(field.json_schema_extra, dict):
            yield f"{prefix}{name}", str(field.json_schema_extra["unit"]), field.description or ""


def _set(tree: dict[str, Any], key: str, value: Any) -> None:
    if key not in _settable():
        raise ConfigError(unknown_name("setting", key, _settable()))
    *path, last = key.split(".")
    for part in path:
        tree = tree.setdefault(part, {})
        if not isinstance(tree, dict):
            return  # validation will say so
    tree[last] = value


def _settable() -> list[str]:
    return ["name", "description", "seed", "currency", *(key for key, _, _ in figures())]


_SIGNS = {
    "greater than or equal to": ">=",
    "less than or equal to": "<=",
    "greater than": ">",
    "less than": "<",
}


def _explain(caught: ValidationError) -> str:
    """Say the first problem in one sentence: name, value, rule."""
    errors = caught.errors()
    first = errors[0]
    key = ".".join(str(part) for part in first["loc"]) or "scenario"
    given = str(first["input"]) if isinstance(first["input"], date) else repr(first["input"])
    rule = first["msg"].partition(" should ")[2]
    if first["type"] == "extra_forbidden":
        sections = {k.rpartition(".")[0] for k in _settable()} - {""}
        text = unknown_name("setting", key, [*_settable(), *sections])
    elif first["type"] == "missing":
        text = f"{key} is missing"
    elif first["type"] == "value_error":
        reason = str(first["ctx"]["error"])
        text = f"{key} {reason}" if reason.startswith("must") else f"{key}: {reason}"
    elif rule:
        for words, sign in _SIGNS.items():
            rule = rule.replace(words, sign)
        text = f"{key} must {rule}, got {given}"
    else:
        text = f"{key}: {first['msg']}, got {given}"
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return text + more
