"""Draws latent states that agree with what the book shows: one lane, one possible truth.

Where nobody knows the truth (every import, and every policy), this is all there is: scores with their
intervals, CRM ratings with their error, and the preset's priors for what leaves no trace.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special, stats

from kamsim.config import Scenario
from kamsim.dynamics import (
    FREE,
    MILESTONES,
    SLOTS,
    State,
    entity_uniforms,
    expected_wallet_growth,
    new_state,
    segment_codes,
)
from kamsim.dynamics.state import Counts, Floats
from kamsim.schemas import DEAL_KINDS, MEDDIC, SEGMENTS
from kamsim.streams import entity_keys, luck_key

POTENTIAL_MONTHS = 36
_LATENTS = ("attainable", "wallet", "responsiveness", "propensity", "goodwill", "roles", "units", "renewal")
_STAGES = {"proof of concept": 0, "endorsement": 1, "budget approval": 2, "signature": 3}
_UNKNOWN_STAGE = 1
_DEAL_ROWS = ("milestones_passed", "age", "kind", "meddic")


def draw_states(
    accounts: pd.DataFrame,
    opportunities: pd.DataFrame,
    scores: pd.DataFrame,
    scenario: Scenario,
    draws: int,
    *,
    cutoff: pd.Timestamp,
    first: int = 0,
    luck: str = "belief",
) -> State:
    """Draw possible states of the accounts at the cut-off.

    Parameters
    ----------
    accounts, opportunities, scores : DataFrame
        ACCOUNTS, OPPORTUNITIES and SCORES.
    scenario : Scenario
    draws : int
        Lanes wanted.
    cutoff : Timestamp
        First day after the history.
    first : int
        Number of the first draw wanted.
    luck : str
        Name of the luck that is drawn from. Plans that were made on some draws are to be judged on others.

    Returns
    -------
    State
        Accounts sorted by id, one lane a draw. Draw k is the same however many are asked for, and
        whichever is the first.
    """
    known = accounts.merge(scores, on="account_id", validate="1:1").sort_values(
        "account_id", ignore_index=True
    )
    ids = known["account_id"].tolist()
    entities = entity_keys(ids)
    segment = segment_codes(known["segment"])
    u = _latent_uniforms(luck_key(scenario.seed, luck), entities, first, draws)
    attainable, wallet = _draw_wallet(known, segment, u, scenario)
    revenue = np.repeat(known[["revenue_eur_per_month"]].to_numpy(), draws, axis=1)
    units, penetrated = _draw_units(known, segment, u["units"], scenario)
    sponsorless = np.where(
        known["sponsor_identified"].fillna(True).to_numpy(bool), 0, scenario.dynamics.sponsorless_months
    )
    since = known["customer_since"].dt.month.to_numpy(float)[:, None] - 1
    noise = scenario.portfolio.observation_noise
    deals = _open_deals(known, opportunities, cutoff, scenario.dynamics.meddic_start)
    is_held = deals["milestones_passed"] != FREE
    room = np.maximum(attainable * wallet - revenue, 0.0)[:, :, None]
    hoped = np.where(np.isnan(deals["amount"]), 0.25 * room, deals["amount"])
    return new_state(
        scenario.dynamics,
        account_ids=ids,
        segment=segment,
        wallet=wallet,
        revenue=revenue,
        attainable=attainable,
        responsiveness=np.exp(scenario.portfolio.responsiveness_log_sd * stats.norm.ppf(u["responsiveness"])),
        propensity=_draw_propensity(known, segment, u["propensity"], scenario),
        goodwill=_draw_rating(known["relationship"], u["goodwill"], noise),
        roles=_draw_rating(known["roles_engaged"], u["roles"], noise),
        sponsorless=_lanes(sponsorless, draws),
        renewal_month=np.where(np.isnan(since), np.floor(12 * u["renewal"]), since).astype(np.int64),
        units=units,
        units_penetrated=penetrated,
        amount=np.where(is_held, np.minimum(hoped, room), 0.0),
        **{name: np.repeat(deals[name], draws, axis=1) for name in _DEAL_ROWS},
    )


def _lanes(values: np.ndarray, draws: int) -> Counts:
    return np.repeat(values.astype(np.int64)[:, None], draws, axis=1)


def _latent_uniforms(key: int, entities: np.ndarray, first: int, draws: int) -> dict[str, Floats]:
    """One table of (accounts, draws) uniform numbers for each latent value."""
    flat = entity_uniforms(key, entities, (first + draws) * len(_LATENTS))
    drawn = flat.reshape(len(entities), first + draws, len(_LATENTS))[:, first:]
    return {name: drawn[:, :, i] for i, name in enumerate(_LATENTS)}


def _of_segments(scenario: Scenario, part: str, name: str, segment: Counts) -> Floats:
    settings = getattr(scenario, part)
    return np.array([getattr(getattr(settings, s), name) for s in SEGMENTS], dtype=float)[segment][:, None]


def _draw_wallet(
    known: pd.DataFrame, segment: Counts, u: dict[str, Floats], scenario: Scenario
) -> tuple[Floats, Floats]:
    """Draw the attainable share from its prior and the wallet so that the potential fits its interval.

    A disclosed wallet is taken as it is; the attainable share is then at least what was attained, so its
    prior is cut off below that. Revenue never exceeds the attainable wallet.
    """
    settings = scenario.portfolio
    prior = stats.beta(settings.attainable_share_alpha, settings.attainable_share_beta)
    revenue = known[["revenue_eur_per_month"]].to_numpy()
    disclosed = known[["disclosed_wallet_eur_per_month"]].to_numpy()
    attained = np.divide(revenue, disclosed, out=np.zeros_like(revenue), where=disclosed > 0).clip(max=1.0)
    cut = prior.cdf(attained)
    attainable = np.maximum(prior.ppf(cut + u["attainable"] * (1 - cut)), attained)
    half_width = stats.norm.ppf(0.5 + scenario.scoring.interval_coverage / 2)
    low, middle, high = (
        np.log(np.maximum(known[[c]].to_numpy(), 1.0))
        for c in ("potential_low_eur", "potential_36m_eur", "potential_high_eur")
    )
    potential = np.exp(middle + (high - low) / (2 * half_width) * stats.norm.ppf(u["wallet"]))
    growth = expected_wallet_growth(scenario.dynamics, POTENTIAL_MONTHS).sum(axis=1)[segment][:, None]
    wallet = np.where(np.isnan(disclosed), potential / (attainable * growth), disclosed)
    return attainable, np.maximum(np.maximum(wallet, revenue / attainable), 1.0)


def _draw_propensity(known: pd.DataFrame, segment: Counts, u: Floats, scenario: Scenario) -> Floats:
    """Draw the churn propensity: the segment's Beta, moved on the logit scale by what the score says.

    The move is the score against the preset's prior for the segment; a prospect has no score and no move.
    """
    mean = _of_segments(scenario, "dynamics", "churn_mean", segment)
    concentration = _of_segments(scenario, "dynamics", "churn_concentration", segment)
    drawn = np.clip(stats.beta.ppf(u, mean * concentration, (1 - mean) * concentration), 1e-4, 1 - 1e-4)
    priors = np.array([getattr(scenario.scoring, f"prior_churn_{s}") for s in SEGMENTS])[segment]
    score = known["churn_probability_12m"].to_numpy()
    bounded = np.clip(score, 0.005, 0.95)
    move = np.where(score > 0, special.logit(bounded) - special.logit(np.clip(priors, 0.005, 0.95)), 0.0)
    return np.asarray(special.expit(special.logit(drawn) + move[:, None]))


def _draw_rating(rating: pd.Series, u: Floats, noise: float) -> Floats:
    """Draw a stock in [0, 1] around the CRM's rating, or from a broad prior where there is none."""
    seen = rating.to_numpy()[:, None]
    around = np.clip(seen + noise * stats.norm.ppf(u), 0, 1)
    return np.asarray(np.where(np.isnan(seen), stats.beta.ppf(u, 3, 3), around))


def _draw_units(known: pd.DataFrame, segment: Counts, u: Floats, scenario: Scenario) -> tuple[Counts, Counts]:
    typical = _of_segments(scenario, "portfolio", "business_units", segment)
    seen = known["business_units"].to_numpy(dtype=float, na_value=np.nan)[:, None]
    units = np.where(np.isnan(seen), 1 + stats.poisson.ppf(u, np.maximum(typical - 1, 1e-9)), seen)
    bought = known["units_penetrated"].to_numpy(dtype=float, na_value=np.nan)[:, None]
    is_customer = known[["revenue_eur_per_month"]].to_numpy() > 0
    penetrated = np.where(np.isnan(bought), is_customer, bought)
    return units.astype(np.int64), np.minimum(penetrated, units).astype(np.int64)


def _open_deals(
    known: pd.DataFrame, opportunities: pd.DataFrame, cutoff: pd.Timestamp, meddic_start: float
) -> dict[str, np.ndarray]:
    """Put the open opportunities, oldest first, in the slots; a renewal keeps revenue and is none of them.

    Amounts are a month's of the year's worth that is stated, missing where none is.
    """
    ids = known["account_id"]
    is_open = (opportunities["status"] == "open") & (opportunities["kind"] != "renewal")
    deals = opportunities[is_open & opportunities["account_id"].isin(ids)]
    deals = deals.sort_values(["account_id", "opened_on", "opportunity_id"])
    deals = deals.assign(slot=deals.groupby("account_id").cumcount()).query(f"slot < {SLOTS}")
    row = pd.Index(ids).get_indexer(pd.Index(deals["account_id"]))
    stage = deals["stage"].map(_STAGES).fillna(_UNKNOWN_STAGE).to_numpy(np.int64)
    # An opportunity is of age 0 in the month it opens; one without a date counts as new.
    opened = deals["opened_on"].fillna(cutoff)
    months = 12 * (cutoff.year - opened.dt.year) + cutoff.month - opened.dt.month - 1
    columns = {
        "milestones_passed": (np.minimum(stage, MILESTONES - 1), FREE),
        "age": (months.clip(lower=0).to_numpy(np.int64), 0),
        "amount": (deals["amount_eur"].to_numpy() / 12, np.nan),
        "kind": (_deal_kinds(deals, known["revenue_eur_per_month"].to_numpy()[row] > 0), 0),
        "meddic": (_letters(deals, meddic_start), 0.0),
    }
    slots = {}
    for name, (values, free) in columns.items():
        slots[name] = np.full((len(ids), 1, SLOTS), free)
        slots[name][row, 0, deals["slot"].to_numpy()] = values
    return slots


def _deal_kinds(deals: pd.DataFrame, is_customer: np.ndarray) -> Counts:
    """Read the kind as the dynamics code it; where the CRM does not tell, a customer's is an upsell."""
    codes = deals["kind"].map({kind: code for code, kind in enumerate(DEAL_KINDS)}).to_numpy(float)
    competitor = deals["competitor"].to_numpy(dtype=bool, na_value=False)
    kinds = np.where(np.isnan(codes), is_customer, codes) + len(DEAL_KINDS) * competitor
    return np.asarray(kinds.astype(np.int64))


def _letters(deals: pd.DataFrame, start: float) -> Floats:
    """Count the MEDDIC letters that are known, where the CRM keeps them (D-MED-1)."""
    kept = deals[list(MEDDIC)].notna().any(axis=1)
    known = deals[list(MEDDIC)].astype("boolean").fillna(False).sum(axis=1)
    return np.where(kept, known.to_numpy(float), start)
