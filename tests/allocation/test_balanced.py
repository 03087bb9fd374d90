from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamsim.allocation.balanced import Balanced

Make = Callable[..., Any]


def test_an_even_carve_stays(make_problem: Make) -> None:
    assert Balanced().allocate(
        make_problem([4.0, 3.0, 7.0], [10.0, 10.0], owner=[0, 0, 1])
    ).owner.tolist() == [0, 0, 1]


def test_use_is_evened_by_capacity(make_problem: Make) -> None:
    draw = np.random.default_rng(4)
    workload = draw.uniform(0.5, 3, 80)
    problem = make_problem(workload, [30.0, 60.0, 90.0], owner=np.zeros(80, dtype=np.intp))
    owner = Balanced().allocate(problem).owner
    use = problem.load(owner, workload) / problem.capacity

    assert use == pytest.approx([workload.sum() / 180] * 3, rel=0.03)


def test_only_what_is_too_much_moves(make_problem: Make) -> None:
    problem = make_problem([1.0] * 12, [10.0, 10.0], owner=[0] * 8 + [1] * 4)

    assert problem.moved(Balanced().allocate(problem).owner).sum() == 2
