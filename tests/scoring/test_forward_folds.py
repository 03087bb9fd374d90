"""Nothing is learned from a row that comes less than a horizon before those held out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.errors import ConfigError
from kamsim.scoring.forward_folds import forward_folds, group_folds, random_folds
from kamsim.streams import stream


@given(st.integers(0, 10**6), st.integers(0, 15), st.integers(2, 6), st.booleans())
@settings(max_examples=30, deadline=None)
def test_gap_and_groups_hold(seed, horizon, folds, grouped) -> None:
    draw = stream(seed, "folds")
    months = draw.integers(0, 60, 400)
    time = pd.Series(pd.Timestamp("2019-01-01") + pd.to_timedelta(months * 30, unit="D"))
    groups = draw.integers(0, 30, 400) if grouped else None
    cut = forward_folds(time, groups, folds=folds, horizon=horizon, seed=0)
    tested = np.concatenate([fold.held_out for fold in cut])
    assert len(tested) == len(np.unique(tested)) > 0
    for fold in cut:
        latest, first = time.iloc[fold.learned].max(), time.iloc[fold.held_out].min()
        assert latest + pd.DateOffset(months=horizon) <= first + pd.Timedelta(days=3)  # ends of months
        if groups is not None:
            assert not set(groups[fold.learned]) & set(groups[fold.held_out])


def test_a_panel_with_groups_still_has_rows_to_learn_from() -> None:
    account, month = np.divmod(np.arange(30 * 40), 40)
    cut = forward_folds(pd.Series(month.astype(float)), account, folds=3, horizon=6, seed=1)
    assert len(cut) == 9
    assert min(len(fold.learned) for fold in cut) >= 20


def test_too_little_time_is_refused() -> None:
    with pytest.raises(ConfigError, match="horizon=12"):
        forward_folds(pd.Series(np.arange(100) % 10.0), None, folds=5, horizon=12, seed=0)


def test_folds_without_time_hold_each_row_out_once() -> None:
    happened = (np.arange(100) % 5 == 0).astype(float)
    groups = np.arange(100) // 4
    for cut in (random_folds(happened, 100, 5, 0), group_folds(happened, groups, 5, 0)):
        assert sorted(np.concatenate([fold.held_out for fold in cut])) == list(range(100))
    with pytest.raises(ConfigError, match="one group"):
        group_folds(happened, np.zeros(100, dtype=np.int64), 5, 0)


def test_one_group_is_refused_forward_in_time_too() -> None:
    with pytest.raises(ConfigError, match="one group only"):
        forward_folds(pd.Series(np.arange(100.0)), np.zeros(100, dtype=int), folds=3, horizon=2, seed=0)
