from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kamsim.allocation.feasibility import check_feasible
from kamsim.allocation.limits import Budget, Limits
from kamsim.errors import AssignmentError, InfeasibleAllocationError

Make = Callable[..., Any]


def test_a_team_without_aes_is_refused(make_problem: Make) -> None:
    with pytest.raises(
        InfeasibleAllocationError, match="the team holds no AE: nobody can own the 2 accounts"
    ):
        check_feasible(make_problem([1.0, 1.0], []))


def test_an_empty_book_is_refused(make_problem: Make) -> None:
    with pytest.raises(InfeasibleAllocationError, match="the book holds no account"):
        check_feasible(make_problem([], [10.0]))


def test_too_little_capacity_is_told_in_hours(make_problem: Make) -> None:
    problem = make_problem([10.0] * 5, [8.0, 9.0], minimum=[4.0] * 5)

    with pytest.raises(
        InfeasibleAllocationError,
        match=r"5 accounts need at least 20\.0 AE hours a month, and the 2 AEs have 17\.0",
    ):
        check_feasible(problem)


def test_an_account_too_large_for_every_ae_is_named(make_problem: Make) -> None:
    problem = make_problem([1.0, 1.0], [8.0, 9.0], minimum=[1.0, 9.5])

    with pytest.raises(
        InfeasibleAllocationError, match=r"account 'a001' needs at least 9\.5 .* no AE has more than 9\.0"
    ):
        check_feasible(problem)


def test_an_ae_with_a_longer_month_but_a_longer_road_is_not_denied(make_problem: Make) -> None:
    road = [[1.0, 2.0], [1.0, 1.0]]
    problem = make_problem([1.0, 1.0], [4.0, 6.0], minimum=[5.0, 0.1], hours_per_client_hour=road)

    with pytest.raises(
        InfeasibleAllocationError,
        match=r"'a000' needs 5\.0 AE hours a month of 'r000', who has 4\.0, and no other AE lacks fewer",
    ) as told:
        check_feasible(problem)
    assert (told.value.needed, told.value.available) == (5.0, 4.0)


def test_exactly_enough_passes(make_problem: Make) -> None:
    check_feasible(make_problem([1.0, 1.0], [5.0, 5.0], minimum=[5.0, 5.0]))


def barred(pairs: list[tuple[int, int]], accounts: int, reps: int) -> Any:
    allowed = np.ones((accounts, reps), dtype=bool)
    for account, rep in pairs:
        allowed[account, rep] = False
    return allowed


def test_constraints_that_clash_are_named_and_no_others(make_problem: Make) -> None:
    allowed = {
        "locks": barred([(1, 0)], 2, 2),
        "travel": barred([(0, 0)], 2, 2),
        "skills": barred([(1, 1)], 2, 2),
    }
    problem = make_problem([1.0, 1.0], [9.0, 9.0], limits=Limits(allowed))

    with pytest.raises(
        InfeasibleAllocationError, match="no AE may own account 'a001': locks and skills"
    ) as told:
        check_feasible(problem)
    assert told.value.constraints == ("locks", "skills")
    assert told.value.accounts == ("a001",)


def test_a_family_that_nobody_may_have_as_a_whole_is_told(make_problem: Make) -> None:
    limits = Limits({"locks": barred([(0, 0), (1, 1)], 3, 2)}, family=np.array([0, 0, 1]))

    with pytest.raises(InfeasibleAllocationError, match="the family of accounts 'a000', 'a001': locks"):
        check_feasible(make_problem([1.0] * 3, [9.0, 9.0], limits=limits))


def test_a_family_larger_than_any_month_is_told_in_hours(make_problem: Make) -> None:
    problem = make_problem(
        [1.0] * 3, [8.0, 9.0], minimum=[5.0, 6.0, 1.0], limits=Limits(family=np.array([0, 0, 1]))
    )

    with pytest.raises(
        InfeasibleAllocationError,
        match=r"family of accounts 'a000', 'a001' needs at least 11\.0 .* 9\.0",
    ) as told:
        check_feasible(problem)
    assert (told.value.needed, told.value.available) == (11.0, 9.0)


def test_an_account_larger_than_the_month_of_those_who_may_is_told(make_problem: Make) -> None:
    limits = Limits({"skills": barred([(0, 1)], 2, 2)})
    problem = make_problem([1.0, 1.0], [8.0, 20.0], minimum=[9.0, 1.0], limits=limits)

    with pytest.raises(InfeasibleAllocationError, match=r"no AE whom skills let have it has more than 8\.0"):
        check_feasible(problem)


def test_locks_on_one_ae_above_his_month_are_told(make_problem: Make) -> None:
    limits = Limits({"locks": barred([(0, 1), (1, 1), (2, 1)], 4, 2)})
    problem = make_problem([1.0] * 4, [10.0, 20.0], minimum=[4.0] * 4, limits=limits)

    with pytest.raises(
        InfeasibleAllocationError,
        match=r"3 accounts \('a000', 'a001', 'a002'\) need at least 12\.0 .* locks leave to 'r000', who has"
        r" 10\.0: 2\.0 hours are lacking",
    ):
        check_feasible(problem)


def test_a_set_of_accounts_short_of_hours_is_found_among_many(make_problem: Make) -> None:
    """Hall: each of the three fits one of the two AEs alone, all three need 12 of their 11 hours."""
    limits = Limits({"skills": barred([(0, 2), (1, 2), (2, 2), (0, 1)], 5, 3)})
    problem = make_problem([1.0] * 5, [5.0, 6.0, 50.0], minimum=[4.0] * 5, limits=limits)

    with pytest.raises(InfeasibleAllocationError) as told:
        check_feasible(problem)
    assert told.value.accounts == ("a000", "a001", "a002")
    assert told.value.reps == ("r000", "r001")
    assert (told.value.needed, told.value.available) == (12.0, 11.0)


@pytest.mark.parametrize("hours", [1.0, 1e9])
def test_a_set_is_found_short_whatever_the_size_of_the_numbers(hours: float, make_problem: Make) -> None:
    limits = Limits({"named": barred([(0, 1), (1, 1)], 3, 2)})
    capacity = [9 * hours, 50 * hours]
    check_feasible(make_problem([1.0] * 3, capacity, minimum=[4 * hours] * 3, limits=limits))

    with pytest.raises(InfeasibleAllocationError, match=r"2 accounts .* are lacking") as told:
        check_feasible(make_problem([1.0] * 3, capacity, minimum=[5 * hours] * 3, limits=limits))
    assert (told.value.needed, told.value.available) == (10 * hours, 9 * hours)


def test_travel_counts_with_the_nearest_who_may(make_problem: Make) -> None:
    far = [[1.0, 2.0]] * 3
    limits = Limits({"named": barred([(i, 0) for i in range(3)], 3, 2)})
    problem = make_problem([1.0] * 3, [9.0, 9.0], minimum=[2.0] * 3, hours_per_client_hour=far, limits=limits)

    with pytest.raises(InfeasibleAllocationError, match=r"need at least 12\.0"):
        check_feasible(problem)
    check_feasible(make_problem([1.0] * 3, [9.0, 9.0], minimum=[2.0] * 3, hours_per_client_hour=far))


def test_a_cap_below_what_constraints_force_is_told(make_problem: Make) -> None:
    limits = Limits(
        {"skills": barred([(0, 0), (1, 0)], 3, 2)}, budgets=(Budget("disruption.accounts", np.ones(3), 1.0),)
    )
    problem = make_problem([1.0] * 3, [9.0, 9.0], owner=[0, 0, 0], limits=limits)

    with pytest.raises(
        InfeasibleAllocationError, match=r"disruption\.accounts lets 1 change hands, and skills .* at least 2"
    ) as told:
        check_feasible(problem)
    assert told.value.accounts == ("a000", "a001")


def test_a_cap_below_what_the_minimum_hours_force_is_told(make_problem: Make) -> None:
    """12 hours too many: three of the accounts of 5 hours have to go, and two may."""
    limits = Limits(budgets=(Budget("disruption.accounts", np.ones(5), 2.0),))
    problem = make_problem([1.0] * 5, [13.0, 20.0], owner=[0] * 5, minimum=[5.0] * 5, limits=limits)

    with pytest.raises(InfeasibleAllocationError, match=r"the minimum hours need at least 3 to: 1 too much"):
        check_feasible(problem)


@pytest.mark.parametrize("name", ["handover_eur", "capacity", "workload"])
def test_a_number_that_is_none_is_told(name: str, make_problem: Make) -> None:
    problem = replace(make_problem([1.0, 1.0], [9.0, 9.0]), **{name: np.array([1.0, np.nan])})

    with pytest.raises(AssignmentError, match=f"{name} must be finite, got nan for '[ar]001'"):
        check_feasible(problem)
