import sys
from pathlib import Path

from kamsim.runs.kernel import NAME, this_interpreter


def test_kernel_is_this_interpreter_and_needs_no_registration(tmp_path: Path) -> None:
    spec = this_interpreter(tmp_path)(kernel_name=NAME).kernel_spec

    assert spec.argv[0] == sys.executable
    assert spec.env["IPYTHONDIR"] == str(tmp_path.resolve())


def test_each_run_has_its_own_scratch(tmp_path: Path) -> None:
    first, second = (this_interpreter(tmp_path / name)() for name in ("a", "b"))

    assert first.kernel_spec.env != second.kernel_spec.env
