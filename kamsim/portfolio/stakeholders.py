"""Writes STAKEHOLDERS and INFLUENCE: each account's organisation chart, and whose word counts there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio import chart_kernel
from kamsim.portfolio.dates import as_dates, first_days
from kamsim.portfolio.happenings import (
    APPOINTMENT,
    MERGER,
    SPONSOR,
    Happenings,
    happenings_of,
)
from kamsim.portfolio.names import full_names
from kamsim.portfolio.quantiles import poisson_quantile
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.row_luck import row_uniforms, turns
from kamsim.portfolio.texts import column, numbered, pick_words
from kamsim.portfolio.titles import TITLES, TITLES_A_CELL, Rank
from kamsim.schemas import DECISION_ROLES, SEGMENTS
from kamsim.stakeholder_settings import OTHER_ROLES, StakeholderSettings
from kamsim.streams import luck_key

# Numba infers the types of the kernel's arguments; typing tools cannot.
_play_charts: Any = chart_kernel.play_charts

PERSON_DIGITS = 3

_NEVER = np.iinfo(np.int64).min
"""As a day: missing."""

_LONGEST_YEARS = 35.0
"""Nobody has been in a position for longer."""

_DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Charts:
    """Everybody who was in the charts of a block, by account and order of joining; arrays shaped (people,).

    Attributes
    ----------
    account, number : array of int
        Position in the block; within the account, from 1.
    draws : array, shape (people, len(PERSON_DRAWS))
        Uniform numbers of each person.
    role, rank : array of int
        Position in `DECISION_ROLES`, and `Rank`; for those who left, as it was then.
    superior : array of int
        Number of the superior within the account, 0 at the top.
    joined, left : array of int
        Days since 1970; `left` is the smallest integer for those present.
    engaged, champion : array of bool
        At the cut-off.
    influence : array
        Share of the account's influence; 0 for those who left.
    """

    account: Counts
    number: Counts
    draws: Floats
    role: NDArray[np.int8]
    rank: NDArray[np.int8]
    superior: Counts
    joined: Counts
    left: Counts
    engaged: NDArray[np.bool_]
    champion: NDArray[np.bool_]
    influence: Floats


def stakeholder_tables(block: RecordedBlock, scenario: Scenario) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write the people of a block's accounts, and the truth of their influence.

    An appointment replaces a person; when a sponsor leaves, the champion does, and somebody else takes the
    position. A merger adds people, and a reorganisation moves some under other superiors and into other
    roles, and perhaps the budget (D-ORG-1). At the cut-off the share of engaged people and the champion are
    those of the model's state.

    Parameters
    ----------
    block : RecordedBlock
    scenario : Scenario
        `portfolio.stakeholders` holds the parameters.

    Returns
    -------
    stakeholders, influence : DataFrame
        STAKEHOLDERS and INFLUENCE, sorted by key.

    Examples
    --------
    >>> from kamsim.portfolio.past import record_block, share_past, start_block
    >>> from kamsim.portfolio.team import draw_team, take_census
    >>> scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 20})
    >>> past = share_past(scenario, draw_team(take_census(scenario), scenario), 20)
    >>> block = record_block(past, start_block(past, 0, 20))
    >>> people, influence = stakeholder_tables(block, scenario)
    >>> people["stakeholder_id"].iloc[0], round(float(influence["influence"].sum()), 6)
    ('A0000001-P001', 20.0)
    """
    charts = play_charts(block, happenings_of(block, scenario), scenario)
    accounts = pa.array(block.closing.account_ids, pa.large_string()).take(pa.array(charts.account))
    ids = _person_ids(accounts, charts.number)
    title = (charts.role.astype(np.int64) * len(Rank) + charts.rank) * TITLES_A_CELL
    title += (charts.draws[:, 2] * TITLES_A_CELL).astype(np.int64)
    people = pd.DataFrame(
        {
            "stakeholder_id": column(ids),
            "account_id": column(accounts),
            "name": column(full_names(charts.draws[:, 0], charts.draws[:, 1])),
            "title": column(pick_words(TITLES, title)),
            "decision_role": column(pick_words(DECISION_ROLES, charts.role.astype(np.int64))),
            "reports_to": column(_person_ids(accounts, charts.superior)),
            "joined_on": as_dates(charts.joined),
            "left_on": as_dates(charts.left),
            "engaged": _flags(charts.engaged),
            "champion": _flags(charts.champion),
        },
        copy=False,
    )
    present = np.flatnonzero(charts.left == _NEVER)
    rows = pa.array(present)
    influence = pd.DataFrame(
        {
            "stakeholder_id": column(ids.take(rows)),
            "account_id": column(accounts.take(rows)),
            "influence": charts.influence[present],
        },
        copy=False,
    )
    return people, influence


def play_charts(block: RecordedBlock, happenings: Happenings, scenario: Scenario) -> Charts:
    """Play the charts of a block from before the first recorded month to the cut-off."""
    settings, state = scenario.portfolio.stakeholders, block.closing
    accounts, key = state.accounts, luck_key(scenario.seed, "stakeholders")
    of_account = row_uniforms(
        key, state.entities, np.zeros(accounts, np.int64), len(chart_kernel.ACCOUNT_DRAWS)
    )
    size = _people_at_start(state.segment, of_account[:, 0], settings)
    happened = np.bincount(happenings.account, minlength=accounts)
    mergers, exits = (
        np.bincount(happenings.account[np.isin(happenings.kind, kinds)], minlength=accounts)
        for kinds in ([MERGER], [APPOINTMENT, SPONSOR])
    )
    present = size + settings.merger_people * mergers
    first_row, first_happening = _starts(present + exits), _starts(happened)
    account = np.repeat(np.arange(accounts), np.diff(first_row))
    number = turns(account) + 1
    draws = row_uniforms(key, state.entities[account], number, len(chart_kernel.PERSON_DRAWS))
    people = account.size
    role, rank = np.zeros(people, np.int8), np.zeros(people, np.int8)
    superior, left = np.zeros(people, np.int64), np.full(people, _NEVER)
    joined = _joined_before(block.first_month, draws[:, 3], settings.years_in_position)
    engaged, champion = np.zeros(people, bool), np.zeros(people, bool)
    influence = np.zeros(people)
    _play_charts(
        np.uint64(key), state.entities, state.segment == SEGMENTS.index("smb"), size, of_account, first_row,
        draws, first_happening, happenings.kind, happenings.month, happenings.day, happenings.choice,
        np.rint(state.roles[:, 0] * present).astype(np.int64), state.sponsorless[:, 0] == 0,
        settings.executive_buyer_share, settings.reports, settings.merger_people, settings.reorganised_share,
        _role_bounds(settings), settings.buyer_access, settings.buyer_influence, settings.influence_shape,
        role, rank, superior, joined, left, engaged, champion, influence,
    )  # fmt: skip
    return Charts(
        account, number, draws, role, rank, superior + 1, joined, left, engaged, champion, influence
    )


def _people_at_start(segment: Counts, u: Floats, settings: StakeholderSettings) -> Counts:
    people = np.zeros(segment.size, np.int64)
    for code, name in enumerate(SEGMENTS):
        rows, own = np.flatnonzero(segment == code), getattr(settings, name)
        people[rows] = own.people_least + poisson_quantile(u[rows], own.people_mean - own.people_least)
    return people


def _starts(counts: Counts) -> Counts:
    return np.concatenate([[0], np.cumsum(counts)])


def _joined_before(first_month: int, u: Floats, mean_years: float) -> Counts:
    """Draw since when people have been in their positions when history begins: exponential, bounded."""
    years = np.minimum(-np.log(u) * mean_years, _LONGEST_YEARS)
    start = first_days(np.array([first_month])).astype(np.int64)
    return np.asarray(start - 1 - (years * _DAYS_A_YEAR).astype(np.int64))


def _role_bounds(settings: StakeholderSettings) -> Floats:
    bounds = np.cumsum([settings.roles[name] for name in OTHER_ROLES])
    return np.asarray(bounds / bounds[-1])


def _person_ids(accounts: pa.Array, numbers: Counts) -> pa.Array:
    """Write the ids of people by account and number; nothing for number 0."""
    most = int(numbers.max(initial=0))
    endings = numbered("-P", np.arange(1, most + 1), PERSON_DIGITS).to_pylist()
    nothing = pa.scalar("", pa.large_string())
    return pc.binary_join_element_wise(accounts, pick_words(endings, numbers - 1), nothing)


def _flags(values: NDArray[np.bool_]) -> Any:
    return pd.arrays.BooleanArray(values, np.zeros(values.size, bool))
