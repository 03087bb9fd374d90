"""Actions in words, as a table and as files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kamsim.errors import BundleError
from kamsim.locale import Locale
from kamsim.measures import Playbook
from kamsim.reporting import action_table, say_first_actions, tell_actions, write_action_plan
from kamsim.schemas import ACCOUNTS, OPPORTUNITIES

from .conftest import HOSTILE, fill

CUTOFF = pd.Timestamp("2026-01-01")
EN = Locale("en")
SUBJECTS = {
    "meddic": "economic_buyer;champion", "role": "procurement", "buyer": "economic_buyer",
    "handover": "why_bought;three_party", "industry": "merger", "milestone": "signed",
    "technical_milestone": "proof",
}  # fmt: skip


def act(play: str, **differs: object) -> dict[str, object]:
    row = {
        "account_id": "a", "due_on": pd.Timestamp("2026-01-08"), "role": "AE", "owner": "Ada", "play": play,
        "source": "D-X-1", "reference": None, "subject": SUBJECTS.get(play), "via": None,
        "since": pd.NaT, "number": 0.25, "like": 0.5,
    }  # fmt: skip
    return row | differs


def tell(*rows: dict[str, object], locale: Locale = EN, name: str = "Arc") -> pd.DataFrame:
    accounts = fill(ACCOUNTS, account_id=["a"], name=[name])
    deals = fill(OPPORTUNITIES, opportunity_id=["O1", "O2"], kind=["upsell", None], product=["p", "box"],
                 amount_eur=[3e4, None])  # fmt: skip
    return tell_actions(pd.DataFrame(list(rows)), accounts, deals, locale)


def words(row: dict[str, object], locale: Locale = EN) -> tuple[str, str]:
    told = tell(row, locale=locale).iloc[0]
    return told["action"], told["reason"]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("known", [True, False])
def test_every_play_can_be_told_with_and_without_what_it_is_about(lang: str, known: bool) -> None:
    facts = {"reference": "O1", "via": "Bob, CIO", "since": CUTOFF} if known else {"like": float("nan")}
    who = {"appointment": "Eve, CFO", "stakeholder_left": "Eve, CFO", "sponsor_left": "Eve, CFO"}
    plays = list(Playbook.load().plays)
    subjects = {play: SUBJECTS.get(play, who.get(play) if known else None) for play in plays}

    told = tell(*(act(p, subject=subjects[p], **facts) for p in plays), locale=Locale(lang))

    assert len(told) == len(plays)
    assert not told["action"].str.contains("{", regex=False).any()
    assert not told["action"].str.contains(r"\b(?:nan|None)\b").any()


@pytest.mark.parametrize(
    ("row", "action"),
    [
        (act("appointment", subject="Eve, CFO"), "Meet Eve, CFO"),
        (act("appointment"), "Find out who was appointed, and meet them"),
        (act("role", reference="Eve, CFO", via="Bob, CIO"), "Get in contact with Eve, CFO, through Bob, CIO"),
        (act("role", reference="Eve, CFO"), "Get in contact with Eve, CFO"),
        (act("role"), "Find out who this is: Procurement"),
        (
            act("buyer", reference="Eve, CFO", via="Bob, CIO"),
            "Get in contact with Eve, CFO, through Bob, CIO",
        ),
        (act("buyer"), "Find out who holds the budget"),
        (act("milestone", reference="O1"), "Get the signature for upsell, €30k (O1)"),
        (act("milestone", reference="O2"), "Get the signature for box (O2)"),
        (act("meddic", reference="O1"), "Find out for upsell, €30k (O1): Economic Buyer, Champion"),
        (act("hours", number=2.71, like=6.77), "Settle AE hours: from 2.7 to 6.8 a month"),
    ],
)
def test_what_to_do(row, action) -> None:
    assert words(row)[0] == action


def test_why_in_the_unit_of_the_figure() -> None:
    assert words(act("churn"))[1] == "probability of leaving within 12 months 25%; usual in its segment 50%"
    assert words(act("revenue_fall", number=-0.55))[1].startswith("−55% revenue")
    assert words(act("renewal", number=3e4, since=CUTOFF))[1] == "open since Jan 1, 2026, €30k"
    assert words(act("milestone", number=3.42, like=1.5, since=CUTOFF))[1].endswith(
        "3.4 months; usual are 1.5"
    )
    assert words(act("account_review", since=CUTOFF))[1] == "last held in January 2026"
    assert words(act("account_review"))[1] == "none on record"


def test_who_does_it_and_what_it_is_about() -> None:
    table = action_table(tell(act("handover", role="CSM", owner=None), act("merger", reference="E1")), EN)

    assert table["Who"].tolist() == ["CSM", "Ada"]
    assert table["Source"].tolist() == ["D-X-1", "D-X-1, E1"]
    assert len(action_table(tell(*[act("churn")] * 20), EN)) == 12


def test_first_is_not_the_review_that_all_deals_share() -> None:
    told = tell(act("pipeline_review"), act("churn"), act("hours", due_on=pd.Timestamp("2026-03-01")))

    said = say_first_actions(told, EN, cutoff=CUTOFF)

    assert said.startswith("Arc: 2 of 3 actions are due within 30 days. First, by Jan 8, 2026 (Ada): Call on")


def test_files_hold_every_action_and_run_nothing(tmp_path: Path) -> None:
    told = tell(act("appointment", subject="=cmd()|x"), act("merger", reference="=E1"), name=HOSTILE)

    table, text = write_action_plan(told, tmp_path, "Plan *x*", EN)

    back = pd.read_csv(table)
    assert back["due_on"].tolist() == ["2026-01-08"] * 2
    assert back["reference"].fillna("").tolist() == ["", "'=E1"]
    lines = text.read_text(encoding="utf-8").splitlines()
    assert lines[0] == r"# Plan \*x\*"
    assert [line[:18] for line in lines[2:]] == ["- [ ] **2026-01-08"] * 2
    assert "<script" not in text.read_text(encoding="utf-8").replace(r"\<script", "")
    assert r"\|x" in lines[2]


def test_a_plan_without_actions_is_a_title(tmp_path: Path) -> None:
    nothing = tell(act("churn")).iloc[:0]

    table, text = write_action_plan(nothing, tmp_path, "Plan", EN)

    assert len(pd.read_csv(table)) == 0
    assert text.read_text(encoding="utf-8").strip() == "# Plan"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="cannot be written"):
        write_action_plan(tell(act("churn")), tmp_path / "absent", "Plan", EN)
