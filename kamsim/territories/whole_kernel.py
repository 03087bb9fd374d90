"""Territories made whole: fragments given up, what is left without a territory grown into its neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics.compiled import compiled

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
NOBODY = -1


@compiled
def drop_fragments(
    label: Indices, starts: Indices, others: Indices, weight: Floats, held: Indices, pocket: Flags, k: int
) -> None:
    """Keep of each territory the connected part with held units, else the heaviest; the rest gets -1.

    In a pocket, which locked units close off and which is too small for a territory, none is kept that has no
    held units.

    `starts` and `others` are the neighbours of each unit in compressed rows.
    """
    n = label.size
    part = np.full(n, -1, np.int64)
    queue = np.empty(n, np.int64)
    first, worth = np.empty(n, np.int64), np.empty(n)
    parts = 0
    for root in range(n):
        if part[root] >= 0 or label[root] == NOBODY:
            continue
        sum_, has_held, head, tail = 0.0, False, 0, 1
        queue[0], part[root] = root, parts
        while head < tail:
            i = queue[head]
            head += 1
            sum_ += weight[i]
            has_held = has_held or held[i] >= 0
            for e in range(starts[i], starts[i + 1]):
                j = others[e]
                if part[j] < 0 and label[j] == label[root]:
                    part[j] = parts
                    queue[tail] = j
                    tail += 1
        first[parts] = root
        worth[parts] = np.inf if has_held else (-1.0 if pocket[root] else sum_)
        parts += 1
    best = np.full(k, -1, np.int64)
    for p in range(parts):
        t = label[first[p]]
        if worth[p] < 0.0:
            continue
        if best[t] < 0 or worth[p] > worth[best[t]]:
            best[t] = p
    for i in range(n):
        if label[i] != NOBODY and part[i] != best[label[i]]:
            label[i] = NOBODY


@compiled
def grow(label: Indices, starts: Indices, others: Indices, x: Floats, centres: Floats, price: Floats) -> int:
    """Give units without a territory to a neighbouring one, ring by ring, by squared distance and price.

    Returns the number of units that no territory can reach.
    """
    n = label.size
    waiting = np.flatnonzero(label == NOBODY)
    chosen = np.empty(n, np.int64)
    while waiting.size > 0:
        left, taken = 0, 0
        for w in range(waiting.size):
            i = waiting[w]
            least, best = np.inf, NOBODY
            for e in range(starts[i], starts[i + 1]):
                t = label[others[e]]
                if t != NOBODY:
                    cost = price[t]
                    for axis in range(3):
                        cost += (x[i, axis] - centres[t, axis]) ** 2
                    if cost < least or (cost == least and t < best):
                        least, best = cost, t
            chosen[i] = best
        for w in range(waiting.size):
            i = waiting[w]
            if chosen[i] == NOBODY:
                waiting[left] = i
                left += 1
            else:
                label[i] = chosen[i]
                taken += 1
        if taken == 0:
            return left
        waiting = waiting[:left]
    return 0


@compiled
def fill_empty(
    label: Indices,
    starts: Indices,
    others: Indices,
    x: Floats,
    centres: Floats,
    held: Indices,
    pocket: Flags,
    k: int,
) -> int:
    """Give each empty territory the unit nearest to its centre that its own can do without, outside pockets.

    Returns the number of territories that stay empty.
    """
    n = label.size
    count = np.zeros(k, np.int64)
    for i in range(n):
        count[label[i]] += 1
    seen, queue = np.zeros(n, np.int64), np.empty(n, np.int64)
    stamp, unfilled = 0, 0
    distance = np.empty(n)
    for t in range(k):
        if count[t] > 0:
            continue
        for i in range(n):
            distance[i] = 0.0
            for axis in range(3):
                distance[i] += (x[i, axis] - centres[t, axis]) ** 2
        found = False
        for i in np.argsort(distance, kind="mergesort"):
            if held[i] >= 0 or pocket[i] or count[label[i]] < 2:
                continue
            stamp += 1
            if _whole_without(i, label, starts, others, count[label[i]], seen, queue, stamp):
                count[label[i]] -= 1
                count[t], label[i] = 1, t
                found = True
                break
        if not found:
            unfilled += 1
    return unfilled


@compiled
def _whole_without(i, label, starts, others, count, seen, queue, stamp):
    """Tell whether a unit's territory stays connected without it."""
    t, tail, head = label[i], 0, 0
    seen[i] = stamp
    for e in range(starts[i], starts[i + 1]):
        j = others[e]
        if label[j] == t:
            seen[j], queue[0], tail = stamp, j, 1
            break
    while head < tail:
        u = queue[head]
        head += 1
        for e in range(starts[u], starts[u + 1]):
            j = others[e]
            if label[j] == t and seen[j] != stamp:
                seen[j] = stamp
                queue[tail] = j
                tail += 1
    return tail == count - 1
