"""Scoring and bare boosting, each in a fresh process: ``python -m benchmarks.peers.scoring JOB ROWS``.

A job prints one line of JSON: seconds and CPU seconds by part, and the process' memory, before and at its
peak. Threads that wait sleep (OMP_WAIT_POLICY): where they spin, CPU seconds count the waiting too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

from benchmarks.peers.churn_table import churn_table
from benchmarks.peers.generation import peak_mb

WARM_UP = 2_000
"""Rows of a first fit, which loads what is loaded once."""


def score_afresh(job: str, rows: int) -> dict[str, float]:
    """Do a job in a fresh process: what its parts took, by "part s" and "part cpu"."""
    command = [sys.executable, "-m", "benchmarks.peers.scoring", job, str(rows)]
    quiet = dict(os.environ) | {"OMP_WAIT_POLICY": "PASSIVE"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=quiet)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


class _Clock(dict[str, float]):
    """Seconds and CPU seconds by part; a part met again adds up."""

    def time(self, part: str, job: Callable[[], Any]) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        result = job()
        for unit, spent in (("s", time.perf_counter() - wall), ("cpu", time.process_time() - cpu)):
            self[f"{part} {unit}"] = self.get(f"{part} {unit}", 0.0) + spent
        return result


def _churn(model: str, rows: int) -> _Clock:
    """Fit and score mixed columns as they come; the comparison of models is also timed apart."""
    from kamsim.scoring import ChurnClassifier, churn_classifier

    def make() -> Any:
        return ChurnClassifier(model=model)  # type: ignore[arg-type]

    few, left, _ = churn_table(WARM_UP)
    make().fit(few, left).predict_proba(few)
    X, left, _ = churn_table(rows)
    clock, choose = _Clock(before_mb=peak_mb()), churn_classifier.choose

    def timed(*words: Any, **more: Any) -> Any:
        return clock.time("choose", lambda: choose(*words, **more))

    churn_classifier.choose = timed
    fitted = clock.time("fit", lambda: make().fit(X, left))
    clock.time("predict", lambda: fitted.predict_proba(X))
    return clock


def _bare(rows: int) -> _Clock:
    """Fit and score numbers that are ready, texts as the numbers of their categories: boosting alone.

    With scikit-learn's defaults, and ("alike") with the settings of `ChurnClassifier`.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    from kamsim.scoring import FramePreparation
    from kamsim.scoring.candidates import churn_candidates

    X, left, _ = churn_table(rows)
    preparation = FramePreparation()
    table, categories = preparation.fit_transform(X), preparation.is_category
    few = slice(WARM_UP)
    HistGradientBoostingClassifier().fit(table[few], left[few]).predict_proba(table[few])
    del X
    clock = _Clock(before_mb=peak_mb())
    plain = HistGradientBoostingClassifier(categorical_features=categories, random_state=0)
    clock.time("fit", lambda: plain.fit(table, left))
    clock.time("predict", lambda: plain.predict_proba(table))
    clock["peak_mb"] = peak_mb()
    alike = churn_candidates(categories, rows, "boosting", 0)[0].make()
    clock.time("fit alike", lambda: alike.fit(table, left))
    clock.time("predict alike", lambda: alike.predict_proba(table))
    return clock


def _potential(rows: int) -> _Clock:
    """Learn potential where a third disclosed it, as in a survey; then predict all, with intervals."""
    from kamsim.scoring import PotentialRegressor

    X, _, amount = churn_table(rows)
    amount[rows // 3 :] = float("nan")
    clock = _Clock(before_mb=peak_mb())
    fitted = clock.time("fit", lambda: PotentialRegressor().fit(X, amount))
    clock.time("predict", lambda: fitted.predict(X))
    clock.time("predict_interval", lambda: fitted.predict_interval(X))
    return clock


def _assess(rows: int) -> _Clock:
    """Assess a linear churn model beside past spend and RFM; its fits and predictions also timed apart."""
    from kamsim.scoring import ChurnClassifier, assess

    X, left, amount = churn_table(rows)
    clock = _Clock(before_mb=peak_mb())

    class Timed(ChurnClassifier):
        def fit(self, *words: Any, **more: Any) -> Any:
            return clock.time("models", lambda: ChurnClassifier.fit(self, *words, **more))

        def predict_proba(self, X: Any) -> Any:
            return clock.time("models", lambda: ChurnClassifier.predict_proba(self, X))

    clock.time("assess", lambda: assess(Timed(model="linear"), X, left, past_spend=amount, rfm=amount))
    return clock


def main(job: str, rows: str) -> None:
    """Do one job and print what was measured."""
    jobs: dict[str, Callable[[int], _Clock]] = {
        "boosting": lambda rows: _churn("boosting", rows),
        "linear": lambda rows: _churn("linear", rows),
        "bare": _bare,
        "potential": _potential,
        "assess": _assess,
    }
    warnings.simplefilter("ignore")
    found = jobs[job](int(rows))
    print(json.dumps({"peak_mb": peak_mb()} | found))


if __name__ == "__main__":
    main(*sys.argv[1:])
