"""The people of a client: how many decide, who they are, and how changes move them (D-STK-1, D-ORG-1).

The figures live in `kamsim/presets/*.toml`, like those of every other part (`kamsim.config`).
"""

from __future__ import annotations

from typing import Self

from pydantic import field_validator, model_validator

from kamsim.settings import Settings, figure

OTHER_ROLES = ("technical_influencer", "end_user", "procurement")
"""Decision roles that several people of an account can have; one alone is the economic buyer (D-STK-1)."""


class SegmentStakeholders(Settings):
    """How many people decide in an account of one segment."""

    people_mean: float = figure("count", "people who decide, on average, at the start", ge=2, le=40)
    people_least: int = figure("count", "people who decide, at least", ge=2, le=40)

    @model_validator(mode="after")
    def _mean_is_no_less_than_the_least(self) -> Self:
        if self.people_mean < self.people_least:
            raise ValueError(
                f"people_mean must be >= people_least, got {self.people_mean:g} and {self.people_least}"
            )
        return self


class StakeholderSettings(Settings):
    """The organisation charts of the accounts."""

    executive_buyer_share: float = figure(
        "probability", "the economic buyer sits on the executive committee, atop the chart", ge=0, le=1
    )
    roles: dict[str, float] = figure(
        "weight", "decision roles of the people beyond the first four of an account"
    )
    reports: int = figure("count", "people who report to one superior, where there are many", ge=1, le=20)
    years_in_position: float = figure("years", "mean time in the position before history", gt=0, le=30)
    merger_people: int = figure("count", "people whom a merger adds to those who decide", ge=0, le=10)
    reorganised_share: float = figure(
        "probability", "a reorganisation gives a person another superior and role, or moves the budget",
        ge=0, le=1,
    )  # fmt: skip
    buyer_access: float = figure(
        "ratio", "how readily the economic buyer is engaged against another person", gt=0, le=10
    )
    buyer_influence: float = figure(
        "ratio", "mean influence of the economic buyer against another person's", gt=0, le=20
    )
    influence_shape: int = figure("-", "evenness of influence: shape of its Gamma distribution", ge=1, le=4)
    strategic: SegmentStakeholders
    mid_market: SegmentStakeholders
    smb: SegmentStakeholders

    @field_validator("roles")
    @classmethod
    def _roles_are_known(cls, roles: dict[str, float]) -> dict[str, float]:
        if set(roles) != set(OTHER_ROLES):
            raise ValueError(f"must name {', '.join(OTHER_ROLES)}, got {', '.join(roles)}")
        if any(weight < 0 for weight in roles.values()) or not sum(roles.values()) > 0:
            raise ValueError(f"must have weights >= 0, not all 0, got {roles}")
        return roles
