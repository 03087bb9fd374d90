import inspect

import pytest

from kamsim import errors
from kamsim.errors import LONGEST_LIST, KamsimError, unknown_name

RAISED = [
    value for _, value in inspect.getmembers(errors, inspect.isclass) if value.__module__ == errors.__name__
]


@pytest.mark.parametrize("kind", RAISED)
def test_all_that_kamsim_raises_is_caught_as_one(kind: type) -> None:
    """The command line catches KamsimError alone; doubt about figures is a warning, never an exception."""
    assert issubclass(kind, UserWarning if kind.__name__.endswith("Warning") else KamsimError)


def test_a_near_name_is_proposed() -> None:
    assert unknown_name("policy", "balnced", ["balanced", "nearest"]) == (
        "unknown policy 'balnced': did you mean 'balanced'?"
    )


def test_a_far_name_gets_the_list_sorted() -> None:
    assert unknown_name("policy", "zzz", ["nearest", "balanced"]) == (
        "unknown policy 'zzz': known are balanced, nearest"
    )


def test_a_long_list_is_not_told() -> None:
    few = [f"name{i:02d}" for i in range(LONGEST_LIST)]

    assert unknown_name("key", "zzz", few).endswith(few[-1])
    assert unknown_name("key", "zzz", [*few, "more"]) == (
        f"unknown key 'zzz': none of the {LONGEST_LIST + 1} known ones is near"
    )
