import pandas as pd

from kamsim.reporting import balance_by_plan, plot_balance

TODAY = pd.DataFrame(
    {"territory_id": ["r", "s"] * 2, "attribute": ["clients"] * 2 + ["workload_hours"] * 2,
     "deviation": [0.5, -0.5, 0.9, -0.9], "tolerance": 0.2}
)  # fmt: skip
LEAST = pd.DataFrame({"attribute": ["clients", "workload_hours"], "least_share": [0.15, 0.35]})


def test_a_row_an_attribute_and_plan() -> None:
    frame = balance_by_plan(TODAY, TODAY.assign(deviation=TODAY["deviation"] / 10))
    ax = plot_balance(frame, LEAST)
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "clients, today", "clients, new plan", "workload, today", "workload, new plan",
    ]  # fmt: skip
    title = ax.get_title(loc="left").replace("\n", " ")
    assert title == "Largest deviation from the mean: 90% today, 9% with the new plan"


def test_without_a_new_plan_the_least_that_moves_is_said() -> None:
    ax = plot_balance(balance_by_plan(TODAY), LEAST)
    assert ax.get_title(loc="left").replace("\n", " ") == (
        "Today's books differ from the mean by up to 90% (workload); 35% of it must change hands for a"
        " tolerance of 20%"
    )
