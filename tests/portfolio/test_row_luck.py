import numpy as np

from kamsim.portfolio.row_luck import row_uniforms, turns


def test_draws_are_uniform_and_tell_rows_and_columns_apart() -> None:
    entities = np.repeat(np.arange(100, dtype=np.uint64), 50)
    drawn = row_uniforms(7, entities, np.tile(np.arange(50), 100), 7)
    assert drawn.shape == (5000, 7)
    assert len(np.unique(drawn)) > 0.99 * drawn.size
    assert drawn.min() > 0
    assert drawn.max() < 1
    np.testing.assert_allclose(drawn.mean(axis=0), 0.5, atol=0.02)
    assert np.abs(np.corrcoef(drawn.T) - np.eye(7)).max() < 0.06


def test_a_row_draws_the_same_beside_any_others_and_with_more_columns() -> None:
    entities, numbers = np.array([1, 1, 2], dtype=np.uint64), np.array([0, 9, 9])
    whole = row_uniforms(7, entities, numbers, 9)
    np.testing.assert_array_equal(row_uniforms(7, entities[1:2], numbers[1:2], 5)[0], whole[1, :5])
    assert not (whole[0] == whole[1]).any()
    assert not (whole[1] == whole[2]).any()
    assert not (row_uniforms(8, entities, numbers, 9) == whole).any()


def test_turns_of_nothing() -> None:
    assert turns(np.array([], dtype=np.int64)).tolist() == []
    assert turns(np.array([0, 0, 0, 4, 4, 9])).tolist() == [0, 1, 2, 0, 1, 0]
