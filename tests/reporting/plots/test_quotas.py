import pandas as pd

from kamsim.reporting import plot_quotas

FRAME = pd.DataFrame({"rule": ["equal"] * 2 + ["expected"] * 2, "reach_probability": [0.0, 1.0, 0.04, 0.11]})


def test_most_even_rule_on_top_and_in_the_title() -> None:
    ax = plot_quotas(FRAME)
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "the book's expected sales",
        "equal shares",
    ]
    title = ax.get_title(loc="left").replace("\n", " ")
    assert title == (
        "Split by the book's expected sales, quotas leave each AE a chance of 4% to 11%;"
        " equal shares: 0% to 100%"
    )


def test_no_owner_is_said() -> None:
    assert plot_quotas(FRAME.iloc[:0]).get_title(loc="left").startswith("No account has an owner")
