"""Contribution by number of AEs: spread, at best, and the best number."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.coverage import best_team, value_by_team_size, value_response
from kamsim.errors import ConfigError
from kamsim.schemas import BOOK

MakeFrame = Callable[..., pd.DataFrame]
SETTINGS = Scenario.load("base").coverage


@pytest.fixture
def book(make_frame: MakeFrame) -> pd.DataFrame:
    return make_frame(
        BOOK,
        account_id=["a", "b", "c"],
        base_eur=[1e5, 0.0, 5e4],
        gain_eur=[4e5, 9e5, 1e5],
        half_hours=[4.0, 12.0, 2.0],
        exponent=[1.0, 2.0, 2.0],
        workload_hours=[10.0, 10.0, 5.0],
    )


def by_hand(book: pd.DataFrame, hours: float, step: float = 1.0) -> float:
    """Try all ways to deal whole steps of hours out."""
    curves = value_response(book)
    steps = np.arange(0, hours + step / 2, step)
    ways = (w for w in product(steps, repeat=len(book)) if abs(sum(w) - hours) < 1e-9)
    return max(float(curves.respond(np.array(way)).sum()) for way in ways)


def test_the_best_is_what_trying_all_finds(book: pd.DataFrame) -> None:
    found = value_by_team_size(book, SETTINGS, 36, counts=[0, 1, 2], hours_per_ae=20.0)

    assert found["best_eur"].iloc[0] == 150_000
    for hours, best in zip((20.0, 40.0), found["best_eur"].iloc[1:], strict=True):
        assert best == pytest.approx(by_hand(book, hours), rel=0.01)


def test_hours_at_best_never_bring_less_than_spread(book: pd.DataFrame) -> None:
    for pools in (0.0, np.array([3.0, 1.0, 0.0])):
        found = value_by_team_size(book, SETTINGS, 36, counts=range(1, 12), hours_per_ae=6.0, pools=pools)
        assert (found["best_eur"] >= found["spread_eur"] * (1 - 1e-3)).all()
        assert (found["best_eur"].diff().dropna() >= 0).all()
        assert (found["hour_eur"].diff().dropna() <= 1e-6).all(), "the next hour is worth less and less"


def test_effort_of_the_pools_is_there_without_aes(book: pd.DataFrame) -> None:
    pools = np.array([4.0, 12.0, 2.0])
    found = value_by_team_size(book, SETTINGS, 36, counts=[0], hours_per_ae=20.0, pools=pools)
    assert found["best_eur"].iloc[0] == pytest.approx(150_000 + 1.4e6 / 2)
    assert found["spread_eur"].iloc[0] == pytest.approx(150_000 + 1.4e6 / 2)


def test_cost_is_of_aes_over_the_horizon(book: pd.DataFrame) -> None:
    found = value_by_team_size(book, SETTINGS, 24, counts=[3], hours_per_ae=20.0)
    assert found["cost_eur"].tolist() == [3 * 24 * SETTINGS.ae_cost_eur]


def test_accounts_that_gain_nothing_want_no_hours(book: pd.DataFrame) -> None:
    found = value_by_team_size(book.assign(gain_eur=0.0), SETTINGS, 36, counts=[1, 2], hours_per_ae=20.0)
    assert found["best_eur"].tolist() == [150_000, 150_000]
    assert found["hour_eur"].tolist() == [0, 0]
    assert best_team(found)[0] == 1


def test_bad_numbers_are_refused(book: pd.DataFrame) -> None:
    with pytest.raises(ConfigError, match=r"counts must be numbers >= 0, got \[-1\.0\]"):
        value_by_team_size(book, SETTINGS, 36, counts=[-1], hours_per_ae=20.0)
    with pytest.raises(ConfigError, match=r"hours_per_ae must be numbers >= 0, got \[nan\]"):
        value_by_team_size(book, SETTINGS, 36, counts=[1], hours_per_ae=float("nan"))
    with pytest.raises(ConfigError, match="without accounts"):
        value_by_team_size(BOOK.empty(), SETTINGS, 36, counts=[1], hours_per_ae=20.0)


def test_within_a_percent_is_a_range() -> None:
    values = pd.DataFrame({"aes": [1.0, 2.0, 3.0, 4.0], "best_eur": [90.0, 99.5, 100.0, 98.0]})
    assert best_team(values.assign(cost_eur=0.0)) == (3.0, 2.0, 3.0)
