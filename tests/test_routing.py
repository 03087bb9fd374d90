import numpy as np
import pytest

from kamsim.portfolio_settings import RoutingRule
from kamsim.routing import first_fitting, wanted

SENIOR, KNOWS = np.array([True, False, False, True]), np.array([False, True, True, False])


def test_the_first_rule_that_takes_a_lead_decides() -> None:
    rules = (
        RoutingRule(sizes=("strategic",), industries=("retail",)),
        RoutingRule(sizes=("strategic",), regions=("Est", "Nord")),
        RoutingRule(),
    )
    size, industry, region = np.array([0, 0, 0, 1, 0]), np.array([0, 1, 1, 0, -1]), np.array([1, 1, 0, 1, -1])

    assert first_fitting(rules, size, industry, region, ["retail", "energy"], ["Sud", "Est"]).tolist() == [
        0, 1, 2, 2, 2,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "pool"),
    [
        (RoutingRule(), [0, 1]),
        (RoutingRule(sent_to="team"), [0, 1, 2, 3]),
        (RoutingRule(speciality="wanted"), [1]),
        (RoutingRule(seniority="senior"), [0]),
        (RoutingRule(speciality="wanted", seniority="senior"), [1]),
        (RoutingRule(sent_to="team", speciality="wanted", seniority="junior"), [1, 2]),
    ],
)
def test_a_wish_that_nobody_meets_is_dropped(rule: RoutingRule, pool: list[int]) -> None:
    assert wanted(rule, np.array([0, 1]), KNOWS, SENIOR).tolist() == pool
