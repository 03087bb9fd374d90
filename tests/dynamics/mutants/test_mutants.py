"""Every deliberate mistake in the kernel is caught by the comparison with the reference engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from .catalogue import MUTANTS
from .hunt import Mutant, hunt

CONFIGURATIONS = 60
SAMPLE = (MUTANTS[1], MUTANTS[11], MUTANTS[16])
"""One mistake each in the relationship, the renewal and a rule, for the quicker runs."""


def test_there_are_twenty_mutants_and_each_has_its_place(repository: Path) -> None:
    assert len({mutant.name for mutant in MUTANTS}) == 20
    for mutant in MUTANTS:
        source = (repository / "kamsim" / "dynamics" / mutant.file).read_text(encoding="utf-8")
        assert source.count(mutant.old) == 1, mutant.name


@pytest.mark.slow
@pytest.mark.parametrize("mutant", SAMPLE, ids=lambda mutant: mutant.name)
def test_a_sample_of_mutants_is_caught(mutant: Mutant, tmp_path: Path) -> None:
    assert hunt(mutant, tmp_path, CONFIGURATIONS).caught


@pytest.mark.slow
def test_the_kernel_as_it_stands_is_no_mutant(tmp_path: Path) -> None:
    assert not hunt(None, tmp_path, CONFIGURATIONS).caught


@pytest.mark.evidence
@pytest.mark.parametrize("mutant", [m for m in MUTANTS if m not in SAMPLE], ids=lambda mutant: mutant.name)
def test_every_mutant_is_caught(mutant: Mutant, tmp_path: Path) -> None:
    assert hunt(mutant, tmp_path, CONFIGURATIONS).caught
