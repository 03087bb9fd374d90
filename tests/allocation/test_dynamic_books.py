from kamsim.allocation import find_policy, rules_of
from kamsim.config import Scenario


def test_the_plan_is_the_status_quo_s(make_problem) -> None:
    """So that a comparison with it shows what the rules do, and nothing else."""
    problem = make_problem([3.0, 2.0, 1.0], [4.0, 4.0], owner=[0, 0, -1], revenue=[5.0, 1.0, 0.0])
    plan, quo = (find_policy(name).allocate(problem) for name in ("dynamic_books", "status_quo"))
    assert plan.owner.tolist() == quo.owner.tolist()
    assert plan.hours.tolist() == quo.hours.tolist()


def test_its_rules_take_the_scenario_s_figures(scenario: Scenario) -> None:
    settings = scenario.override({"dynamics.rules.exit_after_months": 9}).dynamics.rules
    rules = rules_of("dynamic_books", settings)
    assert rules is not None
    assert rules.exit is not None
    assert rules.exit.after_months == 9
    assert rules.need_a_team is True
    assert rules.rebalancing is None
