import dataclasses
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import pairwise

import numba
import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.dynamics import (
    LOST,
    WON,
    Parameters,
    State,
    Years,
    compile_parameters,
    play,
    record,
    state_from_tables,
    state_to_tables,
)
from kamsim.dynamics.engine import _play_accounts
from kamsim.errors import ConfigError
from kamsim.schemas import SEGMENTS
from kamsim.streams import entity_keys, luck_key

KEY = luck_key(7, "tests of the engine")
FIRST = 12 * 55 + 4  # May 2025: years of a run are not calendar years
LANES = 5


def assert_same_state(one: State, other: State) -> None:
    for field in fields(State):
        np.testing.assert_array_equal(
            getattr(one, field.name), getattr(other, field.name), err_msg=field.name
        )


def assert_same_years(one: Years, other: Years, message: str = "") -> None:
    for name, values in vars(one).items():
        np.testing.assert_array_equal(values, getattr(other, name), err_msg=f"{message} {name}")


def lanes_of(years: Years, lanes: slice) -> Years:
    return Years(*(values[:, :, lanes] for values in vars(years).values()))


def accounts_of(years: Years, accounts: np.ndarray) -> Years:
    return Years(*(values[:, accounts] for values in vars(years).values()))


def take(state: State, accounts: np.ndarray) -> State:
    """The same accounts in another order, or some of them."""
    arrays = {f.name: getattr(state, f.name) for f in fields(State) if f.name != "account_ids"}
    return replace(
        state,
        account_ids=[state.account_ids[i] for i in accounts],
        **{name: values[accounts] for name, values in arrays.items()},
    )


def _accounts_table(state: State) -> pd.DataFrame:
    segment = pd.Series([SEGMENTS[code] for code in state.segment], dtype="str")
    return pd.DataFrame({"account_id": pd.Series(state.account_ids, dtype="str"), "segment": segment})


@pytest.fixture(scope="module")
def whole(start: State, effort: np.ndarray, parameters: Parameters) -> tuple[Years, State]:
    """Thirty-six months in one run."""
    return play(start.repeat(LANES), effort, parameters, key=KEY, first_month=FIRST, months=36)


def test_things_happen(whole: tuple[Years, State], start: State) -> None:
    """Else the tests of this file compare nothing with nothing."""
    years, after = whole

    assert (years.customer[0] & ~years.customer[3]).any(), "some leave"
    assert (~years.customer[0] & years.customer[3]).any(), "some come"
    assert (years.customer[1:] & ~years.retained).any()
    assert (after.milestones_passed != start.repeat(LANES).milestones_passed).any()
    assert np.unique(years.revenue[2], axis=1).shape[1] == LANES, "lanes differ"


def test_36_months_are_24_and_12(
    whole: tuple[Years, State], start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    early, between = play(start.repeat(LANES), effort, parameters, key=KEY, first_month=FIRST, months=24)
    late, after = play(between, effort, parameters, key=KEY, first_month=FIRST + 24, months=12)

    chained = Years(
        np.concatenate([early.revenue, late.revenue]),
        np.concatenate([early.retained, late.retained]),
        np.concatenate([early.customer, late.customer[1:]]),
    )
    assert_same_years(whole[0], chained)
    assert_same_state(whole[1], after)


def test_the_tables_of_a_state_continue_it_bit_for_bit(
    whole: tuple[Years, State], start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    _, between = play(start, effort, parameters, key=KEY, first_month=FIRST, months=24)

    again = state_from_tables(_accounts_table(start), *state_to_tables(between))
    late, _ = play(again, effort, parameters, key=KEY, first_month=FIRST + 24, months=12)

    np.testing.assert_array_equal(late.revenue[0], whole[0].revenue[2][:, :1])


def test_the_engine_is_compiled_once(start: State, effort: np.ndarray, parameters: Parameters) -> None:
    """Compiling takes longer than most runs: whatever ran before, here and in other files, is of one type."""
    from_tables = state_from_tables(_accounts_table(start), *state_to_tables(start))
    play(start.repeat(2), effort, parameters, key=KEY, first_month=FIRST, months=1)
    record(from_tables, effort, parameters, key=KEY, first_month=FIRST, months=1)
    play(from_tables, effort[:, None], parameters, key=KEY, first_month=FIRST, months=1)

    assert len(_play_accounts.signatures) == 1


def test_a_recording_is_a_run(
    whole: tuple[Years, State], start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    recording, after = record(start, effort, parameters, key=KEY, first_month=FIRST, months=36)

    assert_same_state(after, whole[1].pick(np.array([0])))
    by_year = recording.revenue.reshape(len(start.account_ids), 3, 12)
    np.testing.assert_allclose(by_year.sum(axis=2).T, whole[0].revenue[:, :, 0], rtol=1e-12)


@pytest.mark.parametrize("chunks", [[5], [2, 3], [1, 1, 1, 1, 1]])
def test_chunks_of_lanes_change_no_bit(
    chunks: list[int],
    whole: tuple[Years, State],
    start: State,
    effort: np.ndarray,
    parameters: Parameters,
) -> None:
    first = 0
    for size in chunks:
        some = np.arange(first, first + size)
        years, _ = play(
            start.repeat(size), effort, parameters, key=KEY, first_month=FIRST, months=36, replications=some
        )
        assert_same_years(years, lanes_of(whole[0], slice(first, first + size)), f"from lane {first}")
        first += size


def test_a_replication_is_the_same_however_many_there_are(
    whole: tuple[Years, State], start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    more, _ = play(start.repeat(LANES + 4), effort, parameters, key=KEY, first_month=FIRST, months=36)

    assert_same_years(lanes_of(more, slice(0, LANES)), whole[0])


def test_order_of_accounts_changes_no_bit(
    whole: tuple[Years, State], start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    order = np.arange(len(start.account_ids))[::-1]

    turned, _ = play(
        take(start, order).repeat(LANES), effort[order], parameters, key=KEY, first_month=FIRST, months=36
    )

    assert_same_years(turned, accounts_of(whole[0], order))


def test_an_added_account_changes_no_other(
    whole: tuple[Years, State], start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    wider = take(start, np.array([5, *range(len(start.account_ids))]))
    wider = replace(
        wider, account_ids=["new", *start.account_ids], entities=entity_keys(["new", *start.account_ids])
    )

    years, _ = play(
        wider.repeat(LANES), np.append(3.0, effort), parameters, key=KEY, first_month=FIRST, months=36
    )

    assert_same_years(accounts_of(years, np.arange(1, len(effort) + 1)), whole[0])
    assert (years.revenue[:, 0] != years.revenue[:, 6]).any(), "a twin has a luck of its own"


@pytest.fixture
def one_thread() -> Iterator[None]:
    before = numba.get_num_threads()
    if before == 1:
        pytest.skip("numba has one thread here: nothing to compare")
    numba.set_num_threads(1)
    yield
    numba.set_num_threads(before)


def test_threads_change_no_bit(
    whole: tuple[Years, State],
    one_thread: None,
    start: State,
    effort: np.ndarray,
    parameters: Parameters,
) -> None:
    alone, after = play(start.repeat(LANES), effort, parameters, key=KEY, first_month=FIRST, months=36)

    assert_same_years(alone, whole[0])
    assert_same_state(after, whole[1])


def test_a_run_does_not_write_on_its_start(start: State, effort: np.ndarray, parameters: Parameters) -> None:
    before = start.copy()

    play(start, effort, parameters, key=KEY, first_month=FIRST, months=12)

    assert_same_state(start, before)


def test_an_unfinished_year_counts_as_far_as_it_goes(
    whole: tuple[Years, State], start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    short, _ = play(start, effort, parameters, key=KEY, first_month=FIRST, months=18)
    recording, _ = record(start, effort, parameters, key=KEY, first_month=FIRST, months=18)

    assert short.revenue.shape[0] == 2
    np.testing.assert_array_equal(short.revenue[0], whole[0].revenue[0][:, :1])
    np.testing.assert_allclose(short.revenue[1][:, 0], recording.revenue[:, 12:].sum(axis=1), rtol=1e-12)


def test_revenue_never_exceeds_the_wallet(start: State, effort: np.ndarray, scenario: Scenario) -> None:
    """Even where spend collapses: wallets that jump every month by a factor of wide spread."""
    wild = {f"dynamics.{s}.wallet_event_rate": 1.0 for s in SEGMENTS} | {"dynamics.wallet_jump_log_sd": 1.0}
    parameters = compile_parameters(scenario.override(wild).dynamics)
    state, bound = start.repeat(20), 0
    for month in range(FIRST, FIRST + 36):
        years, state = play(state, effort, parameters, key=KEY, first_month=month, months=1)
        assert (years.revenue[0] <= state.wallet).all()
        bound += int((years.revenue[0] == state.wallet).sum())
    assert bound > 20, "the bound was met, so the test could have failed"


def _deals(recording, account: int, slot: int) -> Iterator[tuple[int, int, int]]:
    """Months of opening and closing, and the outcome, of the opportunities that went through a slot."""
    opened: int | None = None
    for month in range(recording.revenue.shape[1]):
        outcome = int(recording.closed[account, month, slot])
        if outcome and opened is not None:
            yield opened, month, outcome
            opened = None
        if recording.opened[account, month, slot] > 0:
            opened = month


def test_no_deal_is_signed_before_its_minimum_cycle(
    start: State, effort: np.ndarray, scenario: Scenario
) -> None:
    """Milestones fly by, so that only the minimum cycle holds a signature back; it is also reached."""
    fast = {f"dynamics.{s}.milestone_pace": 20.0 for s in SEGMENTS}
    fast |= {f"dynamics.{s}.opening_rate": 5.0 for s in SEGMENTS}
    parameters = compile_parameters(scenario.override(fast).dynamics)
    recording, _ = record(start, effort, parameters, key=KEY, first_month=FIRST, months=60)

    ages: dict[int, list[int]] = {0: [], 1: [], 2: []}
    outcomes = set()
    for account, code in enumerate(start.segment):
        for slot in range(recording.opened.shape[2]):
            for opened, closed, outcome in _deals(recording, account, slot):
                outcomes.add(outcome)
                if outcome == WON:
                    ages[int(code)].append(closed - opened)

    minimum = [getattr(scenario.dynamics, s).minimum_cycle_months for s in SEGMENTS]
    assert outcomes == {WON, LOST}
    assert [min(ages[code]) for code in range(3)] == minimum


class TestWithoutEffort:
    """Closed forms that hold where nothing else moves."""

    def test_goodwill_decays_and_never_rises(self, start: State, scenario: Scenario) -> None:
        settings = scenario.override({"dynamics.sponsor_leaves_rate": 0.0}).dynamics
        _, after = play(
            start, np.zeros(12), compile_parameters(settings), key=KEY, first_month=FIRST, months=30
        )

        np.testing.assert_allclose(after.goodwill, start.goodwill * (1 - settings.goodwill_decay) ** 30)
        np.testing.assert_allclose(after.roles, start.roles * (1 - settings.roles_decay) ** 30)

    def test_customers_survive_geometrically(self, start: State, scenario: Scenario) -> None:
        """With no effects on churn and nothing sold, a year keeps 1 - propensity: yearly and monthly terms.

        20,000 lanes an account: each share lies within 4 standard errors.
        """
        still = dict.fromkeys(
            (
                "churn_goodwill_effect",
                "churn_units_effect",
                "sponsorless_churn_effect",
                "handover_churn_effect",
            ),
            0.0,
        )
        quiet = {f"dynamics.{name}": value for name, value in still.items()}
        quiet |= {f"dynamics.{s}.opening_rate": 0.0 for s in SEGMENTS}
        parameters = compile_parameters(scenario.override(quiet).dynamics)
        lanes = 20_000
        bare = replace(
            take(start, np.array([1, 2, 3])), milestones_passed=np.full((3, 1, start.age.shape[2]), -1)
        )
        years, _ = play(bare.repeat(lanes), np.zeros(3), parameters, key=KEY, first_month=FIRST, months=24)

        assert {int(code) for code in bare.segment} == {0, 1, 2}
        for year in (1, 2):
            expected = (1 - bare.propensity[:, 0]) ** year
            error = np.sqrt(expected * (1 - expected) / lanes)
            assert (np.abs(years.customer[year].mean(axis=1) - expected) < 4 * error).all()


def test_more_effort_brings_more_revenue(start: State, parameters: Parameters) -> None:
    """Paired over 300 lanes: three levels, each above the one before by more than 4 standard errors."""
    lanes = 300
    totals = [
        play(start.repeat(lanes), np.full(12, hours), parameters, key=KEY, first_month=FIRST, months=36)[0]
        .revenue.sum(axis=(0, 1))
        for hours in (0.0, 2.0, 10.0)
    ]  # fmt: skip

    for less, more in pairwise(totals):
        gain = more - less
        assert gain.mean() > 4 * gain.std() / np.sqrt(lanes)


BAD_RUNS = [
    ({"months": 0}, "months must be >= 1, got 0"),
    ({"months": -3}, "months must be >= 1, got -3"),
    ({"effort": np.full(12, -0.1)}, "effort must be finite and >= 0 hours a month"),
    ({"effort": np.full(12, np.nan)}, "effort must be finite and >= 0 hours a month"),
    ({"effort": np.full(12, np.inf)}, "effort must be finite and >= 0 hours a month"),
    ({"lanes": 0}, "replications must be >= 1, got 0"),
    ({"replications": np.arange(3)}, "replications must number the 2 lanes, got 3 numbers"),
    ({"first_month": -1}, "months must lie between 1970 and 2310, got 12 from month -1 on"),
    ({"first_month": 4096 - 11}, "months must lie between 1970 and 2310, got 12 from month 4085 on"),
]


@pytest.mark.parametrize(("change", "sentence"), BAD_RUNS, ids=[s for _, s in BAD_RUNS])
def test_a_bad_run_is_refused(
    change: dict[str, object], sentence: str, start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    arguments = {
        "effort": effort,
        "months": 12,
        "first_month": FIRST,
        "replications": None,
        "lanes": 2,
    } | change
    state = start.pick(np.zeros(arguments.pop("lanes"), np.int64))  # type: ignore[call-overload]

    with pytest.raises(ConfigError) as caught:
        play(state, arguments.pop("effort"), parameters, key=KEY, **arguments)  # type: ignore[arg-type]

    assert str(caught.value) == sentence


def test_the_last_month_that_has_an_address_can_be_played(
    start: State, effort: np.ndarray, parameters: Parameters
) -> None:
    years, _ = play(start, effort, parameters, key=KEY, first_month=4096 - 12, months=12)

    assert dataclasses.asdict(years)["revenue"].sum() > 0


def test_a_recording_wants_one_lane(start: State, effort: np.ndarray, parameters: Parameters) -> None:
    with pytest.raises(ConfigError, match="a recording wants one lane, got 2"):
        record(start.repeat(2), effort, parameters, key=KEY, first_month=FIRST, months=12)
