"""Programs with a face: the what-if dashboard.

Handed on is what answers a setting. What computes the response (`preparation`) is loaded when it is asked
for, so that a page is there soon, and so is what needs the extra ``dashboard`` (`page`, `server`).
"""

from kamsim.apps.response import CoverageResponse
from kamsim.apps.what_if import Answer, Money, Moves, TierAnswer, WhatIf

__all__ = ["Answer", "CoverageResponse", "Money", "Moves", "TierAnswer", "WhatIf"]
