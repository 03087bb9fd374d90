"""The closed forms against published figures and against simulations that share nothing with them."""

from __future__ import annotations

import numpy as np
import pytest

from .agreement import check_agreement
from .closed_forms import (
    absorbing_chain,
    annuity,
    beta_geometric_survival,
    customer_value,
    goodwill_level,
    survival,
    waiting_probability,
)

PURCHASE = np.array([0.3, 0.2, 0.15, 0.05])
PUBLISHED_VALUES = [52.320, 5.554, 1.251, -1.820]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260101)


def test_waiting_probability_is_the_published_one() -> None:
    assert waiting_probability(3.0, 4) == pytest.approx(0.509434, abs=5e-7)


def test_waiting_in_a_simulated_queue(rng: np.random.Generator) -> None:
    """M/M/4 at load 3: each customer takes the server that is free first (Kiefer & Wolfowitz)."""
    queues, servers, warm_up, customers = 4000, 4, 300, 3000
    free_in = np.zeros((queues, servers))
    waited, waiting = np.zeros(queues), np.zeros(queues)
    for customer in range(warm_up + customers):
        if customer >= warm_up:
            waited += free_in[:, 0] > 0
            waiting += free_in[:, 0]
        free_in[:, 0] += rng.exponential(1.0, queues)
        free_in = np.sort(np.maximum(free_in - rng.exponential(1.0 / 3.0, (queues, 1)), 0.0), axis=1)

    theory = waiting_probability(3.0, servers)
    check_agreement(waited / customers, theory, "P(wait)")
    check_agreement(waiting / customers, theory / (servers - 3.0), "mean wait")


def test_customer_value_is_the_published_one() -> None:
    values = customer_value(PURCHASE, contribution=40.0, mailing=4.0, discount=0.2)

    np.testing.assert_allclose(values, PUBLISHED_VALUES, atol=5e-4)


def test_customer_value_of_simulated_customers(rng: np.random.Generator) -> None:
    customers = 400_000
    recency = np.ones(customers, dtype=int)
    value = np.full(customers, 36.0)
    for period in range(1, 60):
        alive = recency <= 4
        buys = alive & (rng.random(customers) < PURCHASE[np.minimum(recency, 4) - 1])
        recency = np.where(buys, 1, recency + 1)
        value += (40.0 * buys - 4.0 * (recency <= 4)) * 1.2**-period

    check_agreement(value, PUBLISHED_VALUES[0], "value of a customer who has just bought")


def test_pipeline_has_the_published_probabilities_and_levels() -> None:
    """Three stages: stay, advance, or be lost; ten opportunities a period come in."""
    transient = np.array([[0.5, 0.3, 0.0], [0.0, 0.5, 0.25], [0.0, 0.0, 0.4]])
    ends = np.array([[0.0, 0.2], [0.0, 0.25], [0.45, 0.15]])
    visits, absorbed = absorbing_chain(transient, ends)

    np.testing.assert_allclose(absorbed[:, 0], [0.225, 0.375, 0.75])
    np.testing.assert_allclose(10.0 * visits[0], [20.0, 12.0, 5.0])


def test_beta_geometric_is_the_mixture_of_geometrics(rng: np.random.Generator) -> None:
    alpha, beta = 0.668, 3.806

    churn = rng.beta(alpha, beta, 400_000)

    check_agreement((1.0 - churn) ** 12, beta_geometric_survival(alpha, beta, 12), "mixture at year 12")
    assert beta_geometric_survival(alpha, beta, 1) == pytest.approx(beta / (alpha + beta))
    recursion = (beta + 11) / (alpha + beta + 11)
    assert beta_geometric_survival(alpha, beta, 12) == pytest.approx(
        recursion * beta_geometric_survival(alpha, beta, 11)
    )


def test_annuity_ratio_of_the_two_published_retentions() -> None:
    assert annuity(0.92, 3) / annuity(0.68, 3) == pytest.approx(1.29, abs=0.005)
    assert annuity(0.9, 400, discount=0.1) == pytest.approx(1.1 / (1.1 - 0.9))


def test_survival_as_a_product() -> None:
    assert survival(0.08, 12) == pytest.approx(np.prod([0.92] * 12))


def test_goodwill_level_stands_still() -> None:
    level = goodwill_level(0.07, 0.06)

    assert level + 0.07 * (1 - level) - 0.06 * level == pytest.approx(level)
