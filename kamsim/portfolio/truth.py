"""Writes what nobody sees: the latent state at the cut-off, its outlook, and its path."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from kamsim.config import Scenario
from kamsim.dynamics import MONTHS_A_YEAR, State, compile_parameters, expected_wallet_growth, state_to_tables
from kamsim.dynamics.outlook import churn_outlook
from kamsim.dynamics.state import Floats
from kamsim.portfolio.dates import month_dates
from kamsim.portfolio.past import last_plan, month_number, outlook_key
from kamsim.portfolio.recorded import RecordedBlock

POTENTIAL_MONTHS = 36


def true_potential(state: State, scenario: Scenario) -> Floats:
    """Sum the attainable spend over 36 months, whatever the effort.

    The wallet drifts, jumps by factors of mean 1, and follows changes at the client.

    Returns
    -------
    array, shape (accounts, lanes)
        EUR.
    """
    first_month = month_number(pd.Timestamp(scenario.portfolio.cutoff))
    months = expected_wallet_growth(scenario.dynamics, POTENTIAL_MONTHS, first_month=first_month)
    growth = months.sum(axis=1)[state.segment]
    return np.asarray(state.attainable * state.wallet * growth[:, None])


def truth_tables(block: RecordedBlock, scenario: Scenario) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write TRUTH and DEALS of a block."""
    truth, deals = state_to_tables(block.closing, rep_ids=block.posts.rep_ids)[:2]
    truth["potential_36m_eur"] = true_potential(block.closing, scenario)[:, 0]
    truth["churn_probability_12m"] = churn_outlook(
        block.closing,
        last_plan(block),
        compile_parameters(scenario.dynamics),
        key=outlook_key(scenario),
        first_month=block.first_month + block.months,
        months=MONTHS_A_YEAR,
        replications=scenario.portfolio.truth_replications,
        people=block.outlook,
    )
    return truth, deals


def truth_history_table(block: RecordedBlock) -> pd.DataFrame:
    """Write TRUTH_HISTORY of a block."""
    past, months = block.recording, block.months
    ids = pa.array(block.account_ids)
    numbers = np.arange(block.first_month, block.first_month + months)
    return pd.DataFrame(
        {
            "account_id": pd.array(ids.take(pa.array(np.repeat(np.arange(len(ids)), months))), dtype="str"),
            "month": np.tile(month_dates(numbers), len(ids)),
            "wallet_eur": past.wallet.flatten(),
            "relationship": past.goodwill.flatten(),
            "roles_engaged": past.roles.flatten(),
            "churn_hazard": past.churn_hazard.flatten(),
        },
        copy=False,
    )


def people_table(block: RecordedBlock) -> pd.DataFrame:
    """Write PEOPLE: where each AE's post stands at the cut-off."""
    aes = block.team.loc[block.team["role"] == "AE", "rep_id"].reset_index(drop=True)
    return pd.DataFrame(
        {
            "rep_id": aes,
            "tenure_months": block.people.tenure[:, -1].astype(np.int64),
            "vacancy_months": block.people.vacancy[:, -1].astype(np.int64),
        }
    )
