import numpy as np
import pyarrow.compute as pc

from kamsim.config import Scenario
from kamsim.portfolio.cities import choose_cities
from kamsim.portfolio.firms import firm_names


def test_more_than_a_million_firms_have_names_of_their_own(scenario: Scenario) -> None:
    cities = choose_cities(scenario.portfolio)
    numbers = np.arange(1_200_000)
    names = firm_names(numbers, np.full(numbers.size, -1), np.zeros_like(numbers), cities, 7)

    assert pc.count_distinct(names).as_py() == numbers.size
    assert not pc.any(pc.match_substring_regex(names.slice(0, 1_000_000), "[0-9]")).as_py()


def test_a_name_depends_on_its_number_and_the_seed_only(scenario: Scenario) -> None:
    cities = choose_cities(scenario.portfolio)

    def name(number: int, parent: int, seed: int) -> str:
        one = np.zeros(1, np.int64)
        return str(firm_names(one + number, one + parent, one, cities, seed)[0])

    assert name(5, -1, 1) == name(5, -1, 1)
    assert len({name(5, -1, 1), name(5, -1, 2), name(6, -1, 1)}) == 3
    child = name(9, 5, 1)
    assert child == f"{name(5, -1, 1).split()[0]} {cities.name[0]} 10"
