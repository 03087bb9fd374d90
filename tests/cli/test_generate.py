"""What `kamsim generate` takes, says and refuses; portfolios are made up, so that it is tested alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numba
import pandas as pd
import pytest
from typer.testing import Result

from kamsim.bundle import Portfolio, read_manifest, read_scenario
from kamsim.config import Scenario
from kamsim.runs import generation
from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM

Kamsim = Callable[..., Result]


class Terminal(io.StringIO):
    """A stream that is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Make a portfolio of four parts; tell on how many threads."""
    seen: dict[str, int] = {}

    def parts(scenario: Scenario) -> Iterator[Portfolio]:
        seen["threads"] = numba.get_num_threads()
        size = scenario.portfolio.accounts
        for first, last in zip([0, 1, 2, 3], [1, 2, 3, size], strict=True):
            ids = pd.Series([f"A{n:04d}" for n in range(first, last)], dtype="str")
            columns = {
                n: pd.Series(None, index=ids.index, dtype=c.dtype) for n, c in ACCOUNTS.columns.items()
            }
            known = {"account_id": ids, "name": ids, "segment": "smb"}
            revenue = {"revenue_eur_per_month": 2500.0 if first < 3 else 0.0}
            accounts = pd.DataFrame(columns).assign(**known, **revenue).astype({"segment": "str"})
            yield Portfolio(accounts, HISTORY.empty(), OPPORTUNITIES.empty(), TEAM.empty())

    monkeypatch.setattr(generation, "portfolio_parts", parts)
    return seen


def test_options_reach_the_scenario(kamsim_: Kamsim, asked: dict[str, int], tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["--accounts", 1200, "--months", 30, "--seed", 5, "--workers", 1, "--format", "csv"]

    result = kamsim_("generate", "--out", out, *words, "--set", "portfolio.survey_share=0.5")

    assert result.exit_code == 0, result.output
    settings = read_scenario(out).portfolio
    assert (settings.accounts, settings.history_months, settings.survey_share) == (1200, 30, 0.5)
    assert read_scenario(out).seed == 5
    assert read_manifest(out, "portfolio").format == "csv"
    assert asked["threads"] == 1


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        (
            "en",
            r"accounts: 1,200 · customers: 3 \(€7\.5k a month\) · opportunities: 0 · people: 0"
            r" · months of history: 36 · rows: 1,200 · \d+\.\d s\n",
        ),
        (
            "fr",
            r"comptes : 1 200 · clients : 3 \(7,5 k€ par mois\) · opportunités : 0 · équipe : 0"
            r" · mois d'historique : 36 · lignes : 1 200 · \d+,\d s\n",
        ),
    ],
)
def test_summary(lang: str, sentence: str, kamsim_: Kamsim, tmp_path: Path) -> None:
    result = kamsim_("generate", "--accounts", 1200, "--lang", lang, "--out", tmp_path / "out")

    plain = re.sub(r"[\u00a0\u202f]", " ", result.stdout)
    assert re.fullmatch(sentence, plain), plain


def test_progress_in_a_pipe_is_one_line(kamsim_: Kamsim, tmp_path: Path) -> None:
    result = kamsim_("generate", "--out", tmp_path / "out")

    assert re.fullmatch(r"\[1/1\] Portfolio … \d+\.\d s\n", result.stderr)


def test_progress_in_a_terminal_moves(
    kamsim_: Kamsim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kamsim.runs import StageLines

    terminal = Terminal()
    monkeypatch.setattr(
        "kamsim.runs.StageLines", lambda stages, locale, _: StageLines(stages, locale, terminal)
    )

    kamsim_("generate", "--accounts", 4, "--out", tmp_path / "out")

    assert re.findall(r"\d+%", terminal.getvalue()) == ["25%", "50%", "75%", "100%"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--months", "23"], "error: portfolio.history_months must be >= 24, got 23\n"),
        (["--accounts", "0"], "error: portfolio.accounts must be >= 1, got 0\n"),
    ],
)
def test_impossible_sizes_are_refused(
    words: list[str], sentence: str, kamsim_: Kamsim, tmp_path: Path
) -> None:
    result = kamsim_("generate", *words, "--out", tmp_path / "out")

    assert (result.exit_code, result.stdout, result.stderr) == (2, "", sentence)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [["--workers", "0"], ["--months", "x"], ["--format", "xml"]])
def test_misused_options_are_named(words: list[str], kamsim_: Kamsim, tmp_path: Path) -> None:
    result = kamsim_("generate", *words, "--out", tmp_path / "out")

    assert result.exit_code == 2
    assert f"Invalid value for '{words[0]}'" in result.stderr
    assert not (tmp_path / "out").exists()
