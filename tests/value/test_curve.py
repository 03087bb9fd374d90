import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamsim.dynamics import compile_parameters, play, state_from_tables
from kamsim.errors import SchemaError
from kamsim.schemas import VALUES, check
from kamsim.streams import luck_key
from kamsim.value import believe_values, draw_states, sample_values
from kamsim.value.curve import fit_hill

LEVELS = np.array([0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0])

CUTOFF = pd.Timestamp("2026-01-01")


def hill(effort: np.ndarray, base: float, gain: float, half: float, exponent: float) -> np.ndarray:
    return base + gain * effort**exponent / (half**exponent + effort**exponent)


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.floats(0.2, 5), st.floats(0.8, 2))
def test_a_planted_curve_is_found(base: float, gain: float, half: float, exponent: float) -> None:
    """The half-effort up to its grid (steps of 19 %), the curve itself within 3 % of the gain."""
    planted = hill(LEVELS, base, gain, half, exponent)

    found = [float(part[0]) for part in fit_hill(LEVELS, planted[:, None], exponent)]

    assert found[2] == pytest.approx(half, rel=0.19)
    np.testing.assert_allclose(hill(LEVELS, *found, exponent), planted, atol=0.03 * gain)


def test_a_curve_on_the_grid_is_found_exactly() -> None:
    curves = np.stack([hill(LEVELS, 10, 6, 1.0, 1.4), hill(LEVELS, 0, 50, 0.125, 1.4)], axis=1)

    base, gain, half = fit_hill(LEVELS, curves, 1.4)

    np.testing.assert_allclose(base, [10, 0], atol=1e-9)
    np.testing.assert_allclose(gain, [6, 50])
    np.testing.assert_allclose(half, [1.0, 0.125])


def test_effort_that_does_harm_counts_as_no_gain() -> None:
    base, gain, _ = fit_hill(LEVELS, np.stack([10 - LEVELS, np.full(7, 3.0)], axis=1), 1.4)

    assert gain.tolist() == [0.0, 0.0]
    np.testing.assert_allclose(base, [(10 - LEVELS).mean(), 3.0])


def test_noise_is_averaged_out() -> None:
    planted = hill(LEVELS, 1000, 500, 1.0, 1.4)
    noisy = planted[:, None] + np.array([1, -1, 1, -1, 1, -1, 1])[:, None] * 5.0

    base, gain, _ = fit_hill(LEVELS, noisy, 1.4)

    assert base[0] == pytest.approx(1000, abs=10)
    assert gain[0] == pytest.approx(500, abs=25)


@pytest.fixture(scope="module")
def values(known) -> pd.DataFrame:
    return believe_values(*known.tables, known.scenario, cutoff=CUTOFF)


def test_every_account_has_a_curve(values: pd.DataFrame, known) -> None:
    pd.testing.assert_frame_equal(check(values, VALUES), values)
    assert values["account_id"].tolist() == known.portfolio.accounts["account_id"].tolist()
    assert (values["half_hours"] > 0).all()
    assert (values["gain_eur"] > 0).mean() > 0.9
    assert (values["exponent"] == known.scenario.value.hill_exponent).all()


def test_the_curve_is_what_the_dynamics_bring(values: pd.DataFrame, known) -> None:
    """At half effort and without any, against a run on fresh luck of 400 lanes."""
    scenario = known.scenario
    state = draw_states(*known.tables, scenario, 400, cutoff=CUTOFF)
    curve = values.set_index("account_id")
    for share in (0.0, 1.0, 3.0):
        hours = share * curve["half_hours"].to_numpy()
        years, _ = play(
            state,
            hours,
            compile_parameters(scenario.dynamics),
            key=luck_key(99, "fresh"),
            first_month=672,
            months=36,
        )
        brought = scenario.coverage.margin * years.revenue.sum(axis=0).mean(axis=1)
        power = share**scenario.value.hill_exponent
        told = curve["base_eur"] + curve["gain_eur"] * power / (1 + power)
        assert told.sum() == pytest.approx(brought.sum(), rel=0.05)
        assert np.abs(told - brought).sum() < 0.12 * brought.sum()


def test_values_scale_with_the_margin(values: pd.DataFrame, known) -> None:
    half = known.scenario.override({"coverage.margin": known.scenario.coverage.margin / 2})

    thinner = believe_values(*known.tables, half, cutoff=CUTOFF)

    for name in ("base_eur", "gain_eur", "gain_sd_eur"):
        np.testing.assert_allclose(thinner[name], values[name] / 2, rtol=1e-9)
    np.testing.assert_allclose(thinner["half_hours"], values["half_hours"])


def test_more_potential_means_more_gain(values: pd.DataFrame, known) -> None:
    potential = known.scores["potential_36m_eur"]

    assert values["gain_eur"].corr(potential, method="spearman") > 0.8


def test_the_same_seed_gives_the_same_values_in_any_order_of_rows(values: pd.DataFrame, known) -> None:
    turned = believe_values(*(frame.iloc[::-1] for frame in known.tables), known.scenario, cutoff=CUTOFF)

    pd.testing.assert_frame_equal(turned, values, check_exact=True)


def test_inputs_are_not_changed(known) -> None:
    before = [frame.copy(deep=True) for frame in known.tables]

    believe_values(*known.tables, known.scenario.override({"value.replications": 2}), cutoff=CUTOFF)

    for frame, copy in zip(known.tables, before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_a_table_that_breaks_its_contract_is_refused(known) -> None:
    accounts, opportunities, scores = known.tables

    with pytest.raises(SchemaError, match="table scores: potential_36m_eur must be >= 0, got -1"):
        believe_values(
            accounts, opportunities, scores.assign(potential_36m_eur=-1.0), known.scenario, cutoff=CUTOFF
        )


def test_true_values_come_from_the_code_of_the_believed_ones(known) -> None:
    """From the states that beliefs are drawn from come the believed curves, to the last bit."""
    scenario = known.scenario.override({"value.replications": 16, "experiment.months": 12})
    drawn = draw_states(*known.tables, scenario, 16, cutoff=CUTOFF)

    sampled = sample_values(drawn, scenario, cutoff=CUTOFF, replications=16)

    pd.testing.assert_frame_equal(sampled, believe_values(*known.tables, scenario, cutoff=CUTOFF))


def test_a_known_state_leaves_luck_alone_in_the_spread(known) -> None:
    """The spread of a belief holds the doubt about the account beside the luck of the months."""
    scenario = known.scenario.override({"value.replications": 64})
    portfolio = known.portfolio
    truth = state_from_tables(portfolio.accounts, portfolio.truth, portfolio.deals)

    true = sample_values(truth, scenario, cutoff=CUTOFF, replications=64)
    believed = believe_values(*known.tables, scenario, cutoff=CUTOFF)

    assert true["account_id"].tolist() == believed["account_id"].tolist()
    assert true["gain_sd_eur"].sum() < believed["gain_sd_eur"].sum()
