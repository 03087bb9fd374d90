import numpy as np
import pytest

from kamsim.errors import ConfigError
from kamsim.experiments.selection import BEST, FEWEST, SAME, UNDECIDED, Selection, select_best
from kamsim.streams import stream

from .macro import limits, run_selection

CASES = ["slippage", "monotone", "unequal", "unequal, best quiet", "skewed", "skewed, best apart"]
RUNS = 100


def select(values: np.ndarray, **changes: float) -> tuple[Selection, list[tuple[tuple[str, ...], int, int]]]:
    """Select among the columns a, b, c, …; and what was asked for."""
    names = [chr(ord("a") + i) for i in range(values.shape[1])]
    asked = []

    def more(some, first, last):
        asked.append((tuple(some), first, last))
        return values[first:last, [names.index(n) for n in some]]

    settings = {"indifference": 1.0, "confidence": 0.95, "first_stage": 30, "budget": len(values)}
    return select_best(more, names, **{**settings, **changes}), asked


def noise(seed: int, n: int, k: int) -> np.ndarray:
    luck = stream(seed, "selection test")
    return 3 * luck.normal(size=(n, 1)) + luck.normal(size=(n, k))


@pytest.mark.parametrize("case", CASES)
def test_the_best_is_named_as_often_as_promised(case: str) -> None:
    """100 macro-replications: so far below 0.95 that it is not chance would fail (docs/evidence has 500)."""
    made = [run_selection(case, 6, seed) for seed in range(RUNS)]

    right = sum(s.verdict == BEST and s.policy == "best" for s in made)

    assert limits(right, RUNS, 0.98)[1] >= 0.95
    assert right / RUNS > 0.9


def test_where_all_are_alike_none_is_called_better() -> None:
    made = [run_selection("tie", 3, seed) for seed in range(RUNS)]

    assert sum(s.verdict == BEST for s in made) <= 0.1 * RUNS
    assert sum(s.verdict == SAME for s in made) >= 0.9 * RUNS


def test_those_dropped_are_not_played_on() -> None:
    made, asked = select(noise(1, 3000, 3) + np.array([0.0, 9.0, 9.5]), indifference=0.3)

    assert made.policy == "c"
    trace = made.frame().set_index("policy")
    assert trace["replications"].to_dict()["a"] == trace["dropped_after"].to_dict()["a"] == 30
    assert trace.loc["b", "dropped_by"] == "c"
    assert all("a" not in some for some, first, _ in asked if first > 0)


def test_it_goes_on_until_the_lead_is_clear() -> None:
    values = noise(2, 3000, 2) + np.array([0.0, 0.7])

    made, _ = select(values)

    lead = values[: made.replications, 1] - values[: made.replications, 0]
    assert made.verdict in (BEST, SAME)
    assert made.lead.mean == pytest.approx(lead.mean())
    assert made.lead.low > 0 or made.lead.high < 1.0


def test_a_lead_below_the_zone_makes_no_practical_difference() -> None:
    made, _ = select(noise(3, 6000, 3) + np.array([0.0, 5.0, 5.1]))

    assert made.verdict == SAME
    assert {made.policy, *made.equals} == {"b", "c"}
    assert made.summary().startswith("no practical difference: ")


def test_ties_to_the_last_bit_end_at_once() -> None:
    values = np.repeat(noise(4, 1000, 1), 3, axis=1)

    made, _ = select(values)

    assert (made.verdict, made.policy, made.equals) == (SAME, "a", ("b", "c"))
    assert made.replications == 30


@pytest.mark.parametrize("first_stage", [2, FEWEST - 1])
def test_few_replications_name_no_winner(first_stage: int) -> None:
    made, _ = select(noise(5, 1000, 2) + np.array([0.0, 99.0]), first_stage=first_stage)

    assert (made.verdict, made.reason, made.policy, made.lead) == (UNDECIDED, "few replications", None, None)
    assert made.equals == ("a", "b")
    assert made.front_runner == "b"


def test_a_spent_budget_says_who_is_left() -> None:
    values = noise(6, 40, 3) + np.array([0.0, 20.0, 20.05])

    made, asked = select(values, indifference=0.1)

    assert (made.verdict, made.reason, made.policy) == (UNDECIDED, "budget", None)
    assert set(made.equals) == {"b", "c"}
    assert made.replications == 40 == max(last for *_, last in asked)


def test_the_order_of_policies_does_not_matter() -> None:
    values = noise(7, 3000, 3) + np.array([0.0, 2.0, 4.0])

    one, _ = select(values)
    other, _ = select(values[:, ::-1])

    assert (one.policy, other.policy) == ("c", "a")
    assert one.lead == other.lead


@pytest.mark.parametrize(
    ("columns", "changes", "sentence"),
    [
        (1, {}, "a selection wants two policies or more, got 1"),
        (2, {"indifference": 0.0}, "the indifference zone must be > 0, got 0"),
    ],
)
def test_what_cannot_be_is_refused(columns: int, changes: dict[str, float], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        select(noise(1, 50, columns), **changes)
