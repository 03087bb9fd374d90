"""People: the team that an export lists, names or lacks, and the one owner of each account.

Owner rules. `given`: the export's own column. `most_won`: the AE who won most on the account in the last
months (the mapping says how many); ties go to the number of wins in them, then to the same over the whole
export, then to the latest win, the number of opportunities worked on, and the id. `by_region`: nobody
knows; the accounts, sorted by region and id, are cut into neighbouring books of about equal AE workload.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from kamsim.config import CoverageSettings, TierCoverage
from kamsim.errors import IntakeError
from kamsim.intake.mapping import ExportMapping
from kamsim.intake.report import ReportLine
from kamsim.intake.rows import Reading, Row
from kamsim.schemas import ROLES, SEGMENTS


@dataclass(frozen=True)
class People:
    """The team's rows, where they come from ("listed", "named" or "made_up"), and the AEs among them."""

    rows: list[Row]
    origin: str

    @property
    def aes(self) -> list[str]:
        """Return the ids of the AEs, sorted."""
        return sorted(row["rep_id"] for row in self.rows if row["role"] == "AE")


def gather_team(
    listed: Reading | None, named: Collection[str], segments: Iterable[str], coverage: CoverageSettings
) -> People:
    """Take the team from the export, or make one up.

    Parameters
    ----------
    listed : Reading or None
        The team file. Role AE, and the preset's hours and cost of the role, where it says nothing.
    named : collection of str
        Owners that accounts and opportunities name; they are the team where no file lists one.
    segments : iterable of str
        Of the accounts; where nobody is named either, AEs, SEs and CSMs are made up for them by the
        guide's ratios (D-COV-1, D-TIER-1 to 3).
    coverage : CoverageSettings
        The preset's ratios, hours and costs.

    Returns
    -------
    People

    Raises
    ------
    IntakeError
        When a team file lists no AE.
    """
    if listed is not None:
        people = People([_person(row, coverage) for row in listed.accepted().values()], "listed")
        if not people.aes:
            raise IntakeError(f"{listed.sheet.file}: lists no AE, so nobody could own an account")
        return people
    if named:
        return People([_person({"rep_id": name}, coverage) for name in sorted(named)], "named")
    return People([_person(row, coverage) for row in _made_up(segments, coverage)], "made_up")


def most_won(deals: Iterable[Row], aes: Collection[str], window_start: date) -> dict[str, str]:
    """Choose the owner of each account among the AEs who worked on it (rule `most_won`, see the module).

    Parameters
    ----------
    deals : iterable of Row
        account_id, owner_id, status, closed_on, amount_eur.
    aes : collection of str
        Who may own an account.
    window_start : date
        Wins closed from then on count first.

    Returns
    -------
    dict of str to str
        AE by account; an account on which none of them worked is absent.

    Examples
    --------
    >>> win = {"account_id": "A", "status": "won", "closed_on": date(2026, 1, 1)}
    >>> ann = win | {"owner_id": "Ann", "amount_eur": Decimal(10)}
    >>> bob = win | {"owner_id": "Bob", "amount_eur": Decimal(9)}
    >>> most_won([ann, bob], ["Ann", "Bob"], date(2026, 1, 1))
    {'A': 'Ann'}
    """
    records: dict[tuple[str, str], _Record] = defaultdict(_Record)
    for deal in deals:
        if deal["owner_id"] in aes:
            records[deal["account_id"], deal["owner_id"]].add(deal, window_start)
    best: dict[str, str] = {}
    for (account, owner), record in sorted(records.items()):
        if account not in best or record.rank() > records[account, best[account]].rank():
            best[account] = owner
    return best


def by_region(accounts: Iterable[Row], aes: Sequence[str], coverage: CoverageSettings) -> dict[str, str]:
    """Give the accounts to the AEs in neighbouring books of equal workload (rule `by_region`).

    Parameters
    ----------
    accounts : iterable of Row
        account_id, region, segment. An account weighs one over the guide's accounts per AE.
    aes : sequence of str
        Each gets one book, in this order.
    coverage : CoverageSettings
        The guide's ratios (D-COV-1).

    Returns
    -------
    dict of str to str
        AE by account, all of them.
    """
    rows = sorted(accounts, key=lambda row: (row["region"] is None, row["region"] or "", row["account_id"]))
    weights = [1 / _tier(coverage, row["segment"]).accounts_per_ae for row in rows]
    ends, total = accumulate(weights), sum(weights)
    middles = [(end - weight / 2) / total for end, weight in zip(ends, weights, strict=True)]
    books = [min(int(middle * len(aes)), len(aes) - 1) for middle in middles]
    return {row["account_id"]: aes[book] for row, book in zip(rows, books, strict=True)}


def describe_people(
    people: People, mapping: ExportMapping, accounts: Reading, deals: Reading
) -> list[ReportLine]:
    """Say who the team is, by which rule accounts have owners, and what is odd about either."""
    by_role = Counter(row["role"] for row in people.rows)
    lines = [ReportLine("import.title_people")]
    lines.append(ReportLine(f"import.team_{people.origin}", {role: by_role[role] for role in ROLES}))
    lines += _describe_workers({row["rep_id"] for row in people.rows}, deals)
    firms = list(accounts.accepted().values())
    homes, places = ({row["region"] for row in rows} - {None} for rows in (people.rows, firms))
    if homes and places and not homes & places:
        lines.append(ReportLine("import.regions_apart"))
    rule = mapping.owner_rule
    months = {"months": mapping.owner_window_months} if rule == "most_won" else {}
    lines.append(ReportLine(f"import.owner_{rule}", months))
    owners = [row["owner_id"] for row in firms if row["owner_id"] is not None]
    lines.append(ReportLine("import.owners", {"owners": len(set(owners)), "rows": len(owners)}))
    if len(owners) < len(firms):
        lines.append(ReportLine("import.ownerless", {"rows": len(firms) - len(owners)}))
    return lines


def _describe_workers(team: set[str], deals: Reading) -> list[ReportLine]:
    """Compare the team with those who work on opportunities, rejected ones included."""
    active = {row["owner_id"] for row in deals.rows.values()} - {None}
    if not active:
        return []
    lines = [ReportLine("import.team_active", {"listed": len(team), "active": len(active & team)})]
    for key, names in (("team_idle", team - active), ("team_strangers", active - team)):
        if names:
            lines.append(ReportLine(f"import.{key}", {"rows": len(names), "names": tuple(sorted(names))}))
    crowds: dict[str, set[str]] = defaultdict(set)
    for row in deals.accepted().values():
        crowds[row["account_id"]] |= {row["owner_id"]} - {None}
    sizes = [len(crowd) for crowd in crowds.values() if crowd]
    if sizes and max(sizes) > 1:
        lines.append(ReportLine("import.agents_per_account", {"low": min(sizes), "high": max(sizes)}))
    return lines


@dataclass
class _Record:
    """What one AE did on one account; the fields in the order in which they count."""

    recent_value: Decimal = Decimal(0)
    recent_wins: int = 0
    value: Decimal = Decimal(0)
    wins: int = 0
    latest: date = date.min
    deals: int = 0

    def add(self, deal: Row, window_start: date) -> None:
        self.deals += 1
        if deal["status"] != "won":
            return
        self.value += deal["amount_eur"]
        self.wins += 1
        self.latest = max(self.latest, deal["closed_on"])
        if deal["closed_on"] >= window_start:
            self.recent_value += deal["amount_eur"]
            self.recent_wins += 1

    def rank(self) -> tuple[Decimal | int | date, ...]:
        return (self.recent_value, self.recent_wins, self.value, self.wins, self.latest, self.deals)


def _person(row: Mapping[str, Any], coverage: CoverageSettings) -> Row:
    """Complete a person; what the export does not say is the preset's."""
    role = row.get("role") or "AE"
    given = {name: row.get(name) for name in ("region", "latitude", "longitude")}
    hours, cost = row.get("capacity_hours"), row.get("cost_eur_per_month")
    return {
        "rep_id": row["rep_id"],
        "name": row.get("name") or row["rep_id"],
        "role": role,
        **given,
        "capacity_hours": getattr(coverage, f"{role.lower()}_hours") if hours is None else hours,
        "cost_eur_per_month": getattr(coverage, f"{role.lower()}_cost_eur") if cost is None else cost,
    }


def _tier(coverage: CoverageSettings, segment: str) -> TierCoverage:
    return {"strategic": coverage.strategic, "mid_market": coverage.mid_market, "smb": coverage.smb}[segment]


def _made_up(segments: Iterable[str], coverage: CoverageSettings) -> list[dict[str, str]]:
    """Make up as many people per role as the ratios ask for, at least one AE."""
    accounts = Counter(segments)
    need = dict.fromkeys(ROLES, 0.0)
    for segment in SEGMENTS:
        tier = _tier(coverage, segment)
        need["AE"] += accounts[segment] / tier.accounts_per_ae
        need["SE"] += accounts[segment] * tier.se_hours / coverage.se_hours
        need["CSM"] += accounts[segment] * tier.csm_hours / coverage.csm_hours
    people = []
    for role, count in need.items():
        whole = max(math.ceil(count), 1 if role == "AE" else 0)
        ids = (f"{role}-{number:0{len(str(whole))}d}" for number in range(1, whole + 1))
        people += [{"rep_id": name, "role": role} for name in ids]
    return people
