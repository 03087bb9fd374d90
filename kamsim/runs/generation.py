"""The stage "portfolio", generated: parts stream to disk as they are made, so that months cost no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numba
import pandas as pd

from kamsim.bundle import Format, Portfolio, StageWriter, stage_writer
from kamsim.config import Scenario
from kamsim.portfolio.generate import portfolio_parts

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class GenerationSummary:
    """What a generated portfolio amounts to.

    Attributes
    ----------
    accounts, customers : int
        Accounts in all, and those that bring revenue at the cut-off.
    revenue_eur_per_month : float
        Of the customers at the cut-off; in the scenario's currency.
    rows : dict
        Rows by table.
    """

    accounts: int = 0
    customers: int = 0
    revenue_eur_per_month: float = 0.0
    rows: dict[str, int] = field(default_factory=dict)

    def with_part(self, part: Portfolio) -> GenerationSummary:
        """Return the summary with some more accounts."""
        revenue = part.accounts["revenue_eur_per_month"]
        tables = part.tables()
        return GenerationSummary(
            accounts=self.accounts + len(part.accounts),
            customers=self.customers + int((revenue > 0).sum()),
            revenue_eur_per_month=self.revenue_eur_per_month + float(revenue.sum()),
            rows=self.rows | {name: self.rows.get(name, 0) + len(frame) for name, frame in tables.items()},
        )

    @property
    def all_rows(self) -> int:
        """Rows of all tables together."""
        return sum(self.rows.values())


def generate_stage(
    run: Path,
    scenario: Scenario,
    *,
    workers: int | None = None,
    file_format: Format = "parquet",
    progress: Progress | None = None,
) -> GenerationSummary:
    """Make a synthetic portfolio and write stage "portfolio", the truth included.

    Parameters
    ----------
    run : Path
        The run folder.
    scenario : Scenario
    workers : int, optional
        Threads to use, as many as there are processors unless told; no bit of the result depends on it. From
        two on, a part is written while the next one is made.
    file_format : {"parquet", "csv"}
        Later stages of the run keep to it.
    progress : callable, optional
        Called with accounts done and accounts in all.

    Returns
    -------
    GenerationSummary
        The portfolio itself is on disk: `kamsim.bundle.read_portfolio`.

    Raises
    ------
    BundleError
        When the folder cannot be written. An earlier result of the stage is kept then, as it is whatever
        else may end the making.
    """
    facts = {"origin": "generated", "cutoff": scenario.portfolio.cutoff.isoformat()}
    summary, wanted = GenerationSummary(), scenario.portfolio.accounts
    most = numba.get_num_threads()
    threads = min(workers or most, most)
    with (
        stage_writer(run, "portfolio", scenario, facts=facts, file_format=file_format) as writer,
        _compiled_code_in(threads),
        _writing(writer, behind=threads > 1) as write,
    ):
        for part in portfolio_parts(scenario):
            write(part.tables())
            summary = summary.with_part(part)
            if progress is not None:
                progress(min(summary.accounts, wanted), wanted)
    return summary


@contextmanager
def _compiled_code_in(threads: int) -> Iterator[None]:
    before = numba.get_num_threads()
    numba.set_num_threads(threads)
    try:
        yield
    finally:
        numba.set_num_threads(before)


@contextmanager
def _writing(writer: StageWriter, *, behind: bool) -> Iterator[Callable[[Tables], None]]:
    """Give a function that writes a part: at once, or in a thread that is one part behind."""
    if not behind:
        yield writer.append
        return
    last: list[Future[None]] = []
    with ThreadPoolExecutor(max_workers=1) as thread:

        def write(tables: Tables) -> None:
            while last:
                last.pop().result()
            last.append(thread.submit(writer.append, tables))

        yield write
        while last:
            last.pop().result()
