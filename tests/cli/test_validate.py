"""The verb `validate`: what it prints in both languages, and its exit codes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kamsim.bundle import read_table
from kamsim.experiments import infeasibility, validation
from kamsim.experiments.targets import TARGETS

GAINS = ("optimisation_gain", "gain_from_allocation", "realignment_gain")
FEW = ("key_account_share", "strategic.net_retention", *GAINS)


@pytest.fixture(autouse=True)
def _few_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "TARGETS", {name: TARGETS[name] for name in FEW})


def band(low: float, high: float) -> tuple[str, str]:
    return "--set", f"validation.key_account_share=[{low}, {high}]"


def test_everything_in_band_ends_with_0(kamsim_: Any, run: Path) -> None:
    done = kamsim_("validate", run, "--accounts", 60, *band(0, 1))

    assert done.exit_code == 0, done.output
    assert "In band: 1 · out: 0" in done.output
    assert "not played: 3" in done.output
    assert "kamsim validate --gains measures them" in done.output
    assert "Pooled: accounts 60, books 1" in done.output


def test_gains_are_played_once_and_stay_with_the_run(kamsim_: Any, run: Path) -> None:
    wide = [f"validation.{name}=[{'0.0, 1.0' if 'allocation' in name else '-9.0, 9.0'}]" for name in GAINS]
    bands = [word for text in wide for word in ("--set", text)]
    first = kamsim_("validate", run, "--accounts", 60, "--gains", *band(0, 1), *bands)

    assert first.exit_code == 0, first.output
    assert "not played: 0" in first.output
    kept = read_table(run, "gains", "gains").set_index("target")
    assert set(kept.index) == set(GAINS)
    assert (kept["low"] <= kept["value"]).all()
    assert (kept["value"] <= kept["high"]).all()
    narrow = [word.replace("-9.0, 9.0", "8.0, 9.0") for word in bands]
    again = kamsim_("validate", run, "--accounts", 60, "--search", *band(0, 1), *narrow)
    assert again.exit_code == 1, "read from the run, and out of band"
    assert "knows how each account truly responds" in again.output
    assert "evens out workload once" in again.output
    assert "nothing to search for" in again.output, "no search plays a ladder a try"
    assert kamsim_("allocate", run, "--policy", "nearest").exit_code == 0
    assert "not played: 3" in kamsim_("validate", run, "--accounts", 60).output, "of another allocation"


def test_gains_want_an_allocation(kamsim_: Any, run: Path) -> None:
    shutil.rmtree(run / "allocation")
    refused = kamsim_("validate", run, "--gains")
    assert refused.exit_code == 2
    assert "holds no stage 'allocation'" in refused.output


def test_a_target_out_of_band_ends_with_1_and_a_claim_does_not(kamsim_: Any, run: Path) -> None:
    claim = ("--set", "validation.strategic.net_retention=[9.0, 9.1]")

    assert kamsim_("validate", run, "--accounts", 60, *band(0, 1), *claim).exit_code == 0
    done = kamsim_("validate", run, "--accounts", 60, *band(0.999, 1))
    assert done.exit_code == 1
    assert "OUT" in done.output


def test_further_books_are_pooled(kamsim_: Any, run: Path) -> None:
    done = kamsim_("validate", run, "--accounts", 100, *band(0, 1))
    assert "Pooled: accounts 120, books 2" in done.output


def test_conflicts_are_named(kamsim_: Any, run: Path) -> None:
    text = kamsim_("validate", run, "--accounts", 60).output

    assert "An NRR of 97% with a logo retention of 68% (SMB) asks those who stay to grow 43% a year" in text
    assert "An NRR of 118% with a logo retention of 92% (strategic) asks those who stay to grow 28%" in text
    assert "the largest 20% would bring 95%" in text


def test_french(kamsim_: Any, run: Path) -> None:
    text = kamsim_("validate", run, "--accounts", 60, "--lang", "fr", *band(0.999, 1)).output

    assert "CA des grands comptes" in text
    assert "HORS" in text
    assert "non joué" in text
    assert "demande à ceux qui restent de croître de 43\N{NO-BREAK SPACE}% par an" in text.replace(
        "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
    )


def test_the_table_is_written_in_numbers(kamsim_: Any, run: Path, tmp_path: Path) -> None:
    kamsim_("validate", run, "--accounts", 60, "--out", tmp_path / "v.csv")
    table = pd.read_csv(tmp_path / "v.csv").set_index("target")

    assert table.index.tolist() == list(FEW)
    assert 0 <= table.loc["key_account_share", "value"] <= 1
    assert table.loc["key_account_share", "source"] == "D-CON-2"


def test_a_file_that_cannot_be_written_is_told(kamsim_: Any, run: Path, tmp_path: Path) -> None:
    done = kamsim_("validate", run, "--accounts", 60, "--out", tmp_path / "absent" / "v.csv")
    assert done.exit_code == 2
    assert "cannot be written" in done.output


def test_a_search_says_what_it_did_not_reach(
    kamsim_: Any, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(infeasibility, "probe_of", lambda targets: lambda there: {targets[0]: 0.5})
    done = kamsim_("validate", run, "--accounts", 60, "--search", "--tries", 5, *band(0.999, 1))

    assert done.exit_code == 1
    assert "not reached inside these ranges in 5 tries; 50.0% as it stands" in done.output
    assert "dynamics.smb.churn_mean: searched" in done.output


def test_no_search_when_nothing_is_out(kamsim_: Any, run: Path) -> None:
    done = kamsim_("validate", run, "--accounts", 60, "--search", *band(0, 1))
    assert "nothing to search for" in done.output


def test_likeness_with_itself(kamsim_: Any, run: Path) -> None:
    done = kamsim_("validate", run, "--accounts", 60, "--against", run, *band(0, 1))
    total = next(line for line in done.output.splitlines() if line.startswith("all columns"))
    assert total.split()[-2:] == ["100.0%", "100.0%"]


def test_an_import_is_not_pooled(kamsim_: Any, export: Path, tmp_path: Path) -> None:
    kamsim_("import", export, "--mapping", export / "mapping.toml", "--out", tmp_path / "mine")
    done = kamsim_("validate", tmp_path / "mine")

    assert "The portfolio is imported" in done.output
    assert "Pooled: accounts 8, books 1" in done.output


def test_what_the_run_was_made_with_stays(kamsim_: Any, run: Path) -> None:
    done = kamsim_("validate", run, "--set", "dynamics.smb.churn_mean=0.2")
    assert done.exit_code == 2
    assert "validate takes validation.* only" in done.output


def test_a_folder_without_a_portfolio_is_told(kamsim_: Any, tmp_path: Path) -> None:
    done = kamsim_("validate", tmp_path)
    assert done.exit_code == 2
    assert "holds no stage 'portfolio'" in done.output
