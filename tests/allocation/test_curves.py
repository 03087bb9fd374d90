import numpy as np
import pytest

from kamsim.allocation.curves import ValueCurves


def curve(half: float = 2.0, exponent: float = 1.4) -> ValueCurves:
    return ValueCurves(*(np.array([x]) for x in (100.0, 50.0, half, exponent)))


def test_half_of_the_gain_comes_at_half_hours() -> None:
    assert curve().value(np.array([2.0])) == pytest.approx([125.0])


def test_no_effort_brings_the_base_and_much_effort_all_of_the_gain() -> None:
    assert curve().value(np.array([[0.0, 1e9]]))[0] == pytest.approx([100.0, 150.0])


def test_more_effort_is_never_worth_less() -> None:
    assert (np.diff(curve().value(np.linspace(0, 20, 99)[None, :])[0]) > 0).all()


def test_an_account_that_needs_no_effort_has_its_gain_at_once() -> None:
    assert curve(half=0.0).value(np.array([[0.0, 0.01]]))[0].tolist() == [100.0, 150.0]
