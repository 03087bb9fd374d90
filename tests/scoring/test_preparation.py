import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from kamsim.errors import FeatureError, FeatureTypeError, FeatureWarning
from kamsim.scoring import FramePreparation

MIXED = pd.DataFrame(
    {
        "number": [1.0, np.nan] * 10,
        "whole": pd.array([1, None] * 10, dtype="Int64"),
        "text": pd.Series(["bank", None] * 10, dtype="str"),
        "kind": pd.Categorical(["a", "b"] * 10),
        "flag": pd.array([True, None] * 10, dtype="boolean"),
        "yes": [True, False] * 10,
        "mixed_flag": pd.Series([True, None] * 10, dtype="object"),
        "odd": pd.Series(["x", 3] * 10, dtype="object"),
    }
)


def test_every_kind_of_column_becomes_numbers_and_gaps_stay_gaps() -> None:
    table = FramePreparation().fit_transform(MIXED)
    expected = [[1, 1, 0, 0, 1, 1, 1, 1], [np.nan, np.nan, np.nan, 1, np.nan, 0, np.nan, 0]]
    np.testing.assert_array_equal(table[:2], expected)
    assert len(table) == len(MIXED)


def test_the_input_is_left_as_it_was() -> None:
    before = MIXED.copy(deep=True)
    FramePreparation().fit(MIXED).transform(MIXED)
    pd.testing.assert_frame_equal(MIXED, before)


@pytest.mark.parametrize(
    "dates",
    [
        pd.date_range("2025-01-01", periods=20).to_series().reset_index(drop=True),
        pd.Series([pd.Timestamp("2025-01-01").date()] * 20, dtype="object"),
        pd.Series(pd.period_range("2025-01", periods=20, freq="M")),
        pd.Series(pd.timedelta_range("1D", periods=20)),
    ],
)
def test_dates_are_refused_by_name(dates) -> None:
    with pytest.raises(FeatureError, match=r"'signed' holds dates.*age in months"):
        FramePreparation().fit(MIXED.assign(signed=dates))


def test_infinity_is_refused_by_name_at_fit_and_at_predict() -> None:
    infinite = MIXED.assign(number=np.inf)
    with pytest.raises(FeatureError, match="'number' holds infinity"):
        FramePreparation().fit(infinite)
    with pytest.raises(FeatureError, match="'number' holds infinity"):
        FramePreparation().fit(MIXED).transform(infinite)


def test_a_column_without_a_value_is_left_out_and_named() -> None:
    with pytest.warns(FeatureWarning, match="'empty' has no value at all"):
        preparation = FramePreparation().fit(MIXED.assign(empty=np.nan))
    assert preparation.left_out_ == ("empty",)
    assert preparation.transform(MIXED.assign(empty=5.0)).shape == (20, MIXED.shape[1])


def test_an_id_is_left_out_and_named() -> None:
    ids = [f"A{i}" for i in range(20)]
    with pytest.warns(FeatureWarning, match="'account' looks like an id"):
        FramePreparation().fit(MIXED.assign(account=ids))


@pytest.mark.filterwarnings("ignore::kamsim.errors.FeatureWarning")
def test_nothing_left_to_learn_from_is_an_error() -> None:
    with pytest.raises(FeatureError, match="no column is left to learn from: left out were empty"):
        FramePreparation().fit(pd.DataFrame({"empty": [np.nan, np.nan]}))


def test_columns_that_differ_from_those_at_fit_are_named() -> None:
    preparation = FramePreparation().fit(MIXED)
    with pytest.raises(FeatureError, match=r"(?s)missing.*- flag"):
        preparation.transform(MIXED.drop(columns="flag"))
    with pytest.raises(FeatureError, match=r"(?s)unseen at fit time.*- extra"):
        preparation.transform(MIXED.assign(extra=1.0))
    with pytest.raises(FeatureError, match="'number' holds texts, but held numbers"):
        preparation.transform(MIXED.assign(number="five"))
    with pytest.raises(FeatureError, match="'text' holds numbers, but held texts"):
        preparation.transform(MIXED.assign(text=5.0))


def test_texts_that_read_alike_are_one_category() -> None:
    kinds = pd.Categorical(pd.Series([3, "3", "other", None] * 5, dtype="object"))
    for column in (kinds, pd.Series([3, "3", "other", None] * 5, dtype="object")):
        table = FramePreparation().fit_transform(pd.DataFrame({"kind": column}))
        np.testing.assert_array_equal(table[:4, 0], [0, 0, 1, np.nan])


def test_rare_and_unseen_texts_share_a_number() -> None:
    frame = pd.DataFrame({"kind": ["a"] * 10 + ["b"] * 10 + ["c"]})
    preparation = FramePreparation().fit(frame)
    codes = preparation.transform(pd.DataFrame({"kind": ["a", "b", "c", "never seen"]}))
    assert codes.ravel().tolist() == [0, 1, 2, 2]


def test_categories_number_no_more_than_trees_can_take() -> None:
    frame = pd.DataFrame({"kind": np.repeat([f"k{i:04d}" for i in range(400)], 5)})
    assert FramePreparation().fit_transform(frame).max() == 250


def test_sparse_and_repeated_columns_are_refused() -> None:
    with pytest.raises(FeatureTypeError, match="sparse"):
        FramePreparation().fit(sparse.csr_array(np.eye(3)))
    with pytest.raises(FeatureError, match="'yes' occurs more than once"):
        FramePreparation().fit(pd.concat([MIXED, MIXED[["yes"]]], axis=1))


def test_whole_numbers_that_name_their_row_are_read_with_a_warning() -> None:
    rows = np.arange(60)
    X = pd.DataFrame({"size": rows * 1.5, "seats": rows % 9, "client_no": rows + 7000})
    with pytest.warns(FeatureWarning, match="'client_no' numbers the rows") as caught:
        table = FramePreparation().fit_transform(X)
    assert len(caught) == 1
    assert table[:, 2].tolist() == X["client_no"].tolist()
