"""The option --precision of `kamsim simulate`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from kamsim.bundle import read_manifest

Kamsim = Callable[..., Result]


def test_a_precision_is_played_for_and_the_verdict_is_told(kamsim_: Kamsim, run: Path) -> None:
    result = kamsim_("simulate", run, "--precision", "0.01%", "--set", "experiment.max_replications=40")

    assert result.exit_code == 0, result.output
    facts = read_manifest(run, "simulation").facts
    assert facts["precision"]["replications"] == 40
    assert not facts["precision"]["is_reached"]
    lines = result.stdout.splitlines()
    assert lines[-1].startswith("The precision asked for was not reached: after 40 replications")
    assert any(line.startswith(("Best:", "No practical difference:", "Undecided")) for line in lines)


@pytest.mark.parametrize("text", ["abc", "0", "-5%", "nan"])
def test_what_is_no_precision_is_refused(kamsim_: Kamsim, run: Path, text: str) -> None:
    result = kamsim_("simulate", run, f"--precision={text}")

    assert result.exit_code == 2
    assert result.stderr == (
        f"error: --precision must be a percentage such as 0.5% or an amount above 0, got {text!r}\n"
    )
