"""The names that the room hands on: loaded when used, and each the thing it is called after."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from kamsim import runs

MODULES = sorted(p.stem for p in Path(runs.__file__).parent.glob("*.py") if p.stem != "__init__")


def test_the_list_and_the_places_agree() -> None:
    assert runs.__all__ == sorted(runs._HOME)


@pytest.mark.parametrize("name", runs.__all__)
def test_a_name_is_the_thing_whatever_was_loaded_before(name: str) -> None:
    for module in MODULES:
        import_module(f"kamsim.runs.{module}")

    assert getattr(runs, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'run_notebok'"):
        runs.run_notebok  # noqa: B018


def test_the_runner_does_not_load_what_only_a_kernel_needs() -> None:
    heavy = "{'numba', 'pandas', 'sklearn'}"
    code = f"import sys; from kamsim.runs import run_notebook; print(sorted({heavy} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
