"""Holds the presets against the targets over many seeds and writes the page docs/evidence/validation.md.

    python -m tools.validate_presets [--books 20] [--accounts 1500] [--tries 24] [--gain-accounts 600]
                                     [--page PAGE] [PRESET ...]

Every preset is generated with consecutive seeds; bands are read over all its books together, and beside that
over each book alone. What stays out of band is searched for over the scenario's knobs. Gains (E-OPT-1,
E-BAL-2) are played on one book of --gain-accounts accounts, minutes each; 0 leaves them out. The exit code
does not hang on them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

from kamsim.config import Scenario
from kamsim.experiments import measure_gains
from kamsim.experiments.evidence import Evidence, gather, pool
from kamsim.experiments.infeasibility import SearchResult, search
from kamsim.experiments.measures import Estimate, estimate
from kamsim.experiments.targets import TARGETS, Target
from kamsim.portfolio import generate_portfolio
from kamsim.reporting.validation import target_text, write_value
from kamsim.runs import lay_out
from kamsim.runs.versions import revision
from kamsim.schemas import SEGMENTS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "evidence" / "validation.md"
PRESETS = ("saas_midmarket", "industrial_key_accounts", "distributor_smb", "mixed_territory_fr")
WORKERS = 2
TABLE_HEAD = (
    "| target | band | value (interval) | verdict | source | single books in band |",
    "|---|---|---|---|---|---|",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write, and return 0 when every target is in band."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("presets", nargs="*", default=PRESETS, help="presets to hold against the targets")
    parser.add_argument("--books", type=int, default=20, help="books, with consecutive seeds")
    parser.add_argument("--accounts", type=int, default=1500, help="accounts in a book")
    parser.add_argument("--tries", type=int, default=24, help="tries of a search where a target is out")
    parser.add_argument("--gain-accounts", type=int, default=600, help="accounts whose gains are played")
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write")
    given = parser.parse_args(arguments)
    start = time.perf_counter()
    sizes = given.books, given.accounts, given.tries, given.gain_accounts
    # Started afresh and not forked: compiled code keeps threads that a fork would lose.
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as workers:
        found = list(workers.map(hold, given.presets, *([size] * len(given.presets) for size in sizes)))
    parts = [part for part, _ in found]
    head = _head(given.books, given.accounts, time.perf_counter() - start)
    given.page.parent.mkdir(parents=True, exist_ok=True)
    given.page.write_text("\n".join([head, *parts]), encoding="utf-8")
    print(f"written: {given.page.name}")
    return int(any(out for _, out in found))


def hold(preset: str, books: int, accounts: int, tries: int, gain_accounts: int) -> tuple[str, list[str]]:
    """Write a preset's part of the page; also say which targets are out of band, gains apart."""
    scenario = Scenario.load(preset, {"portfolio.accounts": accounts})
    measures = {t.name: t.build(scenario) for t in TARGETS.values() if t.build is not None}
    each = [_gather(scenario, number) for number in range(books)]
    alone = {name: np.array([measure(book) for book in each]) for name, measure in measures.items()}
    pooled = pool(each)
    found = estimate(pooled, measures, scenario.experiment.confidence)
    rows = [_row(TARGETS[name], found[name], alone[name], scenario) for name in measures]
    out = [name for name in measures if _verdict(TARGETS[name], found[name].value, scenario) == "**out**"]
    lines = [
        f"## `{preset}`", "",
        f"{pooled.accounts:,} accounts in {books} books, seeds {scenario.seed} to"
        f" {scenario.seed + books - 1}; {_targets_held(measures, out)} in band. {_health(pooled)}", "",
        *TABLE_HEAD, *rows, "",
    ]  # fmt: skip
    if gain_accounts:
        lines += [f"Gains of one book of {gain_accounts:,} accounts:", "", *_gains(preset, gain_accounts), ""]
    if out:
        lines += [*_searched(search(scenario, out, budget=tries)), ""]
    return "\n".join(lines), out


def _gains(preset: str, accounts: int) -> list[str]:
    """Play what better decisions gain, and write the rows."""
    scenario = Scenario.load(preset, {"portfolio.accounts": accounts})
    desk = lay_out(scenario)
    gains = measure_gains(
        desk.portfolio, desk.book, desk.team, desk.scores, scenario, cutoff=desk.cutoff
    ).to_dict("records")
    return [
        *TABLE_HEAD,
        *(
            _row(
                TARGETS[g["target"]],
                Estimate(g["value"], g["low"], g["high"]),
                np.array([g["value"]]),
                scenario,
            )
            for g in gains
        ),
    ]


def _gather(scenario: Scenario, number: int) -> Evidence:
    own = scenario.override({"seed": scenario.seed + number})
    return gather(generate_portfolio(own), own, pd.Timestamp(own.portfolio.cutoff), number)


def _row(target: Target, found: Estimate, alone: np.ndarray, scenario: Scenario) -> str:
    band = target.bounds(scenario)
    low, high, value = (write_value(x, target.unit) for x in (found.low, found.high, found.value))
    cells = [target_text(target.name), "", f"{value} ({low} to {high})"]
    cells += [_verdict(target, found.value, scenario), target.source(scenario), ""]
    if band is not None:
        cells[1] = " to ".join(write_value(end, target.unit, band=True) for end in band)
        cells[-1] = f"{int(((alone >= band[0]) & (alone <= band[1])).sum())} of {alone.size}"
    return f"| {' | '.join(cells)} |"


def _verdict(target: Target, value: float, scenario: Scenario) -> str:
    band = target.bounds(scenario)
    if band is None:
        return "beside"
    inside = band[0] <= value <= band[1]
    if target.standing == "claim":
        return "claim, met" if inside else "claim, not met"
    return "in" if inside else "**out**"


def _targets_held(measures: Iterable[str], out: list[str]) -> str:
    asked = sum(TARGETS[name].standing == "target" for name in measures)
    return f"{asked - len(out)} of {asked} targets"


def _health(evidence: Evidence) -> str:
    """Say how revenue and customers moved over the recorded months."""
    pays, months = evidence.revenue > 0, evidence.revenue.shape[1]
    per_year = 12 / (months - 1)
    growth = (evidence.revenue[:, -1].sum() / evidence.revenue[:, 0].sum()) ** per_year - 1
    moved = []
    for code, name in enumerate(SEGMENTS):
        own = pays[evidence.segment == code].sum(axis=0)
        moved.append(f"{name} {(own[-1] / own[0]) ** per_year - 1:+.1%}")
    return f"Revenue a year {growth:+.1%}; customers a year: {', '.join(moved)}."


def _searched(result: SearchResult) -> list[str]:
    """Say what a search over the knobs reached."""
    lines = [f"Searched over {result.tries} tries of the knobs:", ""]
    lines += [f"- `{key}` {low:g} to {high:g}" for key, (low, high) in result.knobs.items()]
    lines.append("")
    for reached in result.targets:
        text = (
            "in band in some try"
            if reached.inside
            else f"not reached inside these ranges in {result.tries} tries"
        )
        lines.append(f"- {target_text(reached.target)}: {text}; nearest value {reached.nearest:.3f}")
    return lines


def _head(books: int, accounts: int, seconds: float) -> str:
    command = f"python -m tools.validate_presets --books {books} --accounts {accounts}"
    return f"""# Evidence: the presets against their targets

Written by `{command}` on {datetime.now(UTC).date()},
revision {revision() or "unknown"}, in {seconds / 60:.1f} minutes on {WORKERS} processes.
What each target means, and what a verdict is: [validation.md](../validation.md). Intervals leave whole
books out in turn (95 %). The last column says how many books, each taken alone, lie in the band: a band is a
promise about many accounts, not about one book of {accounts:,}, which may hold 30 key accounts.
"""


if __name__ == "__main__":
    sys.exit(main())
