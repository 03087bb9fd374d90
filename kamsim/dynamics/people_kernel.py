"""The loop over the months of a team that is played ahead of its accounts."""

from __future__ import annotations

import numpy as np

from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.layout import LANES
from kamsim.dynamics.people import age_people


@compiled
def play_posts(
    tenure,
    vacancy,
    capacity,
    figures,
    key,
    entities,
    replication,
    first_month,
    reach,
    left,
    tenures,
    vacancies,
):
    """Play the posts month by month; `reach`, `left`, `tenures` and `vacancies` receive (reps, months)."""
    reps, months = reach.shape
    # The step of a month wants whole blocks of lanes: all of them are the same here.
    own, draws = np.full(LANES, replication), np.empty(4 * LANES)
    posts, gaps, addresses = (
        np.empty((reps, LANES), np.int64),
        np.empty((reps, LANES), np.int64),
        np.empty((reps, LANES), np.uint64),
    )
    leaves, available = np.zeros((reps, LANES), np.bool_), np.zeros((reps, LANES))
    for r in range(reps):
        posts[r, :], gaps[r, :], addresses[r, :] = tenure[r], vacancy[r], entities[r]
    for t in range(months):
        age_people(
            posts, gaps, 0, leaves, available, capacity, figures, draws, key, addresses, own, first_month + t
        )
        for r in range(reps):
            hours = available[r, 0]
            reach[r, t] = hours / capacity[r] if hours < capacity[r] else 1.0
            left[r, t], tenures[r, t], vacancies[r, t] = leaves[r, 0], posts[r, 0], gaps[r, 0]
