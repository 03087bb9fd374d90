from itertools import combinations

import numpy as np
import pytest

from kamsim.dynamics import SLOTS
from kamsim.streams import Process, entity_keys, luck_key, sklearn_seed, stream

ADDRESSES: list[tuple[str | int, ...]] = [
    (),
    ("a",),
    ("b",),
    ("a", "b"),
    ("b", "a"),
    ("ab",),
    ("a", 1),
    ("a", "1"),
    ("a", 1, 1),
]


def first_numbers(seed: int, *names: str | int) -> tuple[float, ...]:
    return tuple(stream(seed, *names).random(4))


def test_an_address_always_gives_the_same_numbers() -> None:
    before = first_numbers(7, "portfolio", 3)
    stream(7, "a stage that was inserted").random(1000)

    assert first_numbers(7, "portfolio", 3) == before


@pytest.mark.parametrize(("one", "other"), list(combinations(ADDRESSES, 2)))
def test_other_addresses_give_other_numbers(one: tuple[str | int, ...], other: tuple[str | int, ...]) -> None:
    assert first_numbers(7, *one) != first_numbers(7, *other)


def test_other_seeds_give_other_numbers() -> None:
    assert first_numbers(7, "a") != first_numbers(8, "a")


def test_a_numpy_integer_is_a_number_like_any_other() -> None:
    assert first_numbers(7, "a", np.int64(3)) == first_numbers(7, "a", 3)


def test_seeds_for_scikit_learn_fit_its_range() -> None:
    seeds = {sklearn_seed(7, "fold", fold) for fold in range(50)}

    assert len(seeds) == 50
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_an_entity_has_its_key_whoever_else_is_there() -> None:
    assert entity_keys(["x", "A1", "y"])[1] == entity_keys(["A1"])[0]


def test_entities_do_not_share_keys() -> None:
    keys = entity_keys([f"A{i:05d}" for i in range(20_000)])

    assert keys.dtype == np.uint64
    assert np.unique(keys).size == keys.size


def test_luck_differs_by_purpose_and_seed() -> None:
    assert len({luck_key(seed, name) for seed in (7, 8) for name in ("value", "history")}) == 4


def test_processes_of_a_month_and_of_its_opportunities_share_no_word() -> None:
    of_slots = {Process.SLOT + slot for slot in range(SLOTS)}
    others = {int(p) for p in Process if p != Process.SLOT}
    three = {Process.WALLET_JUMP + i for i in (1, 2)} | {Process.INDUSTRY_JUMP + i for i in (1, 2)}
    four_kinds = {Process.ORGANISATION + kind for kind in range(1, 4)}

    assert len(of_slots | others | three | four_kinds) == SLOTS + len(others) + 4 + 3
