"""Account scores as of a cut-off: 3-year potential and churn, with baselines and a check beside them.

`score_accounts` scores kamsim's own tables. The estimators take any table, with scikit-learn's manners:

>>> import numpy as np
>>> import pandas as pd
>>> from kamsim.scoring import ChurnClassifier
>>> rows = np.arange(300)
>>> X = pd.DataFrame({"logins": rows % 30.0, "plan": np.where(rows % 2, "basic", "pro")})
>>> left = (rows % 30 < 8) ^ (rows % 7 == 0)
>>> ChurnClassifier(model="linear").fit(X, left).predict_proba(X).shape
(300, 2)

Names are loaded when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kamsim.scoring.availability import LateFeatureWarning as LateFeatureWarning
    from kamsim.scoring.campaign_profit import CampaignCost as CampaignCost
    from kamsim.scoring.churn_assessment import assess_churn as assess_churn
    from kamsim.scoring.churn_classifier import ChurnClassifier as ChurnClassifier
    from kamsim.scoring.churn_hazard import ChurnHazard as ChurnHazard
    from kamsim.scoring.explained import explain_scores as explain_scores
    from kamsim.scoring.explained import say_explanations as say_explanations
    from kamsim.scoring.explanation import explain as explain
    from kamsim.scoring.explanation_words import explain_in_words as explain_in_words
    from kamsim.scoring.model_assessment import Assessment as Assessment
    from kamsim.scoring.model_assessment import assess as assess
    from kamsim.scoring.model_cards import model_card as model_card
    from kamsim.scoring.model_files import dump_model as dump_model
    from kamsim.scoring.model_files import load_model as load_model
    from kamsim.scoring.model_files import save_model as save_model
    from kamsim.scoring.notes import ScoreNote as ScoreNote
    from kamsim.scoring.oracle import OracleShare as OracleShare
    from kamsim.scoring.oracle import beats_the_truth as beats_the_truth
    from kamsim.scoring.oracle import oracle_share as oracle_share
    from kamsim.scoring.oracle import score_beside_truth as score_beside_truth
    from kamsim.scoring.potential_regressor import PotentialRegressor as PotentialRegressor
    from kamsim.scoring.preparation import FramePreparation as FramePreparation
    from kamsim.scoring.qualification import Qualification as Qualification
    from kamsim.scoring.qualification import qualify_accounts as qualify_accounts
    from kamsim.scoring.qualification import qualify_opportunities as qualify_opportunities
    from kamsim.scoring.qualification import won_by_letters as won_by_letters
    from kamsim.scoring.rfm import rfm_scores as rfm_scores
    from kamsim.scoring.scorecards import Scorecard as Scorecard
    from kamsim.scoring.scorecards import rank_disagreement as rank_disagreement
    from kamsim.scoring.scores import ScoreResult as ScoreResult
    from kamsim.scoring.scores import score_accounts as score_accounts
    from kamsim.scoring.survival import survival_curves as survival_curves

_HOME = {
    "Assessment": "model_assessment",
    "CampaignCost": "campaign_profit",
    "ChurnClassifier": "churn_classifier",
    "ChurnHazard": "churn_hazard",
    "FramePreparation": "preparation",
    "PotentialRegressor": "potential_regressor",
    "LateFeatureWarning": "availability",
    "ScoreNote": "notes",
    "ScoreResult": "scores",
    "Scorecard": "scorecards",
    "rank_disagreement": "scorecards",
    "OracleShare": "oracle",
    "Qualification": "qualification",
    "rfm_scores": "rfm",
    "assess": "model_assessment",
    "assess_churn": "churn_assessment",
    "beats_the_truth": "oracle",
    "oracle_share": "oracle",
    "qualify_accounts": "qualification",
    "qualify_opportunities": "qualification",
    "won_by_letters": "qualification",
    "explain": "explanation",
    "explain_scores": "explained",
    "say_explanations": "explained",
    "dump_model": "model_files",
    "explain_in_words": "explanation_words",
    "load_model": "model_files",
    "model_card": "model_cards",
    "save_model": "model_files",
    "score_accounts": "scores",
    "score_beside_truth": "oracle",
    "survival_curves": "survival",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """Load a public name from the file that it lives in."""
    if name not in _HOME:
        raise AttributeError(f"module 'kamsim.scoring' has no attribute {name!r}")
    return getattr(import_module(f"kamsim.scoring.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
