"""Account scores as of a cut-off: 3-year potential and churn, with baselines and a check beside them."""

from kamsim.scoring.notes import ScoreNote
from kamsim.scoring.scores import ScoreResult, score_accounts

__all__ = ["ScoreNote", "ScoreResult", "score_accounts"]
