"""Plays months of a portfolio: the one loop that generation, value and experiments run.

A run is cut into chunks of lanes, so that memory is bounded and an interrupt is heard between them. A lane's
path depends on its own state, plan and luck only: neither chunks, threads nor the other lanes move a bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics import kernel, together
from kamsim.dynamics.layout import LANES, ROWS, STATE_ROWS
from kamsim.dynamics.pack import pack, unpack
from kamsim.dynamics.parameters import Parameters
from kamsim.dynamics.rules import Rules
from kamsim.dynamics.staff import Industries, Plan, Pools, Team
from kamsim.dynamics.state import FULL_TENURE, Floats, State
from kamsim.errors import ConfigError

MONTHS_A_YEAR = 12
LAST_MONTH = 4095
"""Months since January 1970 that the address of a draw can hold."""

Precision = Literal["float32", "float64"]

# Numba infers the types of the kernel's arguments; typing tools cannot.
_play_alone: Any = kernel.play_alone
_play_together: Any = together.play_together
_draw_shocks: Any = kernel.draw_shocks

_CELLS_A_CHUNK = 40_000_000
"""Account-months in one call of the kernel: about a second."""


@dataclass(frozen=True)
class Years:
    """What a run brings, by year; arrays shaped (years, accounts, lanes).

    Attributes
    ----------
    revenue : array
        EUR in the year.
    hours : array
        AE-equivalent hours a month that reached the account, summed over the months of the year.
    retained : array of bool
        A customer at the start of the year that never left during it.
    customer : array of bool, shape (years + 1, accounts, lanes)
        A customer at the start of each year, and at the end of the last.
    load : array, shape (reps, lanes)
        Mean over the months of planned over available hours of each AE; no rows without a team.
    standing : array, shape (3, years, accounts, lanes)
        At the end of each year: monthly revenue, monthly wallet (EUR), business units penetrated.
    """

    revenue: Floats
    hours: Floats
    retained: NDArray[np.bool_]
    customer: NDArray[np.bool_]
    load: Floats
    standing: Floats


@dataclass(frozen=True)
class Surroundings:
    """What may surround the accounts in a run; all neutral by default.

    Attributes
    ----------
    team, pools, industries, rules : optional
    """

    team: Team | None = None
    pools: Pools | None = None
    industries: Industries | None = None
    rules: Rules | None = None


NEUTRAL = Surroundings()


def play(
    state: State,
    effort: Floats | Plan,
    parameters: Parameters,
    *,
    key: int,
    first_month: int,
    months: int,
    replications: NDArray[np.int64] | None = None,
    revenue_frozen: bool = False,
    surroundings: Surroundings = NEUTRAL,
    precision: Precision = "float32",
) -> tuple[Years, State]:
    """Play months under a constant plan.

    Parameters
    ----------
    state : State
        Where the accounts stand; not changed.
    effort : Plan, or array of shape (accounts,) or (accounts, lanes)
        An array is AE-equivalent hours a month that reach each account.
    parameters : Parameters
    key : int
        From `kamsim.streams.luck_key`.
    first_month : int
        Months since January 1970.
    months : int
        Horizon, 1 or more. A last, unfinished year is counted as far as it goes.
    replications : array of int, shape (lanes,), optional
        Numbers that address the lanes' luck; 0, 1, 2, … if not given. A state of one lane is repeated for
        all of them.
    revenue_frozen : bool
        Fill the pipeline only: no win is booked and no contract renews.
    surroundings : Surroundings
        Team, pools, industries, rules.
    precision : {"float32", "float64"}
        Of the state; sums over accounts or years are to be taken in double.

    Returns
    -------
    Years, State
        The sums, and the state after the last month.

    Raises
    ------
    ConfigError
        For a horizon below one month, no lanes, effort that is negative or not finite, a state out of its
        bounds, or rules without the team that they need.
    """
    run = _Run.of(
        state, effort, parameters, key, first_month, months, replications, revenue_frozen, surroundings,
        precision,
    )  # fmt: skip
    years, after, _ = run.play(traced=False)
    return years, after


def foresee(
    state: State,
    effort: Floats | Plan,
    parameters: Parameters,
    *,
    key: int,
    first_month: int,
    months: int,
    replications: NDArray[np.int64] | None = None,
    surroundings: Surroundings = NEUTRAL,
    precision: Precision = "float32",
) -> Years:
    """Play as `play` does and return the sums only, which spares writing the state after the last month."""
    run = _Run.of(
        state, effort, parameters, key, first_month, months, replications, False, surroundings, precision,
    )  # fmt: skip
    years, _, _ = run.play(traced=False, state_wanted=False)
    return years


def trace(
    state: State,
    effort: Floats | Plan,
    parameters: Parameters,
    *,
    key: int,
    first_month: int,
    months: int,
    replications: NDArray[np.int64] | None = None,
    revenue_frozen: bool = False,
    surroundings: Surroundings = NEUTRAL,
    precision: Precision = "float64",
) -> tuple[Floats, State]:
    """Play as `play` does, and keep all rows of every account at the end of every month.

    Returns
    -------
    array, shape (months, accounts, ROWS, lanes)
        Rows as in `kamsim.dynamics.layout`.
    State
        After the last month.
    """
    run = _Run.of(
        state, effort, parameters, key, first_month, months, replications, revenue_frozen, surroundings,
        precision,
    )  # fmt: skip
    _, after, rows = run.play(traced=True)
    return rows, after


@dataclass(frozen=True)
class _Run:
    """The checked input of a run."""

    state: State
    hours: Floats
    plan: Plan
    parameters: Parameters
    key: int
    first_month: int
    months: int
    replications: NDArray[np.uint64]
    revenue_frozen: bool
    around: Surroundings
    dtype: Any

    @classmethod
    def of(
        cls,
        state: State,
        effort: Floats | Plan,
        parameters: Parameters,
        key: int,
        first_month: int,
        months: int,
        replications: NDArray[np.int64] | None,
        revenue_frozen: bool,
        around: Surroundings,
        precision: Precision,
    ) -> _Run:
        numbers = np.arange(state.lanes) if replications is None else np.asarray(replications)
        check_run(state, numbers, first_month, months, around)
        plan = effort if isinstance(effort, Plan) else Plan(np.asarray(effort, float))
        if precision not in ("float32", "float64"):
            raise ConfigError(f"precision must be float32 or float64, got {precision!r}")
        if around.team is not None and state.tenure.shape[0] == 0:
            posts = (len(around.team.rep_ids), state.lanes)
            state = replace(
                state, tenure=np.full(posts, FULL_TENURE, np.int64), vacancy=np.zeros(posts, np.int64)
            )
        return cls(
            state, plan.hours(state.accounts, numbers.size), plan, parameters, key, first_month, months,
            numbers.astype(np.uint64), revenue_frozen, around, np.dtype(precision),
        )  # fmt: skip

    def play(self, traced: bool, state_wanted: bool = True) -> tuple[Years, State, Floats]:
        """Play chunk by chunk and put the pieces together; an unwanted state is that of the start."""
        lanes, accounts = self.replications.size, self.state.accounts
        width = LANES * max(1, _CELLS_A_CHUNK // (max(1, accounts) * self.months * LANES))
        pieces = [
            self._play_lanes(first, min(first + width, lanes), traced, state_wanted)
            for first in range(0, lanes, width)
        ]
        if len(pieces) == 1:
            return pieces[0]
        years, states, traces = zip(*pieces, strict=True)
        sums = {
            name: np.concatenate([getattr(y, name) for y in years], axis=-1)
            for name in ("revenue", "hours", "retained", "customer", "load", "standing")
        }
        after = State.side_by_side(states) if state_wanted else self.state
        return Years(**sums), after, np.concatenate(traces, axis=-1)

    @property
    def _is_alone(self) -> bool:
        """Whether accounts do not touch one another."""
        return self.around.team is None and self.around.pools is None and self.around.rules is None

    def _play_lanes(
        self, first: int, last: int, traced: bool, state_wanted: bool
    ) -> tuple[Years, State, Floats]:
        """Play the lanes from `first` up to `last`."""
        lanes, accounts, months = last - first, self.state.accounts, self.months
        chunk = slice(first, last)
        state = self.state if self.state.lanes == 1 else self.state.pick(np.arange(first, last))
        hours = self.hours if self.hours.shape[2] == 1 else self.hours[:, :, chunk]
        blocks = -(-lanes // LANES)
        padded = blocks * LANES
        # Lanes that all start alike, and whose end nobody wants, need one block to start from.
        alike = self._is_alone and state.lanes == hours.shape[2] == 1 and not state_wanted
        height = STATE_ROWS if self._is_alone else ROWS
        flat = pack(state, hours, self.parameters, min(lanes, LANES) if alike else lanes, self.dtype, height)
        replications = np.resize(self.replications[chunk], lanes)
        replications = np.concatenate([replications, np.repeat(replications[-1:], padded - lanes)])
        own = np.ascontiguousarray(replications.reshape(blocks, LANES))
        years = -(-months // MONTHS_A_YEAR)
        outputs: tuple[Any, ...] = (
            np.empty((years, accounts, padded)),
            np.empty((years, accounts, padded)),
            np.empty((years, accounts, padded), np.bool_),
            np.empty((years + 1, accounts, padded), np.bool_),
            np.empty((3, years, accounts, padded), self.dtype),
        )
        rows = np.zeros(
            (blocks, months if traced else 0, accounts, ROWS * LANES if traced else 0), self.dtype
        )
        load, people = self._run_kernel(state, flat, own, hours, outputs, rows)
        after = unpack(flat, state, lanes) if state_wanted else state
        if state_wanted and people is not None:
            after = replace(after, tenure=people[0][:, :lanes], vacancy=people[1][:, :lanes])
        revenue, spent, retained, customer, standing = (out[..., :lanes] for out in outputs)
        sums = Years(revenue, spent, retained, customer, load[:, :lanes] / months, standing)
        return sums, after, _by_month(rows, lanes)

    def _run_kernel(
        self, state: State, flat: Any, own: Any, hours: Floats, outputs: tuple[Any, ...], rows: Any
    ) -> tuple[Floats, tuple[Any, Any] | None]:
        """Choose the loop that the surroundings want, and run it."""
        accounts, around = state.accounts, self.around
        table = self.parameters.table.astype(self.dtype)
        shares = self.parameters.kinds[state.segment] if self.plan.kinds is None else self.plan.kinds
        alerts = np.zeros(accounts, np.bool_) if self.plan.alerts is None else self.plan.alerts
        industry, shocks = self._shocks(table, own, accounts)
        common = (
            flat, table, state.segment, state.arrival, industry, shocks, shares.astype(self.dtype), alerts,
            _for_lanes(state.entities), own, np.uint64(self.key), self.first_month, self.months,
            not self.revenue_frozen, self.parameters.is_concave, *outputs, rows,
        )  # fmt: skip
        if self._is_alone:
            _play_alone(*common)
            return np.zeros((0, own.size)), None
        capacity, entities = np.zeros(0), np.zeros((0, LANES), np.uint64)
        if around.team is not None:
            capacity, entities = around.team.capacity.astype(float), _for_lanes(around.team.entities)
        tenure, vacancy = (_padded(a, own.size) for a in (state.tenure, state.vacancy))
        loads = np.zeros((capacity.size, own.size))
        plan = hours if hours.shape[2] == 1 else _padded_hours(hours, own.size)
        _play_together(
            *common, self.parameters.table[0], np.ascontiguousarray(shares, float), plan, capacity, entities,
            tenure, vacancy, np.zeros(0) if around.pools is None else around.pools.numbers(),
            (around.rules or Rules()).numbers(), loads,
        )  # fmt: skip
        return loads, (tenure, vacancy)

    def _shocks(self, table: Any, own: Any, accounts: int) -> tuple[Any, Any]:
        industries = self.around.industries
        entities = np.zeros(0, np.uint64) if industries is None else industries.entities
        index = np.full(accounts, -1, np.int64) if industries is None else industries.of_account
        shocks = np.ones((own.shape[0], self.months, 1 + entities.size, LANES), self.dtype)
        if entities.size:
            _draw_shocks(shocks, table, np.uint64(self.key), _for_lanes(entities), own, self.first_month)
        return index, shocks


def check_run(
    state: State, replications: NDArray[Any], first_month: int, months: int, around: Surroundings
) -> None:
    """Refuse what the kernel could not play, before it starts."""
    if months < 1:
        raise ConfigError(f"months must be >= 1, got {months}")
    if replications.size < 1:
        raise ConfigError("replications must be >= 1, got 0")
    if state.lanes not in (1, replications.size):
        raise ConfigError(f"a state of {state.lanes} lanes cannot play {replications.size} replications")
    if (replications < 0).any() or (replications >= 2**32).any():
        raise ConfigError("replication numbers must be >= 0 and below 2**32")
    if first_month < 0 or first_month + months - 1 > LAST_MONTH:
        raise ConfigError(f"months must lie between 0 and {LAST_MONTH} after January 1970")
    team = 0 if around.team is None else len(around.team.rep_ids)
    if around.rules is not None and around.rules.need_a_team and not team:
        raise ConfigError("rebalancing, dynamic books and lead routing need a team")
    if team and (state.owner.max(initial=-1) >= team or state.owner.min(initial=0) < -1):
        raise ConfigError(f"owners must be numbered from -1 to {team - 1}, got {state.owner.max()}")
    if team and state.tenure.shape[0] not in (0, team):
        raise ConfigError(f"the state knows {state.tenure.shape[0]} AEs, the team has {team}")
    if around.industries is not None and around.industries.of_account.size != state.accounts:
        raise ConfigError(f"industries must be given for {state.accounts} accounts")
    state.check()


def _for_lanes(entities: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Write the address of each entity once for every lane."""
    return np.repeat(entities[:, None], LANES, axis=1)


def _padded(values: Any, lanes: int) -> Any:
    """Copy an array of (reps, lanes), its last lane repeated up to a full block."""
    return np.ascontiguousarray(values[:, np.minimum(np.arange(lanes), values.shape[1] - 1)])


def _padded_hours(hours: Floats, lanes: int) -> Floats:
    return np.ascontiguousarray(hours[:, :, np.minimum(np.arange(lanes), hours.shape[2] - 1)])


def _by_month(rows: Any, lanes: int) -> Floats:
    """Turn the kernel's trace into (months, accounts, ROWS, lanes)."""
    blocks, months, accounts, width = rows.shape
    if width == 0:
        return np.zeros((0, accounts, ROWS, lanes))
    apart = rows.reshape(blocks, months, accounts, ROWS, LANES)
    together = np.moveaxis(apart, 0, 3).reshape(months, accounts, ROWS, blocks * LANES)
    return np.asarray(together[..., :lanes], dtype=np.float64)
