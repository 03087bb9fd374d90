"""Travel: great-circle distance, and the hours that a visit spends on the road."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamsim.config import CoverageSettings

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the WGS 84 ellipsoid."""

Floats = NDArray[np.float64]


def great_circle_km(latitude: Floats, longitude: Floats, to_latitude: Floats, to_longitude: Floats) -> Floats:
    """Give the distance over the surface of the Earth by the haversine formula.

    Parameters
    ----------
    latitude, longitude, to_latitude, to_longitude : array
        Degrees; the shapes broadcast against each other. NaN where unknown.

    Returns
    -------
    array
        Kilometres; NaN where a coordinate is unknown.

    Examples
    --------
    From Paris to Lyon:

    >>> paris, lyon = (48.8566, 2.3522), (45.7640, 4.8357)
    >>> round(float(great_circle_km(*map(np.array, (*paris, *lyon)))))
    391
    """
    phi, to_phi = np.radians(latitude), np.radians(to_latitude)
    half_dphi = (to_phi - phi) / 2
    half_dlambda = np.radians(to_longitude - longitude) / 2
    chord = np.sin(half_dphi) ** 2 + np.cos(phi) * np.cos(to_phi) * np.sin(half_dlambda) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))


def trip_hours(distance_km: Floats, settings: CoverageSettings) -> Floats:
    """Give the hours on the road, there and back, of one visit.

    Twice the distance at ``travel_speed_km_per_hour``, at most ``longest_trip_hours``: nobody drives
    further than that, a farther client is met by faster means or by calls, and what this takes is
    counted as the longest drive. So a farther account never costs less time than a nearer one, and no
    policy gains by giving accounts to somebody too far away to visit them. Without coordinates a visit
    takes no travel.

    Parameters
    ----------
    distance_km : array
        One way; NaN where unknown.
    settings : CoverageSettings

    Returns
    -------
    array, same shape
        Hours a visit.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> trip_hours(np.array([0.0, 80.0, 2000.0, np.nan]), Scenario.load("saas_midmarket").coverage)
    array([0., 2., 4., 0.])
    """
    hours = np.minimum(2 * distance_km / settings.travel_speed_km_per_hour, settings.longest_trip_hours)
    return np.where(np.isnan(hours), 0.0, hours)
