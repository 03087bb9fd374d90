"""The playbook that comes with kamsim, and files that are none."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from kamsim.errors import ConfigError
from kamsim.locale import Locale
from kamsim.measures import Playbook
from kamsim.measures.playbook import PLAYS, working_day
from kamsim.schemas import EVENT_KINDS


@pytest.fixture
def changed(tmp_path: Path):
    def change(old: str, new: str) -> Path:
        text = PLAYS.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "mine.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return change


def test_every_event_has_a_play() -> None:
    assert set(EVENT_KINDS) <= set(Playbook.load().plays)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_play_can_be_told(lang: str) -> None:
    locale = Locale(lang)

    assert [
        (name, table)
        for name in Playbook.load().plays
        for table in ("what", "why")
        if not locale.has(f"action.{table}.{name}")
    ] == []


def test_every_play_names_a_fact_of_the_domain(repository: Path) -> None:
    known = (repository / "docs" / "sources.md").read_text(encoding="utf-8")

    assert [p.source for p in Playbook.load().plays.values() if not re.search(rf"{p.source}\b", known)] == []


def test_what_stands_first_in_the_file_is_most_urgent() -> None:
    plays = Playbook.load().plays

    assert [play.rank for play in plays.values()] == list(range(len(plays)))
    assert next(iter(plays)) == "sponsor_left"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'role = "AE", within_days = 7',
            'role = "CEO", within_days = 7',
            "sponsor_left.role must be one of AE",
        ),
        ("within_days = 7", "within_days = -1", "sponsor_left.within_days must be >= 0, got -1"),
        ("within_days = 7", "days = 7", "cannot be read"),
        ("[plays]", "[play]", "cannot be read"),
        ("alert_months = 12", "alert_months =", "cannot be read"),
    ],
)
def test_a_bad_file_is_refused(changed, old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Playbook.load(changed(old, new))


def test_days_fall_on_working_days() -> None:
    days = pd.date_range("2026-01-01", periods=14)

    assert all(working_day(day).weekday() < 5 for day in days)
    assert working_day(pd.Timestamp("2026-01-02")) == pd.Timestamp("2026-01-02")
