import pandas as pd

from kamsim.kpis import coefficient_of_variation
from kamsim.locale import ENGLISH
from kamsim.reporting import plot_workload, workload_by_ae
from kamsim.reporting.plots.workload import by_evenness, workload_title

TEAM = pd.DataFrame(
    {
        "rep_id": ["s", "y", "x", "z"],
        "role": ["SE", "AE", "AE", "AE"],
        "capacity_hours": [50.0, 20.0, 10.0, 0.0],
    }
)
BOOK = pd.DataFrame({"account_id": ["a", "b"], "workload_hours": [10.0, 5.0]})
ASSIGNMENT = pd.DataFrame(
    {
        "policy": ["one", "one", "two", "two"],
        "account_id": ["a", "b", "a", "b"],
        "rep_id": ["x", "x", "y", "x"],
    }
)


def test_load_is_work_over_hours_and_the_idle_count() -> None:
    frame = workload_by_ae(ASSIGNMENT, BOOK, TEAM)
    loads = frame.set_index(["policy", "rep_id"])["load"].to_dict()
    assert loads == {("one", "x"): 1.5, ("one", "y"): 0.0, ("two", "x"): 0.5, ("two", "y"): 0.5}


def test_the_even_policy_comes_first_as_the_measure_has_it() -> None:
    frame = workload_by_ae(ASSIGNMENT, BOOK, TEAM)
    spread = {p: coefficient_of_variation(g.to_numpy()) for p, g in frame.groupby("policy")["load"]}
    assert by_evenness(frame) == sorted(spread, key=lambda p: spread[p]) == ["two", "one"]


def test_title_names_both_ends() -> None:
    frame = workload_by_ae(ASSIGNMENT, BOOK, TEAM)
    title = workload_title(frame, ["two", "one"], ENGLISH)
    assert title == "Under two the books take 50% of an AE's hours, under one 0% to 150%"


def test_a_dot_per_ae_and_a_line_at_capacity() -> None:
    ax = plot_workload(workload_by_ae(ASSIGNMENT, BOOK, TEAM), "one")
    assert list(ax.lines[0].get_xdata()) == [1, 1]
    assert [len(line.get_xdata()) for line in ax.lines[1:]] == [2, 2]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["two", "one"]
