"""The neutral account month in SimPy: an account is a process, a month a timeout, numbers are Python floats.

Skips against kamsim: the response and all that follows from it or the settings alone is worked out once; no
draw is made that nothing can follow from (no renewal is due, no opportunity open), and draws have no address;
`idle` is left out (only rules read it); hours and the state after the run are not handed out. Replications
have an environment each. Everything else is the model of docs/model.md.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy

from benchmarks.peers.world import FIRST_MONTH, Outcome, World
from kamsim.dynamics import FREE, SLOTS
from kamsim.schemas import SEGMENTS

EVENTS = ("appointment", "reorganisation", "merger", "budget_cut")
NEW, UPSELL, CROSS_SELL = 0, 1, 2


def play(world: World, months: int, replications: int, seed: int = 1) -> Outcome:
    """Play every replication in an environment of its own."""
    accounts, years = world.state.accounts, -(-months // 12)
    shape = (accounts, replications)
    outcome = Outcome(
        np.zeros((years, *shape)), np.zeros((years, *shape), bool), np.zeros((years + 1, *shape), bool)
    )
    response = world.response().tolist()
    kinds = [Kind(world, segment) for segment in range(len(SEGMENTS))]
    rng = random.Random(seed)
    for lane in range(replications):
        environment = simpy.Environment(initial_time=FIRST_MONTH)
        played = [
            Account(world, i, kinds[world.state.segment[i]], response[i], rng.random) for i in range(accounts)
        ]
        for account in played:
            environment.process(account.live(environment))
        environment.run(until=FIRST_MONTH + months)
        for i, account in enumerate(played):
            account.close_year()
            outcome.revenue[:, i, lane] = account.years
            outcome.retained[:, i, lane] = account.stayed
            outcome.customer[:, i, lane] = account.customer
    return outcome


class Kind:
    """What accounts of a segment have in common, worked out once."""

    def __init__(self, world: World, segment: int) -> None:
        settings = world.parameters.settings
        here = getattr(settings, SEGMENTS[segment])
        self.settings, self.here, self.pattern = settings, here, world.pattern(segment)
        self.growth = 1.0 + here.wallet_drift
        self.monthly = here.renewals_per_year == 12
        self.term = 1.0 / here.renewals_per_year
        self.price = (1.0 + settings.price_change) ** self.term
        self.season = [float(s) for s in settings.season]
        self.pace = (1.0, settings.upsell_pace, settings.cross_sell_pace)
        self.minimum_cycle = here.minimum_cycle_months
        self.events = [getattr(settings.organisation, name) for name in EVENTS]
        self.jump = settings.wallet_jump_log_sd, _mean(settings.wallet_jump_log_sd)
        self.size = settings.deal_log_sd, _mean(settings.deal_log_sd)


def _mean(sd: float) -> float:
    return (math.sinh(sd) / sd) ** 3 if sd > 0 else 1.0


class Deal:
    """An open opportunity."""

    __slots__ = ("age", "amount", "competitor", "meddic", "passed", "sort")

    def __init__(
        self, passed: int, age: int, amount: float, sort: int, competitor: bool, meddic: float
    ) -> None:
        self.passed, self.age, self.amount = passed, age, amount
        self.sort, self.competitor, self.meddic = sort, competitor, meddic


class Account:
    """One account; `live` is its process."""

    wallet: float
    revenue: float
    attainable: float
    goodwill: float
    roles: float
    handover_quality: float
    units: int
    units_penetrated: int
    renewal_month: int
    sponsorless: int
    handover: int
    newcomer: int
    blind: int

    def __init__(self, world: World, i: int, kind: Kind, response: float, draw: Callable[[], float]) -> None:
        state, settings, f, s = world.state, kind.settings, kind.pattern, response
        self.kind, self.settings, self.draw = kind, settings, draw
        for name in (
            "wallet", "revenue", "attainable", "goodwill", "roles", "handover_quality", "units",
            "units_penetrated", "renewal_month", "sponsorless", "handover", "newcomer", "blind",
        ):  # fmt: skip
            setattr(self, name, getattr(state, name)[i, 0].item())
        self.slots: list[Deal | None] = [None] * SLOTS
        for k in range(SLOTS):
            if state.milestones_passed[i, 0, k] != FREE:
                sort, competitor = int(state.kind[i, 0, k]) % 3, int(state.kind[i, 0, k]) >= 3
                passed, age = int(state.milestones_passed[i, 0, k]), int(state.age[i, 0, k])
                amount, meddic = float(state.amount[i, 0, k]), float(state.meddic[i, 0, k])
                self.slots[k] = Deal(passed, age, amount, sort, competitor, meddic)
        responsiveness, propensity = state.responsiveness[i, 0].item(), state.propensity[i, 0].item()
        self.goodwill_gain = settings.goodwill_gain * responsiveness * f["review"] * s
        self.roles_gain = settings.roles_gain * f["mapping"] * s
        self.meddic_gain = settings.meddic_gain * s * f["pursuit"]
        self.pace = kind.here.milestone_pace * (settings.milestone_response_floor + s * f["pursuit"])
        self.pace *= 1.0 + settings.offer_pace_effect * s * f["offer"]
        self.appeal = kind.here.opening_rate * responsiveness
        self.appeal *= settings.opening_response_floor + settings.opening_response_slope * s
        defence = settings.churn_defence_effect * f["defence"] + settings.churn_offer_effect * f["offer"]
        self.hazard = -math.log(1.0 - propensity) * math.exp(-defence * s)
        self.years: list[float] = []
        self.stayed: list[bool] = []
        self.customer: list[bool] = [self.revenue > 0.0]
        self.sum, self.retained = 0.0, self.revenue > 0.0

    def live(self, environment: Any) -> Generator[simpy.Event, Any, None]:
        """Live month after month."""
        while True:
            self.play_month(environment.now)
            yield environment.timeout(1)

    def play_month(self, month: int) -> None:
        """Play a month in the order of docs/model.md, section 3."""
        calendar_month, past = month % 12, month - FIRST_MONTH
        if past and past % 12 == 0:
            self.close_year()
        if past == 0 or calendar_month == 0:
            self.year_draws = [self.draw() for _ in EVENTS]
        self.change_organisation(calendar_month)
        self.move_wallet()
        self.move_relationship()
        was_customer = self.revenue > 0.0
        self.pursue(calendar_month)
        if was_customer and (self.kind.monthly or self.renewal_month == calendar_month):
            self.renew()
        self.open_deal(calendar_month)
        if self.sponsorless:
            self.sponsorless -= 1
        if self.handover:
            self.handover -= 1
        if self.newcomer:
            self.newcomer -= 1
        if self.blind:
            self.blind -= 1
        self.sum += self.revenue
        if self.revenue == 0.0:
            self.retained = False

    def close_year(self) -> None:
        """Keep the sums of a year."""
        self.years.append(self.sum)
        self.stayed.append(self.retained)
        self.customer.append(self.revenue > 0.0)
        self.sum, self.retained = 0.0, self.revenue > 0.0

    def factor(self, sd: float, mean: float) -> float:
        """Draw a lognormal factor of mean 1 (section 6)."""
        z = 2.0 * (self.draw() + self.draw() + self.draw()) - 3.0
        return math.exp(sd * z) / mean

    def change_organisation(self, calendar_month: int) -> None:
        """Section 6.5."""
        for event, draw in zip(self.kind.events, self.year_draws, strict=True):
            twelfth = event.yearly_probability / 12.0
            if twelfth * calendar_month <= draw < twelfth * (calendar_month + 1):
                self.roles *= event.roles_factor
                self.goodwill *= event.goodwill_factor
                self.wallet *= event.wallet_factor
                self.sponsorless = max(self.sponsorless, event.sponsorless_months)
                self.blind = max(self.blind, self.settings.organisation.blind_months)

    def move_wallet(self) -> None:
        """Section 6.6, and the cap of 6.10."""
        self.wallet *= self.kind.growth
        if self.draw() < self.kind.here.wallet_event_rate:
            self.wallet *= self.factor(*self.kind.jump)
        self.revenue = min(self.revenue, self.wallet)

    def move_relationship(self) -> None:
        """Section 6.8."""
        settings, q, c = self.settings, self.goodwill, self.roles
        self.goodwill = min(1.0, max(0.0, q + self.goodwill_gain * (1.0 - q) - settings.goodwill_decay * q))
        gain = 0.0 if self.blind else self.roles_gain
        self.roles = min(1.0, max(0.0, c + gain * (1.0 - c) - settings.roles_decay * c))
        if self.draw() < settings.sponsor_leaves_rate:
            self.goodwill *= settings.sponsor_leaves_goodwill
            self.sponsorless = settings.sponsorless_months

    def pursue(self, calendar_month: int) -> None:
        """Section 6.9, open opportunities; 6.10."""
        won = []
        for slot, deal in enumerate(self.slots):
            if deal is None:
                continue
            deal.age += 1
            deal.meddic += min(1.0, self.meddic_gain * self.roles) * (6.0 - deal.meddic)
            known = max(0.0, deal.meddic - (1.0 if self.sponsorless else 0.0)) / 6.0
            p = 1.0 - math.exp(-self.milestone_hazard(deal, known, calendar_month))
            u, chance, reached = self.draw(), p, deal.passed
            while reached < 4 and u < chance:
                reached += 1
                chance *= p
            if reached == 4 and deal.age < self.kind.minimum_cycle:
                reached = 3
            if reached == 4:
                won.append(deal)
                self.slots[slot] = None
            elif self.draw() < 1.0 - math.exp(-self.loss_hazard(deal, known)):
                self.slots[slot] = None
            deal.passed = reached
        for deal in won:
            self.book(deal, calendar_month)

    def milestone_hazard(self, deal: Deal, known: float, calendar_month: int) -> float:
        settings = self.settings
        return (
            self.pace
            * self.kind.pace[deal.sort]
            * (settings.milestone_goodwill_floor + settings.milestone_goodwill_slope * self.goodwill)
            * (settings.milestone_known_floor + known)
            * self.kind.season[calendar_month]
        )

    def loss_hazard(self, deal: Deal, known: float) -> float:
        settings = self.settings
        age = deal.age / max(1, self.kind.minimum_cycle)
        hazard = (
            self.kind.here.loss_rate
            * (settings.loss_age_floor + settings.loss_age_slope * age)
            * (settings.loss_known_ceiling - settings.loss_known_slope * known)
            * (settings.loss_goodwill_ceiling - settings.loss_goodwill_slope * self.goodwill)
            * (1.0 + settings.economic_buyer_loss_effect * (1.0 - self.roles))
        )
        return hazard * (1.0 + settings.competitor_loss_effect) if deal.competitor else hazard

    def book(self, deal: Deal, calendar_month: int) -> None:
        """Section 6.10."""
        was_prospect = self.revenue == 0.0
        self.revenue += min(deal.amount, max(0.0, self.attainable * self.wallet - self.revenue))
        if was_prospect:
            self.renewal_month, self.units_penetrated = calendar_month, 1
            self.handover = max(self.handover, self.settings.onboarding_months)
            self.handover_quality = self.settings.handover_quality
        elif deal.sort == CROSS_SELL:
            self.units_penetrated = min(self.units, self.units_penetrated + 1)

    def renew(self) -> None:
        """Section 6.11."""
        settings, term = self.settings, self.kind.term
        exponent = -settings.churn_goodwill_effect * (self.goodwill - settings.churn_goodwill_centre)
        share = self.units_penetrated / self.units
        exponent -= settings.churn_units_effect * (share - settings.churn_units_centre)
        if self.sponsorless:
            exponent += settings.sponsorless_churn_effect
        if self.handover:
            exponent += settings.handover_churn_effect * (1.0 - self.handover_quality)
        churn, draw = 1.0 - math.exp(-self.hazard * math.exp(exponent) * term), self.draw()
        if draw < churn:
            self.revenue, self.units_penetrated = 0.0, 0
        elif draw < churn + (1.0 - churn) * self.kind.here.contraction_rate * term:
            self.revenue *= settings.contraction_factor
        else:
            ceiling = max(self.revenue, self.attainable * self.wallet)
            self.revenue = min(self.revenue * self.kind.price, ceiling)

    def open_deal(self, calendar_month: int) -> None:
        """Section 6.9, a new opportunity."""
        settings, ceiling = self.settings, self.attainable * self.wallet
        whitespace = ceiling - self.revenue
        if whitespace <= 0.0:
            return
        hazard = self.appeal * (whitespace / ceiling) * self.kind.season[calendar_month]
        hazard *= settings.opening_goodwill_floor + settings.opening_goodwill_slope * self.goodwill
        if self.newcomer:
            hazard *= 1.0 + settings.newcomer_opening_effect
        if self.draw() >= 1.0 - math.exp(-hazard) or None not in self.slots:
            return
        amount = min(whitespace, ceiling * self.kind.here.deal_share * self.factor(*self.kind.size))
        sort = NEW
        if self.revenue > 0.0:
            crosses = self.draw() < settings.cross_sell_share and self.units_penetrated < self.units
            sort = CROSS_SELL if crosses else UPSELL
        competitor = self.draw() < settings.competitor_share
        self.slots[self.slots.index(None)] = Deal(0, 0, amount, sort, competitor, settings.meddic_start)
