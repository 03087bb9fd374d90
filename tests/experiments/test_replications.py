import numpy as np
import pytest

from kamsim.errors import ConfigError
from kamsim.experiments.intervals import mean_interval
from kamsim.experiments.replications import Precision, replicate_to_precision
from kamsim.streams import stream

from .macro import SHAPES, limits

RUNS = 1000


def run(difference: np.ndarray, **changes: float) -> tuple[Precision, list[int]]:
    """Play against a baseline of 100, with the difference given; and how many were asked for by look."""
    asked: list[int] = []

    def contributions(n: int) -> np.ndarray:
        asked.append(n)
        return 100 + np.column_stack([np.zeros(n), difference[:n]])

    settings = {"confidence": 0.95, "first_stage": 30, "budget": difference.size, **changes}
    return replicate_to_precision(contributions, **settings), asked


def noise(seed: int, size: int, shape: str = "normal") -> np.ndarray:
    return SHAPES[shape](stream(seed, "precision", shape), (size,))


def test_it_stops_when_the_interval_is_as_narrow_as_asked() -> None:
    values = noise(1, 5000)

    done, asked = run(values, target_eur=0.1)

    assert done.is_reached
    assert done.half_width_eur <= 0.1
    assert done.half_width_eur == pytest.approx(mean_interval(values[: done.replications], 0.95).half_width)
    assert asked == sorted(asked)
    assert done.looks == len(asked) <= 5
    before = mean_interval(values[: asked[-2]], 0.95)
    assert before.half_width > 0.1, "it had to go on after the look before"


def test_the_first_look_is_not_taken_early() -> None:
    _, asked = run(noise(1, 5000), target_eur=1e9, first_stage=5)
    _, scarce = run(noise(1, 20), target_eur=1e9, first_stage=5)

    assert (asked, scarce) == ([30], [20])


def test_a_share_is_of_the_baseline_s_contribution() -> None:
    assert run(noise(1, 5000), target_share=0.001)[0] == run(noise(1, 5000), target_eur=0.1)[0]


def test_a_budget_that_does_not_reach_says_what_would() -> None:
    values = noise(2, 20_000)

    short, _ = run(values[:200], target_eur=0.02)
    enough, _ = run(values, target_eur=0.02)

    assert not short.is_reached
    assert short.replications == short.budget == 200
    assert short.wanted == pytest.approx(enough.replications, rel=0.25)
    assert short.summary() == (
        f"half-width 0 after 200 replications; 0 would take about {short.wanted:,} (budget 200)"
    )


def test_a_share_of_nothing_cannot_be_reached() -> None:
    values = np.column_stack([np.zeros(60), noise(3, 60)])

    done = replicate_to_precision(
        lambda n: values[:n], target_share=0.01, confidence=0.95, first_stage=30, budget=60
    )

    assert (done.target_eur, done.is_reached, done.replications) == (0.0, False, 60)
    assert done.wanted > 2**50


def test_looking_costs_no_coverage_that_shows() -> None:
    """1,000 experiments that stop by themselves: of intervals taken at the stop, as many hold as they say."""
    hits = 0
    for seed in range(RUNS):
        values = noise(seed, 1500)
        done, _ = run(values, target_eur=0.2)
        interval = mean_interval(values[: done.replications], 0.95)
        hits += interval.low <= 0 <= interval.high

    low, high = limits(hits, RUNS, 0.999)
    assert low <= 0.95 <= high


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "a precision must be > 0, got none"),
        ({"target_eur": 1.0, "budget": 1}, "the budget of replications must be >= 2, got 1"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, float], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        run(noise(1, 50), **changes)
