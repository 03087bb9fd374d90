"""What must hold in every portfolio, whatever the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from kamsim.dynamics import WON, Recording, State, compile_parameters, layout, read_trace, trace

from .outcomes import kernel_state, plan_of, run_of
from .worlds import World, random_world

QUICK = range(2000, 2300)
FULL = range(10_000, 20_000)
LANES = 2
CENT = 0.01


@dataclass(frozen=True)
class Play:
    """A world in the float64 build, month by month; rows are shaped (months, accounts, rows, lanes)."""

    world: World
    before: State
    after: State
    rows: NDArray[np.float64]
    recording: Recording


def play_world(number: int) -> Play:
    """Play a world with revenue not frozen and hours of one role only, so that all hours are that role's."""
    world = random_world(number, lanes=LANES)
    role = ("ae", "se", "csm")[number % 3]
    plan = {name: hours * (name == role) for name, hours in world.plan.items()}
    world = replace(world, features=world.features | {"frozen": False}, plan=plan)
    before, parameters = kernel_state(world), compile_parameters(world.settings)
    rows, after = trace(before, plan_of(world), parameters, **run_of(world))
    return Play(world, before, after, rows, read_trace(rows, before, world.first_month))


def accounts_are_conserved(play: Play) -> bool:
    """Customers and opportunities change only by what is recorded; nobody is lost or has an owner outside."""
    recorded = play.recording
    start = np.concatenate([play.before.revenue[:, None] > 0, recorded.revenue[:, :-1] > 0], axis=1)
    gained = (recorded.booked > 0) & ~start
    lost = ((recorded.churned > 0) | (recorded.contracted > 0)) & (recorded.revenue == 0)
    customers = start.sum(axis=0) + gained.sum(axis=0) - (lost & (start | gained)).sum(axis=0)
    held = (play.before.milestones_passed >= 0).sum(axis=(0, 2))
    opened, closed = ((x != 0).sum(axis=(0, 2)) for x in (recorded.opened, recorded.closed))
    held_after = (play.after.milestones_passed >= 0).sum(axis=(0, 2))
    owners = play.rows[:, :, layout.OWNER]
    people = len(play.world.executives) if play.world.features["team"] else 0
    return bool(
        play.after.wallet.shape == play.before.wallet.shape
        and (customers == (recorded.revenue > 0).sum(axis=0)).all()
        and (held_after == held + opened.sum(axis=0) - closed.sum(axis=0)).all()
        and (owners >= -1).all()
        and (owners < max(people, 1)).all()
    )


def hours_are_within_capacity(play: Play) -> bool:
    """What reaches the accounts is not above what the team, or a pool, has; nor above what was asked for."""
    world, hours = play.world, play.recording.hours
    role = ("ae", "se", "csm")[_number_of_role(world)]
    weight = {"ae": 1.0, "se": world.settings.se_weight, "csm": world.settings.csm_weight}[role]
    asked = world.plan[role] * (_tailored_shares(world)[:, None] if role == "se" else 1.0)
    within = hours <= weight * asked[:, None] * (1 + 1e-12)
    total = hours.sum(axis=0)
    most = np.inf
    if role == "ae" and world.features["team"]:
        most = world.capacity.sum()
    elif role != "ae" and world.features["pools"]:
        people, each = world.pools[role == "csm"]
        most = weight * people * each
    return bool(within.all() and (total <= most * (1 + 1e-9)).all())


def _number_of_role(world: World) -> int:
    return next((i for i, role in enumerate(("ae", "se", "csm")) if world.plan[role].any()), 0)


def _tailored_shares(world: World) -> NDArray[np.float64]:
    """SE hours that each account asks for over those of the plan (docs/model.md, 6.3)."""
    if world.pattern is None:
        service = world.settings.service
        by_segment = [getattr(service, n).offer for n in ("strategic", "mid_market", "smb")]
        offers = np.array(by_segment)[world.segment] / service.neutral.offer
    else:
        offers = world.pattern[:, 1]
    return np.maximum(0.0, 1.0 + world.settings.pools.offer_se_share * (offers - 1.0))


def executives_keep_their_hours(play: Play) -> bool:
    """In a month without moves at its end, each AE's accounts get at most the AE's capacity."""
    world = play.world
    if not world.features["team"] or _number_of_role(world) != 0:
        return True
    for month in range(world.months):
        if (world.first_month + month) % 3 == 2:
            continue
        owners, hours = play.rows[month, :, layout.OWNER], play.recording.hours[:, month]
        for r, capacity in enumerate(world.capacity):
            if (np.where(owners == r, hours, 0.0).sum(axis=0) > capacity * (1 + 1e-9)).any():
                return False
    return True


def revenue_is_bridged(play: Play) -> bool:
    """Each month's revenue is the month before's and what the recording says, to the cent."""
    r = play.recording
    before = np.concatenate([play.before.revenue[:, None], r.revenue[:, :-1]], axis=1)
    bridged = before - r.capped + r.booked - r.churned - r.contracted + r.repriced
    parts = [r.capped, r.booked, r.churned, r.contracted]
    return bool((np.abs(bridged - r.revenue) < CENT).all() and all((part >= 0).all() for part in parts))


def stocks_are_shares(play: Play) -> bool:
    """Share of wallet, goodwill, roles and hand-over quality stay in [0, 1]; units within what there is."""
    active = np.arange(play.world.months)[:, None] + play.world.first_month >= play.world.arrival[None, :]
    revenue, wallet = play.rows[:, :, layout.REVENUE], play.rows[:, :, layout.WALLET]
    shares = [play.rows[:, :, row] for row in (layout.GOODWILL, layout.ROLES, layout.QUALITY)]
    return bool(
        (revenue >= 0).all()
        and (revenue <= wallet)[active].all()
        and all(((x >= 0) & (x <= 1)).all() for x in shares)
        and (play.rows[:, :, layout.PENETRATED] <= play.before.units[None]).all()
    )


def no_deal_is_signed_early(play: Play) -> bool:
    """An opportunity that opened in the run is won no sooner than its segment's minimum cycle."""
    world = play.world
    names = ("strategic", "mid_market", "smb")
    least = np.array([getattr(world.settings, n).minimum_cycle_months for n in names])[world.segment]
    age = play.before.age.swapaxes(1, 2).astype(float)
    for month in range(world.months):
        age += 1
        won = play.recording.closed[:, month] == WON
        if (won & (age < least[:, None, None])).any():
            return False
        age[play.recording.opened[:, month] > 0] = 0
    return True


INVARIANTS = (
    accounts_are_conserved,
    hours_are_within_capacity,
    executives_keep_their_hours,
    revenue_is_bridged,
    stocks_are_shares,
    no_deal_is_signed_early,
)


def broken(worlds: range) -> dict[str, list[int]]:
    """Numbers of the worlds in which an invariant does not hold."""
    found: dict[str, list[int]] = {}
    for number in worlds:
        play = play_world(number)
        for invariant in INVARIANTS:
            if not invariant(play):
                found.setdefault(invariant.__name__, []).append(number)
    return found


def test_invariants_hold() -> None:
    assert broken(QUICK) == {}


@pytest.mark.evidence
def test_invariants_hold_in_ten_thousand_portfolios() -> None:
    assert broken(FULL) == {}


def doctored(play: Play, what: str) -> Play:
    """A play with one thing wrong."""
    recording, rows = play.recording, play.rows.copy()
    if what == "a customer without a sale":
        revenue = recording.revenue.copy()
        revenue[:, -1] += 1.0
        return replace(play, recording=replace(recording, revenue=revenue))
    if what == "two cents":
        return replace(play, recording=replace(recording, repriced=recording.repriced + 2 * CENT))
    if what == "more hours than planned":
        return replace(play, recording=replace(recording, hours=recording.hours * 1.01 + 1e-3))
    if what == "more hours than the AE has":
        return replace(play, world=replace(play.world, capacity=play.world.capacity * 1e-3))
    if what == "more revenue than the wallet":
        rows[-1, :, layout.REVENUE] = 1.001 * rows[-1, :, layout.WALLET]
        return replace(play, rows=rows)
    closed = recording.closed.copy()
    closed[recording.opened > 0] = WON
    closed = np.roll(closed, 1, axis=1)
    return replace(play, recording=replace(recording, closed=closed))


@pytest.mark.parametrize(
    ("what", "invariant"),
    [
        ("a customer without a sale", accounts_are_conserved),
        ("two cents", revenue_is_bridged),
        ("more hours than planned", hours_are_within_capacity),
        ("more hours than the AE has", executives_keep_their_hours),
        ("more revenue than the wallet", stocks_are_shares),
        ("signed in a month", no_deal_is_signed_early),
    ],
)
def test_invariants_can_fail(what: str, invariant: Callable[[Play], bool]) -> None:
    """Among a few worlds, at least one shows the fault."""
    plays = [play_world(number) for number in QUICK[:15]]

    assert all(invariant(play) for play in plays)
    assert not all(invariant(doctored(play, what)) for play in plays)
