"""Blocks of lanes are tasks: wherever they are played, the same bits come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import joblib
import pandas as pd
import pytest

from kamsim.experiments import compare_policies, game

CUTOFF = pd.Timestamp("2026-01-01")


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the lanes into many blocks, though the portfolio is small."""
    monkeypatch.setattr(game, "_CELLS_A_CHUNK", 2_000)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Start two workers, each a process of its own, on loopback."""
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(host="127.0.0.1", **options) as made, distributed.Client(made) as client:
        yield client


def compare(desk: Any, progress: Any = None) -> Any:
    plans = pd.concat([desk.plan("status_quo"), desk.plan("balanced", hours=2.0)])
    tables = desk.portfolio, desk.book, desk.scores, plans, desk.scenario
    return compare_policies(*tables, cutoff=CUTOFF, progress=progress)


def test_blocks_change_no_bit(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compare(desk).periods
    monkeypatch.setattr(game, "_CELLS_A_CHUNK", 2_000)
    told: list[tuple[str, int, int]] = []
    parts = compare(desk, lambda *said: told.append(said)).periods
    pd.testing.assert_frame_equal(whole, parts)
    blocks = [done for policy, done, _ in told if policy == "status_quo"]
    assert len(blocks) > 2
    assert blocks[0] < blocks[1] <= told[0][2]


@pytest.mark.usefixtures("small_blocks")
def test_two_processes_give_the_same_bits(desk: Any) -> None:
    here = compare(desk)
    with joblib.parallel_config(n_jobs=2):
        there = compare(desk)
    pd.testing.assert_frame_equal(here.periods, there.periods)
    assert here.facts() == there.facts()


@pytest.mark.slow
@pytest.mark.usefixtures("small_blocks")
def test_workers_of_a_cluster_give_the_same_bits(desk: Any, cluster: Any) -> None:
    here = compare(desk)
    with joblib.parallel_config(backend="dask", client=cluster):
        there = compare(desk)
    pd.testing.assert_frame_equal(here.periods, there.periods)
    assert here.facts() == there.facts()
