"""Morris and Sobol on functions whose answers are known: Ishigami's, and sums."""

import sys
from collections.abc import Mapping

import numpy as np
import pytest

from kamsim.errors import ConfigError, MissingExtraError
from kamsim.experiments import Input, decompose, screen

A, B = 7.0, 0.1
ISHIGAMI = [Input(name, -np.pi, np.pi) for name in ("x1", "x2", "x3")]


def ishigami(x: Mapping[str, float]) -> float:
    """Ishigami & Homma 1990."""
    return float(np.sin(x["x1"]) * (1 + B * x["x3"] ** 4) + A * np.sin(x["x2"]) ** 2)


def _closed_form() -> dict[str, tuple[float, float]]:
    """First-order and total share of each input."""
    first = (1 + B * np.pi**4 / 5) ** 2 / 2
    second = A**2 / 8
    both = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    total = first + second + both
    return {
        "x1": (first / total, (first + both) / total),
        "x2": (second / total, second / total),
        "x3": (0.0, both / total),
    }


def test_sobol_finds_the_closed_form() -> None:
    pytest.importorskip("SALib")
    table = decompose(ishigami, ISHIGAMI, samples=2048, confidence=0.99).set_index("assumption")

    for name, (first, total) in _closed_form().items():
        row = table.loc[name]
        assert row["first"] == pytest.approx(first, abs=0.02)
        assert row["total"] == pytest.approx(total, abs=0.02)
        assert row["first_low"] <= first <= row["first_high"]
        assert row["total_low"] <= total <= row["total_high"]
    assert (table["evaluations"] == 2048 * 5).all()


def test_morris_finds_the_effects_between_four_levels() -> None:
    """From -pi to pi/3 the second term rises by three quarters of A, over two thirds of the range."""
    pytest.importorskip("SALib")
    table = screen(ishigami, ISHIGAMI, trajectories=200).set_index("assumption")
    steps = [1.5 * np.sin(np.pi / 3) * (1 + B * x**4) for x in (np.pi, np.pi / 3)]

    assert table.loc["x2", "mu_star"] == pytest.approx(1.5 * 0.75 * A)
    assert steps[1] < table.loc["x1", "mu_star"] < steps[0]
    # The third acts through the first alone: its effects cancel out, and only their size tells.
    third = table.loc["x3"]
    assert abs(third["mu"]) < third["mu_star_high"] - third["mu_star"] + 0.2 * third["mu_star"]
    assert third["sigma"] > third["mu_star"]
    assert (table["evaluations"] == 800).all()


def test_of_a_sum_each_effect_is_its_slope() -> None:
    pytest.importorskip("SALib")
    inputs = [Input("a", 0.0, 2.0), Input("b", 1.0, 4.0), Input("c", 0.0, 1.0)]

    table = screen(lambda x: 5 * x["a"] - 2 * x["b"], inputs, output="sum").set_index("assumption")

    assert table["mu"].to_dict() == pytest.approx({"a": 10.0, "b": -6.0, "c": 0.0})
    assert table["mu_star"].to_dict() == pytest.approx({"a": 10.0, "b": 6.0, "c": 0.0})
    assert table["sigma"].to_numpy() == pytest.approx(0.0, abs=1e-9)
    assert set(table["output"]) == {"sum"}


def test_factors_are_spread_in_the_logarithm() -> None:
    pytest.importorskip("SALib")
    seen: list[float] = []

    def model(x: Mapping[str, float]) -> float:
        seen.append(x["f"])
        return float(np.log(x["f"])) + x["g"]

    inputs = [Input("f", 0.25, 4.0, logarithmic=True), Input("g", 0.0, 1.0)]
    table = screen(model, inputs).set_index("assumption")

    assert table.loc["f", "mu_star"] == pytest.approx(np.log(16))
    assert sorted({round(x, 4) for x in seen}) == [0.25, 0.63, 1.5874, 4.0]


def test_a_seed_fixes_the_points() -> None:
    pytest.importorskip("SALib")

    tables = [decompose(ishigami, ISHIGAMI, samples=16, seed=seed) for seed in (1, 1, 2)]

    assert tables[0].equals(tables[1])
    assert not tables[0].equals(tables[2])


def test_an_output_that_does_not_move_has_no_shares() -> None:
    pytest.importorskip("SALib")

    table = decompose(lambda _: 3.0, ISHIGAMI, samples=4)

    assert (table[["first", "total"]] == 0).all(axis=None)


@pytest.mark.parametrize("analysis", [screen, decompose])
def test_without_salib_the_way_out_is_named(analysis: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SALib", "SALib.sample", "SALib.sample.morris", "SALib.sample.sobol"):
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(MissingExtraError, match=r"pip install 'kamsim\[sensitivity\]'"):
        analysis(ishigami, ISHIGAMI)  # type: ignore[operator]


def test_bad_input_is_refused() -> None:
    with pytest.raises(ConfigError, match="low must be below high, got 2 and 1"):
        Input("a", 2.0, 1.0)
    with pytest.raises(ConfigError, match="low must be above 0 for a logarithm, got 0"):
        Input("a", 0.0, 1.0, logarithmic=True)
    with pytest.raises(ConfigError, match="two inputs or more, got 1"):
        screen(ishigami, ISHIGAMI[:1])
    with pytest.raises(ConfigError, match="input 'x1' stands more than once"):
        screen(ishigami, [ISHIGAMI[0], ISHIGAMI[0]])
    with pytest.raises(ConfigError, match="trajectories must be >= 2, got 1"):
        screen(ishigami, ISHIGAMI, trajectories=1)
    with pytest.raises(ConfigError, match="samples must be a power of two from 2 on, got 100"):
        decompose(ishigami, ISHIGAMI, samples=100)
