from types import SimpleNamespace

import pytest

from kamsim.errors import FeatureError
from kamsim.scoring import ScoreNote, assess_churn

NOTES = ScoreNote("churn_transactional"), ScoreNote("churn_from_prior", {"months": 10, "horizon": 12})
UNLEARNED = SimpleNamespace(examples=None, model=None, notes=NOTES)


def test_what_was_not_learned_is_refused() -> None:
    with pytest.raises(FeatureError, match="not learned"):
        assess_churn(UNLEARNED, horizon_months=12)


def test_or_says_why_where_asked_to() -> None:
    found = assess_churn(UNLEARNED, horizon_months=12, strict=False)
    assert found.verdict == "no signal"
    assert len(found.evidence) == 1
    assert "10 months of history" in found.evidence[0]
    assert found.predictions.empty
    assert found.frame().empty
