"""The towns in which accounts and people live: a table of European ones, and the choice a scenario makes."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from kamsim.config import PortfolioSettings
from kamsim.dynamics.state import Counts, Floats
from kamsim.errors import ConfigError, unknown_name

KM_PER_DEGREE = 111.2
"""Length of a degree of latitude."""


@dataclass(frozen=True)
class Cities:
    """Towns to draw from.

    Attributes
    ----------
    name, country : tuple of str, length cities
        Country as ISO 3166-1 alpha-2.
    region : array of int, shape (cities,)
        Position in `regions`.
    regions : tuple of str
        Sales regions, the one with most weight first.
    latitude, longitude : array, shape (cities,)
        Degrees.
    weight : array, shape (cities,)
        Chance of each; sums to 1.
    """

    name: tuple[str, ...]
    country: tuple[str, ...]
    region: Counts
    regions: tuple[str, ...]
    latitude: Floats
    longitude: Floats
    weight: Floats

    def pick(self, u: Floats) -> Counts:
        """Turn uniform numbers into positions of cities."""
        bounds = np.cumsum(self.weight)
        return np.minimum(np.searchsorted(bounds / bounds[-1], u, side="right"), bounds.size - 1)

    def within(self, region: int) -> Counts:
        """Give the positions of a region's cities."""
        return np.flatnonzero(self.region == region)

    def centres(self) -> tuple[Floats, Floats]:
        """Give latitude and longitude of each region's centre of weight."""
        total = np.bincount(self.region, self.weight, len(self.regions))
        north, east = (
            np.bincount(self.region, self.weight * degrees, len(self.regions)) / total
            for degrees in (self.latitude, self.longitude)
        )
        return north, east


@dataclass(frozen=True)
class Town:
    """A row of the table."""

    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    population: float


@lru_cache(maxsize=1)
def read_towns() -> tuple[Town, ...]:
    """Read the table that comes with kamsim (GeoNames, CC BY 4.0; see its head and docs/sources.md).

    Examples
    --------
    >>> next(town.country for town in read_towns() if town.name == "Lyon")
    'FR'
    """
    text = resources.files("kamsim.portfolio").joinpath("cities.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Town(
            row["city"],
            row["country"],
            row["region"],
            float(row["latitude"]),
            float(row["longitude"]),
            float(row["population"]),
        )
        for row in rows
    )


def choose_cities(settings: PortfolioSettings) -> Cities:
    """Choose the cities of a scenario's countries and sales regions, and weigh them.

    A city's chance is its population to the power `population_exponent`, times the weight of its place. A
    region that is named beside its country takes its own weight.

    Parameters
    ----------
    settings : PortfolioSettings

    Returns
    -------
    Cities

    Raises
    ------
    ConfigError
        For a place that the table does not hold, with the nearest name.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> settings = Scenario.load("base", {"portfolio.places": {"LU": 1.0}}).portfolio
    >>> choose_cities(settings).name
    ('Luxembourg', 'Esch-sur-Alzette')
    """
    return _choose(tuple(settings.places.items()), settings.population_exponent)


@lru_cache(maxsize=8)
def _choose(places: tuple[tuple[str, float], ...], exponent: float) -> Cities:
    towns = read_towns()
    known = sorted({t.country for t in towns} | {t.region for t in towns})
    for name, _ in places:
        if name not in known:
            raise ConfigError(unknown_name("country or sales region in portfolio.places", name, known))
    named = dict(places)
    weight = {t: named.get(t.region, named.get(t.country, 0.0)) * t.population**exponent for t in towns}
    chosen = [t for t in towns if weight[t] > 0]
    total = sum(weight[t] for t in chosen)
    shares = {name: sum(weight[t] for t in chosen if t.region == name) for name in {t.region for t in chosen}}
    regions = sorted(shares, key=lambda name: (-shares[name], name))
    return Cities(
        name=tuple(t.name for t in chosen),
        country=tuple(t.country for t in chosen),
        region=np.array([regions.index(t.region) for t in chosen], dtype=np.int64),
        regions=tuple(regions),
        latitude=np.array([t.latitude for t in chosen]),
        longitude=np.array([t.longitude for t in chosen]),
        weight=np.array([weight[t] / total for t in chosen]),
    )


def scatter(cities: Cities, city: Counts, km: float, north: Floats, east: Floats) -> tuple[Floats, Floats]:
    """Move away from a city's centre.

    Parameters
    ----------
    cities : Cities
    city : array of int, shape (accounts,)
        Position of each account's city.
    km : float
        Spread in either direction.
    north, east : array, shape (accounts,)
        Standard normal numbers.

    Returns
    -------
    latitude, longitude : array, shape (accounts,)
    """
    latitude = cities.latitude[city] + km / KM_PER_DEGREE * north
    east_km = KM_PER_DEGREE * np.cos(np.radians(cities.latitude))[city]
    return latitude, cities.longitude[city] + km / east_km * east
