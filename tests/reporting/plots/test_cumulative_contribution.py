import numpy as np
import pandas as pd

from kamsim.locale import Locale
from kamsim.reporting import contribution_curve, plot_contribution

PAST = pd.DataFrame(
    {
        "revenue_eur": [9.0, 9.0, 9.0, 9.0, 0.0],
        "cost_eur": 1.0,
        "contribution_eur": [-1e5, 6e5, 4e5, 1e5, -9e5],
    }
)


def title(past: pd.DataFrame, lang: str = "en") -> str:
    curve = contribution_curve(past)
    return " ".join(plot_contribution(curve, locale=Locale(lang)).get_title(loc="left").split())


def test_customers_are_added_up_and_prospects_left_out() -> None:
    assert contribution_curve(PAST)["cumulative_eur"].tolist() == [0, 6e5, 1e6, 1.1e6, 1e6]


def test_the_title_says_who_earns_it_and_who_costs() -> None:
    assert (
        title(PAST)
        == "1 of 4 customers earn half of the contribution; 1 cost more than they bring, €100k in all"
    )
    assert title(PAST[PAST["contribution_eur"] > 0]) == "1 of 3 customers earn half of the contribution"
    assert title(PAST, "fr").endswith("1 coûtent plus qu'ils n'apportent, 100 k€ en tout")


def test_the_fall_has_a_line_of_its_own() -> None:
    rising, falling, _ = plot_contribution(contribution_curve(PAST)).get_lines()

    assert rising.get_ydata().tolist() == [0, 6e5, 1e6, 1.1e6]
    assert falling.get_ydata().tolist() == [1.1e6, 1e6]
    assert rising.get_linestyle() != falling.get_linestyle()


def test_without_recorded_hours_the_axis_says_margin() -> None:
    ax = plot_contribution(contribution_curve(PAST.assign(cost_eur=np.nan)))

    assert "before the team" in ax.get_ylabel()


def test_without_customers_a_line_says_so() -> None:
    assert title(PAST[PAST["revenue_eur"] == 0]) == "No account has revenue at the cut-off"
