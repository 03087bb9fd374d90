"""The balanced power diagram: units go to the centre that is nearest after a price, prices follow the load.

The centroidal power diagram of Aurenhammer, Hoffmann & Aronov (1998, "Minkowski-type theorems and
least-squares clustering"): where every territory has a price that is added to the squared distance, the cells
stay convex, and prices exist for any wanted split of one attribute. Here prices and centres move in turns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics.compiled import compiled

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_NEAR = 16
"""Territories that a unit looks at, but in the first turn and the last: those nearest to where it is."""
_NEAR_LOOK = 6
"""Turns between two findings of what is near."""
_STEP = 1.2
"""Price of a territory that holds twice its share, in mean squared distances, added in one turn."""
_CALM = 0.93
"""What the step shrinks by from turn to turn in the second half."""


@compiled
def settle_diagram(
    x: Floats,
    share: Floats,
    held: Indices,
    previous: Indices,
    lean: float,
    centres: Floats,
    fixed: NDArray[np.bool_],
    price: Floats,
    turns: int,
) -> Indices:
    """Move prices and centres until the cells hold alike; labels come back, `centres` and `price` change.

    Arguments: places (units, 3), each unit's share of a mean territory in the mean over attributes, the
    territory of a held unit or -1, that of the plan before or -1, what staying is worth in squared km,
    centres (k, 3), which of them do not float, prices (k,) and the number of turns.
    """
    n, k = x.shape[0], centres.shape[0]
    label = np.zeros(n, np.int64)
    near = np.zeros((k, min(k, _NEAR)), np.int64)
    count, load, spread = np.zeros(k, np.int64), np.zeros(k), np.zeros(k)
    step = _STEP
    for turn in range(turns):
        full = turn == 0 or turn == turns - 1
        if turn % _NEAR_LOOK == 1:
            _find_near(centres, near)
        _assign(x, held, previous, lean, centres, price, label, near, full)
        if turn == turns - 1:
            break
        _weigh(x, share, label, centres, fixed, count, load, spread)
        if turn > turns // 2:
            step *= _CALM
        for t in range(k):
            price[t] += step * spread[t] * min(max(load[t] - 1.0, -1.0), 1.0)
    return label


@compiled
def _find_near(centres, near):
    """List each centre's nearest centres, itself first."""
    most = near.shape[1]
    distance = np.empty(most)
    for t in range(centres.shape[0]):
        held = 0
        for s in range(centres.shape[0]):
            away = -1.0 if s == t else _apart(centres[t], centres[s])
            if held == most and away >= distance[most - 1]:
                continue
            at = held if held < most else most - 1
            while at > 0 and distance[at - 1] > away:
                distance[at], near[t, at] = distance[at - 1], near[t, at - 1]
                at -= 1
            distance[at], near[t, at] = away, s
            held = min(held + 1, most)


@compiled(inline=True)
def _apart(a, b):
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2


@compiled
def _assign(x, held, previous, lean, centres, price, label, near, full):
    """Give each unit to the territory of the least squared distance and price."""
    looks = centres.shape[0] if full else near.shape[1]
    for i in range(x.shape[0]):
        if held[i] >= 0:
            label[i] = held[i]
            continue
        least, best, now = np.inf, 0, label[i]
        for j in range(looks):
            t = j if full else near[now, j]
            cost = _apart(x[i], centres[t]) + price[t]
            if t == previous[i]:
                cost -= lean
            if cost < least:
                least, best = cost, t
        label[i] = best


@compiled
def _weigh(x, share, label, centres, fixed, count, load, spread):
    """Count units and load, and give each territory's mean squared distance; then move what floats.

    A price is moved in a territory's own mean squared distance: what is little in the country turns a town
    over. An empty territory takes the mean of all.
    """
    n, k = x.shape[0], centres.shape[0]
    count[:], load[:], spread[:] = 0, 0.0, 0.0
    middle = np.zeros((k, 3))
    for i in range(n):
        t = label[i]
        count[t] += 1
        load[t] += share[i]
        spread[t] += _apart(x[i], centres[t])
        for axis in range(3):
            middle[t, axis] += x[i, axis]
    mean = max(spread.sum() / n, 1e-9)
    for t in range(k):
        spread[t] = max(spread[t] / count[t], 1e-3 * mean) if count[t] > 0 else mean
        if count[t] > 0 and not fixed[t]:
            for axis in range(3):
                centres[t, axis] = middle[t, axis] / count[t]
