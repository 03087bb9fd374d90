import numpy as np
import pytest

from kamsim.config import PortfolioSettings, Scenario, presets
from kamsim.errors import ConfigError
from kamsim.portfolio.cities import choose_cities, read_towns, scatter

BOXES = {  # south, north, west, east: the country in Europe, in degrees
    "FR": (41.3, 51.2, -5.2, 9.7), "DE": (47.2, 55.1, 5.8, 15.1), "GB": (49.8, 60.9, -8.3, 1.8),
    "IT": (35.4, 47.1, 6.6, 18.6), "ES": (35.8, 43.9, -9.4, 4.4), "PL": (49.0, 54.9, 14.1, 24.2),
    "NL": (50.7, 53.6, 3.3, 7.3), "BE": (49.4, 51.6, 2.5, 6.5), "SE": (55.3, 69.1, 11.0, 24.2),
    "AT": (46.3, 49.1, 9.5, 17.2), "CH": (45.8, 47.9, 5.9, 10.5), "PT": (36.9, 42.2, -9.6, -6.1),
    "DK": (54.5, 57.8, 8.0, 15.2), "NO": (57.9, 71.2, 4.5, 31.2), "FI": (59.8, 70.1, 20.5, 31.6),
    "CZ": (48.5, 51.1, 12.0, 18.9), "IE": (51.4, 55.4, -10.5, -5.9), "LU": (49.4, 50.2, 5.7, 6.6),
}  # fmt: skip


def settings_with(scenario: Scenario, **figures: object) -> PortfolioSettings:
    return scenario.override({f"portfolio.{name}": value for name, value in figures.items()}).portfolio


@pytest.mark.parametrize("country", sorted(BOXES))
def test_every_town_lies_in_its_country(country: str) -> None:
    south, north, west, east = BOXES[country]
    towns = [t for t in read_towns() if t.country == country]

    assert towns
    assert [t.name for t in towns if not (south < t.latitude < north and west < t.longitude < east)] == []


def test_no_town_stands_twice_and_all_are_towns() -> None:
    towns = read_towns()

    assert {t.country for t in towns} == set(BOXES)
    assert len({(t.country, t.name) for t in towns}) == len(towns)
    assert min(t.population for t in towns) > 15_000


@pytest.mark.parametrize(
    ("name", "latitude", "longitude"),
    [("Paris", 48.86, 2.35), ("Lyon", 45.76, 4.84), ("Berlin", 52.52, 13.4)],
)
def test_known_towns_are_where_they_are(name: str, latitude: float, longitude: float) -> None:
    town = next(t for t in read_towns() if t.name == name)

    assert abs(town.latitude - latitude) < 0.03
    assert abs(town.longitude - longitude) < 0.03


def test_cities_are_weighed_by_population_and_place(scenario: Scenario) -> None:
    cities = choose_cities(settings_with(scenario, places={"FR": 1.0, "Est": 0.0}, population_exponent=0.5))
    towns = {t.name: t for t in read_towns() if t.country == "FR"}

    assert set(cities.name) == {name for name, t in towns.items() if t.region != "Est"}
    expected = np.sqrt([towns[name].population for name in cities.name])
    np.testing.assert_allclose(cities.weight, expected / expected.sum())


def test_a_region_takes_its_own_weight(scenario: Scenario) -> None:
    alike = choose_cities(settings_with(scenario, places={"FR": 1.0}))
    heavy = choose_cities(settings_with(scenario, places={"FR": 1.0, "Ouest": 3.0}))
    ratio = heavy.weight / alike.weight
    west = heavy.region == heavy.regions.index("Ouest")

    assert ratio[west].min() == pytest.approx(3 * ratio[~west].max())


def test_cities_come_as_often_as_they_weigh(scenario: Scenario) -> None:
    cities = choose_cities(scenario.portfolio)
    counts = np.bincount(cities.pick((np.arange(100_000) + 0.5) / 100_000), minlength=len(cities.name))

    np.testing.assert_allclose(counts, cities.weight * 100_000, atol=1.01)
    assert cities.pick(np.array([1 - 2.0**-24]))[0] < len(cities.name)


def test_accounts_scatter_by_kilometres_either_way(scenario: Scenario) -> None:
    cities = choose_cities(scenario.portfolio)
    paris = np.array([cities.name.index("Paris")])
    one = np.ones(1)
    latitude, longitude = scatter(cities, paris, 10.0, one, one)
    north = 111.2 * (latitude[0] - cities.latitude[paris[0]])
    east = 111.2 * np.cos(np.radians(48.853)) * (longitude[0] - cities.longitude[paris[0]])

    assert (north, east) == (pytest.approx(10), pytest.approx(10, rel=1e-4))


@pytest.mark.parametrize(("place", "hint"), [("FRA", "'FR'"), ("Ile-de-France", "'Île-de-France'")])
def test_an_unknown_place_is_refused_with_the_nearest_name(place: str, hint: str, scenario: Scenario) -> None:
    with pytest.raises(
        ConfigError, match=f"^unknown country or sales region .*'{place}': did you mean {hint}"
    ):
        choose_cities(settings_with(scenario, places={place: 1.0}))


@pytest.mark.parametrize("name", presets())
def test_every_preset_s_places_are_known(name: str) -> None:
    assert len(choose_cities(Scenario.load(name).portfolio).regions) >= 6
