"""Programs with a face: the what-if dashboard."""

from kamsim.apps.preparation import prepare
from kamsim.apps.response import CoverageResponse
from kamsim.apps.what_if import Answer, Moves, TierAnswer, WhatIf

__all__ = ["Answer", "CoverageResponse", "Moves", "TierAnswer", "WhatIf", "prepare"]
