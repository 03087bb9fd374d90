"""Remarks that go with scores: a catalogue key and the figures its text names, in no language yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kamsim.locale import Locale

TABLE = "scoring"

WHOLE_PERCENT_FROM = 0.1
"""Smaller shares are written with one decimal."""


@dataclass(frozen=True)
class ScoreNote:
    """One remark on how scores came about.

    Parameters
    ----------
    key : str
        Key of the text in the catalogue's table ``[scoring]``.
    values : mapping of str to int, float or str
        What the text names: an int is a count, a float is a share (read as a percentage), a str is
        written as it stands. JSON can hold it.

    Examples
    --------
    >>> ScoreNote("potential_shrunk", {"accounts": 18, "weight": 0.26}).key
    'potential_shrunk'
    """

    key: str
    values: Mapping[str, int | float | str] = field(default_factory=dict)

    def text(self, locale: Locale) -> str:
        """Say the remark in a language."""
        return locale.text(f"{TABLE}.{self.key}", **{k: _say(v, locale) for k, v in self.values.items()})


def _say(value: int | float | str, locale: Locale) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return locale.number(value)
    return locale.percent(value, 0 if abs(value) >= WHOLE_PERCENT_FROM else 1)
