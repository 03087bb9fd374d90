"""The hand-over checklist: what the CRM knows at the last signature."""

from __future__ import annotations

import pandas as pd
import pytest

from kamsim.measures import handover_checklist


@pytest.fixture
def history(make_history) -> pd.DataFrame:
    return make_history({"a": [1.0] * 12})


def _touched(history: pd.DataFrame, ae: str, csm: str) -> pd.DataFrame:
    kinds = history["ae_touches"].dtype
    touches = {"ae_touches": history["month"] == ae, "csm_touches": history["month"] == csm}
    return history.assign(**{name: had.astype(kinds) for name, had in touches.items()})


def _states(checklist: pd.DataFrame) -> dict[str, str]:
    return dict(zip(checklist["item"], checklist["state"], strict=True))


def test_nothing_known(make_opportunities, history) -> None:
    deals = make_opportunities({"closed_on": "2025-11-10"})

    assert set(_states(handover_checklist(deals, None, history, "a")).values()) == {"missing"}


def test_everything_a_crm_can_know(make_opportunities, make_people, history) -> None:
    letters = {"metrics": True, "identified_pain": True, "decision_criteria": True}
    deals = make_opportunities({"closed_on": "2025-11-10", "reason": "price", "amount_eur": 5.0, **letters})
    people = make_people({"x": None, "y": None, "z": None}, engaged={"x": True, "y": True})

    found = handover_checklist(deals, people, _touched(history, "2025-12-01", "2025-12-01"), "a")

    assert _states(found) == {
        "why_bought": "known", "value_objectives": "known", "stakeholders": "known",
        "expectations": "partly", "commitments": "partly", "three_party": "partly",
    }  # fmt: skip
    assert found.set_index("item").loc["stakeholders", ["number", "text"]].tolist() == [2.0, "3"]
    assert found.set_index("item").loc["three_party", "on"] == pd.Timestamp("2025-12-01")


def test_ae_and_csm_in_different_months_have_not_met(make_opportunities, history) -> None:
    deals = make_opportunities({"closed_on": "2025-11-10"})
    apart = _touched(history, "2025-11-01", "2025-12-01")
    too_early = _touched(history, "2025-10-01", "2025-10-01")

    assert [_states(handover_checklist(deals, None, h, "a"))["three_party"] for h in (apart, too_early)] == [
        "missing", "missing",
    ]  # fmt: skip


def test_the_last_signature_counts_and_a_renewal_is_none(make_opportunities, history) -> None:
    deals = make_opportunities(
        {"closed_on": "2025-03-01", "reason": "price"},
        {"closed_on": "2025-06-01", "reason": "fit"},
        {"closed_on": "2025-09-01", "reason": "renewed", "kind": "renewal"},
        {"closed_on": "2025-10-01", "reason": "lost", "status": "lost"},
    )

    assert handover_checklist(deals, None, history, "a").loc[0, "text"] == "fit"
    assert handover_checklist(deals, None, history, "b").empty
