"""How an AE spends the month within a given book: all capacity is used, travel included.

A team is paid for the whole month, so every rule here spreads all of an AE's hours over his accounts:
among AEs who own anything, policies differ in whom the hours go to and never in how many are worked. An AE
without an account works none, so a plan that leaves people idle (as a status quo may) works fewer in all.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kamsim.allocation.problem import AllocationProblem, Floats, Indices


def share_by_weight(problem: AllocationProblem, owner: Indices, weight: Floats) -> Floats:
    """Spread each AE's hours in proportion to a weight, nobody below his minimum.

    Hours are ``max(minimum, price x weight)`` with one price per AE at which the book takes his whole
    capacity. Where the minimum hours alone take more than that, everybody gets the same share of them.

    Parameters
    ----------
    problem : AllocationProblem
    owner : array of int, shape (accounts,)
    weight : array, shape (accounts,)
        Not negative; a book whose weights are all 0 is shared equally.

    Returns
    -------
    array, shape (accounts,)
        Hours a month with each client.
    """
    hours = np.zeros(problem.accounts)
    rate = problem.rate(owner)
    for rep, book in _books(owner):
        capacity, least = problem.capacity[rep], problem.minimum[book]
        wanted = weight[book] if weight[book].any() else np.ones(book.size)
        hours[book] = _above_minimum(least, wanted, rate[book], capacity)
    return hours


def serve_in_order(problem: AllocationProblem, owner: Indices, priority: Floats) -> Floats:
    """Give the minimum to all, then the full workload in order of priority, until the hours are out.

    Hours that are left when everybody has his workload go to all in proportion to the priority.

    Parameters
    ----------
    problem : AllocationProblem
    owner : array of int, shape (accounts,)
    priority : array, shape (accounts,)
        Largest first; equals in order of account id.

    Returns
    -------
    array, shape (accounts,)
        Hours a month with each client.
    """
    hours = np.zeros(problem.accounts)
    rate = problem.rate(owner)
    for rep, book in _books(owner):
        book = book[np.argsort(-priority[book], kind="stable")]
        least, need = problem.minimum[book], problem.workload[book] - problem.minimum[book]
        spare = problem.capacity[rep] - least @ rate[book]
        if spare < 0:
            hours[book] = _above_minimum(least, least, rate[book], problem.capacity[rep])
            continue
        asked = np.maximum(need, 0.0) * rate[book]
        given = np.clip(spare - (np.cumsum(asked) - asked), 0.0, asked)
        wanted = priority[book] if priority[book].any() else np.ones(book.size)
        left = max(spare - given.sum(), 0.0) / (wanted @ rate[book])
        hours[book] = least + given / rate[book] + left * wanted
    return hours


def _books(owner: Indices) -> Iterator[tuple[int, Indices]]:
    """Yield each AE who owns anything, with the positions of his accounts."""
    for rep in np.unique(owner):
        yield int(rep), np.flatnonzero(owner == rep)


def _above_minimum(least: Floats, weight: Floats, rate: Floats, capacity: float) -> Floats:
    """Solve sum(rate x max(least, price x weight)) = capacity for the price, exactly."""
    needed = least @ rate
    if needed >= capacity:
        return least * (capacity / needed) if needed > 0 else least
    with np.errstate(divide="ignore"):
        leaves_minimum = np.where(weight > 0, least / np.where(weight > 0, weight, 1.0), np.inf)
    order = np.argsort(leaves_minimum, kind="stable")
    taken = np.cumsum((weight * rate)[order])
    at_minimum = needed - np.cumsum((least * rate)[order])
    prices = (capacity - at_minimum) / np.where(taken > 0, taken, np.inf)
    last = np.flatnonzero(prices >= leaves_minimum[order])[-1]
    return np.asarray(np.maximum(least, prices[last] * weight))
