"""The compiled knapsack bound: what each book must lose by itself, and the shares that raise it.

Everything here calls only what stands in this file, so that numba's own cache sees each change.
"""

from __future__ import annotations

import numpy as np

from kamsim.dynamics.compiled import compiled


@compiled
def limits_outside(start, rep, cost, load, price, cheapest, account, inside, ceiling, limit):
    """Say how dear a change that the table leaves out is, for each book, if shares keep below `ceiling`.

    `inside` lists each open account's pairs in the table, -1 padding. An account that is not open takes half
    of its cheapest change as its share; that is what it costs its book to lose it.
    """
    limit[:] = np.inf
    row = 0
    for i in range(start.size - 1):
        is_open = row < account.size and account[row] == i
        home = cheapest[i]
        least = cost[home] + price[rep[home]] * load[home]
        next_in, next_out = np.inf, np.inf
        for k in range(start[i], start[i + 1]):
            if k == home:
                continue
            paid = cost[k] + price[rep[k]] * load[k] - least
            if is_open and _holds(inside[row], k):
                next_in = min(next_in, paid)
            else:
                next_out = min(next_out, paid)
        share = max(0.0, min(next_in, 0.5 * next_out))
        if is_open:
            ceiling[row] = share
        else:
            limit[rep[home]] = min(limit[rep[home]], share)
        for k in range(start[i], start[i + 1]):
            if k != home and not (is_open and _holds(inside[row], k)):
                paid = cost[k] + price[rep[k]] * load[k] - least
                limit[rep[k]] = min(limit[rep[k]], paid - share)
        row += is_open


@compiled(inline=True)
def _holds(pairs, k):
    for q in range(pairs.size):
        if pairs[q] == k:
            return True
    return False


@compiled
def _least_loss(dear, gain, room, price, slip, limit, nodes, path, best):
    """Find the cheapest set of changes that brings a book within its capacity; its loss, at most `limit`.

    Changes stand cheapest first, with the hours they free. `best` receives the set, its size first, and -1
    if nothing is below the limit; the loss is -1 where the nodes did not do.
    """
    depth, spent, at = 0, 0.0, 0
    best[0] = -1
    if room >= -slip and price * max(room, 0.0) < limit:
        limit = price * max(room, 0.0)
        best[0] = 0
    while True:
        if at < dear.size and spent + dear[at] < limit:
            nodes -= 1
            if nodes < 0:
                return -1.0
            depth += 1
            path[depth] = at
            spent += dear[at]
            room += gain[at]
            if room >= -slip and spent + price * max(room, 0.0) < limit:
                limit = spent + price * max(room, 0.0)
                best[0] = depth
                best[1 : depth + 1] = path[1 : depth + 1]
            at += 1
        elif depth == 0:
            return limit
        else:
            at = path[depth]
            spent -= dear[at]
            room -= gain[at]
            depth -= 1
            at += 1


@compiled
def _list_changes(rep, start, who, option):
    """List the changes of each book: every open account with the option that is in it."""
    count = np.zeros(start.size, np.int64)
    for i in range(rep.shape[0]):
        for k in range(rep.shape[1]):
            if rep[i, k] >= 0:
                count[rep[i, k] + 1] += 1
    start[:] = np.cumsum(count)
    free = start[:-1].copy()
    for i in range(rep.shape[0]):
        for k in range(rep.shape[1]):
            j = rep[i, k]
            if j >= 0:
                who[free[j]], option[free[j]] = i, k
                free[j] += 1


@compiled
def share_losses(
    rep, paid, load, capacity, price, ceiling, limit, slip, first, last, steps, momentum, nodes, lost
):
    """Climb by shares of what changes cost; `lost` receives what each book must lose at the best ones.

    An account's share is paid by the book that loses the account, the rest of a change's cost by the book
    that it enters. Where books agree on no account, the shares of those that are dropped and go nowhere rise,
    and of those wanted twice fall.
    """
    reps = capacity.size
    start = np.empty(reps + 1, np.int64)
    total = np.sum(rep >= 0)
    who, option = np.empty(total, np.int64), np.empty(total, np.int64)
    _list_changes(rep, start, who, option)
    most = np.max(start[1:] - start[:-1])
    path, best = np.empty(most + 1, np.int64), np.empty(most + 1, np.int64)
    dear, gain = np.empty(most), np.empty(most)
    chosen = np.zeros(total, np.bool_)
    room, now, way = (
        capacity.copy(),
        np.minimum(0.5 * paid[:, min(1, rep.shape[1] - 1)], ceiling),
        np.zeros(rep.shape[0]),
    )
    for i in range(rep.shape[0]):
        room[rep[i, 0]] -= load[i, 0]
        if rep.shape[1] == 1 or rep[i, 1] < 0:
            now[i] = ceiling[i]
    highest = -1.0
    loss = np.empty(reps)
    factor = (last / first) ** (1.0 / max(steps - 1, 1))
    for _ in range(steps):
        way *= momentum
        for j in range(reps):
            a, b = start[j], start[j + 1]
            known, left = 0.0, room[j]
            for e in range(a, b):
                i, k = who[e], option[e]
                if k == 0:
                    dear[e - a], gain[e - a] = now[i], load[i, 0]
                else:
                    dear[e - a], gain[e - a] = max(0.0, paid[i, k] - now[i]), -load[i, k]
                if chosen[e]:
                    known += dear[e - a]
                    left += gain[e - a]
            known = known + price[j] * max(left, 0.0) if left >= -slip[j] else np.inf
            order = np.argsort(dear[: b - a])
            loss[j] = _least_loss(
                dear[order], gain[order], room[j], price[j], slip[j], min(known, limit[j]), nodes, path, best
            )
            if loss[j] < 0.0:
                # Less is looked for from now on, so that the nodes do.
                limit[j] = 0.7 * min(known, limit[j])
                loss[j] = 0.0
            if best[0] >= 0:
                chosen[a:b] = False
                for q in range(1, best[0] + 1):
                    chosen[a + order[best[q]]] = True
            for e in range(a, b):
                if chosen[e]:
                    way[who[e]] += 1.0 if option[e] == 0 else -1.0
        if loss.sum() > highest:
            highest = loss.sum()
            lost[:] = loss
        for i in range(rep.shape[0]):
            now[i] = min(ceiling[i], max(0.0, now[i] + first * way[i]))
        first *= factor
