"""What every policy of the registry must keep, whatever it aims at."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamsim.allocation import POLICIES, AllocationProblem, allocate, find_policy
from kamsim.allocation.constraints import Constraints
from kamsim.allocation.curves import ValueCurves
from kamsim.allocation.feasibility import check_feasible
from kamsim.allocation.limits import Budget, Limits
from kamsim.config import Scenario
from kamsim.errors import InfeasibleAllocationError
from kamsim.schemas import BOOK, DATE, NUMBER, OPTIONAL_FLAG, OPTIONAL_WHOLE, TEAM, Table

every_policy = pytest.mark.parametrize("policy", POLICIES)
MAY_STAY_BELOW_THE_MINIMUM = IS_WHAT_IS_THERE = {"status_quo", "exit_rule", "dynamic_books"}
COARSE = 0.05
"""A gap at which the solver ends at once: what is asked here holds at any gap."""

# --- the arrays that a policy reads ---------------------------------------------------------------

AMOUNT = st.floats(0, 10).map(lambda x: round(x, 2))


@st.composite
def limits(draw: Callable[..., float], n: int, r: int) -> Limits:
    """Barred pairs under two names, families, caps on accounts and on an amount."""
    pairs = {
        name: np.array(
            draw(st.lists(st.sampled_from([True, True, True, False]), min_size=n * r, max_size=n * r))
        )
        for name in ("one", "other")
    }
    family = np.array(draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n)), dtype=np.intp)
    amounts = np.array(draw(st.lists(AMOUNT, min_size=n, max_size=n)))
    return Limits(
        {name: flags.reshape(n, r) for name, flags in pairs.items()},
        family if draw(st.booleans()) else None,
        (
            Budget("accounts", np.ones(n), draw(st.integers(0, n))),
            Budget("amount", amounts, draw(st.sampled_from([0.2, 0.5, 1.0])) * amounts.sum()),
        ),
    )


@st.composite
def problems(draw: Callable[..., float], scenario: Scenario, constrained: bool = False) -> AllocationProblem:
    """Up to five accounts and four AEs: idle AEs, unknown places, missing owners, hard packings."""
    n, r = draw(st.integers(1, 5)), draw(st.integers(1, 4))

    def column(values: st.SearchStrategy[float], size: int = n) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=size, max_size=size)))

    distance = column(st.sampled_from([0.0, 40.0, 400.0, np.inf]), n * r).reshape(n, r)
    owner = column(st.integers(-1, r - 1))
    zero, workload = np.zeros(n), column(AMOUNT)
    settings_ = scenario.allocation.model_copy(update={"time_limit_seconds": 5.0})
    return AllocationProblem(
        account_ids=tuple(f"a{i}" for i in range(n)),
        rep_ids=tuple(f"r{i}" for i in range(r)),
        capacity=column(st.sampled_from([0.0, 3.0, 10.0, 11.5]), r),
        owner=owner,
        had_owner=owner >= 0,
        workload=workload,
        minimum=workload * draw(st.sampled_from([0.0, 0.1, 1.0])),
        se_hours=column(AMOUNT),
        csm_hours=zero,
        potential=column(AMOUNT),
        revenue=column(AMOUNT),
        firm_revenue=column(st.one_of(AMOUNT, st.just(np.nan))),
        distance_km=distance,
        hours_per_client_hour=1 + np.where(np.isinf(distance), 0.0, distance) / 600,
        pool_effort=column(AMOUNT),
        curves=ValueCurves(
            column(AMOUNT), column(AMOUNT), column(AMOUNT), column(st.sampled_from([0.7, 1.4]))
        ),
        gain_sd=column(AMOUNT),
        handover_eur=column(AMOUNT) / 10,
        habit=draw(st.sampled_from(["revenue", "size", "equal"])),
        settings=settings_,
        senior=column(st.booleans(), r),
        routed=column(st.booleans(), n * r).reshape(n, r),
        se_weight=0.6,
        seed=7,
        open_deals=np.zeros(n, dtype=np.int64),
        limits=draw(limits(n, r)) if constrained else Limits(),
    )


def can_be_packed(problem: AllocationProblem) -> bool:
    """Tell by enumeration whether any owners keep all limits and leave room for all minimum hours."""
    every = (np.array(o) for o in product(range(problem.reps), repeat=problem.accounts))
    return any(
        (problem.load(o, problem.minimum) <= problem.capacity + 1e-9).all() and not breaks(problem, o)
        for o in every
    )


def breaks(problem: AllocationProblem, owner: np.ndarray) -> list[str]:
    """Say which limits owners break, checked one account at a time and not by the package's own code."""
    found, family = [], problem.limits.family
    for name, allowed in problem.limits.allowed.items():
        found += [f"{name} {i}" for i, rep in enumerate(owner) if not allowed[i, rep]]
    for i, j in product(range(problem.accounts), repeat=2):
        if family is not None and family[i] == family[j] and owner[i] != owner[j]:
            found.append(f"family {i} {j}")
    for budget in problem.limits.budgets:
        left = [
            w for w, was, now in zip(budget.weight, problem.owner, owner, strict=True) if was not in (-1, now)
        ]
        if sum(left) > budget.limit + 1e-6:
            found.append(budget.name)
    return found


@every_policy
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_plan_keeps_the_rules_or_no_plan_exists(
    policy: str, data: st.DataObject, scenario: Scenario
) -> None:
    problem = data.draw(problems(scenario))
    try:
        plan = find_policy(policy).allocate(problem)
    except InfeasibleAllocationError:
        assert not can_be_packed(problem)
        return

    assert plan.owner.shape == plan.hours.shape == (problem.accounts,)
    assert ((plan.owner >= 0) & (plan.owner < problem.reps)).all()
    assert (problem.load(plan.owner, plan.hours) <= problem.capacity + 1e-6).all()
    assert (plan.hours >= 0).all()
    if policy not in MAY_STAY_BELOW_THE_MINIMUM:
        assert (plan.hours >= problem.minimum - 1e-6).all()
    if plan.se_hours is not None:
        assert (plan.se_hours >= 0).all()
        assert plan.se_hours.sum() == pytest.approx(problem.se_hours.sum())
    again = find_policy(policy).allocate(problem)
    assert plan.owner.tolist() == again.owner.tolist()
    assert plan.hours.tolist() == again.hours.tolist()


@every_policy
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_plan_keeps_every_constraint_or_no_plan_does(
    policy: str, data: st.DataObject, scenario: Scenario
) -> None:
    problem = data.draw(problems(scenario, constrained=True))
    try:
        plan = find_policy(policy).allocate(problem)
    except InfeasibleAllocationError:
        assert not can_be_packed(problem)
        return

    assert (problem.load(plan.owner, plan.hours) <= problem.capacity + 1e-6).all()
    if policy in IS_WHAT_IS_THERE:
        assert (plan.owner == problem.owner)[problem.owner >= 0].all()
    else:
        assert breaks(problem, plan.owner) == []
        assert (plan.hours >= problem.minimum - 1e-6).all()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_arithmetic_refuses_nothing_that_can_be(data: st.DataObject, scenario: Scenario) -> None:
    problem = data.draw(problems(scenario, constrained=True))
    try:
        check_feasible(problem)
    except InfeasibleAllocationError:
        assert not can_be_packed(problem)


# --- the tables that a user gives -----------------------------------------------------------------


def frame(table: Table, rows: int, **given_columns: object) -> pd.DataFrame:
    """Fill the columns not given with what the contract allows."""
    columns = {}
    for name, column in table.columns.items():
        plain: object = 0 if column.dtype == "int64" else "x"
        if column.dtype == NUMBER:
            plain = np.nan if column.nullable else 1.0
        if column.nullable and column.dtype in (DATE, OPTIONAL_FLAG, OPTIONAL_WHOLE):
            plain = None
        default = [column.one_of[0] if column.one_of else plain] * rows
        columns[name] = pd.Series(given_columns.get(name, default), dtype=column.dtype)
    return pd.DataFrame(columns)


def market(accounts: int, capacity: list[float], *, places: bool = True, owned: bool = True) -> tuple:
    draw = np.random.default_rng(accounts)
    workload = draw.uniform(0.5, 6, accounts)
    reps = [f"r{i}" for i in range(len(capacity))]
    columns: dict[str, object] = {
        "account_id": [f"a{i:02d}" for i in range(accounts)],
        "owner_id": draw.choice(reps, accounts) if owned else [None] * accounts,
        "tier": draw.integers(1, 4, accounts),
        "workload_hours": workload,
        "minimum_hours": 0.1 * workload,
        "potential_36m_eur": draw.uniform(1e4, 1e6, accounts),
        "revenue_eur_per_month": draw.choice([0.0, 1e3, 9e3], accounts),
        "churn_probability_12m": draw.uniform(0, 0.5, accounts),
        "gain_eur": draw.uniform(1e4, 3e5, accounts),
        "half_hours": draw.uniform(0.2, 9, accounts),
    }
    team: dict[str, object] = {"rep_id": reps, "capacity_hours": capacity}
    if places:
        columns |= {"latitude": draw.uniform(43, 50, accounts), "longitude": draw.uniform(-1, 7, accounts)}
        team |= {"latitude": draw.uniform(43, 50, len(reps)), "longitude": draw.uniform(-1, 7, len(reps))}
    return frame(BOOK, accounts, **columns), frame(TEAM, len(reps), **team)


CASES = {
    "usual": market(25, [30.0, 30.0, 20.0]),
    "one account, one AE": market(1, [30.0]),
    "more AEs than accounts": market(3, [30.0] * 8),
    "AEs without capacity": market(12, [0.0, 40.0, 0.0, 9.0]),
    "unknown places": market(12, [20.0] * 4, places=False),
    "nobody owns anything": market(12, [20.0] * 4, owned=False),
    "far too much work": market(30, [12.0, 13.0]),
}


@every_policy
@pytest.mark.parametrize("case", CASES)
def test_every_account_once_whatever_the_row_order(policy: str, case: str, scenario: Scenario) -> None:
    book, team = CASES[case]
    before = book.copy(), team.copy()
    coarse = scenario.override({"allocation.target_gap": COARSE})
    rows = allocate(book, team, coarse, [policy]).assignment
    disorder = book.sample(frac=1, random_state=1), team.sample(frac=1, random_state=2)
    shuffled = allocate(*disorder, coarse, [policy])

    pd.testing.assert_frame_equal(shuffled.assignment, rows)
    pd.testing.assert_frame_equal(book, before[0])
    pd.testing.assert_frame_equal(team, before[1])
    assert rows["account_id"].tolist() == sorted(book["account_id"])
    load = (rows["ae_hours"] + rows["travel_hours"]).groupby(rows["rep_id"]).sum()
    assert (load <= team.set_index("rep_id")["capacity_hours"].loc[load.index] + 1e-6).all()


RULES = """
[locks]
a03 = "r2"
[named]
a05 = ["r0", "r1"]
[forbidden]
a07 = ["r0", "r2"]
[skills]
senior_for_tiers = [1]
industry_for_tiers = [1, 2]
[families]
hold = "united"
[travel]
longest_trip_hours = 20
[disruption]
accounts_share = 0.8
revenue_share = 0.8
relationship_share = 0.9
open_deals = "frozen"
"""


@every_policy
def test_the_constraints_of_a_file_are_kept(policy: str, scenario: Scenario) -> None:
    book, team = CASES["usual"]
    book = book.assign(parent_id=pd.Series([None] * 10 + ["a11"] + [None] * 14, dtype="str"))
    book = book.assign(open_deals=(book["account_id"] == "a09").astype("int64"), relationship=0.5)
    team = team.assign(seniority=["junior", "senior", "senior"], industries=["x", "x;y", "x"])
    coarse = scenario.override({"allocation.target_gap": COARSE})
    result = allocate(book, team, coarse, [policy], Constraints.parse(RULES))
    rep = result.assignment.set_index("account_id")["rep_id"]
    before = book.set_index("account_id")["owner_id"]

    assert rep["a09"] == before["a09"]
    if policy in IS_WHAT_IS_THERE:
        assert (rep == before).all()
        assert not result.broken.empty
        return
    assert result.broken.empty
    assert (rep["a03"], rep["a07"], rep["a05"] in {"r0", "r1"}) == ("r2", "r1", True)
    assert rep["a10"] == rep["a11"]
    assert set(rep[book.loc[book["tier"] == 1, "account_id"]]) <= {"r1", "r2"}
    assert (rep != before).mean() <= 0.8


@every_policy
def test_a_month_that_is_paid_for_is_worked(policy: str, scenario: Scenario) -> None:
    """Whoever owns accounts spends all hours: policies differ in whom they go to, not in how many."""
    book, team = CASES["usual"]
    rows = allocate(book, team, scenario.override({"allocation.target_gap": COARSE}), [policy]).assignment
    load = (rows["ae_hours"] + rows["travel_hours"]).groupby(rows["rep_id"]).sum()

    assert load.to_numpy() == pytest.approx(
        team.set_index("rep_id")["capacity_hours"].loc[load.index].to_numpy()
    )


@every_policy
def test_what_cannot_be_is_told_with_hours(policy: str, scenario: Scenario) -> None:
    book, team = CASES["far too much work"]
    tired = team.assign(capacity_hours=[1.0, 1.0])

    with pytest.raises(InfeasibleAllocationError, match=r"30 accounts need at least \d+\.\d AE hours"):
        allocate(book, tired, scenario, [policy])
