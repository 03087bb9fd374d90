"""The compiled dual: prices of capacity that raise the Lagrangian bound, and the pairs they make promising.

Everything here calls only what stands in this file, so that numba's own cache sees each change.
"""

from __future__ import annotations

import numpy as np

from kamsim.dynamics.compiled import compiled


@compiled
def cheapest_pairs(start, rep, cost, load, price, used):
    """Give every account its cheapest pair at these prices; add up what is paid and what is used.

    Of equally cheap pairs the one of least load counts: it leaves the dual where it is and capacity free.
    """
    used[:] = 0.0
    total = 0.0
    for i in range(start.size - 1):
        least, taken = np.inf, start[i]
        for k in range(start[i], start[i + 1]):
            priced = cost[k] + price[rep[k]] * load[k]
            if priced < least or (priced == least and load[k] < load[taken]):
                least, taken = priced, k
        used[rep[taken]] += load[taken]
        total += least
    return total


@compiled
def price_accounts(start, rep, cost, load, price, least, largest):
    """Write each account's least priced cost, and its largest in absolute terms."""
    for i in range(start.size - 1):
        low, high = np.inf, 0.0
        for k in range(start[i], start[i + 1]):
            priced = price[rep[k]] * load[k]
            low = min(low, cost[k] + priced)
            high = max(high, abs(cost[k]) + priced)
        least[i], largest[i] = low, high


@compiled
def ascend(start, rep, cost, load, capacity, price, first_step, last_step, steps, momentum):
    """Climb along deflected subgradients with geometrically falling step lengths, from `price` on.

    Prices are measured as money a rep's whole capacity is worth (price times capacity), which makes the
    steps of large and small representatives alike. Returns the best bound; `price` becomes the best prices.
    """
    reps = capacity.size
    scale = np.empty(reps)
    for j in range(reps):
        scale[j] = capacity[j] if capacity[j] > 0.0 else 1.0
    now, used, way = price.copy(), np.empty(reps), np.zeros(reps)
    best = -np.inf
    step = first_step
    factor = (last_step / first_step) ** (1.0 / max(steps - 1, 1))
    for _ in range(steps):
        bound = cheapest_pairs(start, rep, cost, load, now, used)
        for j in range(reps):
            bound -= now[j] * capacity[j]
        if bound > best:
            best = bound
            price[:] = now
        length = 0.0
        for j in range(reps):
            slope = (used[j] - capacity[j]) / scale[j]
            if now[j] <= 0.0 and slope < 0.0:
                slope = 0.0
            way[j] = momentum * way[j] + slope
            length += way[j] * way[j]
        if length <= 0.0:
            break
        stride = step / np.sqrt(length)
        for j in range(reps):
            now[j] = max(0.0, now[j] + stride * way[j] / scale[j])
        step *= factor
    return best


@compiled
def rank_pairs(start, rep, cost, load, price, width, near):
    """Write the positions of each account's `width` cheapest pairs at these prices, cheapest first; -1 pads.

    Returns the account's least priced cost.
    """
    accounts = start.size - 1
    least = np.empty(accounts)
    value = np.empty(width)
    for i in range(accounts):
        count = 0
        for k in range(start[i], start[i + 1]):
            priced = cost[k] + price[rep[k]] * load[k]
            if count == width and priced >= value[width - 1]:
                continue
            at = min(count, width - 1)
            while at > 0 and value[at - 1] > priced:
                value[at] = value[at - 1]
                near[i, at] = near[i, at - 1]
                at -= 1
            value[at] = priced
            near[i, at] = k
            count = min(count + 1, width)
        least[i] = value[0]
        near[i, count:] = -1
    return least


@compiled
def core_limits(rep, paid, most, enter, leave):
    """Write how dear the `most` cheapest changes into each book are, and those out of it.

    `rep` and `paid` are shaped (accounts, width), cheapest first, -1 padding; both limits are infinite where
    there are fewer changes.
    """
    into, out = np.full((enter.size, most), np.inf), np.full((enter.size, most), np.inf)
    for i in range(rep.shape[0]):
        for k in range(1, rep.shape[1]):
            if rep[i, k] < 0:
                break
            _keep_least(into[rep[i, k]], paid[i, k])
            _keep_least(out[rep[i, 0]], paid[i, k])
    enter[:] = into[:, most - 1]
    leave[:] = out[:, most - 1]


@compiled
def _keep_least(values, value):
    """Put a value into a sorted row in place of its largest, if it is less."""
    at = values.size - 1
    if value >= values[at]:
        return
    while at > 0 and values[at - 1] > value:
        values[at] = values[at - 1]
        at -= 1
    values[at] = value
