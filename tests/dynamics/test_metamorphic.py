"""What a change of the input that cannot matter, or matters in a known way, does to the output."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kamsim.config import DynamicsSettings

from .outcomes import Outcome, Precision, differences, kernel_outcome
from .worlds import KINDS, World, random_world

MONEY = ("wallet", "revenue", "amount", "capped", "booked", "churned", "contracted", "repriced", "opened")
NUMBERS = range(3000, 3020)


def lonely(number: int) -> World:
    """A world without what ties accounts together: team, pools and rules."""
    world = random_world(number, lanes=3)
    together = ("team", "pools", "routing", "dynamic_books", "rebalancing")
    return replace(world, features=world.features | dict.fromkeys(together, False))


def scale_money(world: World, factor: float) -> World:
    """The same world in another currency."""
    state = world.state | {name: world.state[name] * factor for name in ("wallet", "revenue")}
    return replace(world, state=state, slots=world.slots | {"amount": world.slots["amount"] * factor})


def pick_accounts(world: World, order: list[int], names: list[str]) -> World:
    """The given accounts in the given order, under the given names."""

    def pick(values: dict) -> dict:
        return {name: array[order] for name, array in values.items()}

    return replace(
        world,
        segment=world.segment[order],
        account_ids=names,
        arrival=world.arrival[order],
        industry=world.industry[order],
        state=pick(world.state),
        slots=pick(world.slots),
        plan=pick(world.plan),
        pattern=None if world.pattern is None else world.pattern[order],
        alerts=world.alerts[order],
    )


def by_account(outcome: Outcome, order: list[int]) -> Outcome:
    """Pick accounts from what a run brought; in sums by year, accounts are the second axis."""
    return {
        name: np.take(values, order, axis=1 if name.startswith("years") else 0)
        for name, values in outcome.items()
        if not name.startswith("team")
    }


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_another_currency_scales_money_and_nothing_else(number: int, precision: Precision) -> None:
    """A power of two, so that no rounding can differ."""
    world = random_world(number, lanes=2)
    plain = kernel_outcome(world, precision)
    scaled = kernel_outcome(scale_money(world, 4.0), precision)

    for name, values in plain.items():
        money = name.split()[-1] in MONEY or name == "month closed_amount"
        np.testing.assert_array_equal(scaled[name], values * 4.0 if money else values, err_msg=name)


@pytest.mark.parametrize("number", NUMBERS)
def test_order_of_accounts_does_not_matter(number: int) -> None:
    world = lonely(number)
    order = list(range(world.accounts))[::-1]
    turned = pick_accounts(world, order, [world.account_ids[i] for i in order])

    assert differences(kernel_outcome(turned), by_account(kernel_outcome(world), order), 0.0) == {}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_duplicate_changes_nobody_and_shares_its_luck_by_its_name(number: int) -> None:
    """A copy under the same name has the same course; under another name, a course of its own."""
    world = lonely(number)
    once = list(range(world.accounts))
    alone = kernel_outcome(world)
    same = kernel_outcome(pick_accounts(world, once + once, world.account_ids * 2))
    others = [f"copy of {name}" for name in world.account_ids]
    other = kernel_outcome(pick_accounts(world, once + once, world.account_ids + others))
    second = [i + world.accounts for i in once]

    assert differences(by_account(same, once), by_account(alone, once), 0.0) == {}
    assert differences(by_account(same, second), by_account(alone, once), 0.0) == {}
    assert differences(by_account(other, once), by_account(alone, once), 0.0) == {}


def without_effects(settings: DynamicsSettings) -> DynamicsSettings:
    """Hours move nothing: no gain, no slope in the response, nothing to pursue."""
    tree = settings.model_dump()
    for name in ("goodwill_gain", "roles_gain", "opening_response_slope", "churn_defence_effect",
                 "churn_offer_effect", "offer_pace_effect", "meddic_gain"):  # fmt: skip
        tree[name] = 0.0
    for name in ("strategic", "mid_market", "smb"):
        tree[name]["opening_rate"] = 0.0
    return DynamicsSettings.model_validate(tree)


@pytest.mark.parametrize("number", NUMBERS)
def test_other_hours_tie_exactly_when_effort_has_no_effect(number: int) -> None:
    """Common random numbers: nothing but the hours differs, not by a bit."""
    world = lonely(number)
    free = {
        name: np.full_like(values, -1 if name == "milestones_passed" else 0)
        for name, values in world.slots.items()
    }
    world = replace(world, settings=without_effects(world.settings), slots=free)
    more = replace(world, plan={role: 1.0 + 3.0 * hours for role, hours in world.plan.items()})
    other_pattern = replace(more, pattern=np.full((world.accounts, len(KINDS)), 1.7))
    plain = {name: values for name, values in kernel_outcome(world).items() if "hours" not in name}

    assert differences(kernel_outcome(more), plain, 0.0) == {}
    assert differences(kernel_outcome(other_pattern), plain, 0.0) == {}


@pytest.mark.parametrize("number", NUMBERS)
def test_other_owners_tie_exactly_when_nobody_is_short_or_leaves(number: int) -> None:
    world = random_world(number, lanes=2)
    tree = world.settings.model_dump()
    tree["people"] |= {"attrition_rate": 0.0, "ramp_start": 1.0}
    off = dict.fromkeys(("routing", "dynamic_books", "rebalancing"), False) | {"team": True}
    world = replace(
        world,
        settings=DynamicsSettings.model_validate(tree),
        features=world.features | off,
        capacity=np.full(len(world.executives), 1e6),
        vacancy=np.zeros_like(world.vacancy),
        state=world.state | {"owner": np.zeros_like(world.state["owner"])},
    )
    last = np.full_like(world.state["owner"], len(world.executives) - 1)
    other = replace(world, state=world.state | {"owner": last})
    plain, moved = kernel_outcome(world), kernel_outcome(other)
    same = {n: v for n, v in plain.items() if n not in ("state owner", "team load")}

    assert differences(moved, same, 0.0) == {}
