from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from kamsim.intake import ImportReport, ReportLine
from kamsim.intake.rows import REASONS
from kamsim.locale import Locale
from kamsim.locale.catalogue import read_catalogue

LANGUAGES = ["en", "fr"]
REPAIRS = (
    "spelling",
    "unreadable",
    "out_of_range",
    "unknown_value",
    "unknown_parent",
    "circular_parent",
    "unknown_owner",
    "opened_after_closing",
)
SOILED = (
    "id,firm,who,stage,start,end,amount\n1,A,ann,Won,2025-05-05,2025-02-10,120.50\n2,,bob,Lost,x,2025-03-01,8,\n"
    "3,B,ann,Open,2025-03-10,2025-09-30,40\n4,,ann,Won,,2025-03-10,1000\n"
)


def report(*lines, currency="EUR"):
    return ImportReport(tuple(lines), pd.DataFrame(), currency)


def test_values_are_written_in_the_readers_way():
    details = {"rows": 1234, "low": 2, "high": 10}
    assert report(ReportLine("import.agents_per_account", details)).text(Locale("en")).endswith("2 to 10\n")
    money = ReportLine("import.money_in", {"money": Decimal("1234567.50"), "rows": 4238})
    assert "$1,234,567.5 " in report(money, currency="USD").text(Locale("en"))
    assert "4,238" in report(money).text(Locale("en"))
    assert "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567,5" in report(money).text(Locale("fr"))
    months = ReportLine("import.quiet", {"months": 7, "first": date(2025, 2, 1)})
    assert "Feb 1, 2025" in report(months).text(Locale("en"))
    share = ReportLine("import.concentration", {"share": 0.3171})
    assert "31.7%" in report(share).text(Locale("en"))


def test_whole_money_has_no_decimals():
    line = ReportLine("import.money_in", {"money": Decimal("10005534.00"), "rows": 1})
    assert "$10,005,534 " in report(line, currency="USD").text(Locale("en"))


def test_long_lists_are_cut_and_counted():
    names = tuple(f"n{n:02}" for n in range(15))
    text = report(ReportLine("import.unused", {"file": "a.csv", "columns": names})).text(Locale("en"))
    assert "n11" in text
    assert "n12" not in text
    assert "3 more" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_and_repair_has_a_text(lang):
    details = {"file": "f", "rows": 1, "column": "c", "found": "x", "meant": "y"}
    keys = [f"import.rejected_{code}" for code in REASONS] + [f"import.repaired_{code}" for code in REPAIRS]
    text = report(*(ReportLine(key, details) for key in keys)).text(Locale(lang))
    assert len(text.splitlines()) == len(REASONS) + len(REPAIRS)


def everything(small_export):
    """Imports that between them say all that a report can say."""
    owner = {"accounts.columns.owner_id": "boss"}
    team = {"team": {"file": "team.csv", "columns": {"rep_id": "id", "region": "home"}}}
    nobody = {"opportunities.columns.owner_id": None, "owner_rule": "by_region"}
    listed = {
        "opportunities.columns.product": "who",
        "products": {"file": "products.csv", "columns": {"product": "n"}},
    }
    semicolons = b"id;name;staff;turnover;area;mother;boss\nA;\xe9;;;Philipines;;\nB;;;;;;\n"
    yield small_export(deals=SOILED, changes={"revenue_recognition": "monthly_over_12", "currency": "USD"})
    yield small_export(semicolons, changes={**owner, "owner_rule": "given", "rates.EUR": 2})
    yield small_export(changes=team, team="id,home\nann,Centre\nidle,\n")
    yield small_export(changes={**nobody, **listed}, products="n\nannn\n")
    yield small_export(deals=SOILED.replace("2025-03-10", "2027-03-10"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_of_a_report_has_a_text(small_export, lang):
    for result in everything(small_export):
        text = result.report.text(Locale(lang))
        titles = sum(item.key.startswith("import.title") for item in result.report.items)
        assert len(text.splitlines()) == len(result.report.items) + titles


def test_no_text_stands_in_the_catalogue_for_nothing(small_export):
    said = {item.key for result in everything(small_export) for item in result.report.items}
    said |= {f"import.rejected_{code}" for code in REASONS} | {f"import.repaired_{code}" for code in REPAIRS}
    there = {key for key in read_catalogue("en") if key.startswith("import.")}
    assert there - said == {"import.and_more"}


def test_frame_counts_each_file_and_a_row_once(small_export):
    result = small_export(deals=SOILED)
    counts = result.report.frame().set_index(["file", "outcome", "reason"])["rows"].to_dict()
    file = "deals.csv"
    assert counts[file, "in", ""] == 4
    assert counts[file, "accepted", ""] == 2
    assert counts[file, "rejected", ""] == 2
    assert counts[file, "rejected", "ragged"] == 1
    assert counts[file, "rejected", "no_account"] == 1
    assert counts[file, "repaired", ""] == counts[file, "repaired", "opened_after_closing"] == 1


def test_frame_is_a_copy(small_export):
    result = small_export()
    frame = result.report.frame()
    frame["rows"] = 0
    assert result.report.frame()["rows"].max() > 0


def test_columns_not_used_and_rejected_money_are_told(small_export):
    lines = {item.key: item.details for item in small_export(deals=SOILED).report.items}
    assert lines["import.unused"]["columns"] == ("boss",)
    assert lines["import.money_in"] == {"money": Decimal("1120.5"), "rows": 2}
    assert lines["import.money_rejected"] == {"money": 1000, "rows": 1}
    assert lines["import.money_out"] == {"money": Decimal("120.5"), "difference": 0}
    assert lines["import.rejected_by_status"] == {"file": "deals.csv", "open": 0, "won": 1, "lost": 0}
