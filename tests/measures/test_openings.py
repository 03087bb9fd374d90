import numpy as np
import pandas as pd
import pytest

from kamsim.measures import expansion_openings, openings_by_segment, product_openings

IDS = ["a", "b", "c", "d"]


@pytest.fixture
def accounts(make_accounts) -> pd.DataFrame:
    return make_accounts(
        {"a": "smb", "b": "smb", "c": "strategic", "d": "strategic"},
        revenue_eur_per_month=[100.0, 100.0, 1000.0, 0.0],
        business_units=[4, None, 2, 3],
        units_penetrated=[1, None, 2, 0],
        budget_confirmed=[True, True, None, True],
        sponsor_identified=[True, False, True, True],
    )


@pytest.fixture
def scores() -> pd.DataFrame:
    potential = np.array([7200.0, 3000.0, 50000.0, 9e5])
    return pd.DataFrame(
        {
            "account_id": IDS, "potential_36m_eur": potential, "potential_low_eur": potential / 2,
            "potential_high_eur": 2 * potential, "churn_probability_12m": [0.1, 0.1, 0.1, 0.0],
            "churn_baseline": 0.2,
        }
    )  # fmt: skip


def test_whitespace_is_split_by_the_units_that_do_not_buy(accounts, scores) -> None:
    found = expansion_openings(accounts, scores).set_index("account_id")

    assert found.index.tolist() == ["c", "a", "b"]  # the prospect is left out, ends decide the order
    a = found.loc["a"]
    assert a[["whitespace_eur", "whitespace_low_eur", "whitespace_high_eur"]].tolist() == [3600, 0, 10800]
    assert a[["cross_sell_eur", "upsell_eur"]].tolist() == [
        3600,
        0,
    ]  # three units of four: 5,400, and 3,600 there
    assert a[["share_of_potential", "share_low", "share_high"]].tolist() == [0.5, 0.25, 1.0]
    assert found.loc["c", ["cross_sell_eur", "upsell_eur"]].tolist() == [0, 14000]
    assert np.isnan(found.loc["b", "cross_sell_eur"])


def test_who_is_ready_was_seen_to_be(accounts, scores) -> None:
    ready = expansion_openings(accounts, scores).set_index("account_id")["is_ready"].to_dict()
    wavering = scores.assign(churn_probability_12m=0.3)

    assert ready == {"a": True, "b": False, "c": False}  # b without a sponsor, c without a word on its budget
    assert not expansion_openings(accounts, wavering)["is_ready"].any()


def test_sums_by_segment_and_of_all(accounts, scores) -> None:
    by_segment = openings_by_segment(expansion_openings(accounts, scores)).set_index("segment")

    assert by_segment.index.tolist() == ["strategic", "smb", ""]
    assert by_segment["customers"].tolist() == [1, 2, 3]
    assert by_segment.loc["", "whitespace_eur"] == 3600 + 14000
    assert by_segment.loc["smb", ["units", "units_open", "cross_sell_eur"]].tolist() == [4, 3, 3600]
    assert by_segment.loc["", ["ready", "ready_eur"]].tolist() == [1, 3600]


def test_units_nobody_knows_stay_unknown(accounts, scores) -> None:
    unknown = pd.array([None] * 4, dtype="Int64")
    accounts = accounts.assign(business_units=unknown, units_penetrated=unknown)

    by_segment = openings_by_segment(expansion_openings(accounts, scores))

    assert by_segment[["units", "units_open", "cross_sell_eur", "upsell_eur"]].isna().all(axis=None)


def test_products_that_customers_have_not_bought(accounts, make_opportunities) -> None:
    deals = make_opportunities(
        {"account_id": "a", "product": "X", "amount_eur": 10.0},
        {"account_id": "a", "product": "X", "amount_eur": 30.0},
        {"account_id": "c", "product": "Y", "amount_eur": 5.0},
        {"account_id": "b", "product": "Y", "amount_eur": 5.0},
        {"account_id": "b", "product": "X", "amount_eur": 5.0, "status": "lost"},
        {"account_id": "d", "product": "X", "amount_eur": 99.0},
    )

    found = product_openings(accounts, deals).set_index("product")

    assert found.index.tolist() == ["X", "Y"]
    assert found[["customers", "buyers", "without"]].to_numpy().tolist() == [[3, 1, 2], [3, 2, 1]]
    assert found.loc["X", ["low", "typical", "high"]].tolist() == [15.0, 20.0, 25.0]
    assert product_openings(accounts, deals.assign(product=None)).empty
