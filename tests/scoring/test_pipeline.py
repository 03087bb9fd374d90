import numpy as np
import pandas as pd
import pytest

from kamsim.scoring.pipeline import FARTHEST, churn_pipeline, frontier_pipeline, potential_pipeline
from kamsim.streams import stream

LEFT = np.arange(60) % 3 == 0


def _frame() -> pd.DataFrame:
    numbers = np.linspace(-1, 1, 60)
    return pd.DataFrame(
        {
            "segment": pd.Series(["smb", "strategic"] * 30, dtype="object"),
            "industry": pd.Series(["steel"] * 30 + ["banks"] * 29 + ["rare"], dtype="object"),
            "size": numbers,
            "gappy": np.where(np.arange(60) % 5 == 0, np.nan, numbers),
            "empty": np.full(60, np.nan),
            "constant": 0.1 + 1e-17 * np.arange(60),
        }
    )


@pytest.mark.parametrize("make", [churn_pipeline, potential_pipeline])
def test_gaps_constants_and_new_categories_pass_without_a_warning(make) -> None:
    frame = _frame()
    model = make(frame).fit(frame, LEFT)
    strange = frame.assign(industry="never seen", empty=1.0)
    assert np.isfinite(model.predict(strange)).all()


def test_far_values_move_a_prediction_no_further_than_the_bound() -> None:
    frame = _frame()
    model = potential_pipeline(frame).fit(frame, frame["size"])
    at_bound = frame["size"].mean() + 2 * FARTHEST * frame["size"].std()
    far, farther = (model.predict(frame.assign(size=x, gappy=x))[0] for x in (at_bound, 1e9))
    assert far == farther


def test_the_frontier_lies_above_its_share() -> None:
    frame = pd.concat([_frame()] * 10, ignore_index=True)
    spend = 3 * frame["size"] + stream(2, "spend").random(len(frame))
    above = spend > frontier_pipeline(frame, 0.9).fit(frame, spend).predict(frame)
    assert above.mean() == pytest.approx(0.1, abs=0.02)
