"""Only streams.py makes random generators; everything else is handed one or draws by counter."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

MAKERS = {"default_rng", "RandomState", "SeedSequence", "PCG64", "Philox", "MT19937", "SFC64"}
FORESEEN_BY_NOBODY = {"kamsim/apps/server.py": {"import secrets"}}
"""A token that opens a page is no luck of a model: it must not follow from a seed."""


def find_randomness(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and name of each use of a random module or of a maker of generators."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in ("random", "secrets") or alias.name.startswith("numpy.random"):
                    yield node.lineno, f"import {alias.name}"
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if module in ("random", "secrets") or module.startswith("numpy.random"):
                yield node.lineno, f"from {module} import …"
            elif module == "numpy" and any(a.name == "random" for a in node.names):
                yield node.lineno, "from numpy import random"
        elif isinstance(node, ast.Attribute) and node.attr in MAKERS:
            yield node.lineno, node.attr
        elif isinstance(node, ast.Attribute) and _is_numpy_random_call(node):
            yield node.lineno, f"np.random.{node.attr}"


def _is_numpy_random_call(node: ast.Attribute) -> bool:
    """`np.random.normal` and its like; the type `np.random.Generator` may be named anywhere."""
    inner = node.value
    return (
        isinstance(inner, ast.Attribute)
        and inner.attr == "random"
        and isinstance(inner.value, ast.Name)
        and inner.value.id in ("np", "numpy")
        and node.attr not in ("Generator", "BitGenerator")
    )


def test_only_streams_makes_generators(package_files: list[Path], repository: Path) -> None:
    found = [
        f"{file.relative_to(repository)}:{line} {name}"
        for file in package_files
        if file.name != "streams.py"
        for line, name in find_randomness(file.read_text(encoding="utf-8"))
        if name not in FORESEEN_BY_NOBODY.get(file.relative_to(repository).as_posix(), ())
    ]

    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from random import choice",
        "import numpy.random as r",
        "from numpy import random",
        "import numpy as np\nnp.random.normal()",
        "import numpy as np\nnp.random.default_rng(1)",
        "from scipy import stats\nimport numpy\nx = numpy.random.RandomState(1)",
    ],
)
def test_the_search_finds_what_it_bans(source: str) -> None:
    assert list(find_randomness(source))


def test_the_search_lets_types_and_draws_pass() -> None:
    source = "import numpy as np\ndef f(rng: np.random.Generator): return rng.normal()"

    assert list(find_randomness(source)) == []
