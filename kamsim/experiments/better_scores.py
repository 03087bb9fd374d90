"""Scores and fields made better, or worse, in a controlled way from the truth of a synthetic portfolio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from kamsim.dynamics.state import Floats
from kamsim.streams import stream

WAYS = {
    "churn_score": (-1.0, -0.5, 0.0, 0.5, 1.0),
    "potential_score": (-0.5, -0.25, 0.0, 0.25, 0.5),
    "budget": (0.0, 0.25, 0.5, 1.0),
    "deciders": (0.0, 0.25, 0.5, 1.0),
}
"""Ways of knowing more, each with its levels; 0 is how things are."""

_LEAST, _MOST = 0.005, 0.95


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of the accounts.

    Attributes
    ----------
    accounts, scores : DataFrame
        ACCOUNTS and SCORES.
    measure : float
        How much it is: AUC in points, width of the interval in % of what it is, or accounts asked.
    """

    accounts: pd.DataFrame
    scores: pd.DataFrame
    measure: float


def know(
    way: str, level: float, accounts: pd.DataFrame, scores: pd.DataFrame, truth: pd.DataFrame, seed: int
) -> Known:
    """Make what is known better, or worse, in one way.

    - `churn_score`: on the logit scale from the score to the true probability (level 1) or to the baseline,
      the base rate of the segment (level -1).
    - `potential_score`: the error of the log potential and its interval shrink together by the level, so that
      the interval stays as honest as it is; below 0 both widen.
    - `budget`: a share of the accounts without a disclosed wallet tell theirs.
    - `deciders`: for a share of the accounts the share of decision roles engaged, the Economic Buyer's among
      them, is asked anew instead of missing, old or misjudged. Beliefs still allow for the rating's error.

    Parameters
    ----------
    way : str
        One of `WAYS`.
    level : float
    accounts, scores, truth : DataFrame
        ACCOUNTS, SCORES and TRUTH of the same accounts, sorted.
    seed : int
        Who is asked first; a larger share asks the same accounts and more.

    Returns
    -------
    Known
    """
    if way == "churn_score":
        better = scores.assign(churn_probability_12m=_churn(scores, truth, level))
        return Known(accounts, better, 100 * expected_auc(better, truth))
    if way == "potential_score":
        return Known(accounts, _potential(scores, truth, level), 100 * (1 - level))
    column, true = {
        "budget": ("disclosed_wallet_eur_per_month", "wallet_eur_per_month"),
        "deciders": ("roles_engaged", "roles_engaged"),
    }[way]
    unasked = accounts[column].isna().to_numpy() if way == "budget" else np.ones(len(accounts), bool)
    order = stream(seed, "score_value", way).permutation(np.flatnonzero(unasked))
    asked = order[: round(level * order.size)]
    told = accounts[column].to_numpy(float, copy=True)
    told[asked] = truth[true].to_numpy()[asked]
    return Known(accounts.assign(**{column: told}), scores, float(asked.size))


def _churn(scores: pd.DataFrame, truth: pd.DataFrame, level: float) -> Floats:
    score = scores["churn_probability_12m"].to_numpy()
    towards = (truth["churn_probability_12m"] if level > 0 else scores["churn_baseline"]).to_numpy()
    here, there = (special.logit(np.clip(p, _LEAST, _MOST)) for p in (score, towards))
    mixed = special.expit(here + abs(level) * (there - here))
    return np.where((score > 0) & (level != 0), mixed, score)


def _potential(scores: pd.DataFrame, truth: pd.DataFrame, level: float) -> pd.DataFrame:
    middle = np.log(np.maximum(scores["potential_36m_eur"].to_numpy(), 1.0))
    true = np.log(np.maximum(truth["potential_36m_eur"].to_numpy(), 1.0))
    centre = true + (1 - level) * (middle - true)
    ends = {
        f"potential_{end}_eur": np.exp(
            centre + (1 - level) * (np.log(np.maximum(scores[f"potential_{end}_eur"], 1.0)) - middle)
        )
        for end in ("low", "high")
    }
    return scores.assign(potential_36m_eur=np.exp(centre), **ends)


def expected_auc(scores: pd.DataFrame, truth: pd.DataFrame) -> float:
    """Probability that, of a customer who leaves and one who stays, the score ranks the leaver higher.

    Expected over who leaves by the true probabilities p, so that no luck is in it: the sum over pairs of
    p_i (1 - p_j) where the score of i is higher (half where they tie), over that of all pairs.

    Examples
    --------
    >>> truth = pd.DataFrame({"churn_probability_12m": [0.5, 0.5]})
    >>> float(expected_auc(truth, truth))
    0.5
    """
    score = scores["churn_probability_12m"].to_numpy()
    customer = score > 0
    order = np.argsort(score[customer], kind="stable")
    score = score[customer][order]
    leaves = truth["churn_probability_12m"].to_numpy()[customer][order]
    stays = 1 - leaves
    group = np.cumsum(np.append(True, np.diff(score) > 0)) - 1 if score.size else np.zeros(0, int)
    left, stayed = np.bincount(group, leaves), np.bincount(group, stays)
    below = np.cumsum(stayed) - stayed
    pairs = leaves.sum() * stays.sum()
    # An account is no pair with itself: the diagonal goes from both sums.
    own = float((leaves * stays).sum())
    won = float((left * (below + stayed / 2)).sum()) - own / 2
    return won / (pairs - own) if pairs > own else float("nan")
