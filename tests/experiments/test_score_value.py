import numpy as np
import pandas as pd
import pytest

from kamsim.coverage import assign_tiers
from kamsim.errors import ConfigError
from kamsim.experiments import ScoreValueResult, value_of_scores
from kamsim.experiments.score_value import _slope
from kamsim.schemas import SCORE_VALUE, check

CUTOFF = pd.Timestamp("2026-01-01")
QUICK = {"experiment.replications": 24, "experiment.months": 24, "value.replications": 24}


@pytest.fixture(scope="module")
def result(desk) -> ScoreValueResult:
    """Potential scored far off, up and down in turn, so that there is something to gain."""
    factor = np.where(np.arange(len(desk.scores)) % 2, 4.0, 0.25)
    names = [f"potential_{name}_eur" for name in ("36m", "low", "high")]
    scores = desk.scores.assign(**{name: factor * desk.scores[name] for name in names})
    tiers = assign_tiers(desk.scores, desk.scenario.segmentation)
    scenario = desk.scenario.override(QUICK)
    return value_of_scores(
        desk.portfolio, scores, tiers, scenario, cutoff=CUTOFF, policy="marginal_value", repeats=2
    )


def test_the_table_keeps_its_contract(result: ScoreValueResult) -> None:
    frame = result.frame()
    pd.testing.assert_frame_equal(check(frame, SCORE_VALUE), frame)
    as_is = frame[frame["level"] == 0]
    assert len(as_is) == 4
    assert as_is["difference_eur"].eq(0).all()


def test_better_potential_brings_more_than_worse(result: ScoreValueResult) -> None:
    rows = result.frame().query("way == 'potential_score'").set_index("level")["difference_eur"]
    assert rows[0.5] > rows[0.0] > rows[-0.5]
    slope = result.summary().set_index("way").loc["potential_score"]
    assert slope["eur"] > 0


def test_a_slope_by_hand() -> None:
    """Gains of 3 and 5 EUR a unit in two replications: 4 a unit, 40 for ten."""
    gains = [np.array([0.0, 0.0]), np.array([3.0, 5.0]), np.array([6.0, 10.0])]
    assert _slope([0.0, 1.0, 2.0], gains, 10.0, 0.95)["eur"] == pytest.approx(40.0)
    assert np.isnan(_slope([1.0, 1.0, 1.0], gains, 1.0, 0.95)["eur"])


def test_an_import_is_refused(desk) -> None:
    imported = desk.without_truth().portfolio
    tiers = assign_tiers(desk.scores, desk.scenario.segmentation)
    with pytest.raises(ConfigError, match="needs a portfolio with its truth"):
        value_of_scores(imported, desk.scores, tiers, desk.scenario, cutoff=CUTOFF)


def test_repeats_are_counted(desk) -> None:
    tiers = assign_tiers(desk.scores, desk.scenario.segmentation)
    with pytest.raises(ConfigError, match="repeats must be >= 1, got 0"):
        value_of_scores(desk.portfolio, desk.scores, tiers, desk.scenario, cutoff=CUTOFF, repeats=0)
