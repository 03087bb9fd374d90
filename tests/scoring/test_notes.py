import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest

import kamsim.scoring
from kamsim.locale import Locale, languages
from kamsim.scoring import ScoreNote

KEYS = sorted(
    {
        key
        for file in Path(kamsim.scoring.__file__).parent.glob("*.py")
        for key in re.findall(
            r'"((?:small|churn|potential|spend)_[a-z_]+)"', file.read_text(encoding="utf-8")
        )
    }
    - {"potential_36m_eur", "potential_low_eur", "potential_high_eur", "potential_baseline_eur"}
    - {"churn_baseline", "small_sample"}
    - {file.stem for file in Path(kamsim.scoring.__file__).parent.glob("*.py")}
)


def test_keys_are_found() -> None:
    assert {"small_portfolio", "churn_not_better", "potential_from_spend"} <= set(KEYS)


@pytest.mark.parametrize("lang", languages())
def test_every_note_has_a_text(lang: str) -> None:
    assert [key for key in KEYS if not Locale(lang).has(f"scoring.{key}")] == []


def test_figures_are_written_the_way_of_the_language() -> None:
    note = ScoreNote("potential_better", {"rows": 1234, "gain": 0.0456})
    assert "4.6%" in note.text(Locale("en"))
    assert "1,234" in note.text(Locale("en"))
    assert "4,6\N{NO-BREAK SPACE}%" in note.text(Locale("fr")).replace("\N{NARROW NO-BREAK SPACE}", "\xa0")


def test_a_manifest_can_hold_a_note() -> None:
    note = ScoreNote("potential_shrunk", {"accounts": 18, "weight": 0.26})
    assert json.loads(json.dumps(asdict(note))) == {
        "key": "potential_shrunk",
        "values": {"accounts": 18, "weight": 0.26},
    }
