"""How often to realign books: the same accounts, people and luck, other owners at other times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import pandas as pd

from kamsim import kpis
from kamsim.allocation import POLICIES, AllocationProblem, build_problem, find_policy
from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics import Parameters, Plan, State, compile_parameters, hand_over, play
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError, SchemaError, unknown_name
from kamsim.experiments.paired import paired_interval
from kamsim.experiments.quarters import QUARTER, realignment_months, spans
from kamsim.experiments.realign import (
    PROGRESS_RULE,
    RULE,
    Books,
    CompiledRule,
    Method,
    SolvedAgain,
    with_rep_change_cost,
)
from kamsim.experiments.starts import Starts, find_starts, first_month
from kamsim.experiments.world import World, client_share
from kamsim.schemas import BOOK, FREQUENCIES, REALIGNMENTS, SCORES, check
from kamsim.streams import luck_key

FREQUENCIES_TRIED = (36, 12, 6, 3)
NEVER = 0
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class RebalancingResult:
    """What each frequency brings, and the moves.

    Attributes
    ----------
    frequencies : DataFrame
        FREQUENCIES.
    moves : DataFrame
        REALIGNMENTS, of the first lane.
    """

    frequencies: pd.DataFrame
    moves: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        """Return FREQUENCIES."""
        return self.frequencies.copy()

    def summary(self) -> pd.DataFrame:
        """Say for each method and rep-change cost which frequency is best.

        Returns
        -------
        DataFrame
            method, rep_change_cost; best_months, with the highest mean contribution; difference_eur, against
            never, with its interval; verdict: "realign" where the best surely beats never, "never" where
            never surely beats every other, "no difference" otherwise; as_good_months, which the best does
            not surely beat.
        """
        rows = [
            {"method": method, "rep_change_cost": cost, **best_frequency(tried)}
            for (method, cost), tried in self.frequencies.groupby(["method", "rep_change_cost"], sort=True)
        ]
        return pd.DataFrame(rows)


def best_frequency(tried: pd.DataFrame) -> dict[str, object]:
    """Read the best frequency off the rows of one method and rep-change cost; see `summary`.

    Examples
    --------
    >>> rows = pd.DataFrame({"every_months": [0, 3, 12], "contribution_eur": [10.0, 15.0, 14.0]})
    >>> ends = {"difference_low_eur": [0.0, 4.0, 3.0], "difference_high_eur": [0.0, 6.0, 5.0]}
    >>> rows = rows.assign(difference_eur=[0.0, 5.0, 4.0], **ends, behind_best_high_eur=[-4.0, 0.0, 0.5])
    >>> best = best_frequency(rows)
    >>> best["best_months"], best["verdict"], best["as_good_months"]
    (3, 'realign', (3, 12))
    """
    best = tried.sort_values("contribution_eur").to_dict("records")[-1]
    others = tried[tried["every_months"] != best["every_months"]]
    stays = best["every_months"] == NEVER
    sure = (others["difference_high_eur"] < 0).all() if stays else best["difference_low_eur"] > 0
    alike = others.loc[others["behind_best_high_eur"] >= 0, "every_months"].tolist()
    return {
        "best_months": int(best["every_months"]),
        "difference_eur": float(best["difference_eur"]),
        "difference_low_eur": float(best["difference_low_eur"]),
        "difference_high_eur": float(best["difference_high_eur"]),
        "verdict": ("never" if stays else "realign") if sure else "no difference",
        "as_good_months": tuple(sorted({int(best["every_months"]), *map(int, alike)})),
    }


@dataclass(frozen=True)
class _Stage:
    """What all frequencies of one method and one rep-change cost have in common."""

    method: Method
    cost: float
    scenario: Scenario
    problem: AllocationProblem
    starts: Starts
    world: World
    parameters: Parameters
    first_month: int
    team_cost: float


@dataclass(frozen=True)
class _Played:
    """One frequency, played: by lane, and the moves of the first one."""

    contribution: Floats
    moved: float
    load_cv: float
    realignments: int
    moves: pd.DataFrame
    seconds: float


def rebalance(
    portfolio: Portfolio,
    book: pd.DataFrame,
    scores: pd.DataFrame,
    scenario: Scenario,
    *,
    cutoff: pd.Timestamp,
    every: Sequence[float] = FREQUENCIES_TRIED,
    method: str = RULE,
    rep_change_cost: Sequence[float] = (1.0,),
    progress: Progress | None = None,
) -> RebalancingResult:
    """Realign books at several frequencies, and never; compare them in pairs under common luck.

    Books are realigned when the first quarter has ended and every so many months from there, by what is
    observed by then: hours, loads, revenue, progress. Between realignments the portfolio's team plays as it
    is: AEs ramp, leave and are replaced, SE and CSM pools queue.

    Parameters
    ----------
    portfolio, book, scores
        As for `compare_policies`.
    scenario : Scenario
        `allocation.disruption_cap` bounds the moves of each realignment.
    cutoff : Timestamp
        First day of the horizon.
    every : sequence of float
        Months between realignments, multiples of 3. Never is always played beside them.
    method : str
        "rule", the compiled rule that moves accounts off overloaded AEs; "rule_with_exit", the same while
        accounts without progress weigh less; or a policy, solved again.
    rep_change_cost : sequence of float
        Multiples of what a change of representative costs; below 0 it is a gain (`with_rep_change_cost`).
    progress : callable, optional
        Called with the runs done and those wanted.

    Returns
    -------
    RebalancingResult

    Raises
    ------
    ConfigError
        For a frequency that is no multiple of 3 months, no rep-change cost, an unknown method, or a team in
        which no AE has hours.
    SchemaError
        When the book is not of this portfolio.
    InfeasibleAllocationError
        When a policy finds no plan.
    """
    book, scores = check(book, BOOK), check(scores, SCORES)
    for frequency in every:
        realignment_months(0, scenario.experiment.months, frequency)
    if not len(rep_change_cost):
        raise ConfigError("rep_change_cost must hold one multiple or more, got none")
    if method not in (known := (RULE, PROGRESS_RULE, *POLICIES)):
        raise ConfigError(unknown_name("method", method, known))
    frequencies = [NEVER, *(int(f) for f in dict.fromkeys(every) if f != NEVER)]
    rows, moves, done = [], [REALIGNMENTS.empty()], 0
    for cost in dict.fromkeys(float(c) for c in rep_change_cost):
        stage = _prepare(portfolio, book, scores, with_rep_change_cost(scenario, cost), cutoff, method, cost)
        played = {}
        for frequency in frequencies:
            played[frequency] = _play(stage, frequency)
            done += 1
            if progress is not None:
                progress(done, len(frequencies) * len(dict.fromkeys(rep_change_cost)))
        rows += _rows(stage, played)
        moves += [each.moves for each in played.values() if len(each.moves)]
    table = pd.DataFrame(rows).astype({"method": "str"})
    return RebalancingResult(
        check(table, FREQUENCIES), check(pd.concat(moves, ignore_index=True), REALIGNMENTS)
    )


def _prepare(
    portfolio: Portfolio,
    book: pd.DataFrame,
    scores: pd.DataFrame,
    scenario: Scenario,
    cutoff: pd.Timestamp,
    method: str,
    cost: float,
) -> _Stage:
    world = World.of(portfolio.team, scenario.coverage)
    starts = find_starts(portfolio, scores, scenario, cutoff, world.team)
    if starts.start.account_ids != book["account_id"].tolist():
        raise SchemaError("the book and the portfolio must hold the same accounts")
    if not (world.capacity > 0).any():
        raise ConfigError(f"rebalancing wants an AE with hours, got none of {len(world.rep_ids)}")
    chosen: Method = CompiledRule(scenario, by_progress=method == PROGRESS_RULE)
    if method not in (RULE, PROGRESS_RULE):
        chosen = SolvedAgain(find_policy(method), book, scenario, method)
    return _Stage(
        method=chosen,
        cost=cost,
        scenario=scenario,
        problem=build_problem(book, portfolio.team, scenario),
        starts=starts,
        world=world,
        parameters=compile_parameters(scenario.dynamics),
        first_month=first_month(cutoff),
        team_cost=float(portfolio.team["cost_eur_per_month"].sum()),
    )


def _play(stage: _Stage, every: int) -> _Played:
    """Play the horizon in pieces; the last quarter before a realignment is a piece of its own."""
    begun, months = perf_counter(), stage.scenario.experiment.months
    plan, lanes = stage.method.start(stage.problem), stage.starts.lanes
    owner = plan.owner.astype(np.int64)
    books = Books(np.repeat(owner[:, None], lanes, axis=1), np.repeat(plan.hours[:, None], lanes, axis=1))
    state = _hand_over_at_start(stage, books)
    cuts = realignment_months(stage.first_month, months, every)
    revenue, load, moved = np.zeros(lanes), np.zeros((stage.problem.reps, lanes)), np.zeros(lanes)
    tables = []
    stops = sorted({*cuts, *(cut - QUARTER for cut in cuts if cut > QUARTER)})
    for begin, end in spans(stops, months):
        rules = stage.method.rules(stage.problem, every, realigns=end in cuts)
        share = _client_share(stage, books)
        years, state = play(
            state, Plan(books.hours, stage.problem.se_hours, stage.problem.csm_hours), stage.parameters,
            key=luck_key(stage.scenario.seed, "simulation"), first_month=stage.first_month + begin,
            months=end - begin, replications=stage.starts.replication,
            surroundings=stage.world.surround(share, rules),
        )  # fmt: skip
        revenue += years.revenue.sum(axis=(0, 1))
        load += years.load * (end - begin) / months
        if end in cuts:
            before = books
            state, books = stage.method.after(stage.problem, state, books, months - end)
            moved += (before.owner != books.owner).sum(axis=0)
            tables.append(_moves(stage, before, books, share, every, end))
    contribution = stage.scenario.coverage.margin * revenue - months * stage.team_cost
    cv = float(np.mean([kpis.coefficient_of_variation(load[:, lane]) for lane in range(lanes)]))
    moves = pd.concat(tables, ignore_index=True) if tables else REALIGNMENTS.empty()
    return _Played(contribution, float(moved.mean()), cv, len(cuts), moves, perf_counter() - begun)


def _hand_over_at_start(stage: _Stage, books: Books) -> State:
    """Give every lane its owners; who owns an account at the cut-off already takes nothing over."""
    moved = stage.problem.moved(books.owner[:, 0])
    state = hand_over(stage.starts.spread_out(), moved, stage.scenario.dynamics)
    return replace(state, owner=books.owner)


def _client_share(stage: _Stage, books: Books) -> Floats:
    """Share of the AEs' hours with clients, over all lanes: the engine holds one capacity an AE."""
    owner = books.owner.T.ravel()
    accounts = np.tile(np.arange(stage.problem.accounts), books.owner.shape[1])
    rate = stage.problem.hours_per_client_hour[accounts, owner]
    hours = books.hours.T.ravel()
    return client_share(owner, hours, hours * (rate - 1), stage.problem.reps)


def _moves(
    stage: _Stage, before: Books, after: Books, share: Floats, every: int, played: int
) -> pd.DataFrame:
    """Lay out the moves of the first lane."""
    problem = stage.problem
    old, new = before.owner[:, 0], after.owner[:, 0]
    gone = np.flatnonzero(old != new)
    capacity = problem.capacity * share
    hours = np.bincount(old[old >= 0], before.hours[old >= 0, 0], problem.reps)
    load = np.divide(hours, capacity, out=np.zeros(problem.reps), where=capacity > 0)
    mean = float(hours.sum() / capacity.sum()) if capacity.sum() > 0 else 0.0
    bound = (1 + stage.scenario.dynamics.rules.rebalancing_tolerance) * mean
    heavy = (old[gone] >= 0) & (load[old[gone]] > bound)
    is_rule = isinstance(stage.method, CompiledRule)
    reps = np.array([*problem.rep_ids, None], dtype=object)
    month = pd.Timestamp(1970, 1, 1) + pd.DateOffset(months=stage.first_month + played)
    return pd.DataFrame(
        {
            "method": pd.Series([stage.method.name] * gone.size, dtype="str"),
            "rep_change_cost": stage.cost,
            "every_months": every,
            "month": pd.Series([month] * gone.size, dtype="datetime64[us]"),
            "account_id": pd.Series(np.array(problem.account_ids, dtype=object)[gone], dtype="str"),
            "from_rep_id": pd.Series(reps[old[gone]], dtype="str"),
            "to_rep_id": pd.Series(reps[new[gone]], dtype="str"),
            "reason": pd.Series(np.where(is_rule | heavy, "workload", "performance"), dtype="str"),
            "hours": after.hours[gone, 0],
            "from_load": np.where(old[gone] >= 0, load[old[gone]], np.nan),
            "to_load": load[new[gone]],
        }
    )


def _rows(stage: _Stage, played: dict[int, _Played]) -> list[dict[str, object]]:
    cluster, confidence = stage.starts.cluster, stage.scenario.experiment.confidence
    best = max(played.values(), key=lambda each: float(each.contribution.mean()))
    rows: list[dict[str, object]] = []
    for every, each in played.items():
        gain = paired_interval(each.contribution, played[NEVER].contribution, cluster, confidence)
        behind = paired_interval(each.contribution, best.contribution, cluster, confidence)
        rows.append(
            {
                "method": stage.method.name,
                "rep_change_cost": stage.cost,
                "every_months": every,
                "realignments": each.realignments,
                "moves": each.moved,
                "load_cv": each.load_cv,
                "contribution_eur": float(each.contribution.mean()),
                "difference_eur": gain.mean,
                "difference_low_eur": gain.low,
                "difference_high_eur": gain.high,
                "behind_best_eur": behind.mean,
                "behind_best_low_eur": behind.low,
                "behind_best_high_eur": behind.high,
                "seconds": each.seconds,
            }
        )
    return rows
