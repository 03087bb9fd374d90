"""The names that `kamsim` hands on."""

import subprocess
import sys

import pytest

import kamsim


@pytest.mark.parametrize("name", kamsim.__all__)
def test_every_public_name_is_there_and_described(name: str) -> None:
    thing = getattr(kamsim, name)
    assert name == "POLICIES" or thing.__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'allocat'"):
        kamsim.allocat  # noqa: B018


def test_importing_kamsim_loads_nothing_heavy() -> None:
    code = (
        "import sys, kamsim; print(sorted({'pandas', 'numba', 'sklearn', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
