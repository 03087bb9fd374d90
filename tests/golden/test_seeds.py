"""What a seed means: these numbers must never change, or every published result changes with them."""

import numpy as np
import pytest

from kamsim.dynamics import entity_uniforms
from kamsim.streams import Process, entity_keys, luck_key, stream

STREAM = [0.19610679947826115, 0.13588556721318268]
ENTITIES = [14646502446813186695, 775207407765167617]
LUCK = 1137773187765559601
UNIFORMS = [
    [8059765, 14963417, 6689169, 8393449, 4634295],
    [8697475, 1254299, 4590609, 3451907, 9125707],
]


def test_a_named_stream() -> None:
    assert stream(20260101, "portfolio", "team").random(2).tolist() == STREAM


def test_the_key_of_an_entity() -> None:
    assert [int(k) for k in entity_keys(["A00001", "é"])] == ENTITIES


def test_the_key_of_a_purpose() -> None:
    assert luck_key(20260101, "simulation") == LUCK


def test_the_draws_of_an_entity() -> None:
    drawn = entity_uniforms(LUCK, np.array(ENTITIES, dtype=np.uint64), 5)

    assert (drawn * 2**24).astype(np.int64).tolist() == UNIFORMS


@pytest.mark.parametrize(
    ("process", "number"),
    [
        ("WALLET_AND_SPONSOR", 0),
        ("OPENING", 1),
        ("RENEWAL", 2),
        ("SLOT", 3),
        ("WALLET_JUMP", 16),
        ("ORGANISATION", 20),
        ("PERSON_LEAVES", 32),
    ],
)
def test_numbers_of_processes(process: str, number: int) -> None:
    assert Process[process] == number
