import dataclasses
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario, figures
from kamsim.portfolio import generate_portfolio
from kamsim.portfolio.generate import portfolio_parts
from kamsim.schemas import SEGMENTS, TABLES, check

DIRT = [key for key, unit, _ in figures() if key.startswith("portfolio.dirt.")]


def assert_same(one: Portfolio, other: Portfolio) -> None:
    for name, frame in one.tables().items():
        pd.testing.assert_frame_equal(frame, other.tables()[name], check_exact=True)


def test_a_portfolio_has_all_its_tables(portfolio: Portfolio) -> None:
    assert list(portfolio.tables()) == list(Portfolio.__dataclass_fields__)
    for name, frame in portfolio.tables().items():
        pd.testing.assert_frame_equal(check(frame, TABLES[name]), frame)


def test_the_same_seed_gives_the_same_portfolio(portfolio: Portfolio, small: Scenario) -> None:
    assert_same(generate_portfolio(small), portfolio)


def test_another_seed_gives_another(portfolio: Portfolio, small: Scenario) -> None:
    other = generate_portfolio(small.override({"seed": small.seed + 1}))

    for name in ("accounts", "history", "truth"):
        assert not portfolio.tables()[name].equals(other.tables()[name])


def test_what_experiments_do_changes_no_history(portfolio: Portfolio, small: Scenario) -> None:
    later = small.override(
        {"experiment.replications": 7, "value.replications": 9, "scoring.small_sample": 29}
    )

    assert_same(generate_portfolio(later), portfolio)


def test_blocks_of_any_size_make_the_same_portfolio(portfolio: Portfolio, small: Scenario) -> None:
    parts = [part.tables() for part in portfolio_parts(small, block_accounts=37)]

    assert len(parts) == 5
    for name, frame in portfolio.tables().items():
        joined = pd.concat([part[name] for part in parts], ignore_index=True)
        pd.testing.assert_frame_equal(check(joined, TABLES[name]), frame, check_exact=True)


def test_only_the_first_part_has_the_team(small: Scenario) -> None:
    first, *others = portfolio_parts(small, block_accounts=50)

    assert len(first.team) > 0
    assert len(first.people) > 0
    assert not any(len(part.team) or len(part.people) for part in others)


def test_hash_seeds_and_threads_change_no_bit(portfolio: Portfolio, small: Scenario, tmp_path: Path) -> None:
    """The same portfolio made in another process, with another hash seed and one thread."""
    (tmp_path / "scenario.toml").write_text(small.dump(), encoding="utf-8")
    code = (
        "import sys, pickle; from kamsim.config import Scenario; "
        "from kamsim.portfolio import generate_portfolio;"
        "p = generate_portfolio(Scenario.load(sys.argv[1]));"
        "pickle.dump(p, open(sys.argv[2], 'wb'))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "scenario.toml"), str(tmp_path / "out")],
        env={**os.environ, "PYTHONHASHSEED": "123", "NUMBA_NUM_THREADS": "1"},
        check=True,
    )
    with (tmp_path / "out").open("rb") as file:
        assert_same(pickle.load(file), portfolio)


def test_clean_tables_tell_one_story(small: Scenario) -> None:
    """Without dirt the tables agree: open deals, revenue, owners, the last month of history."""
    clean = generate_portfolio(small.override(dict.fromkeys(DIRT, 0.0)))
    last = clean.history[clean.history["month"] == clean.history["month"].max()]
    np.testing.assert_array_equal(last["revenue_eur"], clean.accounts["revenue_eur_per_month"])

    open_deals = clean.opportunities.query("status == 'open' and kind != 'renewal'")
    counts = open_deals.groupby("account_id")["amount_eur"].agg(["size", "sum"])
    truth = clean.deals.groupby("account_id")["amount_eur_per_month"].agg(["size", "sum"])
    assert len(truth) > 10
    np.testing.assert_array_equal(counts["size"], truth["size"])
    np.testing.assert_allclose(counts["sum"], 12 * truth["sum"])

    now = clean.ownership[clean.ownership["until"].isna()]
    assert now["rep_id"].tolist() == clean.accounts["owner_id"].tolist()
    np.testing.assert_array_equal(now["since"], clean.accounts["owner_since"])
    assert set(clean.stakeholders["account_id"]) == set(clean.accounts["account_id"])


def test_hours_of_an_ae_stay_within_the_capacity(portfolio: Portfolio) -> None:
    spent = portfolio.history.merge(portfolio.truth[["account_id", "owner_id"]], on="account_id")
    books = spent.groupby(["owner_id", "month"])["ae_hours"].sum().reset_index()
    capacity = books["owner_id"].map(portfolio.team.set_index("rep_id")["capacity_hours"])

    assert (books["ae_hours"] <= capacity + 1e-9).all()
    assert books["ae_hours"].mean() > 0.5 * capacity.mean()


def test_effort_follows_revenue_under_that_habit_alone(portfolio: Portfolio, small: Scenario) -> None:
    """History is confounded on purpose: who brings more gets more hours, whatever the hours bring."""
    equal = generate_portfolio(small.override({"portfolio.historical_habit": "equal"}))

    def correlation(some: Portfolio) -> float:
        year = some.history[some.history["month"] >= "2025-01-01"]
        mean = year.groupby("account_id")[["ae_hours", "revenue_eur"]].mean()
        book = some.truth.set_index("account_id")["owner_id"].reindex(mean.index)
        hours = mean["ae_hours"] / mean.groupby(book)["ae_hours"].transform("sum")
        return float(hours.corr(mean["revenue_eur"], method="spearman"))

    assert correlation(portfolio) > 0.4
    assert correlation(portfolio) > correlation(equal) + 0.2


@pytest.mark.parametrize(
    "changes",
    [
        {"portfolio.accounts": 1},
        {"portfolio.accounts": 3, "portfolio.burn_in_months": 0, "portfolio.history_months": 30},
        {"portfolio.accounts": 5, "portfolio.survey_share": 0.0, "portfolio.responsiveness_log_sd": 0.0},
        {"portfolio.accounts": 5, "portfolio.cutoff": "1990-01-01"},
        {"portfolio.accounts": 5, "portfolio.places": {"LU": 1.0}, "portfolio.scatter_km": 0.0},
        {"portfolio.accounts": 4} | {f"portfolio.{s}.prospect_share": 1.0 for s in SEGMENTS},
    ],
    ids=", ".join,
)
def test_portfolios_at_the_edge(changes: dict[str, object], small: Scenario) -> None:
    edge = small.override(changes)

    portfolio = generate_portfolio(edge)

    assert len(portfolio.accounts) == edge.portfolio.accounts
    assert portfolio.history["month"].nunique() == edge.portfolio.history_months


def test_a_portfolio_is_frozen(portfolio: Portfolio) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        portfolio.truth = None  # type: ignore[misc]
