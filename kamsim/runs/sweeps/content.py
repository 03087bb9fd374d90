"""The content key of a point: parameters, code and data that its result depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import kamsim
from kamsim.bundle import read_manifest
from kamsim.runs.versions import versions

_DIGITS = 16
SOURCES = (".py", ".toml", ".csv", ".jinja")
"""Files of the package that a result can depend on."""


@cache
def code_version() -> str:
    """Hash the sources of kamsim with the versions of the packages it rests on.

    An edit that is not committed makes another version, too; an edit of the documentation does not.

    Examples
    --------
    >>> len(code_version())
    16
    """
    package = Path(kamsim.__file__).parent
    digest = hashlib.sha256(json.dumps(versions(), sort_keys=True).encode())
    for path in sorted(p for p in package.rglob("*") if p.suffix in SOURCES):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:_DIGITS]


def data_fingerprint(run: Path) -> str:
    """Return the fingerprint of the portfolio of a run folder.

    Raises
    ------
    BundleError
        When it has none.
    """
    return read_manifest(run, "portfolio").fingerprint


def content_key(content: Mapping[str, Any], code: str) -> str:
    """Hash what a result depends on.

    Examples
    --------
    >>> one, other = content_key({"seed": 1}, "a"), content_key({"seed": 1}, "b")
    >>> one == content_key({"seed": 1}, "a"), one == other
    (True, False)
    """
    text = json.dumps({"content": content, "code": code}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
