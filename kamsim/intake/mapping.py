"""The mapping: how somebody else's CRM export is to be read, as a TOML file.

A mapping names a file per table and, for each of our columns, theirs. It states every rule that money
or people hang on (currency, how won deals become revenue, who owns an account), so that an import can
be repeated and disputed. Nothing is guessed that the mapping could say.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from kamsim.config import Settings
from kamsim.errors import IntakeError, unknown_name
from kamsim.schemas import (
    ACCOUNTS,
    NUMBER,
    OPPORTUNITIES,
    OPTIONAL_WHOLE,
    SEGMENTS,
    TEAM,
    TEXT,
    WHOLE,
    Column,
)

Encoding = Literal[
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp1250", "iso-8859-15", "mac_roman"
]
Status = Literal["open", "won", "lost"]
Recognition = Literal["at_close", "monthly_over_12"]
OwnerRule = Literal["given", "most_won", "by_region"]
Factor = Annotated[Decimal, Field(gt=0, le=10**9)]
CurrencyCode = Annotated[str, Field(pattern="^[A-Z]{3}$")]

CURRENCY = Column(TEXT, "ISO code", "currency of the row's amounts", True)

FIELDS: dict[str, dict[str, Column]] = {
    "accounts": {
        **{k: c for k, c in ACCOUNTS.columns.items() if k not in ("customer_since", "revenue_eur_per_month")},
        "currency": CURRENCY,
    },
    "opportunities": {
        **OPPORTUNITIES.columns,
        "status": Column(TEXT, "-", "status in the export's own words", True),
        "currency": CURRENCY,
    },
    "team": dict(TEAM.columns),
    "products": {"product": OPPORTUNITIES.columns["product"]},
}
"""The columns that a mapping can fill, by table. Revenue and its start are worked out from won deals."""

NEEDED = {
    "accounts": ("account_id",),
    "opportunities": ("opportunity_id", "account_id", "closed_on", "amount_eur"),
    "team": ("rep_id",),
    "products": ("product",),
}


class TextFormat(Settings):
    """How the files write text, numbers and dates.

    Encoding and delimiter may be left out: the byte-order mark, then UTF-8, then Windows-1252 are tried,
    and the delimiter is the one under which the header shows most of the mapped columns.
    """

    encoding: Encoding | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    signs: tuple[str, ...] = Field((), description="currency signs that may stand before or after a number")
    dates: tuple[str, ...] = Field(("%Y-%m-%d",), min_length=1, description="formats as in strptime")
    missing: tuple[str, ...] = Field((), description="what stands for 'no value', beside an empty cell")

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.decimal == self.thousands:
            raise ValueError(f"decimal and thousands must differ, got {self.decimal!r} for both")
        return self


class FileMapping(Settings):
    """One file: their column, a constant, repairs and a factor for each of our columns."""

    file: str = Field(min_length=1)
    columns: dict[str, str] = Field(description="our column = their column")
    constants: dict[str, str] = Field({}, description="our column = a text that stands in every row")
    spelling: dict[str, dict[str, str]] = Field({}, description="our column: text found = text meant")
    factors: dict[str, Factor] = Field({}, description="our column = what one unit of theirs is worth")
    leave_out: dict[str, tuple[str, ...]] = Field(
        {}, description="their column = values of rows that do not count, such as deleted ones"
    )

    @model_validator(mode="after")
    def _stays_inside(self) -> Self:
        place = PurePosixPath(self.file.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts:
            raise ValueError(f"file must lie inside the export's folder, got {self.file!r}")
        return self

    def their_name(self, column: str) -> str:
        """Return the name a column of ours has in the file, for messages."""
        return self.columns.get(column, column)

    def wanted(self) -> list[str]:
        """Return the columns of the file that the mapping speaks of."""
        return list(dict.fromkeys([*self.columns.values(), *self.leave_out]))


class OpportunityMapping(FileMapping):
    """The opportunities, with the status that each of their stages means."""

    status: dict[str, Status] = Field(min_length=1)

    @property
    def status_column(self) -> str:
        """Return our column whose values `status` translates."""
        return "status" if "status" in _given(self) else "stage"


class SizeFrom(Settings):
    """Where the two larger segments start."""

    strategic: float = Field(gt=0)
    mid_market: float = Field(gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.mid_market >= self.strategic:
            raise ValueError(f"mid_market must be below strategic, got {self.mid_market:g}")
        return self


class SegmentRule(Settings):
    """Segment, where the file gives none: by headcount, else by the firm's revenue, else `otherwise`.

    The thresholds are in people and in the portfolio's currency a year.
    """

    headcount: SizeFrom
    firm_revenue: SizeFrom
    otherwise: Literal["strategic", "mid_market", "smb"] = SEGMENTS[-1]  # type: ignore[assignment]


class ExportMapping(Settings):
    """Everything that is to be known about an export.

    `currency` is that of all amounts; where a column "currency" is mapped, it is that of rows which leave
    it empty. With `rates` (units of the scenario's currency for one of theirs) money is converted;
    without, an export in one currency stays in it, and one in two is refused.
    """

    description: str = ""
    currency: CurrencyCode | None = None
    rates: dict[CurrencyCode, Factor] = Field({})
    revenue_recognition: Recognition
    owner_rule: OwnerRule
    owner_window_months: int = Field(
        12, ge=1, le=600, description="months of wins that owner_rule 'most_won' counts"
    )
    format: TextFormat = TextFormat()
    segments: SegmentRule
    accounts: FileMapping
    opportunities: OpportunityMapping
    team: FileMapping | None = None
    products: FileMapping | None = None

    def files(self) -> dict[str, FileMapping]:
        """Return the mapped files by table."""
        parts = {name: getattr(self, name) for name in FIELDS}
        return {name: part for name, part in parts.items() if part is not None}

    @model_validator(mode="after")
    def _columns_are_ours(self) -> Self:
        by_file: dict[str, str] = {}
        for table, part in self.files().items():
            _check_names(table, part)
            other = by_file.setdefault(part.file, table)
            if other != table:
                raise ValueError(f"{table}.file: {part.file!r} is mapped as {other} already")
        return self

    @model_validator(mode="after")
    def _rules_have_their_columns(self) -> Self:
        accounts, deals = _given(self.accounts), _given(self.opportunities)
        if self.owner_rule == "given" and "owner_id" not in accounts:
            raise ValueError("owner_rule 'given' needs accounts.columns.owner_id")
        if self.owner_rule == "most_won" and "owner_id" not in deals:
            raise ValueError("owner_rule 'most_won' needs opportunities.columns.owner_id")
        if not deals & {"stage", "status"}:
            raise ValueError("opportunities.columns.stage is missing")
        if self.currency is None and "currency" not in deals:
            raise ValueError("currency is missing: give its code, or map opportunities.columns.currency")
        return self


def load_mapping(path: Path) -> ExportMapping:
    """Read a mapping file.

    Parameters
    ----------
    path : Path
        A TOML file; ``data/mappings`` holds two to start from.

    Returns
    -------
    ExportMapping

    Raises
    ------
    IntakeError
        When it cannot be read, or a name in it is unknown (with the nearest one) or a value out of its
        rule.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "mine.toml"
    >>> _ = file.write_text("currncy = 'EUR'")
    >>> load_mapping(file)
    Traceback (most recent call last):
    kamsim.errors.IntakeError: mine.toml: unknown setting 'currncy': did you mean 'currency'?
    """
    path = Path(path)
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as caught:
        raise IntakeError(f"mapping {path}: cannot be read ({caught.strerror})") from None
    except (ValueError, RecursionError) as caught:
        raise IntakeError(f"mapping {path}: not valid TOML ({caught})") from None
    try:
        return ExportMapping.model_validate(tree)
    except ValidationError as caught:
        raise IntakeError(f"{path.name}: {_first_problem(caught)}") from None


def _given(part: FileMapping) -> set[str]:
    return {*part.columns, *part.constants}


def _check_names(table: str, part: FileMapping) -> None:
    """Refuse names that are no column of the table, and a table without its needed columns."""
    known = FIELDS[table]
    for section in ("columns", "constants", "spelling", "factors"):
        for name in getattr(part, section):
            if name not in known:
                raise ValueError(f"{table}.{section}: {unknown_name('column', name, known)}")
    for name in part.factors:
        if known[name].dtype not in (NUMBER, WHOLE, OPTIONAL_WHOLE):
            raise ValueError(f"{table}.factors.{name}: only a number can have a factor, {name} is none")
    for name in set(part.columns) & set(part.constants):
        raise ValueError(f"{table}.constants.{name}: {name} is mapped to a column already")
    for name in NEEDED[table]:
        if name not in _given(part):
            raise ValueError(f"{table}.columns.{name} is missing")


def _first_problem(caught: ValidationError) -> str:
    """Say the first problem in one sentence, misspelt names before what is missing because of them."""
    errors = sorted(caught.errors(), key=lambda e: e["type"] != "extra_forbidden")
    first = errors[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        section = [str(part) for part in first["loc"][:-1]]
        return unknown_name("setting", key, [".".join([*section, name]) for name in _settings(section)])
    if first["type"] == "missing":
        return f"{key} is missing"
    if first["type"] == "value_error":
        return f"{key}: {first['ctx']['error']}" if key else str(first["ctx"]["error"])
    rule = first["msg"].removeprefix("Input should be ").removeprefix("Input ")
    return f"{key} must be {rule}, got {first['input']!r}"


def _settings(path: list[str]) -> list[str]:
    """Return the names that may stand in one section of a mapping."""
    model: type[BaseModel] = ExportMapping
    for part in path:
        inner = model.model_fields[part].annotation
        candidates = [inner, *getattr(inner, "__args__", ())]
        model = next(c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel))
    return list(model.model_fields)
