import pandas as pd
import pytest

from kamsim.locale import Locale
from kamsim.reporting import euros_table, ladder_lines, ladder_table
from kamsim.schemas import LADDER

NAN = float("nan")
NAMES = (
    "status_quo_equal", "status_quo_revenue", "status_quo_size", "guide_ratios", "balanced", "greedy",
    "optimum_believed", "optimum_true", "without_cap", "without_limits", "free_team", "clairvoyant",
)  # fmt: skip


@pytest.fixture
def ladder() -> pd.DataFrame:
    row = dict.fromkeys(LADDER.columns, 0.0) | {"aes": 11.0, "accounts_moved": 46.0, "bound_eur": NAN}
    rows = [row | {"step": max(1, place - 1), "name": name} for place, name in enumerate(NAMES)]
    table = pd.DataFrame(rows).set_index("name")
    table.loc["optimum_believed", ["believed_eur", "bound_eur", "true_eur"]] = 1000.0, 1002.0, 5000.0
    table.loc["optimum_true", ["true_eur", "bound_eur"]] = 2000.0, 2001.0
    table.loc["greedy", ["difference_eur", "difference_low_eur", "difference_high_eur"]] = 5e5, 4e5, 6e5
    table.loc["clairvoyant", ["aes", "accounts_moved"]] = NAN
    return table.reset_index()


def test_a_gap_is_held_against_the_curves_it_was_optimised_on(ladder: pd.DataFrame) -> None:
    table = ladder_table(ladder).set_index("Plan")
    assert table.loc["Optimum on believed value", "Proven gap"] == "0.20%"
    assert table.loc["Optimum on true value", "Proven gap"] == "0.05%"
    assert table.loc["Optimum on true value", "Regret to step 6"] == "–"
    assert table.loc["Clairvoyant bound", ["AEs", "Accounts moved"]].tolist() == ["–", "–"]
    assert table.loc["Greedy on believed value", "Against the step before"] == "+€500k (+400 to +600)"


def test_it_speaks_french(ladder: pd.DataFrame) -> None:
    table = ladder_table(ladder, Locale("fr"))
    assert table.iloc[-1, 1] == "Borne du clairvoyant"
    assert table.columns.is_unique


def test_a_price_without_an_interval_is_a_plain_amount() -> None:
    row = {"name": "luck", "eur": 3e6, "low_eur": NAN, "high_eur": NAN, "remark": NAN}
    assert euros_table(pd.DataFrame([row])).iloc[0].tolist()[1:] == ["+€3.0M", ""]


def test_what_the_figures_rest_on_is_said() -> None:
    habits = pd.DataFrame({"habit": ["size"], "eur": [1e5], "low_eur": [5e4], "high_eur": [2e5]})
    gain = {"gain": 0.05, "gain_low": 0.04, "gain_high": 0.06, "from_allocation": 0.71}
    facts = {"truth_known": False, "draws": 10, "assumed_cap": 60, "curse_eur": 5e3}
    facts |= {"gain": gain, "published_gain": (0.02, 0.08)}
    text = "\n".join(ladder_lines(habits, facts))
    for words in ("client's size", "one of 60 accounts", "(10 draws)", "takes €5.0k", "Step 10"):
        assert words in text
    assert "5.0% (4.0% to 6.0%) more than the status quo, 71% of it with the team there is: inside" in text
    beyond = ladder_lines(habits, facts | {"gain": gain | {"gain": 0.4}})[-1]
    assert "outside the band of 2% to 8%" in beyond
    assert "true response" not in beyond
    known_truth = facts | {"gain": gain | {"gain": 0.4}, "truth_known": True}
    assert ladder_lines(habits, known_truth)[-1].startswith(
        f"{beyond} The optimum here knows the true response"
    )
    untold = ladder_lines(habits, facts | {"gain": dict.fromkeys(gain, float("nan"))})
    assert not any("E-OPT-1" in line for line in untold)
    known = "\n".join(ladder_lines(habits, facts | {"truth_known": True, "assumed_cap": None}))
    assert "draws" not in known
    assert "cap" not in known
