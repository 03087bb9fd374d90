import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.config import Scenario
from kamsim.travel import great_circle_km, trip_hours

LATITUDE, LONGITUDE = st.floats(-90, 90), st.floats(-180, 180)
QUARTER_KM = np.pi / 2 * 6371.0088


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [
        ((0, 0), (0, 0), 0),
        ((0, 0), (0, 90), QUARTER_KM),
        ((90, 12), (0, -50), QUARTER_KM),
        ((0, 0), (0, 180), 2 * QUARTER_KM),
        ((48.8566, 2.3522), (43.2965, 5.3698), 660.5),
    ],
)
def test_known_distances(here: tuple[float, float], there: tuple[float, float], km: float) -> None:
    assert great_circle_km(*map(np.float64, here + there)) == pytest.approx(km, abs=1)


@settings(deadline=None)
@given(LATITUDE, LONGITUDE, LATITUDE, LONGITUDE)
def test_distance_is_symmetric_and_finite(a: float, b: float, c: float, d: float) -> None:
    there, back = (
        great_circle_km(*map(np.float64, (a, b, c, d))),
        great_circle_km(*map(np.float64, (c, d, a, b))),
    )

    assert there == pytest.approx(float(back), abs=1e-6)
    assert 0 <= there <= 2 * QUARTER_KM + 1e-6


def test_a_trip_goes_there_and_back(scenario: Scenario) -> None:
    settings = scenario.override({"coverage.travel_speed_km_per_hour": 50}).coverage

    assert trip_hours(np.array([25.0]), settings).tolist() == [1.0]


def test_a_farther_client_never_costs_less(scenario: Scenario) -> None:
    hours = trip_hours(np.linspace(0, 5000, 200), scenario.coverage)

    assert (np.diff(hours) >= 0).all()
    assert hours[-1] == scenario.coverage.longest_trip_hours


def test_unknown_places_take_no_travel(scenario: Scenario) -> None:
    distance = great_circle_km(*map(np.array, (np.nan, 2.0, 48.0, 2.0)))

    assert trip_hours(distance, scenario.coverage) == 0
