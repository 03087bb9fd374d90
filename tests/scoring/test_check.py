import numpy as np
import pytest

from kamsim.schemas import ASSESSMENT, check
from kamsim.scoring.check import check_held_out
from kamsim.scoring.held_out import HeldOut
from kamsim.scoring.measured import Beside
from kamsim.streams import stream


def _held_out(effect: float, rows: int = 600) -> HeldOut:
    draw = stream(2, "held out")
    score = draw.standard_normal(rows)
    probability = 1 / (1 + np.exp(1 - effect * score))
    happened = (draw.random(rows) < probability).astype(float)
    nothing = np.full(rows, np.nan)
    return HeldOut(
        np.arange(rows), happened, 1 / (1 + np.exp(1 - score)), np.full(rows, happened.mean()),
        np.zeros(rows, dtype=np.int64), nothing, nothing,
    )  # fmt: skip


@pytest.mark.parametrize(("effect", "verdict"), [(1.5, "useful"), (0.0, "no signal")])
def test_the_verdict_follows_the_signal(effect: float, verdict: str) -> None:
    found = check_held_out("churn", _held_out(effect), Beside(), kind="forward", classify=True)
    assert found.assessment.verdict == verdict
    assert found.assessment.evidence
    assert len(found.assessment.predictions) == 600


def test_the_table_meets_its_contract() -> None:
    found = check_held_out("churn", _held_out(1.0), Beside(), kind="forward", classify=True)
    table = check(found.table, ASSESSMENT)
    assert {"auc", "brier", "bias_points"} <= set(table["measure"])
    assert (table["rows"] == 600).all()
