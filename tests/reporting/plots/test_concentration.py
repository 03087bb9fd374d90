import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamsim.config import Scenario
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting import concentration_curve, plot_concentration
from kamsim.reporting.plots.concentration import concentration_title, top_share


def _curve(revenue: list[float]) -> pd.DataFrame:
    return concentration_curve(pd.DataFrame({"revenue_eur_per_month": revenue}))


@given(st.lists(st.just(0.0) | st.floats(0.01, 1e9), max_size=40))
def test_the_curve_rises_from_nothing_to_all_above_the_diagonal(revenue: list[float]) -> None:
    curve = _curve(revenue)
    assert curve.iloc[0].tolist() == [0.0, 0.0]
    if any(r > 0 for r in revenue):
        assert curve.iloc[-1].tolist() == pytest.approx([1.0, 1.0])
        assert (curve["revenue_share"] >= curve["customers_share"] - 1e-9).all()


def test_prospects_do_not_count() -> None:
    assert len(_curve([0.0, 5.0, 0.0, 5.0])) == 3


def test_title_reads_the_curve() -> None:
    curve = _curve([80.0, 5.0, 5.0, 5.0, 5.0])
    assert top_share(curve) == pytest.approx(0.8)
    assert concentration_title(curve, ENGLISH) == "The largest 20% of customers bring 80% of revenue"


def test_nobody_buys() -> None:
    ax = plot_concentration(_curve([0.0, 0.0]), locale=Locale("fr"))
    assert ax.get_title(loc="left") == "Aucun compte n'a de CA à la date d'arrêté"


def test_equal_customers_have_equal_shares() -> None:
    curve = _curve([7.0] * 10)
    assert top_share(curve, 0.5) == pytest.approx(0.5)
    assert curve["revenue_share"].tolist() == pytest.approx(curve["customers_share"].tolist())


def test_references_stand_beside_the_reading(scenario: Scenario) -> None:
    ax = plot_concentration(_curve([80.0, 5.0, 5.0, 5.0, 5.0]), validation=scenario.validation)
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == [
        "the guide's claim, 80% (D-CON-1)",
        "mean of 339 firms, 67% (E-CON-1)",
        "mean of subscription firms, 59% (E-CON-1)",
    ]
    assert [line.get_ydata()[0] for line in ax.lines[-3:]] == pytest.approx([0.8, 0.67, 0.59])
