"""Fitted estimators on disk: written by `skops`, never by pickle, and read back from a fixed list of types.

A model file is a zip. Beside what `skops` writes, ``kamsim.json`` says in plain text what is in the file: the
class, the version of kamsim, the columns' fingerprint and a digest of the rest. The digest tells damage from
a whole file; it is no signature. What guards against a file made to harm is the list below: nothing that it
does not name is ever built, and node tables of trees are checked before they can be walked.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import zipfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
import skops
import skops.io

import kamsim
from kamsim.durable import settle
from kamsim.errors import ModelFileError
from kamsim.scoring.tree_guard import check_trees

CARD = "kamsim.json"
"""The member of the zip that says what the file holds."""

KEPT = {
    "ChurnClassifier": "kamsim.scoring.churn_classifier.ChurnClassifier",
    "ChurnHazard": "kamsim.scoring.churn_hazard.ChurnHazard",
    "PotentialRegressor": "kamsim.scoring.potential_regressor.PotentialRegressor",
}
"""Estimators that a file may hold, by name."""

TRUSTED = (
    *KEPT.values(),
    "kamsim.scoring.calibration.Calibration",
    "kamsim.scoring.conformal.Scale",
    "kamsim.scoring.plain_state.PlainFrame",
    "kamsim.scoring.plain_state.PlainIndex",
    "kamsim.scoring.plain_state.PlainMapping",
    "kamsim.scoring.preparation.FramePreparation",
    "kamsim.scoring.unskewing.Unskewing",
    # numpy's types and its bound on numbers, in the preparation of the linear models
    "numpy.clip",
    "numpy.dtype",
    # gradient boosting: its trees, whose nodes are checked after reading, and its check of the input
    "functools.partial",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.utils.validation.check_array",
)
"""All that is built from a file, beside what `skops` trusts by itself (plain values, arrays, scikit-learn's
estimators)."""

_MISSHAPEN = (
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)
"""What reading a misshapen file may raise."""


@dataclass(frozen=True)
class ModelFile:
    """What a model file says of itself.

    Parameters
    ----------
    kind : str
        Class of the estimator.
    kamsim, scikit_learn, numpy, skops : str
        Versions that wrote it.
    columns : list of str
        What the estimator reads, in order; empty where it names no columns.
    columns_fingerprint : str
        Of the columns' names and order.
    content : str
        Digest (SHA-256) of all other members of the file.
    """

    kind: str
    kamsim: str
    scikit_learn: str
    numpy: str
    skops: str
    columns: list[str]
    columns_fingerprint: str
    content: str


def save_model(estimator: Any, path: str | Path) -> ModelFile:
    """Write a fitted estimator; the file takes its place only when it is whole.

    Parameters
    ----------
    estimator : ChurnClassifier, ChurnHazard or PotentialRegressor
        Fitted.
    path : str or Path
        File to write; an older one is replaced. ``.skops`` is the usual ending.

    Returns
    -------
    ModelFile

    Raises
    ------
    ModelFileError
        When the estimator is of another class, not fitted, holds something that `load_model` would refuse,
        or the file cannot be written.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamsim.scoring import ChurnClassifier
    >>> rows = np.arange(200)
    >>> X, y = pd.DataFrame({"logins": rows % 20.0}), (rows % 20 < 6) ^ (rows % 11 == 0)
    >>> model = ChurnClassifier(model="linear").fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     said = save_model(model, Path(folder) / "churn.skops")
    ...     again = load_model(Path(folder) / "churn.skops")
    >>> said.kind, said.columns, bool((again.predict_proba(X) == model.predict_proba(X)).all())
    ('ChurnClassifier', ['logins'], True)
    """
    card, content = dump_model(estimator)
    _write_whole(Path(path), content)
    return card


def dump_model(estimator: Any) -> tuple[ModelFile, bytes]:
    """Return what `save_model` writes: what is in the file, and its bytes; errors as there.

    Examples
    --------
    >>> dump_model(object())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    kamsim.errors.ModelFileError: object is not saved: model files hold ChurnClassifier, ...
    """
    kind = type(estimator).__name__
    if _full_name(type(estimator)) not in KEPT.values():
        raise ModelFileError(f"{kind} is not saved: model files hold {', '.join(KEPT)}")
    if not any(name.endswith("_") for name in vars(estimator)):
        raise ModelFileError(f"this {kind} is not fitted yet: there is nothing to save")
    try:
        stored = skops.io.dumps(estimator)
    except (TypeError, ValueError, AttributeError) as error:
        raise ModelFileError(f"{kind} cannot be saved: {error}") from error
    _refuse_untrusted(stored, f"{kind} cannot be saved")
    members = _members(stored)
    columns = [str(name) for name in getattr(estimator, "feature_names_in_", ())]
    card = ModelFile(
        kind=kind,
        kamsim=kamsim.__version__,
        scikit_learn=sklearn.__version__,
        numpy=np.__version__,
        skops=skops.__version__,
        columns=columns,
        columns_fingerprint=hashlib.sha256(json.dumps(columns).encode()).hexdigest()[:16],
        content=_digest(members),
    )
    text = json.dumps(asdict(card), indent=2, ensure_ascii=False) + "\n"
    return card, _zipped({CARD: text.encode(), **members})


def load_model(path: str | Path) -> Any:
    """Read a fitted estimator; it predicts what the saved one did, to the last bit.

    Parameters
    ----------
    path : str or Path
        As written by `save_model`.

    Returns
    -------
    ChurnClassifier, ChurnHazard or PotentialRegressor

    Raises
    ------
    ModelFileError
        When there is no such file, it is no model file or not whole, another version of kamsim wrote it, or
        it holds a type that is not trusted; the message names the type. Nothing of the file has been
        built then.

    Warns
    -----
    sklearn.exceptions.InconsistentVersionWarning
        When another version of scikit-learn wrote it.

    Examples
    --------
    See `save_model` for a model written and read back.

    >>> load_model("no_such_model.skops")
    Traceback (most recent call last):
    ...
    kamsim.errors.ModelFileError: no_such_model.skops: cannot be read (No such file or directory)
    """
    path = Path(path)
    card, content = _read(path)
    if card.kamsim != kamsim.__version__:
        raise ModelFileError(
            f"{path}: written by kamsim {card.kamsim}, this is {kamsim.__version__}: fit the model again"
        )
    if _digest({name: data for name, data in _members(content).items() if name != CARD}) != card.content:
        raise ModelFileError(f"{path}: was changed after it was written (its digest differs)")
    try:
        _refuse_untrusted(content, f"{path}")
        estimator = skops.io.loads(content, trusted=list(TRUSTED))
        check_trees(estimator)
    except _MISSHAPEN as error:
        raise ModelFileError(f"{path}: holds no readable model ({error})") from error
    if _full_name(type(estimator)) != KEPT.get(card.kind):
        raise ModelFileError(f"{path}: holds {type(estimator).__name__}, but says {card.kind}")
    return estimator


def describe_model_file(path: str | Path) -> ModelFile:
    """Return what a model file says of itself, building nothing; errors as in `load_model`."""
    return _read(Path(path))[0]


def _read(path: Path) -> tuple[ModelFile, bytes]:
    """Read the bytes of a file and what it says of itself."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise ModelFileError(f"{path}: cannot be read ({reason})") from error
    try:
        members = _members(content)
    except _MISSHAPEN as error:
        raise ModelFileError(f"{path}: is no model file, or is not whole ({error})") from error
    if CARD not in members:
        raise ModelFileError(f"{path}: was not written by kamsim ({CARD} is missing)")
    try:
        return ModelFile(**json.loads(members[CARD])), content
    except (TypeError, ValueError) as error:
        raise ModelFileError(f"{path}: {CARD} cannot be read ({error})") from error


def _refuse_untrusted(stored: bytes, who: str) -> None:
    untrusted = sorted(set(skops.io.get_untrusted_types(data=stored)) - set(TRUSTED))
    if untrusted:
        raise ModelFileError(f"{who}: {', '.join(untrusted)} is not on the list of types that are read")


def _full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _members(stored: bytes) -> dict[str, bytes]:
    """Return the members of a zip by name; reading them checks their checksums."""
    with zipfile.ZipFile(io.BytesIO(stored)) as opened:
        names = opened.namelist()
        if len(set(names)) < len(names):
            raise ValueError("a member occurs twice")
        return {name: opened.read(name) for name in names}


def _zipped(members: dict[str, bytes]) -> bytes:
    """Zip members, without the time of day."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in members.items():
            made.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _digest(members: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(members):
        whole.update(f"{name}\n{len(members[name])}\n".encode())
        whole.update(members[name])
    return whole.hexdigest()


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file aside and put it in its place, so that no half of it is ever there."""
    aside = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        aside = Path(name)
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        aside.chmod(0o644)
        settle(aside)
        aside.replace(path)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise ModelFileError(f"{path}: cannot be written ({reason})") from error
    finally:
        if aside is not None:
            with suppress(FileNotFoundError):  # it took its place: all went well
                aside.unlink()
