"""From played policies to a verdict: precision, selection, and the winner's value on fresh luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kamsim.config import ExperimentSettings
from kamsim.dynamics.state import Floats
from kamsim.experiments.intervals import Interval, mean_interval
from kamsim.experiments.key_figures import contributions
from kamsim.experiments.replications import Precision, replicate_to_precision
from kamsim.experiments.selection import FEWEST, Selection, select_best

Play = Callable[[Sequence[str], int, int], pd.DataFrame]
"""PERIODS of some policies, from one cluster (replication, or draw of the latent state) up to another."""


@dataclass(frozen=True)
class Reestimate:
    """What the leading policy brings on luck that had no part in its leading: free of the winner's curse.

    Attributes
    ----------
    policy, baseline : str
    replications : int
        Fresh ones.
    contribution, difference : Interval
        EUR over the horizon; the difference is from the baseline, in pairs.
    selected_difference_eur : float
        The same difference on the luck that it was selected on.
    """

    policy: str
    baseline: str
    replications: int
    contribution: Interval
    difference: Interval
    selected_difference_eur: float


@dataclass
class Playing:
    """Policies played so far under common luck; plays on where more is asked for.

    Attributes
    ----------
    play : callable
        See `Play`.
    policies : list of str
        The baseline first.
    parts : list of DataFrame
        What all policies have played, block after block.
    """

    play: Play
    policies: list[str]
    parts: list[pd.DataFrame] = field(default_factory=list)
    _known: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Start with nothing."""
        self._known = np.zeros((0, len(self.policies)))

    @property
    def played(self) -> int:
        """Clusters that all policies have played."""
        return len(self._known)

    def contributions(self, clusters: int) -> Floats:
        """Contributions of all policies in the first clusters: (clusters, policies)."""
        have = len(self._known)
        if clusters > have:
            new = self.play(self.policies, have, clusters)
            self.parts.append(new)
            self._known = np.concatenate([self._known, contributions(new, self.policies)])
        return self._known[:clusters]

    def more(self, policies: Sequence[str], first: int, last: int) -> Floats:
        """Contributions of some policies from one cluster up to another; those not played yet are played."""
        have = len(self._known)
        columns = [self.policies.index(name) for name in policies]
        known = self._known[first:last, columns]
        if last <= have:
            return known
        new = contributions(self.play(policies, max(first, have), last), list(policies))
        return np.concatenate([known, new])


def reach_precision(
    playing: Playing, settings: ExperimentSettings, first: int, budget: int
) -> Precision | None:
    """Play the clusters wanted, and more where a precision is asked for.

    None where none is, or where one policy alone has no differences to be precise about.
    """
    if (settings.precision <= 0 and settings.precision_eur <= 0) or len(playing.policies) < 2:
        playing.contributions(first)
        return None
    return replicate_to_precision(
        playing.contributions,
        target_eur=settings.precision_eur,
        target_share=settings.precision,
        confidence=settings.confidence,
        first_stage=first,
        budget=budget,
    )


def select(playing: Playing, settings: ExperimentSettings, played: int, budget: int) -> Selection:
    """Select the policy that brings most contribution; what is played already is the first stage."""
    return select_best(
        playing.more,
        playing.policies,
        indifference=settings.indifference_eur,
        confidence=settings.confidence,
        first_stage=played,
        budget=budget,
    )


def reestimate(
    selection: Selection, fresh: Playing, known: Floats, clusters: int, confidence: float
) -> Reestimate | None:
    """Play the leading policy and the baseline on fresh luck.

    Parameters
    ----------
    selection : Selection
        Where nobody was selected, the highest mean is taken.
    fresh : Playing
        With a luck of its own.
    known : array of float, shape (clusters, policies)
        Contributions that the selection began with.
    clusters : int
        To be played.
    confidence : float

    Returns
    -------
    Reestimate or None
        None with fewer than `FEWEST` clusters.
    """
    if clusters < FEWEST:
        return None
    baseline = fresh.policies[0]
    leader = selection.policy or selection.front_runner
    values = fresh.more([leader, baseline] if leader != baseline else [baseline], 0, clusters)
    place = fresh.policies.index(leader)
    return Reestimate(
        policy=leader,
        baseline=baseline,
        replications=clusters,
        contribution=mean_interval(values[:, 0], confidence),
        difference=mean_interval(values[:, 0] - values[:, -1], confidence),
        selected_difference_eur=float((known[:, place] - known[:, 0]).mean()),
    )


def facts_of(
    selection: Selection | None, winner: Reestimate | None, precision: Precision | None
) -> dict[str, Any]:
    """Bring the verdict into the form in which a manifest keeps it."""
    return {
        "selection": selection
        and {
            "verdict": selection.verdict,
            "policy": selection.policy,
            "equals": list(selection.equals),
            "reason": selection.reason,
            "replications": selection.replications,
            "lead": selection.lead and asdict(selection.lead),
        },
        "winner": winner and asdict(winner),
        "precision": precision and {**asdict(precision), "is_reached": precision.is_reached},
    }
