"""How the dynamics are compiled: numba, with a disk cache that knows all of its sources.

Numba files a compiled function under the time stamp of the one file that defines it, so a kernel would
outlive a change in a function that it calls from another file. Here the cache folder carries a hash of all
compiled sources instead.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache, partial, wraps
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, overload

import numba

# Numba sets the names in its config when it is imported; typing tools cannot see them.
_numba_config: Any = numba.config

F = TypeVar("F", bound=Callable[..., Any])

_parallel_code = Lock()

_ROOM = Path(__file__).parent
_NEVER_COMPILED = {
    "__init__.py", "effort.py", "engine.py", "lanes.py", "outlook.py", "parameters.py", "people_path.py",
    "recording.py", "reference.py", "reference_entities.py", "reference_luck.py", "reference_team.py",
    "staff.py", "state.py", "tables.py",
}  # fmt: skip
"""A change in these asks for no new compilation. A file that is not listed is taken for compiled."""


@cache
def cache_folder() -> Path:
    """Name the folder of compiled code that belongs to exactly these sources and this numba.

    It lies where numba's own variable NUMBA_CACHE_DIR says, else beside the sources.
    """
    digest = hashlib.sha256(numba.__version__.encode())
    sources = [s for s in sorted(_ROOM.glob("*.py")) if s.name not in _NEVER_COMPILED]
    # The numbers of the processes are compiled in.
    for source in (*sources, _ROOM.parent / "streams.py"):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    if "NUMBA_CACHE_DIR" in os.environ:
        base = Path(os.environ["NUMBA_CACHE_DIR"]) / "kamsim"
    elif os.access(_ROOM, os.W_OK):
        base = _ROOM / "__pycache__"
    else:
        base = Path(tempfile.gettempdir()) / "kamsim"
    return base / f"numba-{digest.hexdigest()[:16]}"


@overload
def compiled(function: F) -> F: ...
@overload
def compiled(*, parallel: bool = False, inline: bool = False) -> Callable[[F], F]: ...
def compiled(function: Any = None, *, parallel: bool = False, inline: bool = False) -> Any:
    """Compile a function at its first call, cached on disk; a decorator, with or without arguments.

    `inline` is for the pieces of the month: only inlined does the compiler see that their rows do not
    overlap, and run the lanes together. Of the liberties with floating-point rules only contraction to
    fused multiply-add and "no NaN, no signed zero" are taken: none reorders a sum.

    Other threads go on while compiled code runs, but of the functions that are `parallel` themselves only
    one runs at a time: not all of numba's threading layers bear more, and each takes all processors anyway.

    Examples
    --------
    >>> @compiled
    ... def double(x):
    ...     return 2 * x
    >>> double(4)
    8
    """
    if function is None:
        return partial(_compile, parallel=parallel, inline=inline)
    return _compile(function, parallel, inline)


def _compile(function: Callable[..., Any], parallel: bool, inline: bool) -> Any:
    before = _numba_config.CACHE_DIR
    _numba_config.CACHE_DIR = str(cache_folder())
    try:
        is_file = Path(function.__code__.co_filename).is_file()
        function = numba.njit(
            cache=is_file,
            parallel=parallel,
            nogil=True,
            forceinline=inline,
            fastmath={"contract", "nnan", "nsz"},
            error_model="numpy",
        )(function)
    finally:
        _numba_config.CACHE_DIR = before
    return _one_at_a_time(function) if parallel else function


def _one_at_a_time(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def alone(*arguments: Any) -> Any:
        with _parallel_code:
            return function(*arguments)

    return alone
