import pytest

from kamsim.intake.spelling import countries

HEAD = "id,name,staff,turnover,area,mother,boss\n"


def suspects(result):
    ways = ("import.suspect", "import.unlisted", "import.unlisted_alone")
    return [(i.key, i.details["found"], i.details["near"]) for i in result.report.items if i.key in ways]


@pytest.mark.parametrize(
    ("industry", "near"),
    [
        ("technolgy", "technology"),
        ("Softwre", "software"),
        ("Retail", None),
        ("Real-Estate", None),
        ("Zymurgy", None),
    ],
)
def test_slip_of_a_common_industry_is_suspected(small_export, industry, near):
    accounts = f"{HEAD}A,,,,{industry},,\nB,,,,{industry},,\n"
    changes = {"accounts.columns.region": None, "accounts.columns.industry": "area"}
    found = suspects(small_export(accounts, changes=changes))
    assert found == ([("import.suspect", industry, near)] if near else [])


def test_slip_of_a_country_is_suspected_in_english_and_french(small_export):
    accounts = f"{HEAD}A,,,,Philipines,,\nB,,,,Allemange,,\nC,,,,Japan,,\nD,,,,TX,,\n"
    assert suspects(small_export(accounts)) == [
        ("import.suspect", "Allemange", "Allemagne"),
        ("import.suspect", "Philipines", "Philippines"),
    ]


def test_rare_value_near_a_common_one_of_its_column_is_suspected(small_export):
    rows = "".join(f"A{n},,,,Nord Pas de Calais,,\n" for n in range(3))
    accounts = f"{HEAD}{rows}A,,,,nord-pas-de-calais,,\nB,,,,Normandie,,\n"
    assert suspects(small_export(accounts)) == [
        ("import.suspect", "nord-pas-de-calais", "Nord Pas de Calais")
    ]


def test_numbered_values_are_not_slips_of_each_other(small_export):
    accounts = f"{HEAD}A,,,,Territory 12,,\nB,,,,Territory 11,,\nC,,,,Territory 11,,\n"
    assert suspects(small_export(accounts)) == []


def test_product_that_is_not_listed_is_named_with_the_nearest(small_export):
    deals = (
        "id,firm,who,stage,start,end,amount\n1,A,GTXPro,Won,,2025-02-10,5\n2,A,GTX Pro,Won,,2025-02-10,5\n"
        "3,A,Zither,Won,,2025-02-10,5\n"
    )
    changes = {
        "owner_rule": "by_region",
        "opportunities.columns.owner_id": None,
        "opportunities.columns.product": "who",
        "products": {"file": "products.csv", "columns": {"product": "name"}},
    }
    result = small_export(deals=deals, changes=changes, products="name\nGTX Pro\nGTX Basic\n")
    assert suspects(result) == [
        ("import.unlisted", "GTXPro", "GTX Pro"),
        ("import.unlisted_alone", "Zither", ""),
    ]
    assert result.portfolio.opportunities["product"].tolist() == ["GTXPro", "GTX Pro", "Zither"]
    changes["opportunities.spelling"] = {"product": {"GTXPro": "GTX Pro"}}
    result = small_export(deals=deals, changes=changes, products="name\nGTX Pro\nGTX Basic\n")
    assert suspects(result) == [("import.unlisted_alone", "Zither", "")]


def test_countries_are_countries():
    assert "Europe" not in countries()
    assert {"Germany", "Royaume-Uni"} <= set(countries())
