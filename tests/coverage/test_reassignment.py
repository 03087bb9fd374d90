from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.config import Scenario, SegmentationSettings
from kamsim.coverage import assign_tiers, reassign_tiers, tier_changes
from kamsim.errors import SchemaError
from kamsim.schemas import SCORES, TIERS, check

Probabilities = list[tuple[float, float, float]]


def scores_of(probabilities: Probabilities, potential: float = 2e5) -> pd.DataFrame:
    """Scores with intervals so wide that any probabilities agree with them."""
    frame = pd.DataFrame(probabilities, columns=[f"tier_{t}_probability" for t in (1, 2, 3)], dtype=float)
    frame["account_id"] = pd.Series([f"a{i:02}" for i in range(len(frame))], dtype="str")
    frame["potential_36m_eur"], frame["potential_high_eur"] = potential, 1e12
    return frame.reindex(columns=list(SCORES.columns), fill_value=0.0)


def tiers_of(tiers: list[int]) -> pd.DataFrame:
    ids = pd.Series([f"a{i:02}" for i in range(len(tiers))], dtype="str")
    return pd.DataFrame({"account_id": ids, "tier": tiers})


def rules(scenario: Scenario, probability: float = 0.75, share: float = 1.0) -> SegmentationSettings:
    return scenario.override(
        {"segmentation.change_probability": probability, "segmentation.change_share": share}
    ).segmentation


@pytest.mark.parametrize(
    ("previous", "probability", "tier"),
    [
        (3, (0.0, 0.74, 0.26), 3),
        (3, (0.0, 0.75, 0.25), 2),
        (2, (0.76, 0.24, 0.0), 1),
        (2, (0.0, 0.24, 0.76), 3),
        (1, (0.3, 0.7, 0.0), 1),
        (1, (0.2, 0.7, 0.1), 2),
        (1, (0.05, 0.05, 0.9), 3),
        (2, (0.1, 0.5, 0.4), 2),
    ],
)
def test_a_tier_is_left_when_its_bound_is_surely_crossed(
    previous: int, probability: tuple[float, float, float], tier: int, scenario: Scenario
) -> None:
    found = reassign_tiers(scores_of([probability]), tiers_of([previous]), rules(scenario))
    assert found["tier"].tolist() == [tier]


def test_between_two_better_tiers_an_account_takes_the_lower(scenario: Scenario) -> None:
    """Neither tier alone is likely enough, but tier 3 is surely wrong."""
    found = reassign_tiers(scores_of([(0.5, 0.48, 0.02)]), tiers_of([3]), rules(scenario))
    assert found["tier"].tolist() == [2]


def test_the_surest_changes_come_first_under_the_cap(scenario: Scenario) -> None:
    scores = scores_of([(0.0, p, 1 - p) for p in (0.8, 0.95, 0.5, 0.9)])
    first = reassign_tiers(scores, tiers_of([3] * 4), rules(scenario, share=0.5))
    second = reassign_tiers(scores, first, rules(scenario, share=0.5))

    assert first["tier"].tolist() == [3, 2, 3, 2]
    assert second["tier"].tolist() == [2, 2, 3, 2], "those who waited follow, and nobody goes back"


def test_equally_sure_changes_go_by_id_whatever_the_row_order(scenario: Scenario) -> None:
    scores = scores_of([(0.0, 0.9, 0.1)] * 4).iloc[::-1]
    found = reassign_tiers(scores, tiers_of([3] * 4), rules(scenario, share=0.25))
    assert found["tier"].tolist() == [2, 3, 3, 3]


def test_the_cap_is_rounded_down_without_losing_a_whole_number(scenario: Scenario) -> None:
    """0.29 of 100 is 28.999... in floating point, and 29 accounts."""
    scores, before = scores_of([(0.0, 0.9, 0.1)] * 100), tiers_of([3] * 100)

    assert (reassign_tiers(scores, before, rules(scenario, share=0.29))["tier"] == 2).sum() == 29
    assert (reassign_tiers(scores, before, rules(scenario, share=0.0))["tier"] == 2).sum() == 0


def test_new_accounts_take_their_potential_s_tier_and_gone_ones_are_dropped(scenario: Scenario) -> None:
    before = pd.DataFrame({"account_id": ["a00", "gone"], "tier": [3, 1]})
    found = reassign_tiers(scores_of([(0.0, 0.5, 0.5)] * 2), before, rules(scenario, share=0.0))

    assert found["account_id"].tolist() == ["a00", "a01"]
    assert found["tier"].tolist() == [3, 2]
    check(found, TIERS)


def test_noise_around_a_bound_moves_fewer_accounts_than_without_hysteresis(scenario: Scenario) -> None:
    """A potential that wanders by 5 % around the bound, known to about 20 %."""
    wander = np.sin(np.arange(8.0))[:, None] * np.linspace(-1, 1, 20)[None, :] * 0.05
    potential = 1e5 * np.exp(wander)
    quarters = []
    for row in potential:
        above = 1 / (1 + np.exp(-np.log(row / 1e5) / 0.1))
        quarters.append(scores_of([(0.0, p, 1 - p) for p in above]).assign(potential_36m_eur=row))
    naive = [assign_tiers(scores, scenario.segmentation) for scores in quarters]
    held = [naive[0]]
    for scores in quarters[1:]:
        held.append(reassign_tiers(scores, held[-1], rules(scenario)))

    def changes(tables: list[pd.DataFrame]) -> int:
        return sum(int((a["tier"] != b["tier"]).sum()) for a, b in pairwise(tables))

    assert changes(naive) > 20
    assert changes(held) == 0


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(*[st.floats(0.01, 1)] * 3, st.integers(1, 3)), min_size=1, max_size=30),
    share=st.floats(0, 1),
)
def test_never_more_changes_than_the_cap(
    scenario: Scenario, rows: list[tuple[float, float, float, int]], share: float
) -> None:
    weights = np.array([row[:3] for row in rows])
    scores = scores_of([tuple(w) for w in weights / weights.sum(axis=1, keepdims=True)])
    before = tiers_of([row[3] for row in rows])
    after = reassign_tiers(scores, before, rules(scenario, share=share))

    assert (after["tier"] != before["tier"]).sum() <= share * len(rows) + 1e-6


def test_probabilities_of_other_bounds_are_refused(scenario: Scenario) -> None:
    scores = scores_of([(0.0, 0.1, 0.9)]).assign(potential_low_eur=2e5, potential_high_eur=3e5)
    with pytest.raises(SchemaError, match="'a00' has a potential from 200,000 to 300,000 EUR but"):
        reassign_tiers(scores, tiers_of([3]), rules(scenario))


def test_probabilities_must_add_up(scenario: Scenario) -> None:
    with pytest.raises(SchemaError, match=r"of account 'a00' must add up to 1, got 0\.7"):
        reassign_tiers(scores_of([(0.0, 0.3, 0.4)]), tiers_of([3]), rules(scenario))


def test_changes_list_who_moved_and_who_was_held(scenario: Scenario) -> None:
    scores = scores_of([(0.0, 0.9, 0.1), (0.0, 0.6, 0.4), (0.0, 0.8, 0.2), (0.0, 0.8, 0.2)])
    before, settings = tiers_of([3, 3, 3, 2]), rules(scenario, share=0.25)
    found = tier_changes(scores, before, reassign_tiers(scores, before, settings), settings)

    assert found["account_id"].tolist() == ["a00", "a01", "a02"]
    assert found["held_back"].tolist() == [False, True, True], "not sure enough, and beyond the cap"
    assert found["tier"].tolist() == [2, 3, 3]
    assert found["potential_tier"].tolist() == [2, 2, 2]
