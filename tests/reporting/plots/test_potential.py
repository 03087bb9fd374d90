import pandas as pd

from kamsim.bundle import read_table
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting import plot_potential_churn, potential_and_churn
from kamsim.reporting.plots.potential import potential_title

FRAME = pd.DataFrame(
    {
        "account_id": ["a", "b", "c"],
        "tier": [1, 2, 3],
        "potential_36m_eur": [6e5, 2e5, 0.0],
        "churn_probability_12m": [0.1, 0.2, 0.5],
        "revenue_eur_per_year": [1e6, 5e5, 4e5],
    }
)


def test_customers_only(run) -> None:
    accounts = read_table(run, "portfolio", "accounts")
    frame = potential_and_churn(
        accounts, read_table(run, "scores", "scores"), read_table(run, "scores", "tiers")
    )
    assert len(frame) == (accounts["revenue_eur_per_month"] > 0).sum() < len(accounts)


def test_title_weighs_revenue_by_churn() -> None:
    assert potential_title(FRAME, ENGLISH, "EUR") == (
        "Expected loss to churn within 12 months: €400k of yearly revenue, 50% of it in tiers 1 and 2"
    )


def test_nobody_to_score() -> None:
    ax = plot_potential_churn(FRAME.head(0), locale=Locale("fr"))
    assert ax.get_title(loc="left") == "Aucun client à évaluer"


def test_a_dot_per_customer_that_a_logarithm_can_show() -> None:
    ax = plot_potential_churn(FRAME, currency="USD")
    assert sorted(len(line.get_xdata()) for line in ax.lines) == [0, 1, 1]
    assert ax.get_xscale() == "log"
    ax.figure.draw_without_rendering()
    ticks = [label.get_text() for label in ax.get_xticklabels(which="both")]
    assert "$200k" in ticks
    assert not any("10^" in text for text in ticks), "every tick is written as money"
    assert ax.get_legend().get_texts()[0].get_text() == "Tier 1 (1)"
