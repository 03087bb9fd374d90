import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.runs.provenance_line import provenance
from kamsim.runs.versions import MIME
from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM


@pytest.fixture
def portfolio() -> Portfolio:
    return Portfolio(ACCOUNTS.empty(), HISTORY.empty(), OPPORTUNITIES.empty(), TEAM.empty())


def test_line_names_scenario_seed_and_data(portfolio: Portfolio, scenario: Scenario) -> None:
    line = provenance(scenario.override({"seed": 5}), portfolio)

    assert "scenario saas_midmarket · seed 5" in str(line)
    assert line._repr_mimebundle_()[MIME] == {"scenario": "saas_midmarket", "seed": 5, "data": line.data}


def test_other_data_have_another_fingerprint(portfolio: Portfolio, scenario: Scenario) -> None:
    other = Portfolio(ACCOUNTS.empty(), HISTORY.empty(), OPPORTUNITIES.empty(), TEAM.empty().assign(x=1))

    assert provenance(scenario, portfolio).data != provenance(scenario, other).data
