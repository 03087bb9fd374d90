import numpy as np

from kamsim.allocation.limits import Budget, Limits, split_families


def test_every_constraint_and_every_member_has_a_say() -> None:
    one, other = np.ones((3, 2), bool), np.ones((3, 2), bool)
    one[0, 0] = other[2, 1] = False
    limits = Limits({"one": one, "other": other}, family=np.array([0, 0, 1]))

    assert limits.alone(3, 2).tolist() == [[False, True], [True, True], [True, False]]
    assert limits.eligible(3, 2).tolist() == [[False, True], [False, True], [True, False]]
    assert limits.barring(0, 0) == ["one"]


def test_nothing_binds_by_default() -> None:
    assert not Limits().binds
    assert Limits().eligible(2, 3).all()
    assert Limits().weights(2).shape == (2, 0)
    assert Limits(budgets=(Budget("x", np.ones(2), 1.0),)).binds


def test_a_family_with_two_owners_is_split() -> None:
    assert split_families(np.array([0, 0, 1, 2]), np.array([5, 5, 3, 3])).tolist() == [
        False,
        False,
        True,
        True,
    ]
