import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kamsim.bundle import read_manifest, write_stage
from kamsim.errors import BundleError
from kamsim.locale import Locale
from kamsim.reporting import report as module
from kamsim.reporting import write_report
from kamsim.schemas import ACCOUNTS

PICTURES = {"differences", "yearly", "effort", "workload", "concentration", "potential"}


class Page(HTMLParser):
    """Collects tags with their attributes, and the text a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def _read(path: Path) -> tuple[str, Page]:
    html = path.read_text(encoding="utf-8")
    return html, Page(html)


@pytest.fixture(scope="module")
def english(tmp_path_factory, scenario, write_run) -> Path:
    return write_report(write_run(tmp_path_factory.mktemp("english") / "run", scenario), Locale("en"))


@pytest.fixture(scope="module")
def french_import(tmp_path_factory, scenario, write_run) -> Path:
    dollars = scenario.override({"currency": "USD"})
    run = write_run(tmp_path_factory.mktemp("french") / "run", dollars, imported=True)
    return write_report(run, Locale("fr"))


@pytest.fixture(params=["english", "french_import"])
def page(request) -> tuple[str, Page]:
    return _read(request.getfixturevalue(request.param))


def test_it_needs_nothing_from_outside(page: tuple[str, Page]) -> None:
    html, parsed = page
    assert re.findall(r"https?:|//[a-z]+\.|<script|javascript:|@import|url\(", html) == []
    sources = [a.get("src") or a.get("href") for _, a in parsed.tags if "src" in a or "href" in a]
    assert sources
    assert all(source.startswith("data:image/png;base64,") for source in sources)


def test_a_hostile_account_name_is_inert(page: tuple[str, Page]) -> None:
    html, parsed = page
    assert "alert(" in parsed.text, "the name itself is shown"
    assert "<script" not in html
    assert not [a for _, a in parsed.tags if any(name.startswith("on") for name in a)]
    assert len([tag for tag, _ in parsed.tags if tag == "img"]) == len(PICTURES)


def test_every_picture_has_words_for_those_who_cannot_see_it(page: tuple[str, Page]) -> None:
    images = [a for tag, a in page[1].tags if tag == "img"]
    assert len(images) == len(PICTURES)
    assert all(len(image["alt"] or "") > 60 for image in images)


def test_title_states_the_finding(english: Path, french_import: Path) -> None:
    assert "<h1>Profit-maximising brings +€1.9M (95%: +1.4 to +2.3) of" in _read(english)[0]
    assert "<h1>Profit maximal apporte +1,9\xa0M$US (95\xa0%\xa0: +1,4 à +2,3)" in _read(french_import)[0]


def test_a_page_says_its_language(english: Path, french_import: Path) -> None:
    assert '<html lang="en">' in _read(english)[0]
    assert '<html lang="fr">' in _read(french_import)[0]


def test_french_has_no_english_left(english: Path, french_import: Path) -> None:
    assert "Status quo" in _read(english)[1].text
    text = _read(french_import)[1].text
    english_words = r"(?<![\w.])(?:the|of|with|accounts|revenue|share|policy|potential|owner)(?![\w.])"
    assert re.findall(english_words, text) == []


def test_synthetic_and_imported_say_what_they_are(english: Path, french_import: Path) -> None:
    text = _read(english)[1].text
    assert "Synthetic portfolio with a known truth" in text
    assert "Rows in" not in text
    text = _read(french_import)[1].text
    assert "Votre propre export" in text
    assert "est tiré 50 fois des scores et des a priori du scénario" in text
    assert "Gagné en tout : 1 234 567,50 $US" in text
    assert "deals.csv 80 78 3 2" in text
    assert "- deals.csv <i> : rejetées 2" in text


def test_the_ledger_comes_before_any_result(english: Path) -> None:
    html = _read(english)[0]
    assert html.index("What this rests on") < html.index("The policies")
    assert re.search(r"All \d+ figures", html)
    assert "segmentation.tier_1_above_eur" in html


def test_pictures_stand_beside_the_page(english: Path) -> None:
    files = {path.name for path in english.parent.iterdir()}
    assert files == {"report.html", "manifest.json", "scenario.toml"} | {f"{p}.png" for p in PICTURES}


def test_the_manifest_names_what_was_read(english: Path) -> None:
    run = english.parents[1]
    manifest = read_manifest(run, "report")
    assert set(manifest.inputs) == {"portfolio", "scores", "values", "allocation", "simulation"}
    assert manifest.inputs["simulation"] == read_manifest(run, "simulation").fingerprint
    assert manifest.inputs["simulation"] in _read(english)[1].text


def test_same_run_same_page(english: Path, tmp_path: Path) -> None:
    shutil.copytree(english.parents[1], tmp_path / "copy")
    assert write_report(tmp_path / "copy", Locale("en")).read_bytes() == english.read_bytes()


def test_a_missing_stage_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="holds no stage 'portfolio'"):
        write_report(tmp_path / "nowhere", Locale("en"))
    assert list(tmp_path.iterdir()) == []


def test_a_stage_out_of_date_is_refused(own_run: Path, scenario) -> None:
    accounts = ACCOUNTS.empty()
    write_stage(own_run, "portfolio", {"accounts": accounts}, scenario, facts={"cutoff": "2026-02-01"})
    with pytest.raises(BundleError, match="'scores' was computed from a stage that has changed"):
        write_report(own_run, Locale("en"))
    assert not (own_run / "report").exists()


@pytest.fixture
def without_pictures(monkeypatch) -> None:
    """Pictures take most of the time; tests of the words can do without."""
    monkeypatch.setattr(module, "draw_pictures", lambda data, locale: {})


@pytest.mark.usefixtures("without_pictures")
def test_a_failure_keeps_the_earlier_report(own_run: Path, monkeypatch) -> None:
    path = write_report(own_run, Locale("en"))
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}

    def full_disk(*_: object, **__: object) -> None:
        raise BundleError("disk full")

    monkeypatch.setattr(module, "write_stage", full_disk)
    with pytest.raises(BundleError, match="disk full"):
        write_report(own_run, Locale("fr"))
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before
    assert sorted(p.name for p in own_run.iterdir()) == [
        "allocation", "portfolio", "report", "scores", "simulation", "values",
    ]  # fmt: skip


def test_one_policy_alone_still_makes_a_page(tmp_path: Path, scenario, write_run) -> None:
    run = write_run(tmp_path / "alone", scenario, policies=("status_quo",))
    _, parsed = _read(write_report(run, Locale("en")))
    assert "Only Status quo was simulated" in parsed.text
    assert len([tag for tag, _ in parsed.tags if tag == "img"]) == len(PICTURES) - 2
    assert "Status quo moves no account" in parsed.text


@pytest.mark.usefixtures("without_pictures")
def test_an_assumption_driven_ranking_is_called_so(tmp_path: Path, scenario, write_run) -> None:
    run = write_run(tmp_path / "run", scenario, imported=True, effect=0.002)
    text = _read(write_report(run, Locale("en")))[1].text
    assert "driven by assumptions" in text
    assert "nothing is settled" in text


@pytest.mark.usefixtures("without_pictures")
def test_remarks_of_the_models_are_told_in_the_readers_language(tmp_path: Path, scenario, write_run) -> None:
    note = {"key": "small_portfolio", "values": {"accounts": 18, "small_sample": 1200}}
    run = write_run(tmp_path / "run", scenario, notes=[note])
    expected = Locale("fr").text("scoring.small_portfolio", accounts="18", small_sample="1\u202f200")
    assert " ".join(expected.split()) in _read(write_report(run, Locale("fr")))[1].text


def test_facts_of_the_manifest_are_json(english: Path) -> None:
    facts = json.loads((english.parent / "manifest.json").read_text(encoding="utf-8"))["facts"]
    assert facts["lang"] == "en"
    assert facts["title"].startswith("Profit-maximising brings")
