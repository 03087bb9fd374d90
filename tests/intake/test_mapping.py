from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.errors import IntakeError
from kamsim.intake import load_mapping


@pytest.mark.parametrize("name", ["maven", "salesforce"])
def test_committed_mappings_load(repository, name):
    mapping = load_mapping(repository / "data" / "mappings" / f"{name}.toml")
    assert mapping.currency == "USD"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"curency": "EUR"}, "unknown setting 'curency': did you mean 'currency'?"),
        ({"format.decimals": ","}, "unknown setting 'format.decimals': did you mean 'format.decimal'?"),
        ({"accounts.colums": {}}, "unknown setting 'accounts.colums': did you mean 'accounts.columns'?"),
        (
            {"accounts.columns.industri": "x"},
            "accounts.columns: unknown column 'industri': did you mean 'industry'?",
        ),
        ({"accounts.columns.revenue_eur_per_month": "x"}, "unknown column 'revenue_eur_per_month'"),
        ({"opportunities.spelling.prodct.a": "b"}, "unknown column 'prodct': did you mean 'product'?"),
        ({"accounts.factors.headcount": -1}, "accounts.factors.headcount must be greater than 0, got -1"),
        ({"accounts.factors.region": 2}, "only a number can have a factor"),
        ({"accounts.columns.account_id": None}, "accounts.columns.account_id is missing"),
        ({"opportunities.columns.stage": None}, "opportunities.columns.stage is missing"),
        ({"accounts.constants.region": "x"}, "region is mapped to a column already"),
        ({"currency": None}, "currency is missing"),
        ({"currency": "Euro"}, "currency must"),
        ({"rates.USD": 0}, "rates.USD must be greater than 0, got 0"),
        ({"segments": None}, "segments is missing"),
        ({"segments.headcount.mid_market": 5000}, "mid_market must be below strategic, got 5000"),
        ({"owner_rule": "given"}, "owner_rule 'given' needs accounts.columns.owner_id"),
        ({"opportunities.columns.owner_id": None}, "'most_won' needs opportunities.columns.owner_id"),
        ({"owner_window_months": 601}, "owner_window_months must be less than or equal to 600, got 601"),
        ({"owner_rule": "best"}, "owner_rule must be 'given', 'most_won' or 'by_region', got 'best'"),
        ({"format.decimal": ",", "format.thousands": ","}, "decimal and thousands must differ"),
        ({"opportunities.status.Won": "yes"}, "opportunities.status.Won must be 'open', 'won' or 'lost'"),
        ({"accounts.file": "../secret.csv"}, "must lie inside the export's folder, got '../secret.csv'"),
        ({"accounts.file": "deals.csv"}, "'deals.csv' is mapped as accounts already"),
    ],
)
def test_bad_mapping_is_one_sentence_with_name_and_rule(mapping_file, changes, words):
    with pytest.raises(IntakeError) as caught:
        load_mapping(mapping_file(changes))
    assert str(caught.value).startswith("mine.toml: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_rates_and_factors_are_exact(mapping_file):
    mapping = load_mapping(mapping_file({"rates.USD": 0.1, "accounts.factors.firm_revenue_eur": 1000.1}))
    assert mapping.rates["USD"] == Decimal("0.1")
    assert mapping.accounts.factors["firm_revenue_eur"] == Decimal("1000.1")


def test_unreadable_files_are_refused(tmp_path):
    with pytest.raises(IntakeError, match="cannot be read"):
        load_mapping(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe = [")
    with pytest.raises(IntakeError, match="not valid TOML"):
        load_mapping(tmp_path / "bad.toml")


LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just({}))
KEYS = st.sampled_from(
    [
        "currency",
        "rates.USD",
        "format.dates",
        "format",
        "segments.headcount",
        "segments.headcount.strategic",
        "accounts.columns.region",
        "accounts.columns",
        "accounts.factors.headcount",
        "accounts.leave_out.x",
        "opportunities.status",
        "opportunities.file",
        "team",
        "products",
        "owner_window_months",
    ]
)


@settings(deadline=None)
@given(key=KEYS, value=LEAF)
def test_any_value_anywhere_is_taken_or_refused(mapping_file, key, value):
    with suppress(IntakeError):
        load_mapping(mapping_file({key: value}))
