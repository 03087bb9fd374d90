"""The model once more, in plain Python: written from docs/model.md alone, to hold the compiled kernel to it.

One lane, one account at a time, in the order of the page; slow on purpose, nothing shared with the kernel.
"""

from __future__ import annotations

import math

from kamsim.dynamics.reference_entities import (
    COMPETITOR,
    CROSS_SELL,
    MILESTONES,
    NEW,
    NOBODY,
    UPSELL,
    Account,
    AccountMonth,
    Deal,
    Lane,
    Plan,
)
from kamsim.dynamics.reference_luck import Luck, is_second, lognormal_factor
from kamsim.dynamics.reference_team import (
    apply_rules,
    count_loads,
    count_pools,
    hand_over,
    move_people,
    route_leads,
    tailored_share,
)
from kamsim.streams import Process

ORGANISATION_EVENTS = ("appointment", "reorganisation", "merger", "budget_cut")


def play_lane(lane: Lane, luck: Luck, first_month: int, months: int) -> list[list[AccountMonth]]:
    """Play a lane in place.

    Parameters
    ----------
    lane : Lane
        Changed in place: afterwards it holds the state at the end.
    luck : Luck
    first_month : int
        Months since January 1970.
    months : int

    Returns
    -------
    list of list of AccountMonth
        By month, then by account. A dormant account's month is empty.
    """
    return [_play_month(lane, luck, month) for month in range(first_month, first_month + months)]


def _play_month(lane: Lane, luck: Luck, month: int) -> list[AccountMonth]:
    shocks = [_industry_shock(lane, luck, industry, month) for industry in lane.industries]
    move_people(lane, luck, month)
    count_loads(lane, month)
    count_pools(lane, month)
    route_leads(lane, month)
    for executive in lane.team or ():
        executive.busy += executive.load / executive.available if executive.available > 0 else 0.0
    observed = []
    for account, plan in zip(lane.accounts, lane.plans, strict=True):
        if account.arrival > month:
            observed.append(AccountMonth(revenue=account.revenue))
            continue
        shock = shocks[account.industry] if shocks and account.industry >= 0 else 1.0
        observed.append(_play_account(lane, luck, account, plan, shock, month))
    if month % 3 == 2:
        apply_rules(lane, month)
    return observed


def _industry_shock(lane: Lane, luck: Luck, industry: int, month: int) -> float:
    settings = lane.settings
    if luck.uniform(industry, Process.INDUSTRY_EVENT, month) < settings.industry_event_rate:
        return luck.factor(industry, Process.INDUSTRY_JUMP, month, settings.industry_jump_log_sd)
    return 1.0


def _play_account(
    lane: Lane, luck: Luck, account: Account, plan: Plan, shock: float, month: int
) -> AccountMonth:
    observed = AccountMonth()
    if lane.team is not None and account.owner != NOBODY and lane.team[account.owner].left:
        hand_over(lane, account)
    _change_organisation(lane, luck, account, plan, month)
    _move_wallet(lane, luck, account, shock, month)
    if not lane.revenue_frozen:
        observed.capped = max(0.0, account.revenue - account.wallet)
        account.revenue = min(account.revenue, account.wallet)
    observed.hours = _effort(lane, account, plan)
    response = _response(lane, account, observed.hours)
    _move_relationship(lane, luck, account, plan, response, month)
    was_customer = account.revenue > 0
    progress, won = _pursue(lane, luck, account, plan, response, month, observed)
    if not lane.revenue_frozen:
        for deal in won:
            _book(lane, account, deal, month, observed)
        if was_customer:
            _renew(lane, luck, account, plan, response, month, observed)
    progress = _open(lane, luck, account, response, month, observed) or progress
    for counter in ("sponsorless", "handover", "newcomer", "blind"):
        setattr(account, counter, max(0, getattr(account, counter) - 1))
    account.idle = 0 if progress else account.idle + 1
    observed.revenue = account.revenue
    return observed


def _change_organisation(lane: Lane, luck: Luck, account: Account, plan: Plan, month: int) -> None:
    january, calendar_month = 12 * (month // 12), month % 12
    for kind, name in enumerate(ORGANISATION_EVENTS):
        event = getattr(lane.settings.organisation, name)
        draw = luck.uniform(account.entity, Process.ORGANISATION + kind, january)
        from_, to = (event.yearly_probability * m / 12 for m in (calendar_month, calendar_month + 1))
        if from_ <= draw < to:
            account.roles *= event.roles_factor
            account.goodwill *= event.goodwill_factor
            account.wallet *= event.wallet_factor
            account.sponsorless = max(account.sponsorless, event.sponsorless_months)
            if not plan.alerts:
                account.blind = max(account.blind, lane.settings.organisation.blind_months)


def _move_wallet(lane: Lane, luck: Luck, account: Account, shock: float, month: int) -> None:
    segment = lane.segment(account)
    jump = 1.0
    if luck.uniform(account.entity, Process.WALLET_AND_SPONSOR, month) < segment.wallet_event_rate:
        jump = luck.factor(account.entity, Process.WALLET_JUMP, month, lane.settings.wallet_jump_log_sd)
    account.wallet *= (1.0 + segment.wallet_drift) * shock * jump


def _effort(lane: Lane, account: Account, plan: Plan) -> float:
    if lane.team is None:
        reach = 1.0
    elif account.owner == NOBODY:
        reach = 0.0
    else:
        reach = lane.team[account.owner].reach
    se_asked = lane.pools is None or account.has_open_deal
    csm_asked = lane.pools is None or account.revenue > 0
    settings = lane.settings
    return lane.attention(account) * (
        plan.ae * reach
        + settings.se_weight * tailored_share(lane, plan) * plan.se * lane.se_served * se_asked
        + settings.csm_weight * plan.csm * lane.csm_served * csm_asked
    )


def _response(lane: Lane, account: Account, hours: float) -> float:
    if hours == 0.0:
        return 0.0
    exponent = lane.settings.response_exponent
    return math.pow(hours, exponent) / (math.pow(account.half_effort, exponent) + math.pow(hours, exponent))


def _move_relationship(
    lane: Lane, luck: Luck, account: Account, plan: Plan, response: float, month: int
) -> None:
    settings = lane.settings
    q, c = account.goodwill, account.roles
    q_gain = settings.goodwill_gain * account.responsiveness * plan.review * response
    account.goodwill = _clip(q + q_gain * (1.0 - q) - settings.goodwill_decay * q)
    c_gain = settings.roles_gain * plan.mapping * response * (account.blind == 0)
    account.roles = _clip(c + c_gain * (1.0 - c) - settings.roles_decay * c)
    draw = luck.uniform(account.entity, Process.WALLET_AND_SPONSOR, month)
    if is_second(draw, lane.segment(account).wallet_event_rate, settings.sponsor_leaves_rate):
        account.goodwill *= settings.sponsor_leaves_goodwill
        account.sponsorless = settings.sponsorless_months


def _pursue(
    lane: Lane, luck: Luck, account: Account, plan: Plan, response: float, month: int, observed: AccountMonth
) -> tuple[bool, list[Deal]]:
    """Move the open opportunities; say whether a milestone was passed, and which were won."""
    progress, won = False, []
    for slot, deal in enumerate(account.slots):
        if deal is None:
            continue
        deal.age += 1
        share = min(1.0, lane.settings.meddic_gain * response * plan.pursuit * account.roles)
        deal.meddic += share * (6.0 - deal.meddic)
        known = max(0.0, deal.meddic - (account.sponsorless > 0)) / 6.0
        p = _probability(_milestone_hazard(lane, account, deal, plan, response, known, month))
        moves, loses = luck.halves(account.entity, Process.SLOT + slot, month)
        passed = sum(moves < p**power for power in range(1, MILESTONES + 1))
        reached = min(MILESTONES, deal.passed + passed)
        if deal.age < lane.segment(account).minimum_cycle_months:
            reached = min(reached, MILESTONES - 1)
        progress = progress or reached > deal.passed
        if reached == MILESTONES:
            won.append(deal)
            observed.outcomes[slot] = 1
        elif loses < _probability(_loss_hazard(lane, account, deal, known)):
            observed.outcomes[slot] = 2
        deal.passed = reached
        if observed.outcomes[slot]:
            observed.closed_amounts[slot] = deal.amount
            account.slots[slot] = None
    return progress, won


def _milestone_hazard(
    lane: Lane, account: Account, deal: Deal, plan: Plan, response: float, known: float, month: int
) -> float:
    settings = lane.settings
    pace_of = {NEW: 1.0, UPSELL: settings.upsell_pace, CROSS_SELL: settings.cross_sell_pace}
    return (
        lane.segment(account).milestone_pace
        * pace_of[deal.kind_without_competitor]
        * (settings.milestone_response_floor + response * plan.pursuit)
        * (settings.milestone_goodwill_floor + settings.milestone_goodwill_slope * account.goodwill)
        * (settings.milestone_known_floor + known)
        * (1.0 + settings.offer_pace_effect * response * plan.offer)
        * settings.season[month % 12]
        * (1.0 - settings.pools.se_wait_effect * lane.se_waiting)
    )


def _loss_hazard(lane: Lane, account: Account, deal: Deal, known: float) -> float:
    settings, segment = lane.settings, lane.segment(account)
    relative_age = deal.age / max(1, segment.minimum_cycle_months)
    return (
        segment.loss_rate
        * (settings.loss_age_floor + settings.loss_age_slope * relative_age)
        * (settings.loss_known_ceiling - settings.loss_known_slope * known)
        * (settings.loss_goodwill_ceiling - settings.loss_goodwill_slope * account.goodwill)
        * (1.0 + settings.economic_buyer_loss_effect * (1.0 - account.roles))
        * (1.0 + settings.competitor_loss_effect * deal.has_competitor)
    )


def _book(lane: Lane, account: Account, deal: Deal, month: int, observed: AccountMonth) -> None:
    was_prospect = account.revenue == 0.0
    added = min(deal.amount, max(0.0, account.ceiling - account.revenue))
    account.revenue += added
    observed.booked += added
    if was_prospect:
        account.renewal_month = month % 12
        account.units_penetrated = 1
        account.handover = max(account.handover, lane.settings.onboarding_months)
        account.handover_quality = lane.quality_now()
    elif deal.kind_without_competitor == CROSS_SELL:
        account.units_penetrated = min(account.units, account.units_penetrated + 1)


def _renew(
    lane: Lane, luck: Luck, account: Account, plan: Plan, response: float, month: int, observed: AccountMonth
) -> None:
    segment = lane.segment(account)
    if segment.renewals_per_year == 1 and month % 12 != account.renewal_month:
        return
    term = 1.0 / segment.renewals_per_year
    churn = _probability(_churn_hazard(lane, account, plan, response) * term)
    draw = luck.uniform(account.entity, Process.RENEWAL, month)
    before = account.revenue
    if draw < churn:
        account.revenue = 0.0
        account.units_penetrated = 0
        observed.churned = before
    elif draw < churn + (1.0 - churn) * segment.contraction_rate * term:
        account.revenue = before * lane.settings.contraction_factor
        observed.contracted = before - account.revenue
    else:
        raised = before * (1.0 + lane.settings.price_change) ** term
        account.revenue = min(raised, max(before, account.ceiling))
        observed.repriced = account.revenue - before


def _churn_hazard(lane: Lane, account: Account, plan: Plan, response: float) -> float:
    settings = lane.settings
    penetrated = account.units_penetrated / account.units
    return -math.log(1.0 - account.propensity) * math.exp(
        -settings.churn_goodwill_effect * (account.goodwill - settings.churn_goodwill_centre)
        - settings.churn_units_effect * (penetrated - settings.churn_units_centre)
        - settings.churn_defence_effect * response * plan.defence
        - settings.churn_offer_effect * response * plan.offer
        + settings.sponsorless_churn_effect * (account.sponsorless > 0)
        + settings.handover_churn_effect * (1.0 - account.handover_quality) * (account.handover > 0)
    )


def _open(
    lane: Lane, luck: Luck, account: Account, response: float, month: int, observed: AccountMonth
) -> bool:
    settings, segment = lane.settings, lane.segment(account)
    ceiling = account.ceiling
    if ceiling <= 0.0 or None not in account.slots:
        return False
    whitespace = max(0.0, ceiling - account.revenue)
    hazard = (
        segment.opening_rate
        * (whitespace / ceiling)
        * (settings.opening_goodwill_floor + settings.opening_goodwill_slope * account.goodwill)
        * (settings.opening_response_floor + settings.opening_response_slope * response)
        * account.responsiveness
        * settings.season[month % 12]
        * (1.0 + settings.newcomer_opening_effect * (account.newcomer > 0))
    )
    draw, p = luck.uniform(account.entity, Process.OPENING, month), _probability(hazard)
    if draw >= p:
        return False
    processes = (Process.WALLET_AND_SPONSOR, Process.OPENING, Process.RENEWAL)
    a, b, c = (luck.left_over(account.entity, process, month) for process in processes)
    factor = lognormal_factor((a, b, c), settings.deal_log_sd)
    amount = min(whitespace, ceiling * segment.deal_share * factor)
    has_competitor = draw < p * settings.competitor_share
    begins, width = (
        (0.0, p * settings.competitor_share)
        if has_competitor
        else (
            p * settings.competitor_share,
            p - p * settings.competitor_share,
        )
    )
    kind = NEW
    if account.revenue > 0:
        may_cross = account.units_penetrated < account.units
        crosses = may_cross and draw < begins + width * settings.cross_sell_share
        kind = CROSS_SELL if crosses else UPSELL
    if has_competitor:
        kind += COMPETITOR
    slot = account.slots.index(None)
    account.slots[slot] = Deal(passed=0, age=0, amount=amount, kind=kind, meddic=settings.meddic_start)
    observed.opened_amounts[slot] = amount
    return True


def _probability(hazard: float) -> float:
    return 1.0 - math.exp(-hazard)


def _clip(x: float) -> float:
    return min(1.0, max(0.0, x))
