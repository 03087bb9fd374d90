"""Measures scores over many generated books: intervals, calibration forward in time, and the oracle's share.

Each function returns rows, not verdicts: `tools.write_score_evidence` and ``tests/evidence/test_scores.py``
read the same ones. Books are generated afresh, one a seed; what is not asked of a book is not computed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context

import numpy as np
import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.portfolio import generate_portfolio
from kamsim.scoring.churn import (
    ChurnModel,
    Examples,
    check_forward,
    churn_features,
    fit_churn,
    label_customers,
)
from kamsim.scoring.features import dated_features, lasting_features, standing_features
from kamsim.scoring.oracle import beats_the_truth, oracle_share
from kamsim.scoring.panel import Panel, record_panel
from kamsim.scoring.potential import score_potential, tier_bounds
from kamsim.streams import stream

PRESETS = ("saas_midmarket", "industrial_key_accounts", "distributor_smb", "mixed_territory_fr")
WORKERS = 2
FIRST_SEED = 5_000
TEST_SEED, CEILING_SEED = 4_000, 4_100

ORACLE_MONTHS = 24
TEST_ACCOUNTS = 20_000
TEST_REPLICATIONS = 200
"""Courses behind each true probability of the test book: few would make the oracle look better than it is."""

OUTCOMES = 5
"""Times that outcomes are drawn from the truth, for each model."""

LEAK = "usage_after"
"""A column that knows the outcome: usage in the month after it, but for noise."""


def measure_intervals(
    presets: Sequence[str] = PRESETS, books: int = 50, accounts: int = 600, workers: int = WORKERS
) -> pd.DataFrame:
    """Hold the intervals of potential against the truth.

    Returns
    -------
    DataFrame
        One row an account: preset, seed, segment, tier (by predicted potential), disclosed, covered,
        above (the truth lies above the interval), log_width.
    """
    jobs = [(preset, FIRST_SEED + number, accounts) for preset, number in product(presets, range(books))]
    return _gather(_intervals, jobs, workers)


def measure_forward(
    presets: Sequence[str] = PRESETS,
    books: int = 25,
    accounts: int = 2_000,
    months: int = 48,
    drift: float = 0.0,
    workers: int = WORKERS,
) -> pd.DataFrame:
    """Predict churn a year ahead of what was learned, as `score_accounts` checks itself.

    Returns
    -------
    DataFrame
        One row a customer held out: preset, seed, segment, happened, predicted, base (the base rate's), noted
        (whether the book's notes say that churn drifted), and past (the share that left of the rows learned
        from).
    """
    jobs = [
        (preset, FIRST_SEED + number, accounts, months, drift)
        for preset, number in product(presets, range(books))
    ]
    return _gather(_forward, jobs, workers)


def measure_oracle(
    preset: str,
    sizes: Sequence[int] = (600, 2_000),
    books: int = 10,
    ceilings: Sequence[int] = (60_000, 200_000),
) -> pd.DataFrame:
    """Hold churn models, learned from 24 months of small and of large books, against one book's truth.

    Returns
    -------
    DataFrame
        One row a model: preset, seed, accounts, ceiling (whether it is one of the large books), skill and
        oracle_skill over one base rate (of the first large book), alarms (out of `OUTCOMES` draws, that the
        model beats the truth) and leak_alarms (the same of a model with a column that knows the outcome; of
        small books only).
    """
    test = _Test.make(preset)
    large = [_learn(preset, CEILING_SEED, accounts) for accounts in ceilings]
    test.base = large[0].model.base_rate(test.today)
    rows = [_against(test, one, ceiling=True) for one in large]
    del large
    for accounts, number in product(sizes, range(books)):
        rows.append(_against(test, _learn(preset, FIRST_SEED + number, accounts), ceiling=False))
    return pd.DataFrame(rows).assign(preset=preset)


def _gather(
    measure: Callable[..., pd.DataFrame], jobs: list[tuple[object, ...]], workers: int
) -> pd.DataFrame:
    """Measure book by book in several processes, in the order of the jobs."""
    # One thread a process: on busy cores several wait for each other, ten times as long as the work takes.
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        # Started afresh and not forked: compiled code keeps threads that a fork would lose.
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            parts = list(pool.map(measure, *zip(*jobs, strict=True)))
    finally:
        del os.environ["OMP_NUM_THREADS"]
        if before is not None:
            os.environ["OMP_NUM_THREADS"] = before
    return pd.concat(parts, ignore_index=True)


def _book(preset: str, seed: int, settings: dict[str, object]) -> tuple[Portfolio, Panel, Scenario]:
    own = {f"portfolio.{name}": value for name, value in settings.items()}
    scenario = Scenario.load(preset, {"seed": seed, **own})
    book = generate_portfolio(scenario)
    cutoff = pd.Timestamp(scenario.portfolio.cutoff)
    return book, record_panel(book.accounts["account_id"].tolist(), book.history, cutoff), scenario


def _intervals(preset: str, seed: int, accounts: int) -> pd.DataFrame:
    # Nothing here reads the true churn, so one course of events does for it.
    book, panel, scenario = _book(preset, seed, {"accounts": accounts, "truth_replications": 1})
    features = lasting_features(book.accounts).join(standing_features(book.accounts))
    features = features.join(dated_features(panel, book.opportunities, book.events))
    found = score_potential(book.accounts, features, scenario, checked=False)
    truth = book.truth.set_index("account_id")["potential_36m_eur"].reindex(book.accounts["account_id"])
    true = truth.to_numpy()
    first, second = tier_bounds(scenario)
    return pd.DataFrame(
        {
            "preset": preset,
            "seed": seed,
            "segment": book.accounts["segment"].to_numpy(),
            "tier": 1 + (found.potential <= first) + (found.potential < second).astype(int),
            "disclosed": found.disclosed,
            "covered": (found.low <= true) & (true <= found.high),
            "above": true > found.high,
            "log_width": np.log(found.high / found.low),
        }
    )


def _forward(preset: str, seed: int, accounts: int, months: int, drift: float) -> pd.DataFrame:
    settings = {"accounts": accounts, "history_months": months, "drift": drift, "truth_replications": 1}
    book, panel, scenario = _book(preset, seed, settings)
    examples = label_customers(panel, book.accounts, book.opportunities, scenario, book.events)
    check, notes = check_forward(examples, scenario)
    if check.assessment is None:
        return pd.DataFrame()
    latest = examples.month.max()
    past = examples.month + scenario.scoring.churn_horizon_months <= latest
    held_out = examples.features[examples.month == latest]
    return check.assessment.predictions[["happened", "predicted", "base"]].assign(
        preset=preset,
        seed=seed,
        segment=held_out["segment"].to_numpy(),
        noted=any(note.key == "churn_drifted" for note in notes),
        past=examples.left[past].mean(),
    )


@dataclass
class _Test:
    """Customers of one large book with the truth about each, and a base rate to beat."""

    today: pd.DataFrame
    truth: np.ndarray
    base: np.ndarray

    @classmethod
    def make(cls, preset: str) -> _Test:
        settings = {
            "accounts": TEST_ACCOUNTS,
            "history_months": ORACLE_MONTHS,
            "truth_replications": TEST_REPLICATIONS,
        }
        book, panel, scenario = _book(preset, TEST_SEED, settings)
        pays = book.accounts["revenue_eur_per_month"].to_numpy() > 0
        today = churn_features(panel, book.accounts, book.opportunities, book.events, scenario)[pays]
        truth = book.truth.set_index("account_id")["churn_probability_12m"].reindex(today.index).to_numpy()
        return cls(today, truth, np.empty(0))


@dataclass(frozen=True)
class _Learned:
    seed: int
    accounts: int
    examples: Examples
    scenario: Scenario
    model: ChurnModel


def _learn(preset: str, seed: int, accounts: int) -> _Learned:
    settings = {"accounts": accounts, "history_months": ORACLE_MONTHS, "truth_replications": 1}
    book, panel, scenario = _book(preset, seed, settings)
    examples = label_customers(panel, book.accounts, book.opportunities, scenario, book.events)
    return _Learned(seed, accounts, examples, scenario, fit_churn(examples, scenario))


def _against(test: _Test, learned: _Learned, *, ceiling: bool) -> dict[str, object]:
    said = learned.model.predict(test.today)
    found = oracle_share(said, test.truth, test.base)
    luck = stream(learned.seed, "evidence", "outcomes", learned.accounts)
    outcomes = luck.random((OUTCOMES, len(said))) < test.truth
    alarms = sum(beats_the_truth(left, said, test.truth) is not None for left in outcomes)
    row: dict[str, object] = {
        "seed": learned.seed,
        "accounts": learned.accounts,
        "ceiling": ceiling,
        "chosen": learned.model.classifier.chosen_ if learned.model.classifier else "rates",
        "rows": found.rows,
        "skill": found.skill,
        "oracle_skill": found.oracle_skill,
        "said": said.mean(),
        "true": test.truth.mean(),
        "alarms": alarms,
    }
    if not ceiling:
        row["leak_alarms"] = _alarms_of_a_leak(test, learned, outcomes, luck)
    return row


def _alarms_of_a_leak(test: _Test, learned: _Learned, outcomes: np.ndarray, luck: np.random.Generator) -> int:
    """Learn with a column that knows the outcome, and count the draws in which that is noticed."""
    own = learned.examples
    seen = luck.standard_normal(len(own.left)) - 2 * own.left
    leaky = Examples(
        own.features.assign(**{LEAK: seen}), own.left, own.month, own.family, own.revenue, own.rfm
    )
    model = fit_churn(leaky, learned.scenario)
    alarms = 0
    for left in outcomes:
        said = model.predict(test.today.assign(**{LEAK: luck.standard_normal(len(left)) - 2 * left}))
        alarms += beats_the_truth(left, said, test.truth) is not None
    return alarms
