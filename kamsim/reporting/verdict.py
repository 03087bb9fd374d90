"""The verdict of ranking and selection, and the precision reached, as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kamsim.config import Scenario
from kamsim.locale import ENGLISH, Locale

_BEYOND_ALL = 2**50
"""Replications that nobody can play: the precision asked for cannot be reached at all."""


def verdict_lines(
    facts: Mapping[str, Any], scenario: Scenario, truth_known: bool, locale: Locale = ENGLISH
) -> list[str]:
    """Say which policy is best, what it brings on fresh luck, and how precise the differences are.

    Parameters
    ----------
    facts : mapping
        Of stage "simulation" (`ComparisonResult.facts`); nothing is said of what they lack.
    scenario : Scenario
        The one that the policies were played with.
    truth_known : bool
        False where draws of the latent state are counted instead of replications.
    locale : Locale

    Returns
    -------
    list of str
        Sentences with their full stop.

    Examples
    --------
    >>> facts = {"selection": {"verdict": "undecided", "policy": None, "equals": ["a", "b"],
    ...                        "reason": "few replications", "replications": 4}}
    >>> verdict_lines(facts, Scenario.load("saas_midmarket"), True)
    ['No winner is named: 4 replications, and 10 are the fewest that name one.']
    """
    writer = _Writer(scenario, "replications" if truth_known else "draws", locale)
    lines = []
    if facts.get("selection"):
        lines.append(writer.selection(facts["selection"]))
    if facts.get("winner"):
        lines.append(writer.winner(facts["winner"]))
    if facts.get("precision"):
        lines.append(writer.precision(facts["precision"]))
    return lines + [locale.text(f"selection.{remark}") for remark in facts.get("remarks", [])]


class _Writer:
    """Writes in one language, currency and unit of counting."""

    def __init__(self, scenario: Scenario, unit: str, locale: Locale) -> None:
        self.scenario, self.unit, self.locale = scenario, unit, locale
        self.settings, self.currency = scenario.experiment, scenario.currency

    def selection(self, facts: Mapping[str, Any]) -> str:
        """Say the verdict."""
        verdict, reason = facts["verdict"], facts["reason"]
        names = [*([facts["policy"]] if facts["policy"] else []), *facts["equals"]]
        key = {"best": "best", "no practical difference": "same"}.get(
            verdict, "few" if reason == "few replications" else "budget"
        )
        return self.locale.text(
            f"selection.{key}",
            policy=self.locale.policy(names[0]),
            policies=self.locale.text("format.list_separator").join(map(self.locale.policy, names)),
            zone=self.locale.money(self.settings.indifference_eur, self.currency),
            confidence=self.locale.confidence(self.settings.confidence),
            count=self._count(facts["replications"]),
        )

    def winner(self, facts: Mapping[str, Any]) -> str:
        """Say what the leader brings on fresh luck."""
        alone = facts["policy"] == facts["baseline"]
        interval = facts["contribution" if alone else "difference"]
        return self.locale.text(
            "selection.winner_baseline" if alone else "selection.winner",
            policy=self.locale.policy(facts["policy"]),
            baseline=self.locale.policy(facts["baseline"]),
            count=self._count(facts["replications"]),
            interval=self.locale.money_interval(
                interval["mean"],
                interval["low"],
                interval["high"],
                self.currency,
                confidence=self.settings.confidence,
            ),
            selected=self.locale.money(
                facts["selected_difference_eur"],
                self.currency,
                compact=True,
                signed=True,
                like=interval["high"],
            ),
        )

    def precision(self, facts: Mapping[str, Any]) -> str:
        """Say what precision was reached, and what the rest would take."""
        hopeless = facts["wanted"] > _BEYOND_ALL
        key = "reached" if facts["is_reached"] else "hopeless" if hopeless else "missed"
        return self.locale.text(
            f"selection.precision_{key}",
            half=self.locale.money(facts["half_width_eur"], self.currency),
            target=self.locale.money(facts["target_eur"], self.currency),
            count=self._count(facts["replications"]),
            wanted=self._count(facts["wanted"]),
        )

    def _count(self, count: int) -> str:
        return self.locale.text(f"selection.{self.unit}", count=self.locale.number(count))
