import numpy as np
import pandas as pd
import pytest

from kamsim.errors import SchemaError
from kamsim.locale import Locale
from kamsim.reporting import find_best, share_leading, state_finding
from kamsim.reporting.finding import baseline_of, clusters_of, compare_with_next

FRENCH = Locale("fr")


def test_clear_winner_is_stated_with_its_interval(comparison: pd.DataFrame) -> None:
    assert find_best(comparison).verdict == "better"
    assert (
        state_finding(comparison) == "Profit-maximising brings +€1.9M (95%: +1.4 to +2.3) of contribution"
        " over 36 months"
    )


def test_interval_over_zero_is_no_winner(unclear_comparison: pd.DataFrame) -> None:
    assert find_best(unclear_comparison).verdict == "unclear"
    text = state_finding(unclear_comparison, FRENCH, currency="USD", months=12, confidence=0.9)
    assert text.startswith("Aucune politique ne fait clairement mieux que Statu quo\xa0:")
    assert "+1,9\xa0M$US (90\xa0%\xa0: −4,9 à +8,6)" in text
    assert text.endswith("sur 12 mois")


def test_the_baseline_can_stand(comparison: pd.DataFrame) -> None:
    columns = [c for c in comparison.columns if "difference" in c]
    worse = comparison.assign(**{c: comparison[c] - 9e6 for c in columns})
    worse.loc[worse["is_baseline"], columns] = 0.0
    assert find_best(worse).verdict == "worse"
    assert state_finding(worse).startswith("Status quo stands: no other policy brings more")


def test_an_interval_that_touches_zero_is_not_clear(comparison: pd.DataFrame) -> None:
    best = comparison["policy"] == "profit_maximising"
    touching = comparison.assign(
        contribution_difference_low_eur=comparison["contribution_difference_low_eur"].where(~best, 0.0)
    )
    assert find_best(touching).verdict == "unclear"


def test_a_baseline_alone_has_nothing_to_say(comparison: pd.DataFrame) -> None:
    assert "nothing to compare" in state_finding(comparison[comparison["is_baseline"]])


@pytest.mark.parametrize("flag", [True, False])
def test_one_baseline_it_must_be(comparison: pd.DataFrame, flag: bool) -> None:
    with pytest.raises(SchemaError, match="one policy must be the baseline, got"):
        baseline_of(comparison.assign(is_baseline=flag))


def _periods(values: dict[str, list[list[float]]]) -> pd.DataFrame:
    """Contribution by policy, draw and replication within the draw."""
    rows = [
        (policy, draw, 10 * draw + place, 0, 0, value)
        for policy, draws in values.items()
        for draw, lane in enumerate(draws)
        for place, value in enumerate(lane)
    ]
    return pd.DataFrame(rows, columns=["policy", "draw", "replication", "tier", "year", "contribution_eur"])


def test_leaders_are_counted_by_replication_where_the_truth_is_known() -> None:
    periods = _periods({"a": [[1.0, 5.0, 5.0, 5.0]], "b": [[2.0, 4.0, 4.0, 4.0]]})
    assert share_leading(periods).to_dict() == {"a": 0.75, "b": 0.25}


def test_leaders_are_counted_by_draw_where_there_are_draws() -> None:
    periods = _periods({"a": [[1.0, 9.0], [1.0, 1.0]], "b": [[2.0, 2.0], [2.0, 2.0]]})
    assert share_leading(periods).to_dict() == {"a": 0.5, "b": 0.5}


def test_replications_of_a_draw_belong_together() -> None:
    lanes = pd.DataFrame({"draw": [0, 0, 1], "replication": [5, 6, 7]})
    assert clusters_of(lanes).tolist() == [0, 0, 1]
    assert clusters_of(lanes.assign(draw=0)).tolist() == [5, 6, 7]


def test_the_best_is_compared_with_the_next_in_pairs(comparison: pd.DataFrame, periods: pd.DataFrame) -> None:
    found = compare_with_next(comparison, periods, 0.95)
    assert found is not None
    assert (found.policy, found.baseline, found.verdict) == (
        "profit_maximising",
        "potential_greedy",
        "better",
    )
    whole = periods[(periods["tier"] == 0) & (periods["year"] == 0)]
    means = whole.groupby("policy")["contribution_eur"].mean()
    assert np.isclose(found.difference_eur, means["profit_maximising"] - means["potential_greedy"])
    assert compare_with_next(comparison.head(1), periods, 0.95) is None
