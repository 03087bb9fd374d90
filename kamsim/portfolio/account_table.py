"""Writes ACCOUNTS: what the CRM shows of each account at the cut-off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import ndtri

from kamsim.config import Scenario
from kamsim.portfolio.accounts import customer_months
from kamsim.portfolio.dates import month_dates
from kamsim.portfolio.ownership import owner_since
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.schemas import SEGMENTS


def account_table(block: RecordedBlock, scenario: Scenario) -> pd.DataFrame:
    """Write the accounts of a block as the CRM shows them.

    Facts are right, ratings carry an error (`portfolio.observation_noise`), and the wallet is known for a
    surveyed sample only.

    Parameters
    ----------
    block : RecordedBlock
    scenario : Scenario

    Returns
    -------
    DataFrame
        ACCOUNTS.
    """
    settings, state, u = scenario.portfolio, block.closing, block.uniforms
    accounts = block.facts.copy()
    reps = pa.array(block.team["rep_id"])
    accounts["owner_id"] = pd.array(reps.take(pa.array(block.owner)), dtype="str")
    accounts["owner_since"] = owner_since(block)
    revenue = state.revenue[:, 0]
    accounts["revenue_eur_per_month"] = revenue
    accounts["customer_since"] = _customer_since(block, scenario)
    surveyed = u["survey"].to_numpy() < settings.survey_share
    accounts["disclosed_wallet_eur_per_month"] = np.where(surveyed, state.wallet[:, 0], np.nan)
    accounts["business_units"] = pd.array(state.units[:, 0], dtype="Int64")
    accounts["units_penetrated"] = pd.array(state.units_penetrated[:, 0], dtype="Int64")
    for column, truth, error in (
        ("relationship", state.goodwill, "rating"),
        ("roles_engaged", state.roles, "rated_roles"),
    ):
        noise = settings.observation_noise * ndtri(u[error].to_numpy())
        accounts[column] = np.clip(truth[:, 0] + noise, 0, 1)
    accounts["sponsor_identified"] = pd.array(state.sponsorless[:, 0] == 0, dtype="boolean")
    return accounts


def _customer_since(block: RecordedBlock, scenario: Scenario) -> NDArray[np.datetime64]:
    """Find the first month of the present unbroken run of revenue; missing for a prospect.

    Who has paid in every recorded month began before them, when the initial portfolio says.
    """
    pays = block.recording.revenue > 0
    unbroken = np.where(pays.all(axis=1), block.months, np.argmin(pays[:, ::-1], axis=1))
    began = block.first_month + block.months - unbroken
    there = (unbroken == block.months) & (block.opening.revenue[:, 0] > 0)
    u = block.uniforms["since"].to_numpy()
    for code, name in enumerate(SEGMENTS):
        rows = np.flatnonzero(there & (block.closing.segment == code))
        began[rows] -= customer_months(scenario.portfolio, name, u[rows])
    return month_dates(began, missing=~pays[:, -1])
