import numpy as np
import pandas as pd
import pytest

from kamsim.experiments.starts import find_starts
from kamsim.experiments.world import LEAST_HOURS, World, client_share, client_share_of, owners_of, start_with


@pytest.fixture(scope="module")
def world(desk) -> World:
    return World.of(desk.portfolio.team, desk.scenario.coverage)


def test_aes_and_pools_are_those_of_the_team(world: World, desk) -> None:
    team = desk.portfolio.team
    aes = team[team["role"] == "AE"].sort_values("rep_id")
    assert list(world.rep_ids) == aes["rep_id"].tolist()
    for role, pool in (("SE", world.pools.se), ("CSM", world.pools.csm)):
        own = team.loc[team["role"] == role, "capacity_hours"]
        assert (pool.people, pool.people * pool.hours) == (len(own), pytest.approx(own.sum()))


def test_a_team_without_a_role_has_an_empty_pool(desk) -> None:
    aes = desk.portfolio.team.query("role == 'AE'")
    world = World.of(aes, desk.scenario.coverage)
    assert (world.pools.se.people, world.pools.csm.people) == (0, 0)


def test_the_road_comes_off_the_hours_in_proportion(world: World, desk) -> None:
    """Travel is a tenth of the hours in every plan of the desk: 1 / 1.1 of an AE's time is with clients."""
    share = client_share_of(desk.plan("status_quo"), world)
    owns = np.isin(np.arange(len(world.rep_ids)), owners_of(desk.plan("status_quo"), world))
    assert share[owns] == pytest.approx(1 / 1.1)
    assert (share[~owns] == 1).all()
    around = world.surround(share)
    assert around.team is not None
    np.testing.assert_allclose(around.team.capacity, np.maximum(world.capacity * share, LEAST_HOURS))


def test_client_share_by_hand() -> None:
    share = client_share(np.array([0, 0, 2]), np.array([3.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0]), 3)
    assert share.tolist() == [0.8, 1.0, 1.0]


def test_a_plan_s_owners_stand_in_the_state_and_movers_are_handed_over(world: World, desk) -> None:
    starts = find_starts(desk.portfolio, desk.scores, desk.scenario, pd.Timestamp("2026-01-01"), world.team)
    plan = desk.plan("turned", turn=1)
    state = start_with(starts.start, plan, world, desk.scenario.dynamics)
    assert [world.rep_ids[o] for o in state.owner[:, 0]] == plan["rep_id"].tolist()
    np.testing.assert_allclose(
        state.goodwill, starts.start.goodwill * desk.scenario.dynamics.handover_goodwill
    )
