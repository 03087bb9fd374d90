"""How the dynamics are compiled: numba, with a disk cache that knows all of its sources.

Numba files a compiled function under the time stamp of the one file that defines it, so a kernel would
outlive a change in a function that it calls from another file. Here the cache folder carries a hash of all
sources of the room instead.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar, overload

import numba

# Numba sets the names in its config when it is imported; typing tools cannot see them.
_numba_config: Any = numba.config

F = TypeVar("F", bound=Callable[..., Any])

_ROOM = Path(__file__).parent


@cache
def cache_folder() -> Path:
    """Name the folder of compiled code that belongs to exactly these sources and this numba."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(_ROOM.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    base = _ROOM / "__pycache__" if os.access(_ROOM, os.W_OK) else Path(tempfile.gettempdir()) / "kamsim"
    return base / f"numba-{digest.hexdigest()[:16]}"


@overload
def compiled(function: F) -> F: ...
@overload
def compiled(*, parallel: bool = False, inline: bool = False) -> Callable[[F], F]: ...
def compiled(function: Any = None, *, parallel: bool = False, inline: bool = False) -> Any:
    """Compile a function at its first call, cached on disk; a decorator, with or without arguments.

    `inline` is for functions that take tuples of arrays: as a call, each would count references up and
    down for every array in them, which costs more than the month itself.

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
        return numba.njit(cache=is_file, parallel=parallel, inline="always" if inline else "never")(function)
    finally:
        _numba_config.CACHE_DIR = before
