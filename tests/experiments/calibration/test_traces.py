from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.experiments.calibration.traces import WON, read_traces
from kamsim.portfolio import generate_portfolio

CUTOFF = pd.Timestamp("2026-01-01")


@pytest.fixture(scope="module")
def book(scenario: Scenario) -> Portfolio:
    return generate_portfolio(scenario.override({"portfolio.accounts": 80}))


def test_the_record_is_laid_out_by_account_and_month(book: Portfolio) -> None:
    traces = read_traces(book, cutoff=CUTOFF)
    account = book.accounts["account_id"].sort_values().iloc[7]
    own = book.history[book.history["account_id"] == account].sort_values("month")
    assert traces.revenue[7].tolist() == own["revenue_eur"].tolist()
    assert traces.months == 36
    assert traces.contracts


def test_renewals_are_no_deals_and_row_order_does_not_matter(book: Portfolio) -> None:
    mixed = replace(
        book,
        accounts=book.accounts.sample(frac=1, random_state=1),
        history=book.history.sample(frac=1, random_state=1),
    )
    a, b = (read_traces(p, cutoff=CUTOFF) for p in (book, mixed))
    assert len(a.deal_account) == (book.opportunities["kind"] != "renewal").sum()
    assert (a.revenue == b.revenue).all()
    assert (a.family == b.family).all()


def test_a_shorter_window_takes_the_last_months(book: Portfolio) -> None:
    whole, last = (read_traces(book, cutoff=CUTOFF, months=m) for m in (None, 10))
    assert (last.revenue == whole.revenue[:, -10:]).all()
    won = (whole.deal_status == WON) & (whole.deal_closed >= 26)
    assert ((last.deal_status == WON) & (last.deal_closed >= 0)).sum() == won.sum()
    assert (last.deal_closed[won] == whole.deal_closed[won] - 26).all()


def test_the_truth_is_never_read(book: Portfolio) -> None:
    bare = replace(book, truth=None, deals=None, people=None, influence=None, truth_history=None)
    a, b = (read_traces(p, cutoff=CUTOFF) for p in (book, bare))
    assert all(
        np.array_equal(x, y, equal_nan=True) for x, y in zip(vars(a).values(), vars(b).values(), strict=True)
    )


def test_an_export_that_marks_nobody_as_gone_tells_no_churn(book: Portfolio) -> None:
    history = book.history.assign(churned=pd.array([pd.NA] * len(book.history), dtype="boolean"))
    deals = book.opportunities[book.opportunities["kind"] != "renewal"]
    assert read_traces(replace(book, history=history), cutoff=CUTOFF).contracts
    assert not read_traces(replace(book, history=history, opportunities=deals), cutoff=CUTOFF).contracts


def test_children_belong_to_their_parents_family(book: Portfolio) -> None:
    accounts = book.accounts.sort_values("account_id", ignore_index=True)
    traces = read_traces(book, cutoff=CUTOFF)
    child = accounts.index[accounts["parent_id"].notna()][0]
    parent = accounts.index[accounts["account_id"] == accounts["parent_id"][child]][0]
    assert traces.family[child] == traces.family[parent]
    assert np.unique(traces.family).size == accounts["parent_id"].isna().sum()
