"""What cannot be assessed is refused by name; what is doubtful is warned of by name."""

import warnings

import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError, FeatureError, FeatureWarning, SmallSampleWarning
from kamsim.scoring.assessed_table import read_assessed


def table(rows: int = 60) -> pd.DataFrame:
    return pd.DataFrame({"seats": np.arange(rows) % 7, "spend": np.arange(rows) * 1.5})


def read(X, y, *, classify=True, **given):
    nothing = {"time": None, "groups": None, "past_spend": None, "rfm": None, "tier": None}
    return read_assessed(X, y, classify=classify, **(nothing | given))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.ones(60), "every row"),
        (np.arange(60) % 3, "3 classes"),
        (np.arange(59) % 2, "59 values for 60 rows"),
        (pd.Series([None, 1.0, 0.0] * 20), "missing in 20 rows"),
    ],
)
def test_a_target_that_cannot_be_learned_is_refused(y, message) -> None:
    with pytest.raises(FeatureError, match=message):
        read(table(), y)


def test_infinities_are_refused_by_name() -> None:
    with pytest.raises(FeatureError, match="'spend' holds infinities"):
        read(table().assign(spend=np.inf), np.arange(60) % 2)
    with pytest.raises(FeatureError, match="y holds infinities"):
        read(table(), np.append(np.arange(59.0), np.inf), classify=False)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (np.nan, "'doubtful' is missing in every row"),
        ([f"A{i}" for i in range(60)], "'doubtful' differs from row to row"),
        (range(1000, 1060), "'doubtful' differs from row to row"),
    ],
)
def test_doubtful_columns_are_named(column, message) -> None:
    with pytest.warns(FeatureWarning, match=message):
        read(table().assign(doubtful=column), np.arange(60) % 2)


def test_few_rows_are_warned_of() -> None:
    with pytest.warns(SmallSampleWarning, match="40 rows"):
        read(table(40), np.arange(40) % 2)


def test_an_unknown_column_of_past_spend_is_refused() -> None:
    with pytest.raises(ConfigError, match="did you mean 'spend'"):
        read(table(), np.arange(60) % 2, past_spend="spent")


def test_baselines_are_numbers_and_gaps_rank_last() -> None:
    gaps = pd.Series([None, 111.0, 555.0] * 20)
    laid = read(table(), np.arange(60) % 2, past_spend=gaps, rfm=gaps)
    assert laid.past_spend[:3].tolist() == [0, 111, 555]
    assert laid.rfm[0] < laid.rfm[1] < laid.rfm[2]
    assert gaps.isna().sum() == 20
    for wrong, message in ((np.inf, "infinities"), ("gold", "must hold numbers"), (np.nan, "every row")):
        with pytest.raises(FeatureError, match=f"^rfm.*{message}"):
            read(table(), np.arange(60) % 2, rfm=[wrong] * 60)
    with pytest.raises(ConfigError, match="rfm column"):
        read(table(), np.arange(60) % 2, rfm="spent")


def test_rows_are_laid_in_order_of_their_index_with_all_that_goes_with_them() -> None:
    X, y = table(), np.arange(60) % 2
    order = np.arange(60)[::-1]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        straight = read(X, y, groups=X.index.to_numpy() // 3, past_spend="spend")
        turned = read(X.iloc[order], y[order], groups=X.index.to_numpy()[order] // 3, past_spend="spend")
    pd.testing.assert_frame_equal(straight.features, turned.features)
    assert (straight.target == turned.target).all()
    assert (straight.past_spend == turned.past_spend).all()
    assert len(set(zip(straight.groups, turned.groups, strict=True))) == 20
    assert turned.position.tolist() == order.tolist()


def test_rows_without_a_group_stand_alone() -> None:
    groups = pd.Series(["a", "a", None, None] * 15)
    assert len(np.unique(read(table(), np.arange(60) % 2, groups=groups).groups)) == 31


def test_columns_that_occur_twice_are_refused() -> None:
    with pytest.raises(FeatureError, match="column 'seats' occurs more than once"):
        read(pd.concat([table(), table()], axis=1), np.arange(60) % 2)


def test_amounts_and_moments_that_are_none_are_refused() -> None:
    with pytest.raises(FeatureError, match="y must hold amounts"):
        read(table(), np.array(["low", "high"] * 30), classify=False)
    with pytest.raises(FeatureError, match="time must hold dates or numbers"):
        read(table(), np.arange(60) % 2, time=["soon"] * 60)
