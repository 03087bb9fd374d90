"""Options that several verbs share, and what they amount to."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from kamsim.locale import Locale
    from kamsim.runs import StageLines


class TableFormat(StrEnum):
    """How tables are written."""

    PARQUET = "parquet"
    CSV = "csv"


Run = Annotated[Path, typer.Argument(metavar="RUN", help="The run folder.")]
Out = Annotated[
    Path, typer.Option(metavar="DIR", help="The run folder to write; stages of an earlier run are replaced.")
]
Scenario_ = Annotated[
    str, typer.Option("--scenario", metavar="NAME", help="A preset (`kamsim presets`), or a TOML file.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY.PATH=VALUE", help="Change one setting of the scenario; may be repeated."
    ),
]
Seed = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="Root of all luck in this step and the next.")
]
Lang = Annotated[str, typer.Option(envvar="KAMSIM_LANG", metavar="en|fr", help="Language of the output.")]
Constraints_ = Annotated[
    Path | None,
    typer.Option("--constraints", metavar="FILE", help="What no plan may do (TOML, docs/constraints.md)."),
]
Previous = Annotated[
    Path | None,
    typer.Option(
        metavar="RUN", help="A run of the quarter before: accounts keep its tiers unless a change is sure."
    ),
]
Format_ = Annotated[TableFormat, typer.Option("--format", help="How the tables of the run are written.")]


def start(lang: str, stages: int) -> tuple[Locale, StageLines]:
    """Take the language of the output, and get ready to tell of so many stages."""
    from kamsim.locale import Locale
    from kamsim.runs import StageLines

    locale = Locale(lang)
    return locale, StageLines(stages, locale, sys.stderr)


def overrides_of(
    settings: list[str] | None, seed: int | None, more: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Bring together what is set by key and what has an option of its own."""
    from kamsim.config import parse_overrides

    own = {"seed": seed, **(more or {})}
    return parse_overrides(settings or []) | {key: value for key, value in own.items() if value is not None}


def precision_of(text: str | None) -> dict[str, float]:
    """Read a precision: a percentage is a share of the baseline's contribution, a number is money.

    Examples
    --------
    >>> precision_of("0.5%"), precision_of("50000"), precision_of(None)
    ({'experiment.precision': 0.005}, {'experiment.precision_eur': 50000.0}, {})
    """
    from kamsim.errors import ConfigError

    if text is None:
        return {}
    number = text.strip().removesuffix("%").strip()
    try:
        value = float(number)
    except ValueError:
        value = float("nan")
    if not 0 < value < float("inf"):
        raise ConfigError(f"--precision must be a percentage such as 0.5% or an amount above 0, got {text!r}")
    if text.strip().endswith("%"):
        return {"experiment.precision": value / 100}
    return {"experiment.precision_eur": value}
