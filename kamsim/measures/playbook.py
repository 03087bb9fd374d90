"""The playbook: what to do about what the CRM shows, by when, by whom, and on which fact of the domain."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kamsim.errors import ConfigError
from kamsim.schemas import ROLES

PLAYS = Path(__file__).with_name("playbook.toml")


@dataclass(frozen=True)
class Play:
    """One kind of action.

    Parameters
    ----------
    source : str
        Fact of the domain that asks for it.
    role : str
        Who does it: AE, SE or CSM (D-TEAM-1).
    within_days : int
        Days after the cut-off by which it is due.
    rank : int
        0 = most urgent of those due on one day.
    """

    source: str
    role: str
    within_days: int
    rank: int

    def due(self, cutoff: pd.Timestamp) -> pd.Timestamp:
        """Return the last day for it, on a working day.

        Examples
        --------
        >>> Play("D-RIT-1", "AE", 2, 0).due(pd.Timestamp("2026-01-01")).day_name()
        'Monday'
        """
        return working_day(cutoff + pd.Timedelta(days=self.within_days))


@dataclass(frozen=True)
class Playbook:
    """The plays by name, and how far back they look.

    Parameters
    ----------
    plays : dict of str to Play
    alert_months, progress_months, handover_months : int
        Months before the cut-off in which an alert counts, without progress after which an account is in
        question (D-EXIT-1), and after a signature in which the hand-over is worth closing (D-HND-1).
    churn_above : float
        Times the usual probability of leaving above which a customer is called on.
    fall_below : float
        Revenue over that of the year before below which a reason is asked for.

    Examples
    --------
    >>> book = Playbook.load()
    >>> book.progress_months, book.plays["meddic"].source
    (6, 'D-MED-1')
    """

    plays: dict[str, Play]
    alert_months: int
    progress_months: int
    handover_months: int
    churn_above: float
    fall_below: float

    @classmethod
    def load(cls, path: Path = PLAYS) -> Playbook:
        """Read a playbook.

        Raises
        ------
        ConfigError
            When the file cannot be read, or a play lacks a part, names no role or a day before the cut-off.
        """
        try:
            read = tomllib.loads(path.read_text(encoding="utf-8"))
            plays = {name: Play(**play, rank=rank) for rank, (name, play) in enumerate(read["plays"].items())}
            book = cls(plays, **read["look_back"])
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
            raise ConfigError(f"playbook {path.name} cannot be read: {error}") from error
        for name, play in book.plays.items():
            if play.role not in ROLES:
                raise ConfigError(
                    f"playbook {path.name}: {name}.role must be one of {', '.join(ROLES)}, got {play.role!r}"
                )
            if play.within_days < 0:
                raise ConfigError(
                    f"playbook {path.name}: {name}.within_days must be >= 0, got {play.within_days}"
                )
        return book


def working_day(day: pd.Timestamp) -> pd.Timestamp:
    """Return the day itself, or the Monday after it where it lies on a weekend.

    Examples
    --------
    >>> working_day(pd.Timestamp("2026-01-03")).date().isoformat()
    '2026-01-05'
    """
    return pd.offsets.BDay().rollforward(day)
