import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.config import Scenario
from kamsim.coverage import TIER_SEGMENTS, assign_tiers, tier_of
from kamsim.errors import SchemaError
from kamsim.schemas import SCORES, TIERS, check


def scores_of(potential: list[float]) -> pd.DataFrame:
    ids = [f"a{i}" for i in range(len(potential))]
    frame = pd.DataFrame({"account_id": pd.Series(ids, dtype="str"), "potential_36m_eur": potential})
    return frame.assign(**{c: 0.0 for c in SCORES.columns if c not in frame})


@pytest.mark.parametrize(
    ("potential", "tier"),
    [(0, 3), (99_999.99, 3), (100_000, 2), (500_000, 2), (500_000.01, 1), (9e9, 1)],
)
def test_the_bounds_belong_to_tier_2(potential: float, tier: int, scenario: Scenario) -> None:
    tiers = assign_tiers(scores_of([float(potential)]), scenario.segmentation)

    assert tiers["tier"].tolist() == [tier]
    check(tiers, TIERS)


def test_an_unknown_potential_has_no_tier(scenario: Scenario) -> None:
    found = tier_of(np.array([np.nan, 500_000.0, 1e9, 1.0]), scenario.segmentation)
    assert found.tolist() == [0, 2, 1, 3]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=20))
def test_more_potential_never_means_a_lower_tier(scenario: Scenario, potential: list[float]) -> None:
    scores = scores_of(potential)
    tiers = assign_tiers(scores.sample(frac=1, random_state=0), scenario.segmentation)
    ranked = scores.merge(tiers, on="account_id").sort_values("potential_36m_eur")

    assert ranked["tier"].is_monotonic_decreasing


def test_tiers_take_the_ratios_of_segments_in_order() -> None:
    assert TIER_SEGMENTS == {1: "strategic", 2: "mid_market", 3: "smb"}


def test_a_negative_potential_is_refused(scenario: Scenario) -> None:
    with pytest.raises(SchemaError, match="potential_36m_eur must be >= 0, got -1"):
        assign_tiers(scores_of([-1.0]), scenario.segmentation)
