"""Plants parameters, generates bundles, calibrates to them and keeps what came out, a row a parameter.

    python -m tools.measure_calibration ROWS.csv [--bundles 20] [--first 0]

Rows are appended bundle by bundle, and a bundle that is there is not measured again. The truth is drawn
evenly, on the scale of the fit, within the range of each parameter; the calibration starts from the preset
and sees the bundle's tables alone. Bundles of one shape (accounts, mix, months) share the simulated books of
the first round, which depend on no bundle.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from kamsim.config import Scenario
from kamsim.dynamics.state import Floats
from kamsim.experiments.calibration import calibrate, free_parameters
from kamsim.experiments.calibration.parameters import values_of
from kamsim.portfolio import generate_portfolio
from kamsim.streams import stream

PRESET, BUNDLES = "saas_midmarket", 20
ROOT_SEED = 20_261_129
ONE_ROUND = {"calibration.moves": 0}
"""No further round where an estimate ends at the end of its box: such an estimate is counted as it stands."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure bundle after bundle."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--bundles", type=int, default=BUNDLES)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args(arguments)
    done = set(pd.read_csv(given.rows)["bundle"]) if given.rows.exists() else set()
    shelf: dict[str, Floats] = {}
    for bundle in range(given.first, given.first + given.bundles):
        if bundle not in done:
            rows = recover(Scenario.load(PRESET, ONE_ROUND), bundle, shelf)
            rows.to_csv(given.rows, mode="a", header=not given.rows.exists(), index=False)
    return 0


def recover(scenario: Scenario, bundle: int, shelf: dict[str, Floats] | None = None) -> pd.DataFrame:
    """Plant parameters in one bundle and calibrate to it.

    Parameters
    ----------
    scenario : Scenario
        Where the calibration starts; its factors are the ranges of the truth.
    bundle : int
        Address of the truth and of the bundle's luck.
    shelf : dict, optional
        Simulations that bundles of one shape share, as `calibrate` has it.

    Returns
    -------
    DataFrame
        A row a parameter: CALIBRATION with bundle, truth, inside, misfit, books and seconds.
    """
    parameters = free_parameters(scenario)
    rng = stream(ROOT_SEED, "planted", bundle)
    away = rng.uniform(-1.0, 1.0, len(parameters))
    truth = values_of(
        parameters, np.array([p.centre + p.half_width * u for p, u in zip(parameters, away, strict=True)])
    )
    planted = scenario.override({**truth, "seed": int(rng.integers(2**31))})
    book = generate_portfolio(planted)
    shown = replace(book, truth=None, deals=None, people=None, influence=None, truth_history=None)
    clock = time.perf_counter()
    result = calibrate(shown, scenario, cutoff=pd.Timestamp(scenario.portfolio.cutoff), shelf=shelf)
    frame = result.frame()
    own = frame["parameter"].map(truth)
    return frame.assign(
        bundle=bundle, truth=own, inside=(frame["low"] <= own) & (own <= frame["high"]), misfit=result.misfit,
        books=result.books, seconds=time.perf_counter() - clock,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
