"""Histories written by hand: a list of monthly revenues an account."""

from collections.abc import Callable

import pandas as pd
import pytest

from kamsim.schemas import ACCOUNTS, EVENTS, HISTORY, OPPORTUNITIES, STAKEHOLDERS, check, complete


@pytest.fixture
def make_history() -> Callable[..., pd.DataFrame]:
    """Give a function that turns revenues by account, oldest first, into HISTORY; other columns likewise."""

    def make(revenue: dict[str, list[float]], **others: dict[str, list[float]]) -> pd.DataFrame:
        frames = []
        for account, amounts in revenue.items():
            months = pd.date_range(end="2025-12-01", periods=len(amounts), freq="MS").astype("datetime64[us]")
            frame = pd.DataFrame({"account_id": account, "month": months, "revenue_eur": amounts})
            for name in ("deals_opened", "deals_won", "deals_lost"):
                frame[name] = others.get(name, {}).get(account, [0] * len(amounts))
            for name in ("won_eur", "contraction_eur"):
                if name in others or name == "won_eur":
                    frame[name] = others.get(name, {}).get(account, [0.0] * len(amounts))
            frames.append(frame)
        whole = pd.concat(frames, ignore_index=True).astype({"account_id": "str", "revenue_eur": "float64"})
        return check(complete(whole, HISTORY), HISTORY)

    return make


@pytest.fixture
def make_accounts() -> Callable[..., pd.DataFrame]:
    """Give a function that makes ACCOUNTS: segment by id, and further columns as lists."""

    def make(segments: dict[str, str], **columns: list[object]) -> pd.DataFrame:
        ids = list(segments)
        frame = pd.DataFrame({"account_id": ids, "name": ids, "segment": list(segments.values())}).assign(
            **{"revenue_eur_per_month": 0.0, **columns}
        )
        types = {name: ACCOUNTS.columns[name].dtype for name in frame}
        return check(complete(frame.astype(types), ACCOUNTS), ACCOUNTS)

    return make


@pytest.fixture
def make_opportunities() -> Callable[..., pd.DataFrame]:
    """Give a function that makes OPPORTUNITIES of account "a": one dict of columns each."""

    def make(*rows: dict[str, object]) -> pd.DataFrame:
        common = {"account_id": "a", "kind": "new", "status": "won", "opened_on": "2025-01-01"}
        whole = [{**common, "opportunity_id": f"O{number}", **row} for number, row in enumerate(rows)]
        frame = pd.DataFrame(whole)
        for name in frame.columns:
            dtype = OPPORTUNITIES.columns[name].dtype
            values = pd.to_datetime(frame[name]) if dtype.startswith("datetime") else frame[name]
            frame[name] = values.astype(dtype)
        return check(complete(frame, OPPORTUNITIES), OPPORTUNITIES)

    return make


@pytest.fixture
def make_people() -> Callable[..., pd.DataFrame]:
    """Give a function that makes STAKEHOLDERS of account "a": superior by id, further columns by id."""

    def make(superiors: dict[str, str | None], **columns: dict[str, object]) -> pd.DataFrame:
        ids = list(superiors)
        frame = pd.DataFrame({"stakeholder_id": ids, "account_id": "a", "name": ids, "title": "T"})
        frame["reports_to"] = pd.Series(list(superiors.values()), dtype="str")
        usual = {"decision_role": "end_user", "engaged": False, "champion": False, "left_on": None}
        for name, value in usual.items():
            frame[name] = [columns.get(name, {}).get(i, value) for i in ids]
        frame["left_on"] = pd.to_datetime(frame["left_on"])
        types = {name: STAKEHOLDERS.columns[name].dtype for name in frame}
        return check(complete(frame.astype(types), STAKEHOLDERS), STAKEHOLDERS)

    return make


@pytest.fixture
def make_events() -> Callable[..., pd.DataFrame]:
    """Give a function that makes EVENTS of account "a", seen when they happened: one dict of columns each."""

    def make(*rows: dict[str, object]) -> pd.DataFrame:
        common = {"account_id": "a", "happened_on": "2025-06-10", "stakeholder_id": None}
        whole = [{**common, "event_id": f"E{number}", **row} for number, row in enumerate(rows)]
        frame = pd.DataFrame([{"seen_on": row["happened_on"], **row} for row in whole])
        for name in ("happened_on", "seen_on"):
            frame[name] = pd.to_datetime(frame[name])
        types = {name: EVENTS.columns[name].dtype for name in frame}
        return check(complete(frame.astype(types), EVENTS), EVENTS)

    return make
