"""What the leak guard hands on: one sentence a finding, and whether it is an alarm or a remark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Suspicion:
    """One finding.

    Parameters
    ----------
    rule : str
        Short name of the rule that found it.
    sentence : str
        The evidence, for readers.
    alarm : bool
        Whether it makes the verdict `suspected leak`; a remark otherwise.
    column : str
        The column it is about; empty where it is about the table as a whole.

    Examples
    --------
    >>> Suspicion("future date", "Column 'signed' holds dates after the cut-off.", True, "signed").rule
    'future date'
    """

    rule: str
    sentence: str
    alarm: bool = True
    column: str = ""
