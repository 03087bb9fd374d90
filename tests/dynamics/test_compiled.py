"""Compiled code beside other threads: it lets them run, and one parallel function waits for another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from kamsim.dynamics import compiled as module
from kamsim.dynamics.compiled import compiled


@compiled(parallel=True)
def doubled(values):  # type: ignore[no-untyped-def]
    return 2 * values


def test_of_parallel_functions_one_runs_at_a_time() -> None:
    values = np.arange(3.0)
    expected = doubled(values)
    with ThreadPoolExecutor(1) as thread:
        with module._parallel_code:
            waiting = thread.submit(doubled, values)
            assert not wait([waiting], timeout=0.2).done
        np.testing.assert_array_equal(waiting.result(), expected)


def test_a_name_and_what_it_says_stay_with_a_parallel_function() -> None:
    assert doubled.__name__ == "doubled"
