import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skops.io

import kamsim
from kamsim.errors import ModelFileError
from kamsim.scoring import (
    ChurnClassifier,
    ChurnHazard,
    PotentialRegressor,
    load_model,
    model_files,
    save_model,
)
from kamsim.scoring.model_files import CARD, describe_model_file
from kamsim.streams import stream

CUTOFF = pd.Timestamp("2026-01-01")


def _table(rows: int, seed: int = 1) -> pd.DataFrame:
    draw = stream(seed, "model files")
    usage = draw.standard_normal(rows)
    return pd.DataFrame(
        {
            "usage": np.where(draw.random(rows) < 0.1, np.nan, usage),
            "plan": np.array(["basic", "pro", "team"])[draw.integers(0, 3, rows)],
            "kind": pd.Categorical(np.array(["x", "y"])[draw.integers(0, 2, rows)]),
            "public": pd.array(draw.random(rows) < 0.5, dtype="boolean"),
        }
    )


def _left(X: pd.DataFrame, seed: int = 2) -> np.ndarray:
    draw = stream(seed, "model files", "left")
    return draw.random(len(X)) < 1 / (1 + np.exp(1 + 2 * X["usage"].fillna(0).to_numpy()))


def _amounts(X: pd.DataFrame) -> np.ndarray:
    return np.exp(X["usage"].fillna(0).to_numpy() + 0.3 * stream(3, "model files").standard_normal(len(X)))


def _history() -> pd.DataFrame:
    months = pd.date_range("2024-01-01", periods=24, freq="MS")
    stayed = {f"A{i}": 2 + 3 * i for i in range(8)}
    rows = [(a, m, 10.0) for a, n in stayed.items() for m in months[1 : 1 + n]]
    return pd.DataFrame(rows, columns=["account_id", "month", "revenue_eur"])


@pytest.fixture(scope="module")
def linear() -> ChurnClassifier:
    X = _table(300)
    return ChurnClassifier(model="linear").fit(X, _left(X))


@pytest.fixture(scope="module")
def boosted() -> ChurnClassifier:
    X = _table(300)
    return ChurnClassifier(model="boosting").fit(X, _left(X))


@pytest.fixture
def stored(linear: ChurnClassifier, tmp_path: Path) -> Path:
    save_model(linear, tmp_path / "churn.skops")
    return tmp_path / "churn.skops"


def _again(model, tmp_path: Path):
    save_model(model, tmp_path / "m.skops")
    return load_model(tmp_path / "m.skops")


@pytest.mark.parametrize("kind", ["linear", "boosting"])
def test_a_classifier_comes_back_to_the_last_bit(kind: str, request, tmp_path: Path) -> None:
    model = request.getfixturevalue({"linear": "linear", "boosting": "boosted"}[kind])
    again, X = _again(model, tmp_path), _table(500, 9)
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    pd.testing.assert_frame_equal(again.comparison_, model.comparison_)
    assert again.get_params() == model.get_params()


def test_a_classifier_calibrated_in_steps_comes_back(linear: ChurnClassifier, tmp_path: Path) -> None:
    from kamsim.scoring.calibration import ISOTONIC_FROM, calibrate

    X = _table(2 * ISOTONIC_FROM, 4)
    happened = np.resize([True, False], len(X))
    model = ChurnClassifier(model="linear").fit(X, _left(X))
    model.calibration_ = calibrate(model.predict_proba(X)[:, 1], happened)
    assert model.calibration_.method == "isotonic"
    np.testing.assert_array_equal(_again(model, tmp_path).predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("kind", ["linear", "boosting"])
def test_a_regressor_comes_back_to_the_last_bit(kind: str, tmp_path: Path) -> None:
    X = _table(80)
    model = PotentialRegressor(model=kind).fit(X, _amounts(X))
    again, new = _again(model, tmp_path), _table(100, 9)
    np.testing.assert_array_equal(again.predict(new), model.predict(new))
    np.testing.assert_array_equal(again.predict_interval(new), model.predict_interval(new))
    tiers = again.predict_tier_probability(new, [2.0, 1.0])
    pd.testing.assert_frame_equal(tiers, model.predict_tier_probability(new, [2.0, 1.0]))


@pytest.mark.filterwarnings("ignore::kamsim.errors.SmallSampleWarning")
def test_fits_on_few_rows_and_on_spend_come_back(tmp_path: Path) -> None:
    X, new = _table(40), _table(30, 9)
    rate = ChurnClassifier().fit(X, np.arange(40) < 3)
    assert rate.chosen_ == "rate"
    np.testing.assert_array_equal(_again(rate, tmp_path).predict_proba(new), rate.predict_proba(new))
    for model in (
        PotentialRegressor().fit(X.head(6), np.arange(6) + 1.0),
        PotentialRegressor(model="linear", prior_log_sd=1.0).fit(X, None, spend=_amounts(X)),
    ):
        again = _again(model, tmp_path)
        np.testing.assert_array_equal(again.predict_interval(new), model.predict_interval(new))


def test_an_array_without_names_and_whole_numbers_for_names_come_back(tmp_path: Path) -> None:
    named = _table(200).set_axis([0, 1, 2, 3], axis=1)
    bare = stream(5, "model files").standard_normal((200, 3))
    for X in (named, bare):
        model = ChurnClassifier(model="linear").fit(X, _left(_table(200)))
        np.testing.assert_array_equal(_again(model, tmp_path).predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("with_features", [False, True])
def test_a_hazard_comes_back_to_the_last_bit(with_features: bool, tmp_path: Path) -> None:
    features = pd.DataFrame({"kind": ["u", "v"] * 4, "size": range(8)}, index=[f"A{i}" for i in range(8)])
    model = ChurnHazard().fit(_history(), features if with_features else None, cutoff=CUTOFF)
    customers = pd.DataFrame({"tenure_months": [1, 30], "established": [False, True]}, index=["A0", "A1"])
    customers = customers.join(features)
    again = _again(model, tmp_path)
    np.testing.assert_array_equal(again.predict_survival(customers), model.predict_survival(customers))
    pd.testing.assert_frame_equal(again.counts_, model.counts_)


def test_the_file_says_what_it_holds(stored: Path) -> None:
    card = json.loads(zipfile.ZipFile(stored).read(CARD))
    assert card["kind"] == "ChurnClassifier"
    assert card["kamsim"] == kamsim.__version__
    assert card["columns"] == ["usage", "plan", "kind", "public"]
    assert describe_model_file(stored).columns_fingerprint == card["columns_fingerprint"]


def test_the_fingerprint_tells_order_and_names_apart(tmp_path: Path) -> None:
    X = _table(200)
    prints = set()
    for columns in (["usage", "plan"], ["plan", "usage"], ["usage", "kind"]):
        model = ChurnClassifier(model="linear").fit(X[columns], _left(X))
        prints.add(save_model(model, tmp_path / "m.skops").columns_fingerprint)
    assert len(prints) == 3


def test_other_estimators_and_unfitted_ones_are_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"^dict is not saved: model files hold ChurnClassifier, Churn"):
        save_model({}, tmp_path / "m.skops")
    with pytest.raises(ModelFileError, match="not fitted yet"):
        save_model(ChurnClassifier(), tmp_path / "m.skops")
    assert list(tmp_path.iterdir()) == []


def test_what_would_not_be_read_is_not_written(linear: ChurnClassifier, tmp_path: Path) -> None:
    X = _table(200)
    model = ChurnClassifier(model="linear").fit(X, _left(X))
    model.note_ = Path
    with pytest.raises(ModelFileError, match=r"Path is not on the list"):
        save_model(model, tmp_path / "m.skops")
    model.note_ = lambda: 1
    with pytest.raises(ModelFileError, match="cannot be saved"):
        save_model(model, tmp_path / "m.skops")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_replaced_and_an_unwritable_one_named(stored: Path, linear, tmp_path) -> None:
    stored.write_bytes(b"old")
    save_model(linear, stored)
    assert isinstance(load_model(stored), ChurnClassifier)
    assert [p.name for p in tmp_path.iterdir()] == [stored.name]
    with pytest.raises(ModelFileError, match=r"no/m\.skops: cannot be written \(No such file"):
        save_model(linear, tmp_path / "no" / "m.skops")


def test_a_write_that_fails_leaves_the_older_file(stored: Path, linear, tmp_path, monkeypatch) -> None:
    before = stored.read_bytes()

    def full(file: Path) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(model_files, "settle", full)
    with pytest.raises(ModelFileError, match="No space left"):
        save_model(linear, stored)
    assert stored.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [stored.name]


def _forge(path: Path, change, *, seal: bool = True) -> None:
    """Change members of a model file; with a seal its digest is made to fit."""
    members = {n: zipfile.ZipFile(path).read(n) for n in zipfile.ZipFile(path).namelist()}
    change(members)
    if seal and CARD in members:
        card = json.loads(members.pop(CARD))
        card["content"] = model_files._digest(members)
        members[CARD] = json.dumps(card).encode()
    path.write_bytes(model_files._zipped(members))


def test_no_file_another_file_and_half_a_file_are_told(stored: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="cannot be read"):
        load_model(tmp_path / "absent.skops")
    whole = stored.read_bytes()
    for content in (b"", b"not a zip", whole[: len(whole) // 2], whole[:-30]):
        stored.write_bytes(content)
        with pytest.raises(ModelFileError, match="is no model file, or is not whole"):
            load_model(stored)


def test_a_flipped_bit_is_told(stored: Path) -> None:
    whole = bytearray(stored.read_bytes())
    schema = zipfile.ZipFile(stored).getinfo("schema.json")
    whole[schema.header_offset + schema.compress_size // 2] ^= 1
    stored.write_bytes(whole)
    with pytest.raises(ModelFileError, match="not whole"):
        load_model(stored)


def test_what_skops_wrote_for_others_is_refused(stored: Path) -> None:
    skops.io.dump({"a": 1}, stored)
    with pytest.raises(ModelFileError, match=r"not written by kamsim \(kamsim.json is missing\)"):
        load_model(stored)


def test_a_changed_member_breaks_the_digest(stored: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        members["schema.json"] = members["schema.json"].replace(b"sigmoid", b"Sigmoid")

    _forge(stored, change, seal=False)
    with pytest.raises(ModelFileError, match="was changed after it was written"):
        load_model(stored)


def test_another_version_and_a_strange_card_are_told(stored: Path) -> None:
    def older(members: dict[str, bytes]) -> None:
        members[CARD] = members[CARD].replace(
            f'"kamsim": "{kamsim.__version__}"'.encode(), b'"kamsim": "0.0.9"'
        )

    _forge(stored, older)
    with pytest.raises(ModelFileError, match=r"written by kamsim 0\.0\.9, this is"):
        load_model(stored)
    _forge(stored, lambda members: members.update({CARD: b'{"content": 1}'}), seal=False)
    with pytest.raises(ModelFileError, match=r"kamsim\.json cannot be read"):
        load_model(stored)


@pytest.mark.parametrize(
    ("module", "kind"), [("os", "system"), ("builtins", "eval"), ("pathlib", "Path"), ("numpy", "load")]
)
def test_a_type_off_the_list_is_named_and_never_built(module: str, kind: str, stored: Path) -> None:
    """A file that is sealed well, but puts another type in the place of kamsim's calibration."""

    def change(members: dict[str, bytes]) -> None:
        text = members["schema.json"].decode()
        old = '"__class__": "Calibration",\n'
        assert old in text
        text = text.replace(old, f'"__class__": "{kind}",\n')
        members["schema.json"] = text.replace('"kamsim.scoring.calibration"', f'"{module}"').encode()

    _forge(stored, change)
    with pytest.raises(ModelFileError, match=rf"{module}\.{kind} is not on the list of types"):
        load_model(stored)


def test_a_file_that_holds_another_class_than_it_says(stored: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        members[CARD] = members[CARD].replace(b"ChurnClassifier", b"ChurnHazard")

    _forge(stored, change)
    with pytest.raises(ModelFileError, match="holds ChurnClassifier, but says ChurnHazard"):
        load_model(stored)


def test_a_sealed_file_that_makes_no_sense_is_told(stored: Path) -> None:
    _forge(stored, lambda members: members.update({"schema.json": b"{}"}))
    with pytest.raises(ModelFileError, match="holds no readable model"):
        load_model(stored)


def test_trees_that_lead_astray_are_refused(boosted: ChurnClassifier, tmp_path: Path) -> None:
    again = _again(boosted, tmp_path)
    again.model_._predictors[0][0].nodes["left"][0] = 10_000
    save_model(again, tmp_path / "bad.skops")
    with pytest.raises(ModelFileError, match="leads to a node that does not exist"):
        load_model(tmp_path / "bad.skops")
