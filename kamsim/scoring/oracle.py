"""How much of what could be known a churn score knows: beside the truth of a synthetic portfolio.

With the true probability of each customer at hand no outcome need be drawn: the expected log loss of a score
is a mean over customers, free of the luck of who left. The least there is belongs to the oracle, who says the
truth. No score can reach it, since the truth rests on what no column shows; what the same model reaches on
many times the accounts is a fairer ceiling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.errors import FeatureError
from kamsim.scoring.losses import log_losses, paired_gain
from kamsim.scoring.suspicion import Suspicion

Floats = NDArray[np.float64]

TINIEST = 1e-9


@dataclass(frozen=True)
class OracleShare:
    """What a score makes of the skill that the truth allows.

    Parameters
    ----------
    skill : float
        Share of the base rate's expected log loss that the score saves.
    oracle_skill : float
        The same of the true probabilities: the most there is.
    rows : int
    """

    skill: float
    oracle_skill: float
    rows: int

    @property
    def share(self) -> float:
        """The score's skill over the oracle's; missing where the truth is no better than the base rate."""
        return self.skill / self.oracle_skill if self.oracle_skill > 0 else float("nan")


def oracle_share(probability: Any, true_probability: Any, base_rate: Any) -> OracleShare:
    """Compare a score with the truth.

    Parameters
    ----------
    probability, true_probability, base_rate : array, shape (rows,)
        What the score, the truth and the baseline say of each customer.

    Returns
    -------
    OracleShare

    Raises
    ------
    FeatureError
        When lengths differ, there is no row, or something is no probability.

    Examples
    --------
    >>> truth = np.array([0.1, 0.1, 0.7, 0.7])
    >>> found = oracle_share([0.2, 0.2, 0.6, 0.6], truth, np.full(4, 0.4))
    >>> round(found.skill, 3), round(found.oracle_skill, 3), round(found.share, 2)
    (0.261, 0.305, 0.86)
    """
    said, truth, base = (
        _probabilities(values, name)
        for values, name in ((probability, "probability"), (true_probability, "true_probability"),
                             (base_rate, "base_rate"))
    )  # fmt: skip
    if not len(truth) or not len(said) == len(truth) == len(base):
        raise FeatureError(f"lengths must be alike and above 0, got {len(said)}, {len(truth)}, {len(base)}")
    plain = expected_log_loss(truth, base)
    skills = [1 - expected_log_loss(truth, guess) / plain for guess in (said, truth)]
    return OracleShare(skills[0], skills[1], len(truth))


def score_beside_truth(scores: pd.DataFrame, truth: pd.DataFrame | None) -> OracleShare | None:
    """Compare the churn scores of customers with the truth of a synthetic portfolio.

    Parameters
    ----------
    scores : DataFrame
        SCORES; its baseline is the base rate of the segment.
    truth : DataFrame or None
        TRUTH.

    Returns
    -------
    OracleShare or None
        None where there is no truth, or no customer.

    Examples
    --------
    >>> scores = pd.DataFrame({"account_id": ["a", "b"], "churn_probability_12m": [0.2, 0.6],
    ...     "churn_baseline": 0.4})
    >>> truth = pd.DataFrame({"account_id": ["b", "a"], "churn_probability_12m": [0.7, 0.1]})
    >>> round(score_beside_truth(scores, truth).share, 2), score_beside_truth(scores, None)
    (0.86, None)
    """
    if truth is None:
        return None
    said = scores[scores["churn_probability_12m"] > 0].set_index("account_id")
    true = truth.set_index("account_id")["churn_probability_12m"].reindex(said.index)
    return oracle_share(said["churn_probability_12m"], true, said["churn_baseline"]) if len(said) else None


def expected_log_loss(truth: Floats, probability: Floats) -> float:
    """Return the mean log loss of a probability where each row happens with the true one."""
    p = np.clip(probability, TINIEST, 1 - TINIEST)
    return float(-(truth * np.log(p) + (1 - truth) * np.log1p(-p)).mean())


def beats_the_truth(happened: Any, probability: Any, true_probability: Any) -> Suspicion | None:
    """Raise an alarm where a score foresees what happened better than the true probability, beyond noise.

    Parameters
    ----------
    happened : array of bool, shape (rows,)
        Who left after the truth was taken.
    probability, true_probability : array, shape (rows,)

    Returns
    -------
    Suspicion or None
        Only a column that knows the outcome can do that.

    Examples
    --------
    >>> left = np.arange(200) % 4 == 0
    >>> beats_the_truth(left, np.where(left, 0.9, 0.1), np.full(200, 0.25)).rule
    'beats the truth'
    >>> beats_the_truth(left, np.full(200, 0.3), np.full(200, 0.25)) is None
    True
    """
    left = np.asarray(happened, dtype=bool)
    said, truth = (
        _probabilities(values, name)
        for values, name in ((probability, "probability"), (true_probability, "true_probability"))
    )
    if not len(left) == len(said) == len(truth):
        raise FeatureError(f"lengths must be alike, got {len(left)}, {len(said)}, {len(truth)}")
    gain = paired_gain(log_losses(left, said), log_losses(left, truth))
    if not gain.beyond_noise:
        return None
    return Suspicion(
        "beats the truth",
        f"The score foresees who left better than the true probabilities do (log loss lower by"
        f" {gain.share:.0%} on {len(left)} customers): a column knows the outcome.",
    )


def _probabilities(values: Any, name: str) -> Floats:
    array = np.asarray(values, dtype="float64")
    if array.ndim != 1 or not ((array >= 0) & (array <= 1)).all():
        raise FeatureError(f"{name} must be a column of probabilities from 0 to 1")
    return array
