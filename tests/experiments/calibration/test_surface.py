"""Surfaces and the fit against a problem whose answer is known by algebra."""

from __future__ import annotations

import numpy as np
import pytest

from kamsim.experiments.calibration.fit import fit_moments, fit_what_fits
from kamsim.experiments.calibration.moments import MOMENTS
from kamsim.experiments.calibration.parameters import FreeParameter
from kamsim.experiments.calibration.surface import Surface, fit_surface
from kamsim.streams import stream

PARAMETERS = tuple(
    FreeParameter(f"dynamics.smb.{name}", "-", False, 0.0, 1.0) for name in ("loss_rate", "milestone_pace")
)
NAMES = ("smb.won_share", "smb.cycle_p50", "smb.lost_age_p50", "smb.cycle_p90", "smb.openings")
SLOPES = np.array([[1.0, 0.0], [0.5, -1.0], [0.0, 0.8], [1.0, 1.0], [-1.0, 0.5]])
UNTOLD = np.full(5, np.nan)
CENTRE, HALF = np.zeros(2), np.full(2, 2.0)
ALL = np.array([True, True])


def surface(noise: float = 0.1, curve: float = 0.0, told: np.ndarray = ALL, books: int = 400) -> Surface:
    rng = stream(3, "test")
    points = rng.uniform(-2, 2, (books, 2))
    seen = points @ SLOPES.T + curve * points[:, :1] * points[:, 1:] + noise * rng.standard_normal((books, 5))
    return fit_surface(points, seen, CENTRE, HALF, PARAMETERS, [MOMENTS[n] for n in NAMES], told)


def test_a_plane_is_found_and_its_noise_too() -> None:
    found = surface()
    at = np.array([0.3, -0.4])
    assert found.predict(at) == pytest.approx(SLOPES @ at, abs=0.03)
    assert found.jacobian(at) == pytest.approx(SLOPES, abs=0.03)
    assert found.residuals.std(axis=0) == pytest.approx(np.full(5, 0.1), rel=0.1)


def test_slopes_are_those_of_the_prediction() -> None:
    found, at, step = surface(curve=0.7), np.array([0.4, 0.9]), 1e-5
    moved = [(found.predict(at + e) - found.predict(at - e)) / (2 * step) for e in step * np.eye(2)]
    assert found.jacobian(at) == pytest.approx(np.array(moved).T, abs=1e-6)
    assert abs(found.jacobian(at)[0, 1] - 0.7 * 0.4) < 0.05


def test_terms_that_are_chance_are_not_kept() -> None:
    assert surface().jacobian(CENTRE)[0, 1] == 0.0


def test_parameters_that_nothing_tells_of_get_no_terms() -> None:
    found = surface(told=np.array([True, False]))
    assert (found.jacobian(CENTRE)[:, 1] == 0).all()
    assert found.residuals.std(axis=0)[2] > 0.5  # what it does has become chance


def test_the_estimate_is_that_of_weighted_least_squares_with_the_prior() -> None:
    found, observed, prior_sd = surface(), np.array([0.5, 0.2, -0.3, 0.1, -0.4]), np.array([0.6, 0.6])
    fit = fit_moments(observed, UNTOLD, found, CENTRE, prior_sd)
    weights = np.linalg.inv(fit.noise)
    slopes = found.jacobian(fit.x)
    known = slopes.T @ weights @ slopes + np.diag(prior_sd**-2)
    flat = observed - (found.predict(fit.x) - slopes @ fit.x)
    assert fit.x == pytest.approx(np.linalg.solve(known, slopes.T @ weights @ flat), abs=1e-4)
    assert fit.covariance == pytest.approx(np.linalg.inv(known), rel=1e-6)


def test_without_information_the_prior_stays() -> None:
    told = np.array([False, False])
    fit = fit_moments(np.zeros(5), UNTOLD, surface(told=told), CENTRE, np.array([0.6, 0.9]))
    assert fit.x == pytest.approx(CENTRE)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx([0.6, 0.9])
    assert fit.strengths == pytest.approx([0.0, 0.0])


def test_a_portfolio_noisier_than_the_model_widens_the_intervals() -> None:
    observed, wide = np.zeros(5), np.full(5, 1.0)
    sd = [
        np.sqrt(np.diag(fit_moments(observed, variance, surface(), CENTRE, np.ones(2)).covariance))
        for variance in (UNTOLD, wide)
    ]
    assert (sd[1] > 3 * sd[0]).all()


def test_an_estimate_beyond_the_box_is_told() -> None:
    fit = fit_moments(SLOPES @ np.array([9.0, 0.0]), UNTOLD, surface(), CENTRE, np.full(2, 5.0))
    assert fit.at_end.tolist() == [True, False]


def test_a_moment_that_contradicts_the_others_is_left_out() -> None:
    observed = SLOPES @ np.array([0.5, 0.5]) + np.array([0.0, 3.0, 0.0, 0.0, 0.0])
    fit, kept = fit_what_fits(observed, UNTOLD, surface(), CENTRE, np.ones(2), 1.0)
    assert kept == [0, 2, 3, 4]
    assert fit.x == pytest.approx([0.5, 0.5], abs=0.05)


@pytest.mark.parametrize(("moments", "left"), [(1, 1), (2, 2), (3, 2), (5, 4)])
def test_no_more_than_a_third_of_the_moments_go(moments: int, left: int) -> None:
    some = list(range(moments))
    far = np.array([9.0, -9.0, 9.0, -9.0, 9.0])[some]
    _, kept = fit_what_fits(far, UNTOLD[some], surface().take(some), CENTRE, np.full(2, 0.1), 1.0)
    assert len(kept) == left


def test_intervals_hold_what_they_promise_where_the_model_is_right() -> None:
    """Truths drawn from the prior, moments with the surfaces' noise: 90% intervals hold 90%."""
    found, rng, prior_sd = surface(noise=0.5), stream(9, "test"), np.array([0.5, 0.5])
    inside = []
    for _ in range(300):
        truth = prior_sd * rng.standard_normal(2)
        observed = SLOPES @ truth + 0.5 * rng.standard_normal(5)
        fit = fit_moments(observed, UNTOLD, found, CENTRE, prior_sd)
        inside.append(np.abs(fit.x - truth) <= 1.645 * np.sqrt(np.diag(fit.covariance)))
    assert 0.85 < np.mean(inside) < 0.95
