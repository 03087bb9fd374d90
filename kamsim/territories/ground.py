"""What the compiled search works on: arrays by name."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Ground(NamedTuple):
    """What a search never changes.

    Attributes
    ----------
    x : array, shape (units, 3)
        Places in km.
    share : array, shape (units, attributes)
        Of a mean territory.
    tolerance : array, shape (attributes,)
    starts, others : array of int
        Neighbours of each unit in compressed rows.
    held, previous : array of int, shape (units,)
        Territory that a unit must have, and had; -1 for none.
    fixed_centre : array, shape (territories, 3)
    fixed : array of bool, shape (territories,)
        Which centres do not float.
    """

    x: NDArray[np.float64]
    share: NDArray[np.float64]
    tolerance: NDArray[np.float64]
    starts: NDArray[np.int64]
    others: NDArray[np.int64]
    held: NDArray[np.int64]
    previous: NDArray[np.int64]
    fixed_centre: NDArray[np.float64]
    fixed: NDArray[np.bool_]


class Plan(NamedTuple):
    """A plan and its sums; `tally` holds the moved units and the stamp used last."""

    label: NDArray[np.int64]
    foreign: NDArray[np.int64]
    units: NDArray[np.int64]
    load: NDArray[np.float64]
    sums: NDArray[np.float64]
    centre: NDArray[np.float64]
    seen: NDArray[np.int64]
    queue: NDArray[np.int64]
    tally: NDArray[np.int64]
