import pandas as pd
import pytest

from kamsim.errors import SchemaError
from kamsim.measures import choose_account, organisation_chart


@pytest.fixture
def accounts(make_accounts) -> pd.DataFrame:
    return make_accounts({"a": "smb", "b": "smb"}, revenue_eur_per_month=[1.0, 2.0])


def _places(chart: pd.DataFrame) -> dict[str, tuple[int, float]]:
    return {p["stakeholder_id"]: (p["level"], p["row"]) for p in chart.to_dict("records")}


def test_a_superior_stands_in_the_middle_of_the_team(make_people, accounts) -> None:
    people = make_people({"top": None, "x": "top", "y": "top", "x1": "x", "x2": "x"})

    assert _places(organisation_chart(people, accounts, "a")) == {
        "top": (0, 1.25), "x": (1, 0.5), "x1": (2, 0.0), "x2": (2, 1.0), "y": (1, 2.0),
    }  # fmt: skip


def test_no_two_people_share_a_place(make_people, accounts) -> None:
    superiors = {f"p{n:02d}": f"p{(n - 1) // 3:02d}" if n else None for n in range(15)}
    places = _places(organisation_chart(make_people(superiors), accounts, "a"))

    assert len(places) == len(set(places.values())) == 15


def test_who_left_stands_last_and_who_holds_the_budget_first(make_people, accounts) -> None:
    people = make_people(
        {"top": None, "gone": "top", "user": "top", "buyer": "top"},
        left_on={"gone": "2025-01-01"},
        decision_role={"buyer": "economic_buyer", "gone": "economic_buyer"},
    )
    places = _places(organisation_chart(people, accounts, "a"))

    assert sorted(("gone", "user", "buyer"), key=lambda i: places[i][1]) == ["buyer", "user", "gone"]


def test_an_unknown_superior_and_a_circle_do_no_harm(make_people, accounts) -> None:
    people = make_people({"alone": "nobody", "x": "y", "y": "x"})
    places = _places(organisation_chart(people, accounts, "a"))

    assert places == {"alone": (0, 0.0), "x": (0, 1.0), "y": (1, 1.0)}


def test_the_order_of_rows_does_not_matter(make_people, accounts) -> None:
    people = make_people({"top": None, "x": "top", "y": "top"})

    pd.testing.assert_frame_equal(
        organisation_chart(people[::-1], accounts, "a"), organisation_chart(people, accounts, "a")
    )


def test_nobody_known(make_people, accounts) -> None:
    assert organisation_chart(None, accounts, "a").empty
    assert organisation_chart(make_people({"x": None}), accounts, "b").empty


def test_an_unknown_account_is_refused(make_people, accounts) -> None:
    with pytest.raises(SchemaError, match="unknown account 'c'"):
        organisation_chart(make_people({"x": None}), accounts, "c")


def test_the_chosen_account_has_a_legible_chart_if_one_has(make_people, accounts) -> None:
    few, enough = make_people({"x": None}), make_people({f"x{n}": None for n in range(5)})

    assert choose_account(accounts, enough) == "a"
    assert choose_account(accounts, few) == choose_account(accounts, None) == "b"
    assert choose_account(accounts.head(0), None) == ""
