"""People, pools and rules of the reference engine (docs/model.md, 6.2 to 6.4 and 6.12)."""

from __future__ import annotations

from kamsim.dynamics.reference_entities import NOBODY, Account, Executive, Lane, Plan, Pool
from kamsim.dynamics.reference_luck import Luck
from kamsim.streams import Process


def move_people(lane: Lane, luck: Luck, month: int) -> None:
    """Let AEs gain tenure, leave and be replaced, and set their available hours (6.2)."""
    people = lane.settings.people
    for executive in lane.team or ():
        executive.left = False
        if executive.vacancy > 0:
            executive.vacancy -= 1
            if executive.vacancy == 0:
                executive.tenure = 0
        else:
            executive.tenure += 1
            if luck.uniform(executive.entity, Process.PERSON_LEAVES, month) < people.attrition_rate:
                executive.left = True
                executive.vacancy = people.vacancy_months
                if executive.vacancy == 0:
                    executive.tenure = 0
        if executive.vacancy > 0:
            share = people.vacancy_cover
        elif people.ramp_months == 0:
            share = 1.0
        else:
            ramped = people.ramp_start + (1.0 - people.ramp_start) * executive.tenure / people.ramp_months
            share = min(1.0, ramped)
        executive.available = executive.capacity * share


def count_loads(lane: Lane, month: int) -> None:
    """Count what the active accounts of each AE ask for (6.3)."""
    for executive in lane.team or ():
        executive.load = 0.0
    for account, plan in zip(lane.accounts, lane.plans, strict=True):
        if lane.team is not None and account.arrival <= month and account.owner != NOBODY:
            lane.team[account.owner].load += workload(lane, account, plan)


def workload(lane: Lane, account: Account, plan: Plan) -> float:
    """AE hours that an account asks for."""
    return lane.attention(account) * plan.ae


def count_pools(lane: Lane, month: int) -> None:
    """Count the demand on SE and CSM, and what it meets (6.3)."""
    if lane.pools is None:
        return
    se_demand = csm_demand = 0.0
    for account, plan in zip(lane.accounts, lane.plans, strict=True):
        if account.arrival > month:
            continue
        attention = lane.attention(account)
        if account.has_open_deal:
            se_demand += attention * tailored_share(lane, plan) * plan.se
        if account.revenue > 0:
            csm_demand += attention * plan.csm
    se, csm = lane.pools
    lane.se_served, lane.se_waiting = serve(se, se_demand)
    lane.csm_served, lane.csm_waiting = serve(csm, csm_demand)


def tailored_share(lane: Lane, plan: Plan) -> float:
    """What tailored offers make of the planned SE hours (6.3)."""
    return max(0.0, 1.0 + lane.settings.pools.offer_se_share * (plan.offer - 1.0))


def serve(pool: Pool, demand: float) -> tuple[float, float]:
    """Served share and waiting probability (Erlang C) of a pool.

    Examples
    --------
    >>> from kamsim.dynamics.reference_entities import Pool
    >>> share, waiting = serve(Pool(people=4, hours=100.0), 300.0)
    >>> share, round(waiting, 6)
    (1.0, 0.509434)
    """
    if pool.people == 0:
        return (0.0, 1.0) if demand > 0 else (1.0, 0.0)
    capacity = pool.people * pool.hours
    share = 1.0 if demand <= capacity else capacity / demand
    load = demand / pool.hours
    if load >= pool.people:
        return share, 1.0
    blocked = 1.0
    for servers in range(1, pool.people + 1):
        blocked = load * blocked / (servers + load * blocked)
    return share, blocked / (1.0 - load / pool.people * (1.0 - blocked))


def hand_over(lane: Lane, account: Account) -> None:
    """A new owner takes the account (6.4)."""
    settings = lane.settings
    account.goodwill *= settings.handover_goodwill
    account.handover = settings.handover_months
    account.newcomer = settings.newcomer_months
    account.handover_quality = lane.quality_now()


def least_loaded(candidates: list[tuple[int, Executive]]) -> int:
    """Index of the AE with the smallest load per hour of capacity, the first in a tie; -1 for none."""
    best, best_ratio = NOBODY, float("inf")
    for index, executive in candidates:
        if executive.ratio < best_ratio:
            best, best_ratio = index, executive.ratio
    return best


def present(lane: Lane) -> list[tuple[int, Executive]]:
    """AEs whose post is filled and who have hours, with their indices."""
    return [(i, e) for i, e in enumerate(lane.team or ()) if e.vacancy == 0 and e.capacity > 0]


def route_leads(lane: Lane, month: int) -> None:
    """Give each lead that arrives to the least loaded AE (6.12, step 4 of the month)."""
    if lane.team is None or not lane.rules.least_loaded_routing:
        return
    for account, plan in zip(lane.accounts, lane.plans, strict=True):
        if account.arrival == month:
            account.owner = least_loaded(present(lane))
            if account.owner != NOBODY:
                lane.team[account.owner].load += workload(lane, account, plan)


def apply_rules(lane: Lane, month: int) -> None:
    """Apply the rules of a quarter's end, in their order (6.12)."""
    count_loads(lane, month + 1)
    if lane.rules.dynamic_books and lane.team is not None:
        _pull(lane, lane.team, month)
    if lane.rules.exit_rule:
        _exit(lane, month)
    if lane.rules.rebalancing and lane.team is not None:
        count_loads(lane, month + 1)
        _rebalance(lane, month)


def _pull(lane: Lane, team: list[Executive], month: int) -> None:
    for account, plan in zip(lane.accounts, lane.plans, strict=True):
        if account.arrival > month + 1 or account.owner != NOBODY:
            continue
        taker = least_loaded(present(lane))
        if taker == NOBODY:
            continue
        limit = lane.settings.rules.pull_limit * team[taker].capacity
        if team[taker].load + plan.ae <= limit:
            account.owner = taker
            account.exited = 0
            account.idle = 0
            team[taker].load += plan.ae
            hand_over(lane, account)


def _exit(lane: Lane, month: int) -> None:
    dynamic = lane.rules.dynamic_books and lane.team is not None
    for account in lane.accounts:
        if account.arrival > month:
            continue
        if not dynamic or account.owner != NOBODY:
            account.exited = int(account.idle >= lane.settings.rules.exit_after_months)
        if dynamic and account.exited:
            account.owner = NOBODY


def _rebalance(lane: Lane, month: int) -> None:
    people = present(lane)
    if not people:
        return
    mean = sum(e.load for _, e in people) / sum(e.capacity for _, e in people)
    for _ in range(lane.settings.rules.rebalancing_moves):
        a, highest = people[0]
        b, lowest = people[0]
        for index, executive in people:
            if executive.ratio > highest.ratio:
                a, highest = index, executive
            if executive.ratio < lowest.ratio:
                b, lowest = index, executive
        if highest.ratio <= (1.0 + lane.settings.rules.rebalancing_tolerance) * mean:
            return
        difference = highest.load * lowest.capacity - lowest.load * highest.capacity
        most = difference / (highest.capacity + lowest.capacity)
        moved = _largest_within(lane, a, most, month)
        if moved is None:
            return
        account, hours = moved
        account.owner = b
        highest.load -= hours
        lowest.load += hours
        hand_over(lane, account)


def _largest_within(lane: Lane, owner: int, most: float, month: int) -> tuple[Account, float] | None:
    """The owner's active account with the largest workload that is not above `most`."""
    best: tuple[Account, float] | None = None
    for account, plan in zip(lane.accounts, lane.plans, strict=True):
        if account.owner != owner or account.arrival > month + 1:
            continue
        hours = workload(lane, account, plan)
        if 0.0 < hours <= most and (best is None or hours > best[1]):
            best = account, hours
    return best
