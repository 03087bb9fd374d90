"""A small run folder with tables that hold to their contracts, so that the report has something to say."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import write_stage
from kamsim.config import Scenario
from kamsim.experiments import key_figures
from kamsim.schemas import (
    ACCOUNTS,
    ASSESSMENT,
    ASSIGNMENT,
    BOOK,
    COMPARISON,
    DEALS,
    HISTORY,
    KEY_FIGURES,
    OPPORTUNITIES,
    PERIODS,
    REJECTED,
    SCORES,
    SEGMENTS,
    TEAM,
    TIERS,
    TRUTH,
    VALUES,
    Table,
    check,
)

POLICIES = ("status_quo", "round_robin", "nearest", "guide_ratios", "balanced", "potential_greedy")
BEST = "profit_maximising"
HOSTILE = "<script>alert('x')</script> & <img src=x onerror=y>"
ACCOUNTS_COUNT = 60


def fill(table: Table, **columns: object) -> pd.DataFrame:
    """Make a frame of a table; a column that is not given is 0, False, the first allowed value or missing."""
    size = max(len(v) for v in columns.values() if isinstance(v, (list, np.ndarray, pd.Series)))
    frame = pd.DataFrame(index=range(size))
    for name, column in table.columns.items():
        value = columns.get(name)
        if value is None:
            zero = {"str": "x", "float64": 0.0, "int64": 0, "bool": False}.get(column.dtype)
            value = None if column.nullable else column.one_of[0] if column.one_of else zero
        frame[name] = pd.Series([value] * size if np.ndim(value) == 0 else list(value)).astype(column.dtype)
    return check(frame, table)


def make_accounts() -> pd.DataFrame:
    numbers = np.arange(ACCOUNTS_COUNT)
    ids = [f"A{i:03d}" for i in numbers]
    names = [f"Client {i}" for i in numbers]
    names[1] = HOSTILE
    segment = [SEGMENTS[0] if i < 4 else SEGMENTS[1] if i < 20 else SEGMENTS[2] for i in numbers]
    revenue = np.where(numbers % 7 == 6, 0.0, 40_000 / (1 + numbers) ** 1.1)
    return fill(
        ACCOUNTS,
        account_id=ids,
        name=names,
        segment=segment,
        owner_id=[f"AE{i % 4}" for i in numbers],
        revenue_eur_per_month=revenue,
        region=["Nord" if i % 2 else "Sud" for i in numbers],
    )


def make_team() -> pd.DataFrame:
    ids = ["AE0", "AE1", "AE2", "AE3", "CS0", "SE0"]
    return fill(
        TEAM,
        rep_id=ids,
        name=["Ada", "Bruno", "Chloé", "Denis <b>", "Emma", "Farid"],
        role=["AE"] * 4 + ["CSM", "SE"],
        capacity_hours=[65.0] * 4 + [100.0, 90.0],
        cost_eur_per_month=[10_000.0] * 4 + [6_700.0, 9_200.0],
    )


def make_scores(accounts: pd.DataFrame) -> pd.DataFrame:
    potential = 900_000 / (1 + np.arange(len(accounts))) ** 0.9
    customer = accounts["revenue_eur_per_month"].to_numpy() > 0
    churn = np.where(customer, 0.05 + 0.4 * np.linspace(0, 1, len(accounts)), 0.0)
    return fill(
        SCORES,
        account_id=accounts["account_id"],
        potential_36m_eur=potential,
        potential_low_eur=potential * 0.6,
        potential_high_eur=potential * 1.6,
        potential_baseline_eur=potential * 0.5,
        churn_probability_12m=churn,
        churn_baseline=np.where(customer, 0.2, 0.0),
    )


def make_tiers(scores: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    potential, bounds = scores["potential_36m_eur"], scenario.segmentation
    tier = 3 - (potential >= bounds.tier_2_from_eur).astype(int) - (potential > bounds.tier_1_above_eur)
    return fill(TIERS, account_id=scores["account_id"], tier=tier.to_numpy())


def make_book(accounts: pd.DataFrame, scores: pd.DataFrame, tiers: pd.DataFrame) -> pd.DataFrame:
    return fill(
        BOOK,
        account_id=accounts["account_id"],
        segment=accounts["segment"],
        tier=tiers["tier"],
        owner_id=accounts["owner_id"],
        revenue_eur_per_month=accounts["revenue_eur_per_month"],
        potential_36m_eur=scores["potential_36m_eur"],
        workload_hours=np.full(len(accounts), 3.0),
    )


def make_assignment(book: pd.DataFrame, policies: tuple[str, ...]) -> pd.DataFrame:
    frames = []
    for shift, policy in enumerate(policies):
        owners = [f"AE{0 if i % 9 < shift and i % 2 else i % 4}" for i in range(len(book))]
        hours = book["potential_36m_eur"] ** (shift / len(policies))
        frames.append(
            fill(
                ASSIGNMENT,
                policy=[policy] * len(book),
                account_id=book["account_id"],
                rep_id=owners,
                ae_hours=230 * hours / hours.sum(),
                travel_hours=np.full(len(book), 0.2),
                moved=[a != b for a, b in zip(owners, book["owner_id"], strict=True)],
            )
        )
    return check(pd.concat(frames, ignore_index=True), ASSIGNMENT)


def make_periods(policies: tuple[str, ...], effect: dict[str, float], draws: int = 1) -> pd.DataFrame:
    rows = []
    random = np.random.Generator(np.random.PCG64(7))
    replications = 20 if draws == 1 else 2
    for draw in range(draws):
        for replication in range(replications):
            luck = random.normal(0, 500_000)
            for policy in policies:
                noise = random.normal(0, 150_000)
                for year in (0, 1, 2, 3):
                    part = 1.0 if year == 0 else year / 6
                    own = part * (effect.get(policy, 0.0) + (noise if policy != "status_quo" else 0.0))
                    level = (3.0 if year == 0 else 1.0) * 4_000_000 + luck * part
                    rows.append((policy, draw, replication, 0, year, level + own, 0.75 * (level + own) - 1e6))
    columns = ["policy", "draw", "replication", "tier", "year", "revenue_eur", "contribution_eur"]
    frame = pd.DataFrame(rows, columns=columns)
    same = {
        "nrr": 1.02, "grr": 0.9, "logo_retention": 0.8, "share_of_wallet": 0.3, "business_units": 1.8,
        "workload_hours": 240.0, "utilisation": 0.92, "utilisation_cv": 0.2,
    }  # fmt: skip
    return check(frame.assign(**same).astype({"policy": "str"}), PERIODS)


def make_comparison(policies: tuple[str, ...], effect: dict[str, float], half: float) -> pd.DataFrame:
    differences = np.array([effect.get(p, 0.0) for p in policies])
    width = np.array([0.0 if p == "status_quo" else half for p in policies])
    moved = [0 if p == "status_quo" else 4 + i for i, p in enumerate(policies)]
    return fill(
        COMPARISON,
        policy=list(policies),
        is_baseline=[p == "status_quo" for p in policies],
        replications=[20] * len(policies),
        revenue_eur=12e6 + differences,
        contribution_eur=8e6 + 0.75 * differences,
        nrr=1.02 + differences / 1e8,
        logo_retention=0.81 + differences / 1e8,
        workload_cv=np.linspace(0.4, 0.05, len(policies)),
        accounts_moved=moved,
        gap=[0.0008 if p == BEST else np.nan for p in policies],
        difference_eur=differences,
        difference_low_eur=differences - width,
        difference_high_eur=differences + width,
        contribution_difference_eur=0.75 * differences,
        contribution_difference_low_eur=0.75 * (differences - width),
        contribution_difference_high_eur=0.75 * (differences + width),
    )


ALL_POLICIES = (*POLICIES, BEST)
VERDICT = {
    "selection": {
        "verdict": "best", "policy": BEST, "equals": [], "reason": "", "replications": 60,
        "lead": {"mean": 1.2e6, "low": 0.9e6, "high": 1.5e6},
    },
    "winner": {
        "policy": BEST, "baseline": "status_quo", "replications": 20,
        "contribution": {"mean": 9.7e6, "low": 9.4e6, "high": 10.1e6},
        "difference": {"mean": 1.7e6, "low": 1.5e6, "high": 1.9e6}, "selected_difference_eur": 1.9e6,
    },
    "precision": None,
    "remarks": [],
}  # fmt: skip
"""Facts of stage "simulation", as `ComparisonResult.facts` gives them."""
CLEAR = {
    "round_robin": -0.7e6,
    "nearest": -0.3e6,
    "guide_ratios": 0.1e6,
    "balanced": 0.4e6,
    "potential_greedy": 1.1e6,
    BEST: 2.5e6,
}


@pytest.fixture(scope="session")
def comparison() -> pd.DataFrame:
    """The best policy is clearly better."""
    return make_comparison(ALL_POLICIES, CLEAR, half=0.6e6)


@pytest.fixture(scope="session")
def unclear_comparison() -> pd.DataFrame:
    """Every interval covers zero."""
    return make_comparison(ALL_POLICIES, CLEAR, half=9e6)


@pytest.fixture(scope="session")
def periods() -> pd.DataFrame:
    return make_periods(ALL_POLICIES, CLEAR)


def make_run(
    run: Path,
    scenario: Scenario,
    *,
    imported: bool = False,
    policies: tuple[str, ...] = ALL_POLICIES,
    effect: float = 1.0,
    notes: list[dict[str, object]] | None = None,
) -> Path:
    """Write every stage that the report reads; `effect` scales what the policies bring."""
    accounts, team = make_accounts(), make_team()
    scores = make_scores(accounts)
    tiers = make_tiers(scores, scenario)
    book = make_book(accounts, scores, tiers)
    assignment = make_assignment(book, policies)
    brought = {policy: effect * difference for policy, difference in CLEAR.items()}
    _write_portfolio(run, scenario, accounts, team, imported=imported)
    assessment = fill(
        ASSESSMENT,
        model=["churn", "churn", "potential"],
        measure=["auc", "brier_skill", "rank_correlation"],
        value=[0.71, 0.12, 0.8],
        low=[0.66, 0.05, 0.7],
        high=[0.76, 0.2, 0.9],
        baseline=[0.6, 0.14, np.nan],
        rows=[240, 240, 60],
    )
    tables = {"scores": scores, "tiers": tiers, "assessment": assessment}
    write_stage(run, "scores", tables, scenario, inputs=("portfolio",), facts={"notes": notes or []})
    values = fill(VALUES, account_id=accounts["account_id"])
    write_stage(run, "values", {"values": values}, scenario, inputs=("portfolio", "scores"))
    people = [{"role": "AE", "needed": 5.2, "there": 4.0}, {"role": "SE", "needed": 1.0, "there": 1.0}]
    tables = {"book": book, "assignment": assignment}
    inputs = ("portfolio", "scores", "values")
    write_stage(run, "allocation", tables, scenario, inputs=inputs, facts={"team_size": people})
    periods = make_periods(policies, brought, draws=12 if imported else 1)
    tables = {
        "periods": periods,
        "comparison": make_comparison(policies, brought, half=0.6e6),
        "key_figures": check(key_figures(periods, "status_quo", 0.95), KEY_FIGURES),
    }
    inputs = ("portfolio", "scores", "allocation")
    write_stage(run, "simulation", tables, scenario, inputs=inputs, facts=VERDICT)
    return run


@pytest.fixture(scope="session")
def write_run() -> Callable[..., Path]:
    """Give the function that writes a run folder."""
    return make_run


def _write_portfolio(
    run: Path, scenario: Scenario, accounts: pd.DataFrame, team: pd.DataFrame, *, imported: bool
) -> None:
    ids = accounts["account_id"].tolist()
    tables = {
        "accounts": accounts,
        "team": team,
        "history": fill(HISTORY, account_id=ids, month=[pd.Timestamp("2025-12-01")] * len(ids)),
        "opportunities": OPPORTUNITIES.empty(),
    }
    facts: dict[str, object] = {"cutoff": "2026-01-01"}
    if imported:
        counts = {"in": 80, "accepted": 78, "repaired": 3, "rejected": 2}
        facts |= {"mapping": "mine.toml", "rows": {"deals.csv": counts}, "won_total": "1234567.50"}
        facts["report"] = {"fr": "Défauts\n- deals.csv <i> : rejetées 2\n"}
        tables["rejected"] = fill(
            REJECTED,
            source=["deals.csv", "deals.csv"],
            row=[5, 9],
            reason=["no account", "no account"],
            amount_eur=[100.0, np.nan],
        )
    else:
        tables["truth"] = fill(TRUTH, account_id=ids, business_units=[2] * len(ids))
        tables["deals"] = DEALS.empty()
    write_stage(run, "portfolio", tables, scenario, facts=facts)


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory, scenario: Scenario) -> Path:
    """A run folder of a synthetic portfolio, to be read only."""
    return make_run(tmp_path_factory.mktemp("shared") / "run", scenario)


@pytest.fixture
def own_run(run: Path, tmp_path: Path) -> Path:
    """A copy of the run folder that a test may write to."""
    return Path(shutil.copytree(run, tmp_path / "run"))
