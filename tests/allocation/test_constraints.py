from pathlib import Path

import pytest

from kamsim.allocation import Constraints
from kamsim.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "data" / "constraints_example.toml"


def test_the_example_file_is_read() -> None:
    assert Constraints.load(EXAMPLE).disruption.open_deals == "frozen"


def test_nothing_given_is_nothing_asked() -> None:
    assert Constraints.parse("") == Constraints()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[travell]\nlongest_km = 3", "unknown constraint 'travell': did you mean 'travel'?"),
        (
            "[travel]\nlongst_km = 3",
            "unknown constraint 'travel.longst_km': did you mean 'travel.longest_km'?",
        ),
        ("[travel]\nlongest_km = -3", "travel.longest_km must be greater than or equal to 0, got -3"),
        ("[travel]\nlongest_km = nan", "travel.longest_km must be a finite number, got nan"),
        ("[disruption]\naccounts = true", "must not be true or false, got true"),
        ("[disruption]\nclose_accounts = 2", "close_accounts and close_from must be given together"),
        (
            "[locks]\nA = 'R'\n[forbidden]\nA = ['R']",
            "locks.A = 'R' contradicts forbidden.A, which names 'R' too",
        ),
        (
            "[locks]\nA = 'R'\n[named]\nA = ['S']",
            "locks.A = 'R' contradicts named.A, which does not name 'R'",
        ),
        (
            "[named]\nA = ['S']\n[forbidden]\nA = ['S']",
            r"named.A must leave an AE who is not forbidden, got \['S'\]",
        ),
        ("[locks", "not valid TOML"),
    ],
)
def test_bad_entries_are_told_by_name_value_and_rule(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace("?", r"\?")):
        Constraints.parse(text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read"):
        Constraints.load(tmp_path / "none.toml")


def test_entries_given_in_python_are_told_alike() -> None:
    with pytest.raises(ConfigError, match=r"locks\.A = 'R' contradicts forbidden.A, which names 'R' too"):
        Constraints(locks={"A": "R"}, forbidden={"A": ("R",)})
    with pytest.raises(ConfigError, match="unknown constraint 'self'"):
        Constraints.parse("self = 1")
