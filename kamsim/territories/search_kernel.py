"""Local search on whole territories: units at a border change sides while both sides stay connected.

Simulated annealing over sweeps of all border units. The energy of a plan, in mean squared distances of its
start: inertia, what moved units cost, and a rising price on what the loads miss the tolerance by.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.luck import philox
from kamsim.territories.ground import Ground, Plan

_SHIFT, _DROPPED, _LOW = np.uint64(32), np.uint64(9), np.uint64(0xFFFFFFFF)
_INSIDE = 0.9
"""Share of the tolerance that the search aims at, so that the last unit does not miss it."""
_FIRST_PRICE, _LAST_PRICE = 0.03, 30.0
"""Price of missing the tolerance, at the first and the last sweep of the annealing."""
_DEARER, _CHEAPER = 1.2, 0.95
"""What a sweep changes the price of one load by, where it misses its tolerance, and where it keeps it."""
_DEAREST = 1e4
_WORTH = 0.002
"""Least gain in deviation for which a plan that still misses the tolerance may be less compact."""
_STALL = 80
"""Sweeps without a better plan after which the search gives up, once it only goes down."""


_MOVED, _STAMP = 0, 1


@compiled
def search(
    ground: Ground,
    label: NDArray[np.int64],
    unit: float,
    move_price: float,
    most_moved: int,
    heat: float,
    annealed: int,
    patience: int,
    seed: np.uint64,
) -> tuple[NDArray[np.int64], float, float, int]:
    """Improve a plan of whole territories and give back the best seen.

    Arguments: the ground, the plan to start from, a mean squared distance, the price of a moved unit in it,
    the most units that may be moved, the first temperature, the sweeps that are annealed, the most that
    follow and only go down, and a seed.

    Returns labels, the most that a load misses its tolerance by, the energy, and the number of moved units.
    """
    n, k = ground.x.shape[0], ground.fixed.size
    plan = _lay_out(ground, label, k)
    scale = (n / k) ** 2
    price = np.zeros((k, ground.share.shape[1]))
    best, best_moved = label.copy(), plan.tally[_MOVED]
    best_excess = max(_excess(ground, plan), 0.0)
    best_energy = _inertia(ground, plan) / unit + move_price * best_moved
    stride, last_better = _stride(n), 0
    for sweep in range(annealed + patience):
        part = min(sweep / max(annealed, 1), 1.0)
        usual = scale * _FIRST_PRICE * (_LAST_PRICE / _FIRST_PRICE) ** part
        if part < 1.0:
            price[:] = usual
        else:
            _reprice(ground, plan, price, usual)
        warmth = heat * (1.0 - part) ** 2
        changes = _sweep(ground, plan, price, unit, move_price, most_moved, warmth, sweep, stride, seed)
        if part >= 1.0:
            changes += _swap_over(ground, plan, price, unit, move_price, most_moved)
        if part >= 1.0 or sweep % 8 == 7:
            excess = max(_excess(ground, plan), 0.0)
            energy = _inertia(ground, plan) / unit + move_price * plan.tally[_MOVED]
            nearer = excess < best_excess - _WORTH or (excess <= 0.0 and best_excess > 0.0)
            if nearer or (excess <= best_excess + 1e-12 and energy < best_energy):
                best[:] = plan.label
                best_excess, best_energy, best_moved = excess, energy, plan.tally[_MOVED]
                last_better = sweep
            calm = (changes == 0 and excess <= 0.0) or sweep - max(last_better, annealed) > _STALL
            if part >= 1.0 and calm:
                break
    return best, best_excess, best_energy, best_moved


@compiled
def _lay_out(ground, label, k):
    """Count units, load, places and neighbours elsewhere of a plan."""
    n = label.size
    count, load, sums = np.zeros(k, np.int64), np.zeros((k, ground.share.shape[1])), np.zeros((k, 3))
    foreign, tally = np.zeros(n, np.int64), np.zeros(2, np.int64)
    for i in range(n):
        t = label[i]
        count[t] += 1
        load[t] += ground.share[i]
        sums[t] += ground.x[i]
        tally[_MOVED] += ground.previous[i] >= 0 and t != ground.previous[i]
        for e in range(ground.starts[i], ground.starts[i + 1]):
            foreign[i] += label[ground.others[e]] != t
    seen, queue = np.zeros(n, np.int64), np.empty(n, np.int64)
    plan = Plan(label.copy(), foreign, count, load, sums, np.empty((k, 3)), seen, queue, tally)
    for t in range(k):
        _place(ground, plan, t)
    return plan


@compiled
def _sweep(ground, plan, price, unit, move_price, most_moved, warmth, sweep, stride, seed):
    """Look at every unit at a border once, in an order that favours no direction; count the changes."""
    n, changes, label = plan.label.size, 0, plan.label
    i = (sweep * 7919) % n
    for _ in range(n):
        i = (i + stride) % n
        if plan.foreign[i] == 0 or ground.held[i] >= 0 or plan.units[label[i]] < 2:
            continue
        t = label[i]
        least, goal = np.inf, -1
        for e in range(ground.starts[i], ground.starts[i + 1]):
            s = label[ground.others[e]]
            if s in (t, goal):
                continue
            step = _more_moved(ground, i, t, s)
            if step > 0 and plan.tally[_MOVED] + step > most_moved:
                continue
            change = _with(ground, plan, price, unit, i, s) + move_price * step
            if change < least:
                least, goal = change, s
        if goal < 0:
            continue
        least += _without(ground, plan, price, unit, i, t)
        if least >= (warmth * _wait(i, sweep, seed) if warmth > 0.0 else -1e-12):
            continue
        if _whole_without(ground, plan, i):
            _move(ground, plan, i, goal)
            changes += 1
    return changes


@compiled
def _swap_over(ground, plan, price, unit, move_price, most_moved):
    """Exchange units at the borders of territories that miss their tolerance: one alone may be too large."""
    swaps, label = 0, plan.label
    for i in range(label.size):
        if plan.foreign[i] == 0 or ground.held[i] >= 0:
            continue
        t = label[i]
        j = _find_partner(ground, plan, price, unit, move_price, most_moved, i, t)
        if j < 0 or not _whole_without(ground, plan, i):
            continue
        s = label[j]
        _move(ground, plan, i, s)
        if _touches(ground, plan, j, t) and _whole_without(ground, plan, j):
            _move(ground, plan, j, t)
            swaps += 1
        else:
            _move(ground, plan, i, t)
    return swaps


@compiled
def _find_partner(ground, plan, price, unit, move_price, most_moved, i, t):
    """Find the unit across the border, a step or two away, that is best exchanged for unit i, or -1."""
    poor = _misses(ground, plan, t)
    least, partner = -1e-9, -1
    for e in range(ground.starts[i], ground.starts[i + 1]):
        beside = ground.others[e]
        s = plan.label[beside]
        if s == t or not (poor or _misses(ground, plan, s)):
            continue
        for f in range(ground.starts[beside], ground.starts[beside + 1]):
            j = ground.others[f]
            if plan.label[j] != s or plan.foreign[j] == 0 or ground.held[j] >= 0 or j == partner:
                continue
            step = _more_moved(ground, i, t, s) + _more_moved(ground, j, s, t)
            if step > 0 and plan.tally[_MOVED] + step > most_moved:
                continue
            change = _swap_change(ground, plan, price, unit, i, j, t, s) + move_price * step
            if change < least:
                least, partner = change, j
    return partner


@compiled(inline=True)
def _more_moved(ground, i, t, s):
    """Count a unit that goes from t to s: 1 if it leaves the plan before, -1 if it returns to it."""
    before = ground.previous[i]
    return 0 if before < 0 else int(s != before) - int(t != before)


@compiled(inline=True)
def _place(ground, plan, t):
    """Put a centre where it is fixed, or in the middle of its units."""
    for axis in range(3):
        if ground.fixed[t]:
            plan.centre[t, axis] = ground.fixed_centre[t, axis]
        else:
            plan.centre[t, axis] = plan.sums[t, axis] / plan.units[t]


@compiled(inline=True)
def _apart(a, b):
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2


@compiled
def _inertia(ground, plan):
    total = 0.0
    for i in range(plan.label.size):
        total += _apart(ground.x[i], plan.centre[plan.label[i]])
    return total


@compiled
def _excess(ground, plan):
    """Give the most that a load misses its tolerance by; below 0 where all keep it."""
    worst = -np.inf
    for t in range(plan.load.shape[0]):
        for a in range(plan.load.shape[1]):
            worst = max(worst, abs(plan.load[t, a] - 1.0) - ground.tolerance[a])
    return worst


@compiled
def _misses(ground, plan, t):
    for a in range(plan.load.shape[1]):
        if abs(plan.load[t, a] - 1.0) > ground.tolerance[a]:
            return True
    return False


@compiled
def _reprice(ground, plan, price, usual):
    """Raise the price of the loads that miss their tolerance sweep by sweep: it leads out of a dead end."""
    for t in range(price.shape[0]):
        for a in range(price.shape[1]):
            missed = abs(plan.load[t, a] - 1.0) > ground.tolerance[a]
            price[t, a] = min(max((_DEARER if missed else _CHEAPER) * price[t, a], usual), _DEAREST * usual)


@compiled(inline=True)
def _miss(load, aim):
    over = abs(load - 1.0) - aim
    return over * over if over > 0.0 else 0.0


@compiled(inline=True)
def _change_of_load(ground, plan, price, t, a, more):
    """Change of what a load costs for missing its tolerance, where it grows by `more`."""
    load, aim = plan.load[t, a], _INSIDE * ground.tolerance[a]
    return price[t, a] * (_miss(load + more, aim) - _miss(load, aim))


@compiled
def _without(ground, plan, price, unit, i, t):
    """Change of energy of a territory that gives a unit up."""
    change = 0.0
    for a in range(plan.load.shape[1]):
        change += _change_of_load(ground, plan, price, t, a, -ground.share[i, a])
    away = _apart(ground.x[i], plan.centre[t])
    if not ground.fixed[t]:
        away *= plan.units[t] / (plan.units[t] - 1.0)
    return change - away / unit


@compiled
def _with(ground, plan, price, unit, i, s):
    """Change of energy of a territory that takes a unit."""
    change = 0.0
    for a in range(plan.load.shape[1]):
        change += _change_of_load(ground, plan, price, s, a, ground.share[i, a])
    away = _apart(ground.x[i], plan.centre[s])
    if not ground.fixed[s]:
        away *= plan.units[s] / (plan.units[s] + 1.0)
    return change + away / unit


@compiled
def _swap_change(ground, plan, price, unit, i, j, t, s):
    """Change of energy where unit i of t and unit j of s change places."""
    change, x, centre = 0.0, ground.x, plan.centre
    for a in range(plan.load.shape[1]):
        more = ground.share[j, a] - ground.share[i, a]
        change += _change_of_load(ground, plan, price, t, a, more)
        change += _change_of_load(ground, plan, price, s, a, -more)
    away = _apart(x[j], centre[t]) - _apart(x[i], centre[t])
    away += _apart(x[i], centre[s]) - _apart(x[j], centre[s])
    between = _apart(x[i], x[j])
    away -= 0.0 if ground.fixed[t] else between / plan.units[t]
    away -= 0.0 if ground.fixed[s] else between / plan.units[s]
    return change + away / unit


@compiled
def _wait(i, sweep, seed):
    """Draw an exponential number: a rise of energy below it times the temperature is taken."""
    word, _, _, _ = philox(
        np.uint64(i), np.uint64(sweep), np.uint64(0), np.uint64(0), seed & _LOW, seed >> _SHIFT
    )
    return -np.log((np.float64(word >> _DROPPED) + 0.5) * 2.0**-23)


@compiled
def _touches(ground, plan, i, t):
    """Tell whether a unit has a neighbour in a territory."""
    for e in range(ground.starts[i], ground.starts[i + 1]):
        if plan.label[ground.others[e]] == t:
            return True
    return False


@compiled
def _whole_without(ground, plan, i):
    """Tell whether a unit's territory stays connected without it, looking no further than needed."""
    label, seen, queue, starts, others = plan.label, plan.seen, plan.queue, ground.starts, ground.others
    t, wanted, first = label[i], 0, -1
    plan.tally[_STAMP] += 1
    stamp = plan.tally[_STAMP]
    # Neighbours of the unit that are still to be met carry the negative stamp.
    for e in range(starts[i], starts[i + 1]):
        if label[others[e]] == t:
            wanted += 1
            first = others[e]
            seen[first] = -stamp
    if wanted <= 1:
        return wanted == 1
    seen[i], seen[first] = stamp, stamp
    queue[0], head, tail, met = first, 0, 1, 1
    while head < tail:
        u = queue[head]
        head += 1
        for e in range(starts[u], starts[u + 1]):
            j = others[e]
            if label[j] != t or seen[j] == stamp:
                continue
            if seen[j] == -stamp:
                met += 1
                if met == wanted:
                    return True
            seen[j] = stamp
            queue[tail] = j
            tail += 1
    return False


@compiled
def _move(ground, plan, i, goal):
    """Give a unit to another territory, and both their new centres."""
    label, foreign = plan.label, plan.foreign
    t = label[i]
    plan.tally[_MOVED] += _more_moved(ground, i, t, goal)
    label[i] = goal
    plan.units[t] -= 1
    plan.units[goal] += 1
    for a in range(plan.load.shape[1]):
        plan.load[t, a] -= ground.share[i, a]
        plan.load[goal, a] += ground.share[i, a]
    for axis in range(3):
        plan.sums[t, axis] -= ground.x[i, axis]
        plan.sums[goal, axis] += ground.x[i, axis]
    _place(ground, plan, t)
    _place(ground, plan, goal)
    foreign[i] = 0
    for e in range(ground.starts[i], ground.starts[i + 1]):
        j = ground.others[e]
        if label[j] == t:
            foreign[j] += 1
            foreign[i] += 1
        elif label[j] == goal:
            foreign[j] -= 1
        else:
            foreign[i] += 1


@compiled
def _stride(n):
    """Give a step near the golden section of n that meets every unit once."""
    step = max(int(0.618 * n), 1)
    while _common(step, n) != 1:
        step += 1
    return step


@compiled
def _common(a, b):
    while b:
        a, b = b, a % b
    return a
