"""The compiled block search: a few books at a time, dealt out anew by branch and bound.

The accounts of two to five books may move among these books only. Prices of their own raise a bound for the
block; what the present assignment of the block costs above that bound is all that can be saved, and an
account's option that is dearer than this by itself cannot be part of an improvement. What remains is
enumerated depth first, cut off where the bound or a capacity is exceeded, and given up after so many nodes.

Everything here calls only what stands in this file, so that numba's own cache sees each change.
"""

from __future__ import annotations

import numpy as np

from kamsim.dynamics.compiled import compiled

_CLIMB, _MOMENTUM, _NONE = 60, 0.6, -1


@compiled
def _climb(cost, load, capacity, price):
    """Raise the bound of a block by its own prices, from `price` on; returns the bound."""
    accounts, reps = cost.shape
    now, used, way = price.copy(), np.empty(reps), np.zeros(reps)
    scale = 0.0
    for j in range(reps):
        scale += price[j] * capacity[j]
    step = 0.05 * scale / reps + 1e-12
    best = -np.inf
    for _ in range(_CLIMB):
        used[:] = 0.0
        bound = 0.0
        for i in range(accounts):
            least, taken = np.inf, 0
            for j in range(reps):
                priced = cost[i, j] + now[j] * load[i, j]
                if priced < least:
                    least, taken = priced, j
            bound += least
            used[taken] += load[i, taken]
        length = 0.0
        for j in range(reps):
            bound -= now[j] * capacity[j]
            slope = (used[j] - capacity[j]) / max(capacity[j], 1e-300)
            way[j] = _MOMENTUM * way[j] + (0.0 if now[j] <= 0.0 and slope < 0.0 else slope)
            length += way[j] * way[j]
        if bound > best:
            best = bound
            price[:] = now
        if length <= 0.0:
            break
        stride = step / np.sqrt(length)
        for j in range(reps):
            now[j] = max(0.0, now[j] + stride * way[j] / max(capacity[j], 1e-300))
        step *= 0.9
    return best


@compiled
def _enumerate(paid, order, weight, capacity, load, price, limit, tail_most, tail_least, nodes, best):
    """Look depth first for assignments that lose less than `limit`; returns the least loss, or `limit`.

    `order` lists each account's options, cheapest first; `weight` is priced load, and the tails sum its
    largest and least values over all accounts from one on: what they must leave free, and what they must
    find free.
    """
    accounts, reps = paid.shape
    room = capacity.copy()
    free = 0.0
    for j in range(reps):
        free += price[j] * capacity[j]
    slip = 1e-9 * free
    at, chosen = np.zeros(accounts + 1, np.int64), np.zeros(accounts, np.int64)
    spent, left = np.zeros(accounts + 1), np.zeros(accounts + 1)
    left[0] = free
    depth = 0
    for _ in range(nodes):
        down = False
        if depth == accounts:
            if spent[depth] + left[depth] < limit:
                limit = spent[depth] + left[depth]
                best[:] = chosen
        else:
            while at[depth] < reps:
                j = order[depth, at[depth]]
                at[depth] += 1
                now = spent[depth] + paid[depth, j]
                if now >= limit:
                    break
                rest = left[depth] - weight[depth, j]
                if load[depth, j] > room[j] or tail_least[depth + 1] > rest + slip:
                    continue
                if now + max(0.0, rest - tail_most[depth + 1]) >= limit:
                    continue
                room[j] -= load[depth, j]
                chosen[depth] = j
                spent[depth + 1], left[depth + 1] = now, rest
                down = True
                break
        if down:
            depth += 1
            at[depth] = 0
        elif depth == 0:
            break
        else:
            depth -= 1
            room[chosen[depth]] += load[depth, chosen[depth]]
    return limit


@compiled
def _deal(cost, load, capacity, price, now, least_gain, nodes):
    """Deal the accounts of a block out anew; returns what is saved, and writes the new places into `now`.

    `cost` and `load` are dense within the block, shaped (accounts, reps of the block), with infinite cost
    where not eligible; `now` holds each account's place in the block.
    """
    accounts, reps = cost.shape
    present = 0.0
    for i in range(accounts):
        present += cost[i, now[i]]
    own = price.copy()
    bound = _climb(cost, load, capacity, own)
    limit = present - bound - least_gain
    if limit <= 0.0:
        return 0.0
    paid = np.empty((accounts, reps))
    key = np.empty(accounts)
    for i in range(accounts):
        least, second = np.inf, np.inf
        for j in range(reps):
            paid[i, j] = cost[i, j] + own[j] * load[i, j]
            if paid[i, j] < least:
                second = least
                least = paid[i, j]
            elif paid[i, j] < second:
                second = paid[i, j]
        for j in range(reps):
            paid[i, j] -= least
        # Those without a choice come first, then large loads before small ones.
        key[i] = -1e300 if second - least >= limit else -load[i].max()
    rank = np.argsort(key, kind="mergesort")
    paid, load = paid[rank], load[rank]
    weight = load * own
    order = np.empty((accounts, reps), np.int64)
    tail_most, tail_least = np.zeros(accounts + 1), np.zeros(accounts + 1)
    for i in range(accounts - 1, -1, -1):
        order[i] = np.argsort(paid[i])
        large, small = 0.0, np.inf
        for j in range(reps):
            if paid[i, j] < limit:
                large, small = max(large, weight[i, j]), min(small, weight[i, j])
        tail_most[i], tail_least[i] = tail_most[i + 1] + large, tail_least[i + 1] + small
    best = np.full(accounts, _NONE)
    lost = _enumerate(paid, order, weight, capacity, load, own, limit, tail_most, tail_least, nodes, best)
    if lost >= limit:
        return 0.0
    for i in range(accounts):
        now[rank[i]] = best[i]
    return present - bound - lost


@compiled(inline=True)
def _next(state):
    """Draw 32 bits (xorshift64*)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return np.int64((x * np.uint64(2685821657736338717)) >> np.uint64(33))


@compiled
def _choose_block(rep, taken, size, state, place, block):
    """Pick an account, its book and others among its options at random; `place` marks them; the count."""
    accounts, width = rep.shape
    i = _next(state) % accounts
    block[0] = rep[i, taken[i]]
    place[block[0]] = 0
    count = 1
    for _ in range(4 * size):
        if count == size:
            break
        j = rep[i, _next(state) % width]
        if j >= 0 and place[j] < 0:
            block[count] = j
            place[j] = count
            count += 1
        elif _next(state) % 4 == 0:
            # Few options: go on from somebody else in the last book, so that blocks hang together.
            other = _next(state) % accounts
            for _ in range(accounts):
                if place[rep[other, taken[other]]] >= 0:
                    break
                other = other + 1 if other + 1 < accounts else 0
            i = other
    return count


@compiled
def deal_blocks(rep, cost, load, capacity, price, taken, size, times, nodes, least_gain, state):
    """Deal out so many blocks of `size` books, one after another; returns what was saved."""
    accounts, width = rep.shape
    reps = capacity.size
    head, after = np.full(reps, _NONE), np.full(accounts, _NONE)
    for i in range(accounts):
        after[i] = head[rep[i, taken[i]]]
        head[rep[i, taken[i]]] = i
    place, block = np.full(reps, _NONE), np.empty(size, np.int64)
    members = np.empty(accounts, np.int64)
    saved = 0.0
    for _ in range(times):
        count = _choose_block(rep, taken, size, state, place, block)
        inside = 0
        for q in range(count):
            i = head[block[q]]
            while i >= 0:
                members[inside] = i
                inside += 1
                i = after[i]
        dear, heavy = np.full((inside, count), np.inf), np.zeros((inside, count))
        option = np.empty((inside, count), np.int64)
        now = np.empty(inside, np.int64)
        real = 0.0
        for x in range(inside):
            i = members[x]
            for k in range(width):
                q = place[rep[i, k]] if rep[i, k] >= 0 else _NONE
                if q >= 0:
                    dear[x, q], heavy[x, q], option[x, q] = cost[i, k], load[i, k], k
            now[x] = place[rep[i, taken[i]]]
            real += cost[i, taken[i]]
        free, worth = np.empty(count), np.empty(count)
        for q in range(count):
            free[q], worth[q] = capacity[block[q]], price[block[q]]
        if _deal(dear, heavy, free, worth, now, least_gain, nodes) != 0.0:
            for q in range(count):
                head[block[q]] = _NONE
            for x in range(inside):
                i = members[x]
                taken[i] = option[x, now[x]]
                j = block[now[x]]
                after[i] = head[j]
                head[j] = i
                real -= cost[i, taken[i]]
            saved += real
        for q in range(count):
            place[block[q]] = _NONE
    return saved
