"""Soils what a CRM would hold: missing, stale, duplicated and misspelt entries, and ends entered late.

Only what people write into a CRM gets dirty. HISTORY comes from accounts receivable and telemetry, and a
surveyed wallet from the survey: they stay as they are. Accounts themselves are not entered twice: TRUTH holds
one row an account, and every later table hangs on the account's id; a firm that a CRM holds twice is a matter
for an import, not for a portfolio whose truth is known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics.state import Counts, Floats
from kamsim.observation_settings import DirtSettings
from kamsim.portfolio.opportunity_table import STAGES, entry_ids
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.row_luck import row_uniforms, turns
from kamsim.portfolio.slips import misspell_some
from kamsim.portfolio.texts import column, pick_words
from kamsim.schemas import MEDDIC
from kamsim.streams import luck_key

Draws = dict[str, Floats]

MAY_BE_MISSING = {
    "accounts": (
        "industry", "headcount", "firm_revenue_eur", "business_units", "relationship", "roles_engaged",
        "sponsor_identified", "digital_maturity", "budget_confirmed", "technical_complexity",
    ),
    "opportunities": (
        "amount_eur", "product", "proof_on", "endorsed_on", "approved_on", "competitor", "reason", *MEDDIC,
    ),
    "stakeholders": ("joined_on", "engaged"),
    "leads": ("industry", "region"),
}  # fmt: skip
"""Columns that people leave empty; an amount only while the opportunity is open."""

_MISSPELT = {"accounts": ("name", "industry", "city"), "stakeholders": ("name",)}

_DRAWS = {
    "accounts": ("old relationship", "old roles_engaged"),
    "opportunities": ("late", "delay", "twice", "days", "amount"),
    "stakeholders": ("twice", "slip", "letter"),
    "leads": ("twice", "days"),
}
"""What an entry draws besides: whether cells are missing or misspelt, which slip, at which letter."""

_TWICE_WITHIN = 10
"""Days after the first entry in which the second one is made, at most."""
_TWICE_APART = 0.05
"""Largest difference of its amount from the first one's, as a share."""
_LAST_TURN = "99"
"""A lead's id ends on two digits that tell an account's leads apart: a second entry takes the last number."""
_DAY = np.timedelta64(1, "D")


def soil(portfolio: Portfolio, block: RecordedBlock, scenario: Scenario) -> Portfolio:
    """Soil the observed tables of a block.

    Every kind of dirt is a knob of `portfolio.dirt`; at 0 it changes nothing, and no knob moves what another
    one does: each entry draws by its account and its place among the account's entries in the clean table.

    Parameters
    ----------
    portfolio : Portfolio
        Clean, tables sorted by key.
    block : RecordedBlock
        What it was written from: old ratings are read from its recording.
    scenario : Scenario

    Returns
    -------
    Portfolio
        A copy; ACCOUNTS, OPPORTUNITIES, STAKEHOLDERS and LEADS may differ.
    """
    people, leads = portfolio.stakeholders, portfolio.leads
    return replace(
        portfolio,
        accounts=_soil_accounts(portfolio.accounts, block, scenario),
        opportunities=_soil_opportunities(portfolio.opportunities, block, scenario),
        stakeholders=None if people is None else _soil_stakeholders(people, block, scenario),
        leads=None if leads is None else _soil_leads(leads, block, scenario),
    )


def _soil_accounts(accounts: pd.DataFrame, block: RecordedBlock, scenario: Scenario) -> pd.DataFrame:
    dirt = scenario.portfolio.dirt
    u = _draw("accounts", np.arange(len(accounts)), np.zeros(len(accounts), np.int64), block, scenario)
    aged = _age(accounts, u, block, dirt)
    return _blank(_misspell(aged, u, "accounts", dirt), u, "accounts", dirt)


def _age(accounts: pd.DataFrame, u: Draws, block: RecordedBlock, dirt: DirtSettings) -> pd.DataFrame:
    """Put old ratings in the place of some: they lack what the relationship has done since."""
    month = block.months - 1 - dirt.stale_months
    aged = accounts.copy()
    for rating, variable in (("relationship", "goodwill"), ("roles_engaged", "roles")):
        past, opening = getattr(block.recording, variable), getattr(block.opening, variable)
        moved = getattr(block.closing, variable)[:, 0] - (past[:, month] if month >= 0 else opening[:, 0])
        rated = aged[rating].to_numpy()
        aged[rating] = np.where(u[f"old {rating}"] < dirt.stale_share, np.clip(rated - moved, 0, 1), rated)
    return aged


def _soil_opportunities(
    opportunities: pd.DataFrame, block: RecordedBlock, scenario: Scenario
) -> pd.DataFrame:
    dirt, cutoff = scenario.portfolio.dirt, np.datetime64(scenario.portfolio.cutoff)
    account, number = _places(opportunities, block)
    u = _draw("opportunities", account, number, block, scenario)
    soiled = _blank(_enter_ends_late(opportunities, u, dirt, cutoff), u, "opportunities", dirt)
    closed = opportunities["status"].to_numpy() != "open"
    soiled["amount_eur"] = np.where(closed, opportunities["amount_eur"], soiled["amount_eur"])
    twice = np.flatnonzero(u["twice"] < dirt.duplicated_opportunity_share)
    again = soiled.iloc[twice]
    later = again["opened_on"] + (1 + _TWICE_WITHIN * u["days"][twice]).astype(np.int64) * _DAY
    bounds = again[["proof_on", "endorsed_on", "approved_on", "closed_on"]]
    return _enter_again(
        soiled, twice, account, block, "-",
        opened_on=bounds.assign(opened_on=later, cutoff=cutoff - _DAY).min(axis=1),
        amount_eur=again["amount_eur"] * (1 + _TWICE_APART * (2 * u["amount"][twice] - 1)),
    )  # fmt: skip


def _enter_ends_late(
    opportunities: pd.DataFrame, u: Draws, dirt: DirtSettings, cutoff: np.datetime64
) -> pd.DataFrame:
    """Date the end of some deals when it was entered; not entered by the cut-off, they still look open."""
    closed_on = opportunities["closed_on"].to_numpy()
    is_deal = opportunities["kind"].to_numpy() != "renewal"
    late = (u["late"] < dirt.late_share) & ~np.isnat(closed_on) & is_deal
    entered = closed_on + np.ceil(-dirt.late_days * np.log(u["delay"])).astype(np.int64) * _DAY
    unseen = late & (entered >= cutoff)
    dates = opportunities[["proof_on", "endorsed_on", "approved_on"]].notna().to_numpy()
    stages = pd.Series(column(pick_words(STAGES, dates.sum(axis=1))), index=opportunities.index)
    return opportunities.assign(
        status=opportunities["status"].mask(unseen, "open"),
        stage=opportunities["stage"].mask(unseen, stages),
        reason=opportunities["reason"].mask(unseen),
        closed_on=np.where(unseen, np.datetime64("NaT"), np.where(late, entered, closed_on)),
    )


def _soil_stakeholders(stakeholders: pd.DataFrame, block: RecordedBlock, scenario: Scenario) -> pd.DataFrame:
    dirt = scenario.portfolio.dirt
    account, number = _places(stakeholders, block)
    u = _draw("stakeholders", account, number, block, scenario)
    soiled = _misspell(_blank(stakeholders, u, "stakeholders", dirt), u, "stakeholders", dirt)
    twice = np.flatnonzero(u["twice"] < dirt.duplicated_stakeholder_share)
    names, slip, letter = stakeholders["name"].iloc[twice], u["slip"][twice], u["letter"][twice]
    slips = misspell_some(names, np.ones(len(twice), bool), slip, letter)
    return _enter_again(soiled, twice, account, block, "-P", name=slips)


def _soil_leads(leads: pd.DataFrame, block: RecordedBlock, scenario: Scenario) -> pd.DataFrame:
    """Blank cells of leads that became accounts, and enter some of them again though the account is there."""
    dirt, became = scenario.portfolio.dirt, leads["account_id"].notna()
    accepted, others = leads[became].reset_index(drop=True), leads[~became]
    u = _draw("leads", *_places(accepted, block), block, scenario)
    twice = np.flatnonzero(u["twice"] < dirt.duplicated_lead_share)
    again = accepted.iloc[twice].reset_index(drop=True)
    again["lead_id"] = again["lead_id"].str.slice(stop=-2) + _LAST_TURN
    last = np.datetime64(scenario.portfolio.cutoff) - _DAY
    later = (1 + _TWICE_WITHIN * u["days"][twice]).astype(np.int64) * _DAY
    again["arrived_on"] = np.minimum(again["arrived_on"].to_numpy() + later, last).astype("datetime64[us]")
    parts = [part for part in (_blank(accepted, u, "leads", dirt), again, others) if len(part)]
    return pd.concat(parts).sort_values("lead_id", ignore_index=True) if parts else leads


def _places(frame: pd.DataFrame, block: RecordedBlock) -> tuple[Counts, Counts]:
    """Say of each row which account of the block it belongs to, and which of the account's rows it is."""
    known = pa.array(block.closing.account_ids, pa.large_string())
    runs = pc.run_end_encode(pa.chunked_array(pa.array(frame["account_id"])).combine_chunks())
    rows = np.diff(runs.run_ends.to_numpy(), prepend=0)
    account = np.repeat(pc.index_in(runs.values, known).to_numpy().astype(np.int64), rows)
    return account, turns(account)


def _draw(table: str, account: Counts, number: Counts, block: RecordedBlock, scenario: Scenario) -> Draws:
    """Draw all that the entries of a table need, by name; the order of names is part of a seed's meaning."""
    names = [*_DRAWS[table], *(f"missing {name}" for name in MAY_BE_MISSING[table])]
    slips = ("misspelt", "slip", "letter")
    names += [f"{slip} {name}" for name in _MISSPELT.get(table, ()) for slip in slips]
    key = luck_key(scenario.seed, f"dirt {table}")
    drawn = row_uniforms(key, block.closing.entities[account], number, len(names))
    return {name: drawn[:, i] for i, name in enumerate(names)}


def _blank(frame: pd.DataFrame, u: Draws, table: str, dirt: DirtSettings) -> pd.DataFrame:
    blanks = {name: u[f"missing {name}"] < dirt.missing_share for name in MAY_BE_MISSING[table]}
    return frame.assign(**{name: frame[name].mask(cells) for name, cells in blanks.items() if cells.any()})


def _misspell(frame: pd.DataFrame, u: Draws, table: str, dirt: DirtSettings) -> pd.DataFrame:
    slips = {}
    for name in _MISSPELT[table]:
        which = u[f"misspelt {name}"] < dirt.misspelt_share
        slips[name] = misspell_some(frame[name], which, u[f"slip {name}"], u[f"letter {name}"])
    return frame.assign(**slips)


def _enter_again(
    frame: pd.DataFrame,
    twice: Counts,
    account: Counts,
    block: RecordedBlock,
    mark: str,
    **differs: pd.Series[Any],
) -> pd.DataFrame:
    """Enter some rows once more, with the next numbers of their accounts, after these accounts' rows."""
    if not twice.size:
        return frame
    of = account[twice]
    before = np.searchsorted(account, of, side="right")
    both = frame.take(np.insert(np.arange(len(frame)), before, twice)).reset_index(drop=True)
    number = np.bincount(account, minlength=block.closing.accounts)[of] + turns(of) + 1
    ids = entry_ids(block.closing.account_ids, of, number, mark)
    places = before + np.arange(len(before))
    for name, values in {str(frame.columns[0]): pd.Series(column(ids)), **differs}.items():
        changed = both[name].copy()
        changed.iloc[places] = values.to_numpy() if values.dtype != "str" else values.array
        both[name] = changed
    return both
