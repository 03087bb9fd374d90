"""A result's files put in their place together: a reader has the earlier set or the new one, never a mix.

A result is made in a folder aside. One rename of that folder, to `PUBLISHING`, decides: before it the
earlier result stands untouched; after it the new one is complete and only wants its files moved. Whoever
comes next, a reader or a writer, moves what a killed process left there. The manifest moves last and carries
a fingerprint of every file, so that a folder read in between is seen to be neither.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from kamsim.durable import settle, settle_folder
from kamsim.errors import NotebookError
from kamsim.runs.faults import ResultNotWrittenError
from kamsim.runs.lock import LOCK

MANIFEST = "manifest.json"
PUBLISHING = ".publishing"
RUNNING = ".running-"
OURS = (LOCK, PUBLISHING)
"""Names in a result's folder that no file of a result may have."""


@contextmanager
def refuse_unwritable(out: Path) -> Iterator[None]:
    """Say of an error of the operating system that `out` cannot be written."""
    try:
        yield
    except MemoryError:
        raise ResultNotWrittenError(f"{out}: cannot be written (out of memory)") from None
    except OSError as caught:
        reason = os.strerror(caught.errno) if caught.errno else str(caught)
        raise ResultNotWrittenError(f"{out}: cannot be written ({reason})") from None


@contextmanager
def scratch_folder(out: Path) -> Iterator[Path]:
    """Give a folder to work in, beside the result, that goes whatever happens.

    Call it under the folder's lock: what a dead process left is then nobody's, and is tidied up first.
    """
    recover(out)
    scratch = Path(tempfile.mkdtemp(prefix=RUNNING, dir=out))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def recover(out: Path) -> None:
    """Finish what a process that was killed while publishing left, and drop what others left half done."""
    if (out / PUBLISHING).is_dir():
        _move_into_place(out)
    for stale in out.glob(f"{RUNNING}*"):
        shutil.rmtree(stale, ignore_errors=True)


def publish(results: Path, out: Path, facts: Mapping[str, Any]) -> None:
    """Put a folder of results in place of an earlier result.

    Files of the earlier result that the new one does not have go; other files in `out` stay.

    Parameters
    ----------
    results : Path
        A folder on the same disk; it is gone afterwards.
    out : Path
    facts : mapping
        What the manifest says beside the files and their fingerprints.

    Raises
    ------
    NotebookError
        When a result is no plain file, would land outside `out`, would hide a folder, or has a name that the
        runner needs. Nothing has been moved then.
    OSError
        When `out` cannot be written.
    """
    files = {name: sha256(results / name) for name in _plain_files(results)}
    for name in (*files, MANIFEST):
        _require_room(out, name)
    manifest = {**facts, "files": files}
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (results / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    for name in (*files, MANIFEST):
        settle(results / name)
    os.rename(results, out / PUBLISHING)
    settle_folder(out)
    _move_into_place(out)


def read_manifest(out: Path) -> dict[str, Any]:
    """Read the manifest of a result whose files are all there, as they were written.

    Raises
    ------
    NotebookError
        When there is no result, or its files are not those that the manifest names.
    """
    manifest = _manifest(out / MANIFEST)
    if not manifest:
        raise NotebookError(f"{out}: holds no finished run")
    for name, print_ in manifest["files"].items():
        if not _is_held(out, name) or not (out / name).is_file() or sha256(out / name) != print_:
            raise NotebookError(f"{out}: {name} is not the file that was written with {MANIFEST}")
    return manifest


def holds_own_manifest(out: Path) -> bool:
    """Whether a manifest in `out`, if there is one, was written by `publish` for a notebook.

    A stage of a run folder has a file of that name, too, which a result must not replace.
    """
    place = out / MANIFEST
    return not os.path.lexists(place) or "notebook" in _manifest(place)


def sha256(path: Path) -> str:
    """Return the fingerprint of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain_files(results: Path) -> list[str]:
    """Name the files of a result, relative to it; refuse what is no plain file."""
    names = []
    for path in sorted(results.rglob("*")):
        name = path.relative_to(results).as_posix()
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise NotebookError(f"the notebook wrote {name}, which is no plain file: results must be")
        if not path.is_dir():
            names.append(name)
    return names


def _require_room(out: Path, name: str) -> None:
    """Refuse a place that the runner needs, that a link puts outside, or where a folder stands."""
    if name.startswith(RUNNING) or PurePosixPath(name).parts[0] in OURS:
        raise NotebookError(f"{out}: the notebook wrote {name}, a name that the runner keeps for itself")
    if not _is_held(out, name):
        raise NotebookError(f"{out}: a symbolic link would put {name} outside of it")
    place = out / name
    if place.is_dir() and not place.is_symlink():
        raise NotebookError(f"{out}: a folder stands where the file {name} is to be written")


def _is_held(out: Path, name: str) -> bool:
    """Whether the folder that a name stands in is inside `out`, symbolic links followed."""
    return (out / name).parent.resolve().is_relative_to(out.resolve())


def _move_into_place(out: Path) -> None:
    """Move the files of a decided result, its manifest last; whole after any number of starts."""
    staged = out / PUBLISHING
    if staged.is_symlink():  # none of ours
        staged.unlink()
        return
    new = _manifest(staged / MANIFEST).get("files", {})
    for name in new:
        if (staged / name).exists() and _is_held(out, name) and _is_held(out, f"{PUBLISHING}/{name}"):
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged / name, out / name)
    if new:
        for name in _manifest(out / MANIFEST).get("files", {}).keys() - new.keys():
            _drop(out, name)
        os.replace(staged / MANIFEST, out / MANIFEST)
        settle_folder(out)
    shutil.rmtree(staged)


def _drop(out: Path, name: str) -> None:
    """Delete a file of the earlier result, and the folders that it leaves empty."""
    if not _is_held(out, name):
        return
    (out / name).unlink(missing_ok=True)
    for folder in list((out / name).relative_to(out).parents)[:-1]:
        with suppress(OSError):
            (out / folder).rmdir()


def _manifest(path: Path) -> dict[str, Any]:
    """Read a manifest; empty where there is none of ours, with names inside its own folder."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    files = read.get("files") if isinstance(read, dict) else None
    if not isinstance(files, dict) or any({"..", "/"} & {*PurePosixPath(name).parts} for name in files):
        return {}
    return dict(read)
