import ctypes
import os

import pytest

from kamsim.allocation.quiet import quiet_output


def test_compiled_prints_are_silenced_and_ours_are_not(capfd: pytest.CaptureFixture[str]) -> None:
    library = ctypes.CDLL(None)
    print("before")
    with quiet_output():
        library.printf(b"from C\n")
        os.write(1, b"from the descriptor\n")
    print("after")

    library.fflush(None)
    assert capfd.readouterr().out == "before\nafter\n"


def test_output_comes_back_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="x"), quiet_output():
        raise ValueError("x")

    print("after")
    assert capfd.readouterr().out == "after\n"
