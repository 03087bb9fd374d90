import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.dynamics import entity_uniforms
from kamsim.dynamics.luck import philox
from kamsim.streams import entity_keys, luck_key

WORD = st.integers(0, 2**32 - 1)
LONG = st.integers(0, 2**64 - 1)

# Random123's known answers for philox4x32-10: counter, key, result.
KNOWN_ANSWERS = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


def plain_philox(counter: list[int], key: list[int]) -> list[int]:
    """Philox4x32-10 as the paper writes it, in Python's integers."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        high0, low0 = divmod(c0 * 0xD2511F53, 2**32)
        high1, low1 = divmod(c2 * 0xCD9E8D57, 2**32)
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return [c0, c1, c2, c3]


def compiled_philox(counter: list[int], key: list[int]) -> list[int]:
    return [int(word) for word in philox(*np.array([*counter, *key], dtype=np.uint64))]


@pytest.mark.parametrize(("counter", "key", "result"), KNOWN_ANSWERS)
def test_philox_gives_the_published_answers(counter: list[int], key: list[int], result: list[int]) -> None:
    assert plain_philox(counter, key) == result
    assert compiled_philox(counter, key) == result


@given(st.lists(WORD, min_size=4, max_size=4), st.lists(WORD, min_size=2, max_size=2))
def test_philox_is_philox_everywhere(counter: list[int], key: list[int]) -> None:
    assert compiled_philox(counter, key) == plain_philox(counter, key)


@settings(deadline=None)  # The first call compiles.
@given(LONG, LONG)
def test_every_part_of_an_address_stands_in_its_own_bits(key: int, entity: int) -> None:
    """Numbers of an entity are blocks 0, 1, … of replication 0 and month 0, 23 bits each."""
    drawn = entity_uniforms(key, np.array([entity], dtype=np.uint64), 8)[0]

    words = []
    for block in range(2):
        counter = [entity % 2**32, entity >> 32, 0, block * 2**12]
        words += plain_philox(counter, [key % 2**32, key >> 32])
    assert list(drawn) == [((word >> 9) + 0.5) / 2**23 for word in words]
    assert all(0 < u < 1 for u in drawn)


def test_an_entity_draws_the_same_whoever_else_is_there() -> None:
    key = luck_key(7, "x")
    alone, among = (
        entity_uniforms(key, entity_keys(["b"]), 3),
        entity_uniforms(key, entity_keys(["a", "b"]), 9),
    )

    np.testing.assert_array_equal(alone[0], among[1, :3])
    assert np.unique(among).size == among.size


def test_uniform_numbers_have_the_moments_of_theirs() -> None:
    """Each mean within 4 standard errors of its expectation, n = 200,000: a false alarm in 16,000 runs, and
    the seed is fixed."""
    u = entity_uniforms(luck_key(7, "moments"), entity_keys([str(i) for i in range(50_000)]), 4)

    assert abs(u.mean() - 1 / 2) < 4 * np.sqrt(1 / 12 / u.size)
    assert abs((u**2).mean() - 1 / 3) < 4 * np.sqrt(4 / 45 / u.size)
    assert np.abs(np.corrcoef(u.T) - np.eye(4)).max() < 4 / np.sqrt(len(u))
