import pytest

from kamsim.errors import IntakeError

HEAD = "id,firm,who,stage,start,end,amount,code\n"
DEALS = f"{HEAD}1,A,,Won,,2025-02-10,100,EUR\n2,A,,Won,,2025-02-11,10.55,USD\n"
BY_ROW = {"opportunities.columns.currency": "code"}


def keys(result):
    return [item.key for item in result.report.items]


def test_export_in_the_presets_currency(small_export):
    result = small_export()
    assert "import.currency" in keys(result)
    assert (result.scenario.currency, result.facts["currency"]) == ("EUR", "EUR")


def test_one_other_currency_without_a_rate_stays_and_the_report_says_so(small_export):
    result = small_export(changes={"currency": "USD"})
    assert result.scenario.currency == "USD"
    assert result.facts["won_total"] == "120.5"
    (line,) = [item for item in result.report.items if item.key == "import.currency_parity"]
    assert line.details == {"currency": "USD", "preset": "EUR"}


def test_one_other_currency_with_a_rate_is_converted_to_cents(small_export):
    result = small_export(changes={"currency": "USD", "rates.USD": 0.9})
    assert result.scenario.currency == "EUR"
    assert result.facts["won_total"] == "108.45"
    assert result.portfolio.accounts["firm_revenue_eur"].dropna().tolist() == [900]


def test_two_currencies_with_rates_add_up(small_export):
    result = small_export(deals=DEALS, changes={**BY_ROW, "rates.USD": 0.333})
    assert result.facts["won_total"] == "103.51"  # 100 + 3.51315 rounded to cents


def test_two_currencies_without_a_rate_are_refused(small_export):
    with pytest.raises(IntakeError) as caught:
        small_export(deals=DEALS, changes=BY_ROW)
    assert str(caught.value) == (
        "amounts in EUR, USD, and no rate from USD to EUR: the mapping must give rates.USD"
    )


def test_accounts_in_one_currency_and_deals_in_another_are_two(small_export):
    changes = {"currency": "USD", "opportunities.constants.currency": "GBP"}
    with pytest.raises(IntakeError, match="amounts in GBP, USD, and no rate from GBP to EUR"):
        small_export(changes=changes)


def test_rate_for_another_currency_only_is_refused(small_export):
    with pytest.raises(IntakeError, match=r"no rate from CHF to EUR: the mapping must give rates.CHF"):
        small_export(changes={"currency": "CHF", "rates.USD": 0.9})


def test_row_without_a_currency_takes_the_single_one_or_is_rejected(small_export):
    rows = ["1,A,,Won,,2025-02-10,100,EUR", "2,A,,Won,,2025-02-11,7,", "3,A,,Open,,,,"]
    deals = HEAD + "\n".join([*rows, "4,A,,Won,,2025-02-11,5,euro"])
    result = small_export(deals=deals, changes=BY_ROW)
    assert result.facts["won_total"] == "107"
    assert result.rejected["reason"].tolist() == ["an amount without a currency"]
    result = small_export(
        deals=deals, changes={**BY_ROW, "currency": None, "accounts.columns.firm_revenue_eur": None}
    )
    assert result.rejected["row"].tolist() == [3, 5]
    assert result.facts["won_total"] == "100"


def test_currency_of_rows_left_out_does_not_matter(small_export):
    changes = {**BY_ROW, "opportunities.leave_out": {"code": ["USD"]}}
    result = small_export(deals=DEALS, changes=changes)
    assert result.facts["won_total"] == "100"
    assert result.rejected["amount_eur"].isna().all()  # dollars are not told as euros
