import pandas as pd

from kamsim.measures import signatures_by_month
from kamsim.schemas import OPPORTUNITIES


def _closings(days: list[str], status: str = "won") -> list[dict[str, object]]:
    return [{"closed_on": day, "status": status, "opened_on": "2020-01-01"} for day in days]


def test_an_even_year_has_a_pace_of_one(make_opportunities) -> None:
    days = pd.date_range("2025-01-15", periods=12, freq="MS").astype(str).tolist()
    season = signatures_by_month(make_opportunities(*_closings(days * 3)))

    assert season["pace"].tolist() == [1.0] * 12
    assert (season["low"] < 1).all()
    assert (season["high"] > 1).all()


def test_only_whole_years_count(make_opportunities) -> None:
    year = pd.date_range("2025-01-15", periods=12, freq="MS").astype(str).tolist()
    season = signatures_by_month(make_opportunities(*_closings(["2024-12-03", *year])))

    assert season["signatures"].sum() == 12


def test_losses_and_renewals_are_no_signatures(make_opportunities) -> None:
    won = _closings(["2025-01-01", "2025-12-01"])
    other = [*_closings(["2025-08-01"], "lost"), {**won[0], "kind": "renewal"}]
    season = signatures_by_month(make_opportunities(*won, *other)).set_index("calendar_month")

    assert season["signatures"].to_dict() == {m: int(m in (1, 12)) for m in range(1, 13)}


def test_nothing_in_a_whole_year(make_opportunities) -> None:
    assert signatures_by_month(make_opportunities(*_closings(["2025-01-01"]))).empty
    assert signatures_by_month(OPPORTUNITIES.empty()).empty
