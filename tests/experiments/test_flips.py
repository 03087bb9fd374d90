"""The nearest flip: on leads whose flips are known, and on a played one."""

import numpy as np
import pytest

from kamsim.errors import ConfigError
from kamsim.experiments import Population, Recommendation, decision_flips, lead_model, recommend_ratio
from kamsim.experiments.assumptions import Values
from kamsim.experiments.recommendations import Play


def made(crowd: Population, play: Play, *assumptions: str) -> Recommendation:
    return Recommendation("made", crowd, play, assumptions)


def by_potential(values: Values, replications: int) -> tuple[np.ndarray, np.ndarray]:
    """Leads up to a potential of 1.3, and down to 0.5."""
    lead = (1.3 - values["potential"]) * (values["potential"] - 0.5)
    return np.full(replications, lead), np.zeros(replications)


def test_the_nearest_flip_is_found(crowd: Population) -> None:
    table = decision_flips([made(crowd, by_potential, "potential", "churn")]).frame()
    flip = table.set_index("assumption").loc["potential"]
    low, high = crowd.range_of("potential")

    # Six halvings of a sixth of the range's half.
    assert flip["flip"] == pytest.approx(1.3, rel=np.log(high) / 6 / 2**6)
    assert flip["distance"] == pytest.approx(np.log(flip["flip"]) / np.log(high / low))
    assert (flip["at_low_eur"] < 0) & (flip["at_high_eur"] < 0)
    assert flip["lead_eur"] == pytest.approx(0.15)
    assert flip["base"] == 1.0


def test_what_flips_nothing_says_so(crowd: Population) -> None:
    result = decision_flips([made(crowd, by_potential, "churn")])
    row = result.frame().iloc[0]

    assert np.isnan(row["flip"])
    assert np.isnan(row["distance"])
    assert row["at_low_eur"] == row["at_high_eur"] == row["lead_eur"]
    assert result.summary() == "made: nothing flips it"


def test_a_trailing_recommendation_flips_too(crowd: Population) -> None:
    def play(values: Values, replications: int) -> tuple[np.ndarray, np.ndarray]:
        return np.full(replications, values["margin"] - 0.85), np.zeros(replications)

    result = decision_flips([made(crowd, play, "margin")])

    assert result.frame()["flip"].iloc[0] == pytest.approx(0.85, rel=0.01)
    assert result.frame()["lead_eur"].iloc[0] < 0
    assert result.summary().startswith("made: margin at 0.8")


def test_played_leads_have_opposite_signs_around_a_flip(crowd: Population) -> None:
    ratio = recommend_ratio(crowd)
    only = Recommendation(ratio.name, crowd, ratio.play, ("ae_cost_eur", "potential"))
    seen: list[tuple[int, int]] = []

    table = decision_flips([only], progress=lambda done, wanted: seen.append((done, wanted))).frame()

    assert seen == [(1, 2), (2, 2)]
    found = table.dropna(subset="flip").to_dict("records")
    assert found
    for row in found:
        near, far = (only.lead({row["assumption"]: row["flip"] * f}, 8).mean for f in (0.98, 1.02))
        assert near * far < 0
        assert row["replications"] == 8


def test_a_lead_is_a_model_for_an_analysis(crowd: Population) -> None:
    model, inputs = lead_model(made(crowd, by_potential, "potential", "margin"))

    assert model({"potential": 1.0, "margin": 0.5}) == pytest.approx(0.15)
    assert [(i.name, i.logarithmic) for i in inputs] == [("potential", True), ("margin", True)]
    assert (inputs[0].low, inputs[0].high) == crowd.range_of("potential")


def test_no_recommendation_is_an_error() -> None:
    with pytest.raises(ConfigError, match="wants a recommendation, got none"):
        decision_flips([])
