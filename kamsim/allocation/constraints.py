"""What the user rules out: locks, named owners, forbidden pairs, skills, languages, families, travel, moves.

A file of constraints names accounts and AEs, so it belongs to one portfolio and not to the scenario.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from kamsim.errors import ConfigError, unknown_name
from kamsim.settings import Settings, figure

Tiers = tuple[Literal[1, 2, 3], ...]
Names = tuple[str, ...]


class SkillRules(Settings):
    """Which tiers need an AE with a skill."""

    industry_for_tiers: Tiers = Field((), description="an AE who knows the account's industry")
    senior_for_tiers: Tiers = Field((), description="a senior AE")


class LanguageRules(Settings):
    """Languages that AEs speak, and one of which an account asks for."""

    of_reps: dict[str, Names] = Field({}, description="languages by AE")
    of_accounts: dict[str, Names] = Field({}, description="languages by account; before those of its region")
    of_regions: dict[str, Names] = Field({}, description="languages by region")


class FamilyRules(Settings):
    """Whether accounts of one parent have one owner."""

    hold: Literal["free", "kept", "united"] = Field(
        "free",
        description="kept: members with one owner today stay in one hand; united: the whole family is",
    )


class TravelRules(Settings):
    """How far an AE goes; an unknown place is no distance."""

    longest_km: float | None = figure("km", "great-circle distance, one way", default=None, ge=0)
    longest_trip_hours: float | None = figure("hours", "on the road, there and back", default=None, ge=0)


class DisruptionCaps(Settings):
    """How much may leave an owner who is in the team."""

    accounts: int | None = figure("count", "accounts", default=None, ge=0)
    accounts_share: float | None = figure("share", "share of all accounts", default=None, ge=0, le=1)
    revenue_eur_per_month: float | None = figure("EUR/month", "current revenue", default=None, ge=0)
    revenue_share: float | None = figure("share", "share of all revenue", default=None, ge=0, le=1)
    relationship_share: float | None = figure(
        "share", "share of the sum of all relationships as rated", default=None, ge=0, le=1
    )
    close_accounts: int | None = figure("count", "accounts with a close relationship", default=None, ge=0)
    close_from: float | None = figure("share", "a relationship is close from here", default=None, ge=0, le=1)
    open_deals: Literal["free", "frozen"] = Field(
        "free", description="frozen: accounts with an open opportunity stay with their owner"
    )

    @model_validator(mode="after")
    def _closeness_told(self) -> Self:
        if (self.close_accounts is None) != (self.close_from is None):
            raise ValueError("close_accounts and close_from must be given together")
        return self


class Constraints(Settings):
    r"""What no plan may do; empty by default.

    Attributes
    ----------
    locks : dict of str to str
        The AE who owns the account. A lock decides over ``disruption.open_deals``.
    named : dict of str to tuple of str
        The only AEs who may own the account.
    forbidden : dict of str to tuple of str
        AEs who may not.
    skills, languages, families, travel, disruption
        See their classes.
    present_owners : {"comply", "may_stay"}
        Whether skills, languages and travel also hold between an account and the owner it has.

    Examples
    --------
    >>> Constraints.parse("locks = {A1 = 'R1'}\nforbidden = {A1 = ['R1']}")
    Traceback (most recent call last):
    ...
    kamsim.errors.ConfigError: locks.A1 = 'R1' contradicts forbidden.A1, which names 'R1' too
    """

    locks: dict[str, str] = Field({}, description="the owner")
    named: dict[str, Names] = Field({}, description="the only AEs who may own the account")
    forbidden: dict[str, Names] = Field({}, description="AEs who may not")
    skills: SkillRules = SkillRules()
    languages: LanguageRules = LanguageRules()
    families: FamilyRules = FamilyRules()
    travel: TravelRules = TravelRules()
    disruption: DisruptionCaps = DisruptionCaps()
    present_owners: Literal["comply", "may_stay"] = "comply"

    def __init__(self, /, **entries: Any) -> None:
        """Refuse what `load` refuses, with the same `ConfigError`."""
        try:
            super().__init__(**entries)
        except ValidationError as caught:
            raise ConfigError(_explain(caught)) from None

    @model_validator(mode="after")
    def _no_contradiction(self) -> Self:
        for account, rep in self.locks.items():
            if rep in self.forbidden.get(account, ()):
                raise ValueError(
                    f"locks.{account} = {rep!r} contradicts forbidden.{account}, which names {rep!r} too"
                )
            if rep not in self.named.get(account, (rep,)):
                raise ValueError(
                    f"locks.{account} = {rep!r} contradicts named.{account}, which does not name {rep!r}"
                )
        for account, reps in self.named.items():
            if not set(reps) - set(self.forbidden.get(account, ())):
                raise ValueError(f"named.{account} must leave an AE who is not forbidden, got {list(reps)}")
        return self

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a TOML file.

        Raises
        ------
        ConfigError
            When it cannot be read, holds an unknown key (with the nearest name), a value out of its range,
            or entries that contradict each other.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except OSError as caught:
            raise ConfigError(f"constraints {path}: cannot be read ({caught.strerror})") from None
        except UnicodeDecodeError as caught:
            raise ConfigError(f"constraints {path}: not valid TOML ({caught})") from None
        try:
            return cls.parse(text)
        except ConfigError as caught:
            raise ConfigError(f"constraints {path}: {caught}") from None

    @classmethod
    def parse(cls, text: str) -> Self:
        r"""Read TOML text; same errors as `load`.

        Examples
        --------
        >>> Constraints.parse("[travel]\nlongest_km = 300").travel.longest_km
        300.0
        """
        try:
            return cls(**tomllib.loads(text))
        except tomllib.TOMLDecodeError as caught:
            raise ConfigError(f"not valid TOML ({caught})") from None


def _explain(caught: ValidationError) -> str:
    """Say the first problem in one sentence: name, value, rule."""
    first = caught.errors()[0]
    name = ".".join(str(part) for part in first["loc"]) or "constraints"
    if first["type"] == "extra_forbidden":
        return unknown_name("constraint", name, _known())
    if first["type"] == "value_error":
        reason = str(first["ctx"]["error"])
        return f"{name} {reason}" if reason.startswith("must") else reason
    rule = str(first["msg"]).partition(" should ")[2].partition(", got")[0] or str(first["msg"])
    return f"{name} must {rule}, got {first['input']!r}"


def _known(part: type[Settings] = Constraints, prefix: str = "") -> Iterator[str]:
    for name, meaning in part.model_fields.items():
        yield f"{prefix}{name}"
        inner = meaning.annotation
        if isinstance(inner, type) and issubclass(inner, Settings):
            yield from _known(inner, f"{prefix}{name}.")


def tell_unknown(kind: str, where: str, names: Mapping[str, Any] | Names, known: set[str]) -> None:
    """Refuse a name that the tables do not hold.

    Raises
    ------
    ConfigError
        With the nearest name that is there.
    """
    for name in names:
        if name not in known:
            raise ConfigError(f"{where}: {unknown_name(kind, name, known)}")
