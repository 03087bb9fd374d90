"""What the two engines make of a world, in one form: arrays by name, lanes last."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics import (
    FREE,
    DynamicBooks,
    ExitRule,
    Industries,
    LeastLoadedRouting,
    Plan,
    Pool,
    Pools,
    Rebalancing,
    Rules,
    State,
    Surroundings,
    Team,
    compile_parameters,
    new_state,
    play,
    read_trace,
    trace,
)
from kamsim.dynamics.reference_entities import Account, AccountMonth

from .worlds import World, play_reference

Outcome = dict[str, NDArray[Any]]
Precision = Literal["float32", "float64"]

ACCOUNT_COLUMNS = (
    "wallet", "revenue", "goodwill", "roles", "sponsorless", "handover", "handover_quality", "newcomer",
    "blind", "idle", "renewal_month", "units_penetrated", "owner", "exited",
)  # fmt: skip
SLOT_COLUMNS = ("milestones_passed", "age", "amount", "kind", "meddic")
BRIDGE = ("revenue", "hours", "capped", "booked", "churned", "contracted", "repriced")


def kernel_state(world: World) -> State:
    """The world's state as the kernel takes it."""
    slots = {name: values.copy() for name, values in world.slots.items()}
    people = {"tenure": world.tenure, "vacancy": world.vacancy} if world.features["team"] else {}
    return new_state(
        world.settings,
        account_ids=world.account_ids,
        segment=world.segment,
        arrival=world.arrival,
        **{name: values.copy() for name, values in (world.state | people).items()},
        **slots,
    )


def surroundings_of(world: World) -> Surroundings:
    """Team, pools, industries and rules of the world as the kernel takes them."""
    on, figures = world.features, world.settings.rules
    rules = Rules(
        routing=LeastLoadedRouting() if on["routing"] else None,
        books=DynamicBooks(figures.pull_limit) if on["dynamic_books"] else None,
        exit=ExitRule(figures.exit_after_months) if on["exit_rule"] else None,
        rebalancing=Rebalancing(figures.rebalancing_tolerance, figures.rebalancing_moves)
        if on["rebalancing"]
        else None,
    )
    se, csm = (Pool(*pool) for pool in world.pools)
    return Surroundings(
        team=Team(world.executives, world.capacity) if on["team"] else None,
        pools=Pools(se, csm) if on["pools"] else None,
        industries=Industries(world.industries, world.industry) if on["industries"] else None,
        rules=rules,
    )


def plan_of(world: World) -> Plan:
    """The world's plan as the kernel takes it."""
    return Plan(**world.plan, kinds=world.pattern, alerts=world.alerts)


def run_of(world: World) -> dict[str, Any]:
    """The named arguments of `play` and `trace`."""
    return {
        "key": world.key,
        "first_month": world.first_month,
        "months": world.months,
        "replications": np.array(world.replications),
        "revenue_frozen": world.features["frozen"],
        "surroundings": surroundings_of(world),
    }


def kernel_outcome(world: World, precision: Precision = "float64", traced: bool = True) -> Outcome:
    """Play a world in the compiled engine; a trace cannot be read where revenue is frozen."""
    before, parameters = kernel_state(world), compile_parameters(world.settings)
    years, state = play(before, plan_of(world), parameters, precision=precision, **run_of(world))
    found = {f"state {name}": getattr(state, name) for name in ACCOUNT_COLUMNS}
    held = state.milestones_passed != FREE
    found |= {f"slot {name}": _per_slot(getattr(state, name), held, name) for name in SLOT_COLUMNS}
    found |= {f"years {name}": getattr(years, name) for name in ("revenue", "hours", "retained", "customer")}
    if world.features["team"]:
        found |= {"team tenure": state.tenure, "team vacancy": state.vacancy, "team load": years.load}
    if traced and not world.features["frozen"]:
        rows, _ = trace(before, plan_of(world), parameters, precision=precision, **run_of(world))
        recording = read_trace(rows, before, world.first_month)
        found |= {f"month {name}": getattr(recording, name) for name in BRIDGE}
        found |= {f"month {n}": getattr(recording, n) for n in ("closed", "closed_amount", "opened")}
    return found


def _per_slot(values: NDArray[Any], held: NDArray[np.bool_], name: str) -> NDArray[Any]:
    """Move lanes last; what a free slot holds means nothing."""
    free = FREE if name == "milestones_passed" else 0
    return np.where(held, values, free).swapaxes(1, 2)


def reference_outcome(world: World) -> Outcome:
    """Play a world in the reference engine."""
    played = play_reference(world)
    accounts = [lane.accounts for lane in played.lanes]
    found = {f"state {name}": _stack(accounts, name) for name in ACCOUNT_COLUMNS}
    found |= {f"slot {name}": _stack_slots(accounts, name) for name in SLOT_COLUMNS}
    found |= _years(world, played.months)
    if world.features["team"]:
        teams = [lane.team or [] for lane in played.lanes]
        found |= {f"team {name}": _stack(teams, name) for name in ("tenure", "vacancy")}
        found["team load"] = _stack(teams, "busy") / world.months
    if not world.features["frozen"]:
        found |= {f"month {name}": _months(played.months, name) for name in BRIDGE}
        slotwise = {"closed": "outcomes", "closed_amount": "closed_amounts", "opened": "opened_amounts"}
        found |= {f"month {name}": _months(played.months, source) for name, source in slotwise.items()}
    return found


def _stack(entities: list[list[Any]], name: str) -> NDArray[Any]:
    return np.array([[getattr(entity, name) for entity in lane] for lane in entities]).T


def _stack_slots(accounts: list[list[Account]], name: str) -> NDArray[Any]:
    source = {"milestones_passed": "passed"}.get(name, name)
    free = FREE if name == "milestones_passed" else 0
    values = [
        [[free if deal is None else getattr(deal, source) for deal in account.slots] for account in lane]
        for lane in accounts
    ]
    return np.moveaxis(np.array(values), 0, -1)


def _months(months: list[list[list[AccountMonth]]], name: str) -> NDArray[Any]:
    """Shape (accounts, months, lanes), or (accounts, months, SLOTS, lanes)."""
    values = np.array([[[getattr(a, name) for a in month] for month in lane] for lane in months])
    return np.moveaxis(values, (0, 1, 2), (-1, 1, 0))


def _years(world: World, months: list[list[list[AccountMonth]]]) -> Outcome:
    revenue, hours = (_months(months, name) for name in ("revenue", "hours"))
    starts = range(0, world.months, 12)
    before = np.concatenate([world.state["revenue"][:, None], revenue], axis=1) > 0
    return {
        "years revenue": np.array([revenue[:, s : s + 12].sum(axis=1) for s in starts]),
        "years hours": np.array([hours[:, s : s + 12].sum(axis=1) for s in starts]),
        "years retained": np.array([before[:, s : s + 13].all(axis=1) for s in starts]),
        "years customer": np.array([before[:, s] for s in [*starts, world.months]]),
    }


def differences(found: Outcome, expected: Outcome, tolerance: float) -> dict[str, float]:
    """Largest relative difference of each array that has one above the tolerance."""
    wrong = {}
    for name, wanted in expected.items():
        if name not in found:
            wrong[f"{name} missing"] = float("inf")
            continue
        got, wanted = np.asarray(found[name], dtype=float), np.asarray(wanted, dtype=float)
        if got.shape != wanted.shape:
            wrong[f"{name} {got.shape} {wanted.shape}"] = float("inf")
            continue
        gap = np.abs(got - wanted) / np.maximum(1.0, np.abs(wanted))
        largest = float(gap.max(initial=0.0))
        if not largest <= tolerance:
            wrong[name] = largest
    return wrong
