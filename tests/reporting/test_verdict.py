import pytest

from kamsim.config import Scenario
from kamsim.locale import Locale
from kamsim.reporting import verdict_lines

CHOICE = {"verdict": "best", "policy": "balanced", "equals": [], "reason": "", "replications": 120}
WINNER = {
    "policy": "balanced", "baseline": "status_quo", "replications": 100, "selected_difference_eur": 2.3e6,
    "contribution": {"mean": 9e6, "low": 8e6, "high": 10e6},
    "difference": {"mean": 2.1e6, "low": 1.9e6, "high": 2.4e6},
}  # fmt: skip
PRECISION = {
    "target_eur": 50_000.0, "half_width_eur": 80_000.0, "replications": 1000, "budget": 1000, "wanted": 2560,
    "looks": 3, "is_reached": False,
}  # fmt: skip


def say(scenario: Scenario, lang: str = "en", *, truth_known: bool = True, **facts: object) -> list[str]:
    return verdict_lines(facts, scenario, truth_known, Locale(lang))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Best: Balanced. Where a policy leads by €100,000 or more, this procedure (KN) finds it with a"
             " probability of at least 95%."),
        ({"verdict": "no practical difference", "equals": ["nearest"]},
         "No practical difference: Balanced, Nearest lie within €100,000 of contribution of each other."),
        ({"verdict": "undecided", "policy": None, "equals": ["balanced", "nearest"], "reason": "budget"},
         "Undecided after 120 replications: Balanced, Nearest are still in the running. A higher"
         " experiment.max_replications may decide, or a wider experiment.indifference_eur."),
        ({"verdict": "undecided", "policy": None, "equals": ["balanced"], "reason": "few replications",
          "replications": 9},
         "No winner is named: 9 replications, and 10 are the fewest that name one."),
    ],
)  # fmt: skip
def test_verdicts(changes: dict[str, object], sentence: str, scenario: Scenario) -> None:
    assert say(scenario, selection={**CHOICE, **changes}) == [sentence]


def test_the_winner_on_fresh_luck(scenario: Scenario) -> None:
    assert say(scenario, winner=WINNER) == [
        "Played again on fresh luck (100 replications), Balanced brings +€2.1M (95%: +1.9 to +2.4) of"
        " contribution against Status quo; on the luck that it was chosen on it was +€2.3M."
    ]
    alone = say(scenario, winner={**WINNER, "policy": "status_quo"})
    assert alone == [
        "Played again on fresh luck (100 replications), Status quo brings a contribution of"
        " +€9.0M (95%: +8.0 to +10.0)."
    ]


def test_precision(scenario: Scenario) -> None:
    (missed,) = say(scenario, precision=PRECISION)
    (reached,) = say(scenario, precision={**PRECISION, "is_reached": True, "half_width_eur": 49_000.0})
    (hopeless,) = say(scenario, precision={**PRECISION, "target_eur": 0.0, "wanted": 2**53})

    assert "known to ±€80,000; ±€50,000 would take about 2,560 replications." in missed
    assert reached.startswith("Differences in contribution are known to ±€49,000, as asked (±€50,000)")
    assert "a share of a contribution of zero" in hopeless


def test_draws_and_french(scenario: Scenario) -> None:
    few = {**CHOICE, "verdict": "undecided", "policy": None, "equals": ["nearest"]}
    few |= {"reason": "few replications", "replications": 4}

    lines = say(scenario, "fr", truth_known=False, selection=few, remarks=["short_history"])

    assert lines[0] == (
        "Aucun vainqueur n'est nommé\u00a0: 4 tirages de ce qui est inconnu, et il en faut au moins 10."
    )
    assert lines[1].startswith("Il n'y a pas d'année d'historique complète")


def test_an_earlier_run_without_facts_says_nothing(scenario: Scenario) -> None:
    assert say(scenario) == []
