import pytest

from kamsim.errors import ConfigError
from kamsim.experiments.quarters import quarter_ends, realignment_months, spans

JANUARY, FEBRUARY = 672, 673


def test_quarters_end_by_the_calendar() -> None:
    assert quarter_ends(JANUARY, 12) == [3, 6, 9]
    assert quarter_ends(FEBRUARY, 12) == [2, 5, 8, 11]


@pytest.mark.parametrize(
    ("every", "months"), [(0, []), (36, [3]), (12, [3, 15, 27]), (3, [3 * k for k in range(1, 12)])]
)
def test_books_are_realigned_from_the_first_quarter_s_end(every: int, months: list[int]) -> None:
    assert realignment_months(JANUARY, 36, every) == months


@pytest.mark.parametrize("every", [4, -3, 1.5, float("nan")])
def test_other_than_whole_quarters_are_refused(every: float) -> None:
    with pytest.raises(ConfigError, match=f"every must be 0 or a multiple of 3 months, got {every:g}"):
        realignment_months(JANUARY, 36, every)


def test_pieces_leave_no_month_out() -> None:
    assert list(spans([2, 5], 7)) == [(0, 2), (2, 5), (5, 7)]
    assert list(spans([], 7)) == [(0, 7)]
