"""How good potential is on accounts that the model has not seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone

from kamsim.config import Scenario
from kamsim.scoring.check import Check, as_assessment, check_held_out
from kamsim.scoring.features import families
from kamsim.scoring.forward_folds import GROUPED, RANDOM, group_folds, random_folds
from kamsim.scoring.held_out import predict_held_out
from kamsim.scoring.losses import log_errors, paired_gain, pinball_losses
from kamsim.scoring.measured import Beside
from kamsim.scoring.notes import ScoreNote
from kamsim.scoring.potential_prior import mean_attainable_share, revenue_floor
from kamsim.scoring.potential_regressor import PotentialRegressor
from kamsim.scoring.prior_column import PRIOR
from kamsim.scoring.quiet import quietly

Floats = NDArray[np.float64]

FOLDS = 5


def check_survey(
    accounts: pd.DataFrame,
    table: pd.DataFrame,
    disclosed: Floats,
    scenario: Scenario,
    model: PotentialRegressor,
    rfm: Floats | None = None,
) -> tuple[Check, tuple[ScoreNote, ...]]:
    """Hold out accounts that disclosed their wallet, and predict their potential from the others.

    Parameters
    ----------
    accounts : DataFrame
        ACCOUNTS, sorted by id.
    table : DataFrame
        What the model reads, with the prior.
    disclosed : array, shape (accounts,)
        Potential by the disclosed wallet; missing where none was.
    scenario : Scenario
    model : PotentialRegressor
        Fitted.
    rfm : array, shape (accounts,), optional

    Returns
    -------
    tuple of Check and notes
        The wallet can be checked, the attainable share cannot: intervals are held against the wallet
        alone here, so the share's spread is left out of them. The baseline is past revenue scaled up.
        Families of accounts are held out whole.
    """
    told = np.isfinite(disclosed)
    rows, actual, prior = table[told], disclosed[told], table.loc[told, PRIOR].to_numpy()
    estimator = clone(model).set_params(unseen_log_errors=None)
    family = np.unique(families(accounts)[told], return_inverse=True)[1].astype(np.int64)
    kind = GROUPED if family.max() > 0 else RANDOM
    folds = (
        group_folds(None, family, FOLDS, seed=0)
        if kind == GROUPED
        else random_folds(None, len(actual), FOLDS, seed=0)
    )
    with quietly():
        held_out = predict_held_out(
            estimator, rows, actual, folds, classify=False, coverage=scenario.scoring.interval_coverage
        )
    floor = revenue_floor(accounts)[told]
    held_out = replace(held_out, base=prior, predicted=np.maximum(held_out.predicted, floor))
    known = None if rfm is None else rfm[told]
    beside = Beside(past_spend=prior, rfm=known, tier=_tier(held_out.predicted, scenario), clusters=family)
    check = check_held_out("potential", held_out, beside, kind=kind, classify=False)
    gain = paired_gain(log_errors(actual, held_out.predicted), log_errors(actual, prior), family)
    attainable = mean_attainable_share(scenario)
    notes = [ScoreNote("potential_from_survey", {"accounts": len(actual), "attainable": attainable})]
    if model.weight_ < 1:
        notes.append(ScoreNote("potential_shrunk", {"accounts": len(actual), "weight": model.weight_}))
    key = "potential_better" if gain.beyond_noise else "potential_not_better"
    return check, (*notes, ScoreNote(key, {"rows": len(actual), "gain": gain.share}))


def check_frontier(
    table: pd.DataFrame, spend: Floats, model: PotentialRegressor
) -> tuple[Check, tuple[ScoreNote, ...]]:
    """Hold out customers, and predict the high quantile of spend from the others.

    Parameters
    ----------
    table : DataFrame
        What the model reads, of customers, with the prior.
    spend : array, shape (customers,)
        EUR over the horizon.
    model : PotentialRegressor
        Fitted on spend.

    Returns
    -------
    tuple of Check and notes
        No wallet can check potential, so there is no verdict: only whether size and kind tell more of what
        like customers spend than one figure for all. The prior knows each customer's own spend, so it
        is left out here.
    """
    quantile, logs = model.quantile, np.log(spend)
    estimator = clone(model).set_params(prior_potential=None, small_sample=0)
    size = table.drop(columns=PRIOR)
    said, plain = np.empty(len(spend)), np.empty(len(spend))
    for fold in random_folds(None, len(spend), FOLDS, seed=0):
        with quietly():
            fitted = clone(estimator).fit(size.iloc[fold.learned], spend=spend[fold.learned])
        said[fold.held_out] = np.log(fitted.predict(size.iloc[fold.held_out]))
        plain[fold.held_out] = np.quantile(logs[fold.learned], quantile)
    losses = [pinball_losses(logs, guess, quantile) for guess in (said, plain)]
    gain = paired_gain(*losses)
    measures = pd.DataFrame(
        {
            "measure": ["pinball_loss", "share_above"],
            "value": [losses[0].mean(), (logs > said).mean()],
            "low": np.nan,
            "high": np.nan,
            "baseline": [losses[1].mean(), (logs > plain).mean()],
            "rows": len(logs),
        }
    )
    facts = {"accounts": len(logs), "quantile": quantile, "weight": model.weight_}
    return Check(as_assessment("potential", measures)), (
        ScoreNote("potential_from_spend", facts),
        ScoreNote(
            "spend_better" if gain.beyond_noise else "spend_not_better",
            {"rows": len(logs), "gain": gain.share},
        ),
    )


def _tier(potential: Floats, scenario: Scenario) -> NDArray[np.str_]:
    """Name the tier of each predicted potential."""
    above = potential > scenario.segmentation.tier_1_above_eur
    return np.where(above, "1", np.where(potential >= scenario.segmentation.tier_2_from_eur, "2", "3"))
