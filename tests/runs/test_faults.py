"""Each cause has a code of its own, and an error that a worker can hand back."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from kamsim.errors import KamsimError
from kamsim.runs import faults

CAUSES = [f for f in vars(faults).values() if isinstance(f, type) and f.__module__ == faults.__name__]


def test_codes_differ() -> None:
    codes = [cause.exit_code for cause in CAUSES]

    assert sorted(codes) == sorted({*codes} - {0, 1, KamsimError.exit_code})
    assert len(codes) == 7


@pytest.mark.parametrize("cause", CAUSES)
def test_it_travels_between_processes(cause: type[KamsimError]) -> None:
    back = pickle.loads(pickle.dumps(cause("why")))

    assert type(back) is cause
    assert str(back) == "why"


@pytest.mark.parametrize("cause", CAUSES)
def test_its_code_is_in_the_guide(cause: type[KamsimError], repository: Path) -> None:
    guide = (repository / "docs" / "notebooks.md").read_text(encoding="utf-8")

    assert re.search(rf"^\| {cause.exit_code} \|.*`{cause.__name__}`", guide, flags=re.MULTILINE)
