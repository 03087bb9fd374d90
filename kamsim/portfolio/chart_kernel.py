"""The loop that plays the organisation charts: seats stay, their holders come and go.

A chart is a row of seats. Seat 0 is the top; the next ones (heads) report to it; all others report to a head.
Whatever happens, a seat's superior is a seat with a lower number, so that reporting lines are always a tree.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.luck import philox

_LOW, _SHIFT, _DROPPED = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(9)
_REORGANISED = np.uint64(8 << 12)
"""Block of draws that moves the seats of an account in a month; those of a person are below it."""

_HOLDER, _SUPERIOR, _ROLE = 0, 1, 2
_BUYER, _TECHNICAL, _USER, _PROCUREMENT = 0, 1, 2, 3
_APPOINTMENT, _REORGANISATION, _MERGER, _SPONSOR = 0, 1, 2, 4
_LINE, _DUTY, _CONTACT, _INFLUENCE = 4, 5, 6, 8

ACCOUNT_DRAWS = ("people", "executive", "first_role", "sponsor")
PERSON_DRAWS = (
    "first", "last", "title", "joined", "line", "duty", "contact", "spare",
    "influence_1", "influence_2", "influence_3", "influence_4",
)  # fmt: skip
"""What the columns of draws are for: append only."""


@compiled(parallel=True)
def play_charts(
    key, entities, small, people, account_draws, first_row, draws, first_happening, kind, month, day, choice,
    engaged_people, sponsored, executive, reports, merger_people, reorganised, duties, access, weight, shape,
    role, rank, superior, joined, left, engaged, champion, influence,
):  # fmt: skip
    """Play each account's chart through what happened, and describe everybody who was in it.

    The last eight arguments receive one number for each person: role, rank, position of the superior within
    the account (-1 at the top), day of joining (already there for people of the beginning) and of leaving,
    and at the close whether engaged, whether champion, and the influence.
    """
    for a in prange(people.size):
        base, most = first_row[a], first_row[a + 1] - first_row[a]
        own = draws[base : base + most]
        seats = people[a]
        heads = _count_heads(seats, reports)
        buyer = 0 if account_draws[a, 1] < executive else 1
        chart = np.empty((3, most), np.int64)
        for seat in range(seats):
            _open_seat(chart, seat, seat, heads, buyer, account_draws[a, 2], own[seat], duties)
        sponsor, newest = _other_seat(account_draws[a, 3], seats, buyer), seats
        for h in range(first_happening[a], first_happening[a + 1]):
            if kind[h] == _REORGANISATION:
                buyer = _reorganise(
                    chart, seats, heads, buyer, choice[h], key, entities[a], month[h], reorganised, duties
                )
            elif kind[h] == _MERGER:
                for _ in range(merger_people):
                    _open_seat(chart, seats, newest, heads, buyer, account_draws[a, 2], own[newest], duties)
                    joined[base + newest] = day[h]
                    newest, seats = newest + 1, seats + 1
            elif kind[h] == _APPOINTMENT or kind[h] == _SPONSOR:
                # Appointments of executives change who decides (D-ORG-1): the square favours upper seats.
                seat = sponsor
                if kind[h] == _APPOINTMENT:
                    seat = _other_seat(choice[h] * choice[h], seats, sponsor)
                else:
                    sponsor = _other_seat(choice[h], seats, buyer)
                leaver = base + chart[_HOLDER, seat]
                _describe(chart, seat, heads, small[a], base, role, rank, superior)
                left[leaver] = joined[base + newest] = day[h]
                chart[_HOLDER, seat] = newest
                newest += 1
        for seat in range(seats):
            _describe(chart, seat, heads, small[a], base, role, rank, superior)
        champion[base + chart[_HOLDER, sponsor]] = sponsored[a]
        _engage(chart, seats, buyer, sponsor, sponsored[a], engaged_people[a], access, own, base, engaged)
        _weigh(chart, seats, buyer, weight, shape, own, base, influence)


@compiled
def _count_heads(seats, reports):
    """Count those who report to the top: everybody, or as many as the others need for superiors."""
    others = seats - 1
    return others if others <= reports else max(2, -(-others // (reports + 1)))


@compiled
def _other_seat(u, seats, taken):
    """Pick one of the seats but the one that is taken; there are two or more."""
    seat = np.int64(u * (seats - 1))
    return seat + 1 if seat >= taken else seat


@compiled
def _open_seat(chart, seat, person, heads, buyer, first_role, draws, duties):
    """Let a person take a new seat."""
    chart[_HOLDER, seat] = person
    chart[_SUPERIOR, seat] = 0 if seat <= heads else 1 + np.int64(draws[_LINE] * heads)
    place = seat if seat < buyer else seat - 1
    if seat == buyer:
        chart[_ROLE, seat] = _BUYER
    elif place < 2:
        chart[_ROLE, seat] = _TECHNICAL if (place == 0) == (first_role < 0.5) else _USER
    elif place == 2:
        chart[_ROLE, seat] = _PROCUREMENT
    else:
        chart[_ROLE, seat] = _pick_duty(draws[_DUTY], duties)


@compiled
def _pick_duty(u, duties):
    """Pick a decision role other than the economic buyer's; `duties` are rising bounds up to 1."""
    return _TECHNICAL if u < duties[0] else (_USER if u < duties[1] else _PROCUREMENT)


@compiled
def _reorganise(chart, seats, heads, buyer, choice, key, entity, month, reorganised, duties):
    """Move some people under other superiors and into other roles, perhaps the budget; tell who holds it."""
    if choice < reorganised:
        other = 1 - buyer
        chart[_ROLE, buyer], chart[_ROLE, other] = chart[_ROLE, other], _BUYER
        buyer = other
    for seat in range(1, seats):
        moves, line, duty, _ = philox(
            entity & _LOW, entity >> _SHIFT, np.uint64(seat), _REORGANISED | np.uint64(month), key & _LOW,
            key >> _SHIFT,
        )  # fmt: skip
        if _unit(moves) >= reorganised:
            continue
        superiors = min(seat, heads + 1)
        if superiors > 1:
            step = 1 + np.int64(_unit(line) * (superiors - 1))
            chart[_SUPERIOR, seat] = (chart[_SUPERIOR, seat] + step) % superiors
        if seat > 1:  # The first two pass the budget between them.
            chart[_ROLE, seat] = _pick_duty(_unit(duty), duties)
    return buyer


@compiled(inline=True)
def _unit(word):
    return (np.float64(word >> _DROPPED) + 0.5) * 2.0**-23


@compiled
def _describe(chart, seat, heads, small, base, role, rank, superior):
    """Write role, rank and superior of a seat's holder, as they are now."""
    person = base + chart[_HOLDER, seat]
    role[person] = chart[_ROLE, seat]
    top = 0 if small else 1
    rank[person] = top if seat == 0 else (2 if seat <= heads else 3)
    superior[person] = -1 if seat == 0 else chart[_HOLDER, chart[_SUPERIOR, seat]]


@compiled
def _engage(chart, seats, buyer, sponsor, sponsored, wanted, access, own, base, engaged):
    """Engage as many people as wanted: the champion first, others by weighted draws without replacement.

    The smallest of exponential draws with rates in proportion to the weights (Efraimidis & Spirakis 2006).
    """
    waits = np.empty(seats)
    for seat in range(seats):
        wait = -np.log(own[chart[_HOLDER, seat], _CONTACT])
        waits[seat] = wait / access if seat == buyer else wait
    if sponsored:
        waits[sponsor] = -1.0
    for _ in range(wanted):
        soonest = np.argmin(waits)
        engaged[base + chart[_HOLDER, soonest]] = True
        waits[soonest] = np.inf


@compiled
def _weigh(chart, seats, buyer, weight, shape, own, base, influence):
    """Draw the influence of those present: Gamma draws, the economic buyer's larger, over their sum."""
    total = 0.0
    for seat in range(seats):
        person, drawn = chart[_HOLDER, seat], 0.0
        for k in range(shape):
            drawn -= np.log(own[person, _INFLUENCE + k])
        influence[base + person] = drawn * weight if seat == buyer else drawn
        total += influence[base + person]
    for seat in range(seats):
        influence[base + chart[_HOLDER, seat]] /= total
