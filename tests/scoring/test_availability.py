"""Features as of a cut-off."""

import pandas as pd
import pytest

from kamsim.errors import ConfigError
from kamsim.scoring.availability import LateFeatureWarning, dates_after, join_as_of


@pytest.fixture
def features() -> pd.DataFrame:
    return pd.DataFrame({"seats": [1, 2, 3, 4], "paid": [True, False, True, True]}, index=list("abcd"))


def test_late_cells_are_masked_and_named(features) -> None:
    known = pd.DataFrame(
        {"seats": pd.to_datetime(["2024-01-01", "2024-03-01", "2023-01-01", "2023-06-01"])},
        index=list("abcd"),
    )
    with pytest.warns(LateFeatureWarning, match="'seats' has 1 values"):
        joined = join_as_of(features, known, "2024-02-01")
    assert joined.features["seats"].isna().tolist() == [False, True, False, False]
    assert joined.refused == ()
    assert features["seats"].tolist() == [1, 2, 3, 4]


def test_a_row_s_own_cutoff_decides(features) -> None:
    cutoff = pd.Series(pd.to_datetime(["2024-01-01", "2025-01-01", "2025-01-01", "2025-01-01"]), list("abcd"))
    with pytest.warns(LateFeatureWarning, match="'paid'"):
        joined = join_as_of(features, {"paid": "2024-06-01"}, cutoff)
    assert joined.late["paid"].tolist() == [True, False, False, False]


def test_a_column_that_is_late_throughout_is_refused(features) -> None:
    with pytest.warns(LateFeatureWarning, match="'paid' is refused"):
        joined = join_as_of(features, pd.Series({"paid": pd.NaT, "seats": "2020-01-01"}), "2024-01-01")
    assert list(joined.features) == ["seats"]


def test_wrong_names_and_a_missing_cutoff_are_refused(features) -> None:
    with pytest.raises(ConfigError, match="did you mean 'seats'"):
        join_as_of(features, {"seat": "2020-01-01"}, "2024-01-01")
    with pytest.raises(ConfigError, match="cut-off"):
        join_as_of(features, {"seats": "2020-01-01"}, None)


def test_dates_after_a_cutoff_are_found() -> None:
    table = pd.DataFrame({"on": pd.to_datetime(["2024-01-01", None, "2024-05-01"]), "n": [1, 2, 3]})
    assert dates_after(table, "2024-02-01") == {"on": 0.5}
    assert dates_after(table, "2024-06-01") == {}
