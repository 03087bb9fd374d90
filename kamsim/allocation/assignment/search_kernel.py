"""The compiled search: shifts and ejection chains that lower what an assignment loses against the dual bound.

At prices of capacity, an assignment costs the dual bound, plus what each account pays above its cheapest
option (`paid`, sorted along its row), plus the price of every hour left free. So nothing can be saved
beyond these losses in the books that a move touches, which is what cuts the search short. Hours beyond a
capacity cost a penalty that rises until none is left, so the search may pass through overloaded books.

An account's options are a row of `rep`, `paid` and `load`, shaped (accounts, width); missing ones have rep
-1. Everything here calls only what stands in this file, so that numba's own cache sees each change.
"""

from __future__ import annotations

import numpy as np

from kamsim.dynamics.compiled import compiled

_NONE = -1


@compiled(inline=True)
def _loss(room, price, penalty):
    """What a book loses: its free hours at the price, or its overload at the penalty."""
    return room * price if room >= 0.0 else -room * penalty


@compiled
def _enter(i, j, head, after, before):
    first = head[j]
    after[i], before[i] = first, _NONE
    if first >= 0:
        before[first] = i
    head[j] = i


@compiled
def _move(i, to, rep, load, room, taken, links, clock, changed):
    """Let an account change to another of its options."""
    head, after, before = links
    was = rep[i, taken[i]]
    room[was] += load[i, taken[i]]
    if before[i] >= 0:
        after[before[i]] = after[i]
    else:
        head[was] = after[i]
    if after[i] >= 0:
        before[after[i]] = before[i]
    taken[i] = to
    room[rep[i, to]] -= load[i, to]
    _enter(i, rep[i, to], head, after, before)
    changed[was] = changed[rep[i, to]] = clock


@compiled
def _push_third(
    home, opened, freed, second, to, so_far, best, rep, paid, load, room, taken, links, price, penalty, chain
):
    """Let the second account push a third one on; returns the best change of loss, at most `best`.

    `so_far` counts everything but the last two books. The third account may close the ring at `home`, which
    has gained `freed` hours and, left open, changes its loss by `opened`.
    """
    head, after, _ = links
    j = rep[second, to]
    space = room[j] - load[second, to]
    before = _loss(room[j], price[j], penalty[j])
    home_before = _loss(room[home], price[home], penalty[home])
    third = head[j]
    while third >= 0:
        own = taken[third]
        base = so_far + _loss(space + load[third, own], price[j], penalty[j]) - before
        if base < 0.0 or base + opened < 0.0:
            for q in range(rep.shape[1]):
                goal = rep[third, q]
                if goal < 0:
                    break
                if q == own or goal == rep[second, taken[second]]:
                    continue
                change = base + paid[third, q] - paid[third, own]
                if goal == home:
                    change += (
                        _loss(room[home] + freed - load[third, q], price[home], penalty[home]) - home_before
                    )
                else:
                    change += opened - _loss(room[goal], price[goal], penalty[goal])
                    if change >= best:
                        continue
                    change += _loss(room[goal] - load[third, q], price[goal], penalty[goal])
                if change < best:
                    best = change
                    chain[2], chain[3], chain[4], chain[5] = second, to, third, q
        third = after[third]
    return best


@compiled
def _push_second(i, k, step, opened, best, deep, rep, paid, load, room, taken, links, price, penalty, chain):
    """Let account i enter option k and push somebody there on; returns the best change, at most `best`.

    Of a ring of moves that lowers the loss, some order of the same moves has lowered it after every step (Lin
    & Kernighan 1973): so a chain that has not yet lowered anything goes no further.
    """
    head, after, _ = links
    home, freed = rep[i, taken[i]], load[i, taken[i]]
    j = rep[i, k]
    space = room[j] - load[i, k]
    before = _loss(room[j], price[j], penalty[j])
    home_before = _loss(room[home], price[home], penalty[home])
    second = head[j]
    while second >= 0:
        own = taken[second]
        base = step + _loss(space + load[second, own], price[j], penalty[j]) - before
        if base < 0.0 or base + opened < 0.0:
            for q in range(rep.shape[1]):
                goal = rep[second, q]
                if goal < 0:
                    break
                if q == own:
                    continue
                change = base + paid[second, q] - paid[second, own]
                if goal == home:
                    change += (
                        _loss(room[home] + freed - load[second, q], price[home], penalty[home]) - home_before
                    )
                else:
                    if deep and (change < 0.0 or change + opened < 0.0):
                        found = _push_third(
                            home, opened, freed, second, q, change, best, rep, paid, load, room, taken, links,
                            price, penalty, chain,
                        )  # fmt: skip
                        if found < best:
                            best = found
                            chain[0], chain[1] = i, k
                    change += opened - _loss(room[goal], price[goal], penalty[goal])
                    if change >= best:
                        continue
                    change += _loss(room[goal] - load[second, q], price[goal], penalty[goal])
                if change < best:
                    best = change
                    chain[0], chain[1], chain[2], chain[3], chain[4], chain[5] = i, k, second, q, _NONE, _NONE
        second = after[second]
    return best


@compiled
def _best_move(i, reach, least, rep, paid, load, room, taken, links, price, penalty, chain):
    """Find the move of account i, with up to `reach` - 1 others pushed on, that lowers the loss most.

    `chain` receives (account, option) three times, -1 where there is none; returns the change of loss.
    """
    now = taken[i]
    home = rep[i, now]
    home_before = _loss(room[home], price[home], penalty[home])
    opened = _loss(room[home] + load[i, now], price[home], penalty[home]) - home_before
    best = least
    chain[:] = _NONE
    for k in range(rep.shape[1]):
        j = rep[i, k]
        if j < 0:
            break
        if k == now:
            continue
        step = paid[i, k] - paid[i, now]
        before = _loss(room[j], price[j], penalty[j])
        if step - before + min(opened, 0.0) >= 0.0:
            continue
        change = step + opened + _loss(room[j] - load[i, k], price[j], penalty[j]) - before
        if change < best:
            best = change
            chain[:] = _NONE
            chain[0], chain[1] = i, k
        if reach > 1:
            best = _push_second(
                i,
                k,
                step,
                opened,
                best,
                reach > 2,
                rep,
                paid,
                load,
                room,
                taken,
                links,
                price,
                penalty,
                chain,
            )
    return best


@compiled
def _settle(rep, paid, load, room, taken, links, price, penalty, changed, seen, clock, least, reach, sweeps):
    """Take lowering moves, sweep after sweep, from accounts whose options have changed; the new clock."""
    chain = np.empty(6, np.int64)
    for _ in range(sweeps):
        moved = False
        for i in range(taken.size):
            stale = False
            for k in range(rep.shape[1]):
                if rep[i, k] >= 0 and changed[rep[i, k]] > seen[i]:
                    stale = True
                    break
            if not stale:
                continue
            seen[i] = clock
            _best_move(i, reach, least, rep, paid, load, room, taken, links, price, penalty, chain)
            if chain[0] < 0:
                continue
            moved = True
            clock += 1
            for c in range(0, 6, 2):
                if chain[c] >= 0:
                    _move(chain[c], chain[c + 1], rep, load, room, taken, links, clock, changed)
        if not moved:
            break
    return clock


@compiled
def _lost(paid, room, taken, price):
    """Total loss of an assignment; infinite where a book is overloaded."""
    total = 0.0
    for j in range(room.size):
        if room[j] < 0.0:
            return np.inf
        total += room[j] * price[j]
    for i in range(taken.size):
        total += paid[i, taken[i]]
    return total


@compiled
def _unit(state):
    """Draw from 0 to 1 (xorshift64*, Vigna 2016)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * 2.0**-53


@compiled
def search(
    rep, paid, load, room, taken, price, floor, first, rise, fall, rounds, hits, reach, sweeps, state, best
):
    """Search with penalties that rise on overloaded books and fall when none is; returns the least loss.

    `floor` is the least price that penalties are multiples of, `first` the factor to start with. `best`
    receives the best assignment that keeps every capacity; the loss is infinite when there was none. Ends
    after so many `rounds`, or after so many assignments that keep capacity (`hits`). How far penalties rise
    and fall is drawn from `state`, so that the search does not go in circles.
    """
    accounts, reps = taken.size, room.size
    links = (np.full(reps, _NONE), np.empty(accounts, np.int64), np.empty(accounts, np.int64))
    for i in range(accounts):
        _enter(i, rep[i, taken[i]], *links)
    penalty, least = np.empty(reps), 0.0
    for j in range(reps):
        penalty[j] = first * max(price[j], floor)
    for i in range(accounts):
        least -= load[i, 0]
    least *= 1e-9 * floor / max(accounts, 1)
    changed, seen, clock = np.ones(reps, np.int64), np.zeros(accounts, np.int64), 1
    least_lost, found = np.inf, 0
    for turn in range(rounds):
        clock = _settle(
            rep, paid, load, room, taken, links, price, penalty, changed, seen, clock, least,
            1 if turn == 0 else reach, sweeps,
        )  # fmt: skip
        clock += 1
        lost = _lost(paid, room, taken, price)
        if lost < np.inf:
            found += 1
            if lost < least_lost:
                least_lost = lost
                best[:] = taken
            if found >= hits:
                break
            for j in range(reps):
                penalty[j] *= fall + (1.0 - fall) * _unit(state)
            changed[:] = clock
            continue
        for j in range(reps):
            if room[j] < 0.0 or turn == 0:
                penalty[j] *= 1.0 + (rise - 1.0) * 2.0 * _unit(state) if turn else 1.0
                changed[j] = clock
    return least_lost
