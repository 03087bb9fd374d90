from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.dynamics import Years, compile_parameters, play
from kamsim.experiments.reuse import hours_with_reuse, play_with_reuse
from kamsim.experiments.starts import find_starts
from kamsim.experiments.world import World, client_share_of, plan_of, start_with
from kamsim.streams import luck_key

CUTOFF = pd.Timestamp("2026-01-01")
SUMS = ("revenue", "hours", "retained", "customer", "load")


@pytest.fixture(scope="module")
def scene(desk):
    world = World.of(desk.portfolio.team, desk.scenario.coverage)
    starts = find_starts(desk.portfolio, desk.scores, desk.scenario, CUTOFF, world.team)
    rows = desk.plan("status_quo")
    state = start_with(starts.start, rows, world, desk.scenario.dynamics).repeat(4)
    return state, rows, world


def run(desk, scene, how, first_month: int, months: int) -> Years:
    state, rows, world = scene
    years, _ = how(
        state, plan_of(rows), compile_parameters(desk.scenario.dynamics),
        key=luck_key(desk.scenario.seed, "simulation"), first_month=first_month, months=months,
        replications=np.arange(4), surroundings=world.surround(client_share_of(rows, world)),
    )  # fmt: skip
    return years


@pytest.mark.parametrize(("first_month", "months"), [(672, 36), (673, 24), (674, 18)])
def test_without_a_rule_the_pieces_are_one_run(desk, scene, first_month: int, months: int) -> None:
    whole, pieces = (run(desk, scene, how, first_month, months) for how in (play, play_with_reuse))
    for name in SUMS:
        one, other = getattr(whole, name), getattr(pieces, name)
        if one.dtype == bool:
            np.testing.assert_array_equal(one, other, err_msg=name)
        else:
            np.testing.assert_allclose(one, other, rtol=1e-5, err_msg=name)


def test_no_hour_is_lost_or_made(scene) -> None:
    state, rows, world = scene
    planned, kept = rows["ae_hours"].to_numpy(), 0.25
    exited = np.zeros_like(state.exited)
    exited[::3, 1], exited[:, 2] = 1, 1
    hours = hours_with_reuse(planned, replace(state, exited=exited), kept)
    taken = hours * np.where(exited > 0, kept, 1.0)
    for lane in (0, 1):
        before = np.bincount(state.owner[:, lane], planned, len(world.rep_ids))
        after = np.bincount(state.owner[:, lane], taken[:, lane], len(world.rep_ids))
        np.testing.assert_allclose(after, before)
    np.testing.assert_array_equal(hours[:, 0], planned)
    assert (hours[exited[:, 1] == 0, 1] > planned[exited[:, 1] == 0]).any()
    np.testing.assert_array_equal(hours[:, 2], planned)


def test_a_pooled_account_frees_nothing(scene) -> None:
    """Nobody owns it, so that nobody's hours change: its owner's load has fallen in the run already."""
    state, rows, _ = scene
    owner = state.owner.copy()
    owner[:5] = -1
    hours = hours_with_reuse(rows["ae_hours"].to_numpy(), replace(state, owner=owner), 0.25)
    np.testing.assert_array_equal(hours, np.repeat(rows[["ae_hours"]].to_numpy(), 4, axis=1))
