import pytest

from kamsim.allocation import Constraints
from kamsim.experiments.ladder_rules import LadderRules, ladder_rules


def rules(desk, text: str = "", **changes: float) -> LadderRules:
    scenario = desk.scenario.override({k.replace("__", "."): v for k, v in changes.items()})
    return ladder_rules(desk.book, desk.portfolio.team, scenario, Constraints.parse(text))


def test_caps_of_the_file_hold_as_they_are(desk) -> None:
    found = rules(desk, "[disruption]\nrevenue_share = 0.1")
    assert found.assumed_cap is None
    assert found.all.disruption.revenue_share == 0.1
    assert found.all.disruption.accounts is None
    assert found.without_cap.disruption.revenue_share is None


def test_the_scenarios_cap_holds_for_all(desk) -> None:
    found = rules(desk, "[disruption]\nrevenue_share = 0.1", allocation__disruption_cap=0.3)
    assert found.all.disruption.accounts_share == 0.3
    assert found.all.disruption.revenue_share == 0.1


def test_where_nothing_caps_a_cap_is_assumed(desk) -> None:
    found = rules(desk, experiment__ladder_disruption_cap=0.25)
    assert found.assumed_cap == found.all.disruption.accounts == 20


def test_an_assumed_cap_leaves_room_for_what_must_move(desk) -> None:
    """Two accounts are locked to somebody else: they move beside those that the cap lets move."""
    aes = sorted(desk.portfolio.team.query("role == 'AE'")["rep_id"])
    some = desk.book.query("owner_id != @aes[0]")["account_id"].iloc[:2]
    text = "[locks]\n" + "\n".join(f"{account} = '{aes[0]}'" for account in some)
    assert rules(desk, text, experiment__ladder_disruption_cap=0.0).assumed_cap >= 2


@pytest.mark.parametrize("text", ["[travel]\nlongest_km = 300", "[skills]\nsenior_for_tiers = [1]"])
def test_limits_go_and_families_stay(desk, text: str) -> None:
    found = rules(desk, f"{text}\n[families]\nhold = 'kept'", allocation__disruption_cap=0.5)
    assert found.limits_bind
    assert found.without_limits == Constraints.parse("[families]\nhold = 'kept'")
    assert not rules(desk, "[families]\nhold = 'kept'").limits_bind
