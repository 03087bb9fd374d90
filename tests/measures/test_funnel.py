import pytest

from kamsim.measures import pipeline_funnel
from kamsim.schemas import OPPORTUNITIES

WON = {
    "proof_on": "2025-02-01",
    "endorsed_on": "2025-04-01",
    "approved_on": "2025-04-01",
    "closed_on": "2025-05-01",
}


def test_counts_fall_and_months_are_between_steps(make_opportunities, make_accounts) -> None:
    lost = {"status": "lost", "closed_on": "2025-06-01"}
    funnel = pipeline_funnel(
        make_opportunities(WON, {**lost, "proof_on": "2025-02-01"}, lost, {"status": "open"}),
        make_accounts({"a": "mid_market"}),
    )
    mine = funnel[funnel["segment"] == "mid_market"].set_index("step")

    assert mine["count"].to_dict() == {"opened": 3, "proof": 2, "endorsed": 1, "approved": 1, "signed": 1}
    assert mine.loc["proof", "share"] == pytest.approx(2 / 3)
    assert mine["months"].iloc[1:].tolist() == pytest.approx([1.02, 1.94, 0.0, 0.99], abs=0.01)
    assert funnel.loc[funnel["segment"] == "", "count"].tolist() == mine["count"].tolist()


def test_a_later_step_counts_for_those_before_it(make_opportunities, make_accounts) -> None:
    undated = {**WON, "proof_on": None, "endorsed_on": None}
    funnel = pipeline_funnel(make_opportunities(undated, WON), make_accounts({"a": "smb"}))

    assert set(funnel["count"]) == {2}


def test_renewals_are_no_part_of_it(make_opportunities, make_accounts) -> None:
    renewal = {**WON, "kind": "renewal"}
    funnel = pipeline_funnel(make_opportunities(WON, renewal), make_accounts({"a": "smb"}))

    assert set(funnel["count"]) == {1}


def test_steps_that_nobody_dates_are_left_out(make_opportunities, make_accounts) -> None:
    funnel = pipeline_funnel(make_opportunities({"closed_on": "2025-03-01"}), make_accounts({"a": "smb"}))

    assert funnel["step"].tolist() == ["opened", "signed"] * 2


def test_nothing_closed(make_opportunities, make_accounts) -> None:
    accounts = make_accounts({"a": "smb"})

    assert pipeline_funnel(make_opportunities({"status": "open"}), accounts).empty
    assert pipeline_funnel(OPPORTUNITIES.empty(), accounts).empty
