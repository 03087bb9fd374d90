import numpy as np
import pytest

from kamsim.config import Scenario
from kamsim.measures import account_contribution
from kamsim.measures.contribution import cost_per_hour

SETTINGS = Scenario.load("base").coverage


def test_margin_less_the_hours_of_every_role_over_twelve_months(make_history, make_accounts) -> None:
    history = make_history({"a": [99.0] * 2 + [100.0] * 12, "b": [0.0] * 14})
    history["ae_hours"] = [50.0] * 2 + [2.0] * 12 + [1.0] * 14
    history["se_hours"] = [0.5] * 28
    accounts = make_accounts({"b": "smb", "a": "smb", "c": "strategic"})

    found = account_contribution(accounts, history, SETTINGS).set_index("account_id")

    hours = 24 * cost_per_hour("AE", SETTINGS) + 6 * cost_per_hour("SE", SETTINGS)
    assert found["revenue_eur"].to_dict() == {"a": 1200.0, "b": 0.0, "c": 0.0}
    assert found.loc["a", "cost_eur"] == pytest.approx(hours)
    assert found.loc["a", "contribution_eur"] == pytest.approx(1200 * SETTINGS.margin - hours)
    assert found.loc["c", "cost_eur"] == 0.0
    assert found["contribution_eur"].is_monotonic_decreasing


def test_without_recorded_hours_the_margin_stands_and_the_cost_is_not_known(
    make_history, make_accounts
) -> None:
    found = account_contribution(make_accounts({"a": "smb"}), make_history({"a": [100.0] * 12}), SETTINGS)

    assert np.isnan(found["cost_eur"]).all()
    assert found["contribution_eur"].tolist() == [1200 * SETTINGS.margin]


def test_the_order_of_rows_does_not_matter(make_history, make_accounts) -> None:
    history = make_history({"a": [5.0] * 12, "b": [9.0] * 12})
    accounts = make_accounts({"a": "smb", "b": "smb"})
    turned = account_contribution(accounts[::-1], history.sample(frac=1, random_state=1), SETTINGS)

    assert turned.equals(account_contribution(accounts, history, SETTINGS))
