import pandas as pd

from kamsim.measures import map_marks
from kamsim.schemas import TEAM


def test_accounts_homes_and_cities(make_accounts) -> None:
    accounts = make_accounts(
        {"a": "smb", "b": "smb", "c": "smb", "d": "smb"},
        city=["Lyon", "Lyon", "Paris", "Paris"],
        latitude=[45.0, 46.0, 48.0, float("nan")],
        longitude=[4.0, 5.0, 2.0, float("nan")],
        revenue_eur_per_month=[1.0, 2.0, 30.0, 99.0],
    )
    team = pd.DataFrame({"rep_id": ["r", "s", "t"], "city": "Lyon", "latitude": 45.7, "longitude": 4.8})
    marks = map_marks(accounts, team.assign(latitude=[45.7, 45.7, None]))

    assert marks.loc[marks["mark"] == "account", "name"].tolist() == ["c", "b", "a"]
    assert marks.loc[marks["mark"] == "home", ["name", "people"]].to_numpy().tolist() == [["Lyon", 2]]
    cities = marks[marks["mark"] == "city"].set_index("name")
    assert cities["revenue_eur_per_year"].to_dict() == {"Paris": 360.0, "Lyon": 36.0}
    assert cities.loc["Lyon", "latitude"] == 45.5


def test_no_coordinates_no_marks(make_accounts) -> None:
    assert map_marks(make_accounts({"a": "smb"}), TEAM.empty()).empty
