"""The neutral account month in NumPy: one array operation a step over accounts x replications.

Written as a careful NumPy user would: single precision; a block of accounts of one segment at a time, so
that parameters are scalars and arrays stay in the cache; rare events and open opportunities by their indices,
never by masks over everything; work in place.

Skips against kamsim: what cannot change during a neutral run (the response, and all that follows from it
alone) is worked out once, not afresh every month; draws come from one sequential generator, so that they have
no address and other accounts move them; hours and the state after the run are not handed out.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.world import FIRST_MONTH, Outcome, World
from kamsim.dynamics import SLOTS
from kamsim.schemas import SEGMENTS

F = np.float32
Floats = NDArray[np.float32]
Index = NDArray[np.intp]

CELLS = 65_536
"""Accounts x replications in a block; among the fastest of 4,096 to 131,072 where this was written."""

EVENTS = ("appointment", "reorganisation", "merger", "budget_cut")


def play(world: World, months: int, replications: int, seed: int = 1, cells: int = CELLS) -> Outcome:
    """Play all accounts, block by block."""
    rng = np.random.Generator(np.random.SFC64(seed))
    years, accounts = -(-months // 12), world.state.accounts
    shape = (accounts, replications)
    outcome = Outcome(
        np.zeros((years, *shape), F), np.zeros((years, *shape), bool), np.zeros((years + 1, *shape), bool)
    )
    response = world.response()
    at_once = max(1, cells // replications)
    for segment in range(len(SEGMENTS)):
        members = np.flatnonzero(world.state.segment == segment)
        for first in range(0, members.size, at_once):
            chosen = members[first : first + at_once]
            block = Block(world, segment, chosen, response[chosen], replications, rng)
            block.play(months, outcome, chosen)
    return outcome


class Block:
    """Some accounts of one segment in all replications, as flat arrays of cells; slot after slot."""

    def __init__(
        self, world: World, segment: int, chosen: Index, response: NDArray[np.float64], times: int, rng: Any
    ) -> None:
        self.rng, self.times, self.cells = rng, times, chosen.size * times
        settings = self.settings = world.parameters.settings
        here = self.segment = getattr(settings, SEGMENTS[segment])
        f, state = world.pattern(segment), world.state

        def spread(values: Any, kind: Any = F) -> Any:
            return np.repeat(np.asarray(values).astype(kind), times)

        def own(name: str, kind: Any = F) -> Any:
            return spread(getattr(state, name)[chosen, 0], kind)

        self.wallet, self.revenue, self.attainable = own("wallet"), own("revenue"), own("attainable")
        self.goodwill, self.roles, self.quality = own("goodwill"), own("roles"), own("handover_quality")
        self.units, self.penetrated = own("units"), own("units_penetrated")
        self.renewal_month, self.idle = own("renewal_month", np.int8), own("idle", np.int16)
        self.sponsorless, self.handover = own("sponsorless", np.int8), own("handover", np.int8)
        self.newcomer, self.blind = own("newcomer", np.int8), own("blind", np.int8)

        def slots(name: str, kind: Any = F) -> Any:
            return np.concatenate([spread(getattr(state, name)[chosen, 0, k], kind) for k in range(SLOTS)])

        self.passed, self.age = slots("milestones_passed", np.int8), slots("age")
        self.amount, self.kind, self.meddic = slots("amount"), slots("kind", np.int8), slots("meddic")

        responsiveness = state.responsiveness[chosen, 0]
        s = response
        self.base_hazard = spread(-np.log1p(-state.propensity[chosen, 0]) / here.renewals_per_year)
        defence = settings.churn_defence_effect * f["defence"] + settings.churn_offer_effect * f["offer"]
        self.base_hazard *= np.exp(-spread(defence * s))
        gain = settings.goodwill_gain * responsiveness * f["review"] * s
        self.goodwill_gain, self.goodwill_keep = spread(gain), spread(1 - gain - settings.goodwill_decay)
        gain = settings.roles_gain * f["mapping"] * s
        self.roles_gain, self.roles_keep = spread(gain), spread(1 - gain - settings.roles_decay)
        self.meddic_gain = spread(settings.meddic_gain * s * f["pursuit"])
        pursuit = settings.milestone_response_floor + s * f["pursuit"]
        self.pace = spread(here.milestone_pace * pursuit * (1 + settings.offer_pace_effect * s * f["offer"]))
        appeal = settings.opening_response_floor + settings.opening_response_slope * s
        self.appeal = spread(here.opening_rate * appeal * responsiveness)
        kinds = np.array([1.0, settings.upsell_pace, settings.cross_sell_pace] * 2, F)
        self.pace_of_kind = kinds
        rival = 1 + settings.competitor_loss_effect
        self.loss_of_kind = here.loss_rate * np.array([1.0, 1.0, 1.0, rival, rival, rival], F)
        self.draws, self.scratch = np.empty((3, self.cells), F), np.empty(self.cells, F)
        self.ceiling = np.empty(self.cells, F)

    def play(self, months: int, outcome: Outcome, chosen: Index) -> None:
        """Play the months in the order of docs/model.md, section 3, and write the years out."""
        shape = (chosen.size, self.times)
        for t in range(months):
            calendar_month = (FIRST_MONTH + t) % 12
            if t % 12 == 0:
                year_revenue, retained = np.zeros(self.cells, F), self.revenue > 0
                outcome.customer[t // 12, chosen] = retained.reshape(shape)
            if t == 0 or calendar_month == 0:
                self.draw_year()
            self.rng.random(out=self.draws, dtype=F)
            due = self.find_due(calendar_month)
            self.change_organisation(calendar_month)
            self.move_wallet()
            self.move_relationship()
            self.move_deals(calendar_month)
            self.renew(due)
            self.open_deals(calendar_month)
            self.count_down()
            year_revenue += self.revenue
            retained &= self.revenue > 0
            if t % 12 == 11 or t == months - 1:
                outcome.revenue[t // 12, chosen] = year_revenue.reshape(shape)
                outcome.retained[t // 12, chosen] = retained.reshape(shape)
                outcome.customer[t // 12 + 1, chosen] = (self.revenue > 0).reshape(shape)

    def factor(self, size: int, sd: float) -> Floats:
        """Draw lognormal factors of mean 1 (section 6)."""
        if sd == 0:
            return np.ones(size, F)
        mean = (math.sinh(sd) / sd) ** 3
        z = self.rng.random((3, size), dtype=F).sum(axis=0) - F(1.5)
        return np.asarray(np.exp(F(2 * sd) * z) / F(mean))

    def draw_year(self) -> None:
        """Draw the calendar month of each kind of event; 12 or more is not this year (6.5)."""
        self.events = []
        for name in EVENTS:
            event = getattr(self.settings.organisation, name)
            if event.yearly_probability > 0:
                when = self.rng.random(self.cells, dtype=F) * F(12 / event.yearly_probability)
                self.events.append((event, np.minimum(when, F(12)).astype(np.int8)))

    def find_due(self, calendar_month: int) -> Index:
        """Find the customers whose term ends (6.11), before anything is booked."""
        if self.segment.renewals_per_year == 12:
            return np.flatnonzero(self.revenue > 0)
        due = np.flatnonzero(self.renewal_month == calendar_month)
        return due[self.revenue[due] > 0]

    def change_organisation(self, calendar_month: int) -> None:
        """Section 6.5."""
        for event, when in self.events:
            hit = np.flatnonzero(when == calendar_month)
            self.roles[hit] *= F(event.roles_factor)
            self.goodwill[hit] *= F(event.goodwill_factor)
            self.wallet[hit] *= F(event.wallet_factor)
            self.sponsorless[hit] = np.maximum(self.sponsorless[hit], event.sponsorless_months)
            self.blind[hit] = np.maximum(self.blind[hit], self.settings.organisation.blind_months)

    def move_wallet(self) -> None:
        """Section 6.6, and the cap of 6.10."""
        self.wallet *= F(1 + self.segment.wallet_drift)
        hit = np.flatnonzero(self.draws[0] < F(self.segment.wallet_event_rate))
        self.wallet[hit] *= self.factor(hit.size, self.settings.wallet_jump_log_sd)
        np.minimum(self.revenue, self.wallet, out=self.revenue)

    def move_relationship(self) -> None:
        """Section 6.8."""
        settings, goodwill, roles = self.settings, self.goodwill, self.roles
        goodwill *= self.goodwill_keep
        goodwill += self.goodwill_gain
        np.clip(goodwill, F(0), F(1), out=goodwill)
        blind = np.flatnonzero(self.blind)
        unseen = roles[blind] * F(1 - settings.roles_decay)
        roles *= self.roles_keep
        roles += self.roles_gain
        roles[blind] = unseen
        np.clip(roles, F(0), F(1), out=roles)
        hit = np.flatnonzero(self.draws[1] < F(settings.sponsor_leaves_rate))
        goodwill[hit] *= F(settings.sponsor_leaves_goodwill)
        self.sponsorless[hit] = settings.sponsorless_months

    def move_deals(self, calendar_month: int) -> None:
        """Section 6.9, all slots at once."""
        settings = self.settings
        deal = np.flatnonzero(self.passed >= 0)
        ends = np.searchsorted(deal, self.cells * np.arange(1, SLOTS))
        cell = deal.copy()
        for end in ends:
            cell[end:] -= self.cells
        goodwill, roles = self.goodwill[cell], self.roles[cell]
        age, passed, kind, meddic = (
            self.age[deal] + F(1),
            self.passed[deal],
            self.kind[deal],
            self.meddic[deal],
        )
        gain = np.minimum(self.meddic_gain[cell] * roles, F(1))
        meddic += gain * (F(6) - meddic)
        known = np.maximum(meddic - (self.sponsorless[cell] > 0), F(0))
        known *= F(1 / 6)
        hazard = self.pace[cell] * self.pace_of_kind[kind]
        hazard *= F(settings.milestone_goodwill_floor) + F(settings.milestone_goodwill_slope) * goodwill
        hazard *= known + F(settings.milestone_known_floor)
        hazard *= F(-settings.season[calendar_month])
        p = F(1) - np.exp(hazard, out=hazard)
        u = self.rng.random((2, deal.size), dtype=F)
        reached, power = passed + (u[0] < p), p * p
        reached += u[0] < power
        reached += u[0] < power * p
        reached += u[0] < power * power
        least = self.segment.minimum_cycle_months
        np.minimum(reached, np.int8(4) - (age < least), out=reached)
        progress = np.flatnonzero(reached > passed)
        self.idle[cell[progress]] = -1
        hazard = F(settings.loss_age_floor) + F(settings.loss_age_slope / max(1, least)) * age
        hazard *= F(settings.loss_known_ceiling) - F(settings.loss_known_slope) * known
        hazard *= F(settings.loss_goodwill_ceiling) - F(settings.loss_goodwill_slope) * goodwill
        buyer = settings.economic_buyer_loss_effect
        hazard *= F(1 + buyer) - F(buyer) * roles
        hazard *= -self.loss_of_kind[kind]
        won = reached == 4
        closed = won | (u[1] < F(1) - np.exp(hazard, out=hazard))
        reached[closed] = -1
        self.passed[deal], self.age[deal], self.meddic[deal] = reached, age, meddic
        winners = np.flatnonzero(won)
        for some in np.split(winners, np.searchsorted(winners, ends)):
            self.book(cell[some], self.amount[deal[some]], kind[some], calendar_month)

    def book(self, cell: Index, amount: Floats, kind: NDArray[np.int8], calendar_month: int) -> None:
        """Section 6.10, the wins of one slot."""
        before = self.revenue[cell]
        room = np.maximum(self.attainable[cell] * self.wallet[cell] - before, F(0))
        self.revenue[cell] = before + np.minimum(amount, room)
        new = cell[before == 0]
        self.renewal_month[new] = calendar_month
        self.penetrated[new] = 1
        self.handover[new] = np.maximum(self.handover[new], self.settings.onboarding_months)
        self.quality[new] = F(self.settings.handover_quality)
        crossed = cell[(before > 0) & (kind % 3 == 2)]
        self.penetrated[crossed] = np.minimum(self.penetrated[crossed] + F(1), self.units[crossed])

    def renew(self, due: Index) -> None:
        """Section 6.11."""
        settings, revenue = self.settings, self.revenue[due]
        share = self.penetrated[due] / self.units[due] - F(settings.churn_units_centre)
        exponent = F(-settings.churn_goodwill_effect) * (
            self.goodwill[due] - F(settings.churn_goodwill_centre)
        )
        exponent -= F(settings.churn_units_effect) * share
        exponent += F(settings.sponsorless_churn_effect) * (self.sponsorless[due] > 0)
        rough = F(settings.handover_churn_effect) * (F(1) - self.quality[due])
        exponent += rough * (self.handover[due] > 0)
        churn = F(1) - np.exp(-self.base_hazard[due] * np.exp(exponent))
        terms, u = self.segment.renewals_per_year, self.rng.random(due.size, dtype=F)
        price = F((1 + settings.price_change) ** (1 / terms))
        ceiling = np.maximum(self.attainable[due] * self.wallet[due], revenue)
        after = np.minimum(revenue * price, ceiling)
        contracts = u < churn + (F(1) - churn) * F(self.segment.contraction_rate / terms)
        after[contracts] = revenue[contracts] * F(settings.contraction_factor)
        leaves = u < churn
        after[leaves] = 0
        self.revenue[due] = after
        self.penetrated[due[leaves]] = 0

    def open_deals(self, calendar_month: int) -> None:
        """Section 6.9, a new opportunity."""
        settings, ceiling, hazard = self.settings, self.ceiling, self.scratch
        np.multiply(self.attainable, self.wallet, out=ceiling)
        np.maximum(ceiling, F(1e-30), out=ceiling)
        np.subtract(ceiling, self.revenue, out=hazard)
        np.maximum(hazard, F(0), out=hazard)
        hazard /= ceiling
        hazard *= self.appeal
        slope = F(settings.opening_goodwill_slope) * self.goodwill
        slope += F(settings.opening_goodwill_floor)
        hazard *= slope
        hazard *= F(-settings.season[calendar_month])
        fresh = np.flatnonzero(self.newcomer)
        hazard[fresh] *= F(1 + settings.newcomer_opening_effect)
        np.exp(hazard, out=hazard)
        np.subtract(F(1), hazard, out=hazard)
        cell = np.flatnonzero(self.draws[2] < hazard)
        free = self.passed.reshape(SLOTS, self.cells)[:, cell] < 0
        room = free.any(axis=0)
        cell, slot = cell[room], free.argmax(axis=0)[room]
        amount = self.factor(cell.size, settings.deal_log_sd) * F(self.segment.deal_share) * ceiling[cell]
        u = self.rng.random((2, cell.size), dtype=F)
        crosses = (u[0] < F(settings.cross_sell_share)) & (self.penetrated[cell] < self.units[cell])
        kind = np.where(self.revenue[cell] > 0, np.int8(1) + crosses, np.int8(0))
        deal = cell + slot * self.cells
        self.passed[deal], self.age[deal] = 0, 0
        self.meddic[deal] = F(settings.meddic_start)
        self.amount[deal] = np.minimum(amount, ceiling[cell] - self.revenue[cell])
        self.kind[deal] = kind + np.int8(3) * (u[1] < F(settings.competitor_share))
        self.idle[cell] = -1

    def count_down(self) -> None:
        """Step 5.10."""
        for counter in (self.sponsorless, self.handover, self.newcomer, self.blind):
            np.subtract(counter, (counter > 0).view(np.int8), out=counter)
        self.idle += np.int16(1)
