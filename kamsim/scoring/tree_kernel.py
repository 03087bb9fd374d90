"""The walk through boosted trees that `tree_effects` adds up, compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics.compiled import compiled

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@compiled
def follow(
    ways: Flags,
    by_start: Flags,
    roots: Whole,
    left: Whole,
    right: Whole,
    column: Whole,
    value: Floats,
    weights: Floats,
    most: int,
    effects: Floats,
) -> None:
    """Add up effects over rows, typical rows and trees, into `effects`; forks ahead wait on a stack.

    Parameters
    ----------
    ways, by_start : array of bool, shape (rows, nodes) and (typical rows, nodes)
        Whether a row goes left at a node.
    roots : array, shape (trees,)
    left, right, column, value : array, shape (nodes,)
        Children, the column asked for (-1 in a leaf), and what a leaf says.
    weights : array, shape (most, most)
        By columns on the row's side and on the typical one's, beside the one that turns the leaf.
    most : int
        Splits of the largest tree, at least.
    effects : array, shape (rows, columns)
    """
    side = np.zeros(effects.shape[1], dtype=np.int8)
    path = np.zeros(most + 2, dtype=np.int64)
    waiting = np.zeros((most + 2, 3), dtype=np.int64)
    for row in range(ways.shape[0]):
        for start in range(by_start.shape[0]):
            for root in roots:
                node, depth, mine, count = root, 0, 0, 0
                while True:
                    while column[node] >= 0:
                        asked = column[node]
                        ours = left[node] if ways[row, node] else right[node]
                        theirs = left[node] if by_start[start, node] else right[node]
                        if ours == theirs or side[asked] == 1:
                            node = ours
                        elif side[asked] == 2:
                            node = theirs
                        else:
                            waiting[count, 0] = theirs
                            waiting[count, 1] = depth
                            waiting[count, 2] = asked
                            count += 1
                            side[asked] = 1
                            path[depth] = asked
                            depth += 1
                            mine += 1
                            node = ours
                    for step in range(depth):
                        asked = path[step]
                        if side[asked] == 1:
                            effects[row, asked] += value[node] * weights[mine - 1, depth - mine]
                        else:
                            effects[row, asked] -= value[node] * weights[mine, depth - mine - 1]
                    if count == 0:
                        break
                    count -= 1
                    while depth > waiting[count, 1]:
                        depth -= 1
                        mine -= side[path[depth]] == 1
                        side[path[depth]] = 0
                    node = waiting[count, 0]
                    side[waiting[count, 2]] = 2
                    path[depth] = waiting[count, 2]
                    depth += 1
                for step in range(depth):
                    side[path[step]] = 0
