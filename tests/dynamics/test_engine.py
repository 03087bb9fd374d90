"""The engine as other rooms call it; more in test_resume, test_invariants, test_metamorphic and theory/."""

from dataclasses import fields, replace

import numpy as np
import pytest

from kamsim.config import Scenario
from kamsim.dynamics import Parameters, State, foresee, new_state, play, record
from kamsim.errors import ConfigError

KEY, FIRST = 17, 672


def test_a_recording_is_a_run(start: State, effort: np.ndarray, parameters: Parameters) -> None:
    recording, after = record(start, effort, parameters, key=KEY, first_month=FIRST, months=24)
    alike = {"key": KEY, "first_month": FIRST, "months": 24}
    years, played = play(start, effort, parameters, precision="float64", **alike)

    by_year = recording.revenue.reshape(len(effort), 2, 12).sum(axis=2).T
    np.testing.assert_allclose(by_year, years.revenue[:, :, 0], rtol=1e-12)
    for field in fields(State):
        np.testing.assert_array_equal(getattr(after, field.name), getattr(played, field.name))


def test_a_recording_wants_one_lane(start: State, effort: np.ndarray, parameters: Parameters) -> None:
    with pytest.raises(ConfigError, match="one lane, got 2"):
        record(start.repeat(2), effort, parameters, key=KEY, first_month=FIRST, months=1)


def test_an_added_account_changes_no_other(
    start: State, effort: np.ndarray, parameters: Parameters, scenario: Scenario
) -> None:
    given = {f.name: getattr(start, f.name) for f in fields(State)}
    given = {n: v for n, v in given.items() if n not in ("entities", "half_effort", "tenure", "vacancy")}
    one_more = {n: np.concatenate([v, v[:1]]) for n, v in given.items() if n != "account_ids"}
    bigger = new_state(scenario.dynamics, account_ids=[*start.account_ids, "Z99"], **one_more)

    alone, _ = play(start, effort, parameters, key=KEY, first_month=FIRST, months=36)
    among, _ = play(bigger, np.append(effort, 1.0), parameters, key=KEY, first_month=FIRST, months=36)

    np.testing.assert_array_equal(among.revenue[:, :-1], alone.revenue)


def test_more_effort_brings_more_revenue(start: State, parameters: Parameters) -> None:
    """Paired over 64 replications, so a hand's width of difference is no luck."""
    lanes = start.repeat(64)
    brought = [
        play(
            lanes, np.full(len(start.account_ids), hours), parameters, key=KEY, first_month=FIRST, months=36
        )[0]
        .revenue.sum(axis=(0, 1))
        .mean()
        for hours in (0.0, 2.0, 20.0)
    ]

    assert brought == sorted(brought)
    assert brought[2] > 1.1 * brought[0]


def test_an_unfinished_year_counts_as_far_as_it_goes(
    start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    longer, _ = play(start, effort, parameters, key=KEY, first_month=FIRST, months=15)
    year, after = play(start, effort, parameters, key=KEY, first_month=FIRST, months=12)
    rest, _ = play(after, effort, parameters, key=KEY, first_month=FIRST + 12, months=3)

    assert longer.revenue.shape[0] == 2
    np.testing.assert_array_equal(longer.revenue, np.concatenate([year.revenue, rest.revenue]))


def test_a_state_with_other_ids_has_other_luck(
    start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    other = replace(start, entities=start.entities + np.uint64(1))

    one, _ = play(start, effort, parameters, key=KEY, first_month=FIRST, months=36)
    two, _ = play(other, effort, parameters, key=KEY, first_month=FIRST, months=36)

    assert (one.revenue != two.revenue).any()


def test_what_is_foreseen_is_what_is_played(start: State, effort: np.ndarray, parameters: Parameters) -> None:
    alike = {"key": KEY, "first_month": FIRST, "months": 30, "replications": np.arange(5)}

    played, _ = play(start, effort, parameters, **alike)
    foreseen = foresee(start, effort, parameters, **alike)

    for name in ("revenue", "hours", "retained", "customer"):
        np.testing.assert_array_equal(getattr(foreseen, name), getattr(played, name))
