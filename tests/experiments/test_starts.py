from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kamsim.experiments.starts import Starts, clusters_wanted, find_starts, first_month, with_fresh_luck
from kamsim.value import draw_states

CUTOFF = pd.Timestamp("2026-01-01")


def starts_of(desk, changes: dict[str, object] | None = None, **more: object) -> Starts:
    scenario = desk.scenario.override(changes or {})
    return find_starts(desk.portfolio, desk.scores, scenario, CUTOFF, **more)


def test_with_a_truth_all_lanes_share_one_state_and_each_is_a_cluster(desk) -> None:
    starts = starts_of(desk)
    assert (starts.truth_known, starts.start.lanes, starts.lanes) == (True, 1, 30)
    assert starts.cluster.tolist() == list(range(30))
    assert starts.of_lanes(starts.start, slice(3, 9)).lanes == 1
    assert starts.spread_out().lanes == 30


def test_without_a_truth_replications_of_a_draw_are_one_cluster(desk) -> None:
    starts = starts_of(desk.without_truth())
    assert (starts.truth_known, starts.start.lanes, starts.lanes) == (False, 10, 30)
    assert starts.cluster.tolist() == np.repeat(range(10), 3).tolist()
    assert len(set(starts.replication.tolist())) == 30


def test_a_cluster_is_the_same_however_many_are_laid_out(desk) -> None:
    imported = desk.without_truth()
    whole, some = starts_of(imported), starts_of(imported, clusters=(4, 6))
    assert some.draw.tolist() == whole.draw[12:18].tolist()
    assert some.replication.tolist() == whole.replication[12:18].tolist()
    np.testing.assert_array_equal(some.spread_out().wallet, whole.spread_out().wallet[:, 12:18])


def test_plans_are_not_judged_on_the_draws_that_values_were_believed_on(desk) -> None:
    imported = desk.without_truth()
    played = starts_of(imported).start
    tables = imported.portfolio.accounts, imported.portfolio.opportunities, imported.scores
    believed = draw_states(*tables, imported.scenario, played.lanes, cutoff=CUTOFF)
    assert (played.responsiveness != believed.responsiveness).all()
    # Another luck and the same law: responsiveness has one prior for all.
    logs = [np.log(each.responsiveness).ravel() for each in (played, believed)]
    assert stats.ks_2samp(*logs).pvalue > 0.001


def test_lanes_are_cut_where_the_parameters_change(desk) -> None:
    dynamics = (desk.scenario.dynamics, desk.scenario.override({"dynamics.se_weight": 0.3}).dynamics)
    starts = replace(starts_of(desk.without_truth(), clusters=(5, 7)), dynamics=dynamics)
    cut = [(some.start, some.stop, own.se_weight) for some, own in starts.alike(1, 6)]
    assert cut == [(1, 3, dynamics[0].se_weight), (3, 6, 0.3)]
    assert [some for some, _ in starts_of(desk).alike(2, 7)] == [slice(2, 7)]


@pytest.mark.parametrize(("replications", "draws", "wanted"), [(30, 10, 10), (4, 10, 10)])
def test_draws_are_the_clusters_of_an_import(desk, replications: int, draws: int, wanted: int) -> None:
    scenario = desk.scenario.override({"experiment.replications": replications, "experiment.draws": draws})
    least, most = clusters_wanted(desk.without_truth().portfolio, scenario)
    assert least == wanted <= most
    assert clusters_wanted(desk.portfolio, scenario)[0] == replications


def test_fresh_luck_is_another_luck_and_always_the_same(desk) -> None:
    once, twice = (with_fresh_luck(desk.scenario).seed for _ in range(2))
    assert once == twice != desk.scenario.seed
    assert first_month(pd.Timestamp("1970-01-01")) == 0
