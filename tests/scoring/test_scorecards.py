import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError, FeatureError
from kamsim.schemas import MEDDIC
from kamsim.scoring import Scorecard, rank_disagreement


def test_meddic_counts_the_letters_that_are_known() -> None:
    card = Scorecard.load("meddic")
    assert [c.column for c in card.criteria] == list(MEDDIC)
    deals = pd.DataFrame({letter: pd.array([True, False, None], dtype="boolean") for letter in MEDDIC})
    scored = card.score(deals)
    assert scored["score"].tolist() == pytest.approx([100, 0, 0])
    assert scored["known"].tolist() == pytest.approx([1, 1, 0])


def test_an_icp_grid_weighs_five_criteria_alike_and_size_on_a_log_scale() -> None:
    ideal = {
        "firm_revenue_eur": [1e9, 1e8, 0.0],
        "headcount": [5000, 500, 1],
        "priority_industry": [True, False, False],
        "budget_confirmed": [True, False, False],
        "digital_maturity": [1.0, 0.5, 0.0],
        "sponsor_identified": [True, True, False],
    }
    scored = Scorecard.load("icp").score(pd.DataFrame(ideal, index=[7, 8, 9]))
    assert scored.index.tolist() == [7, 8, 9]
    assert scored["score"].tolist() == pytest.approx([100, 10 + 10 + 20, 0])
    assert scored.loc[8, ["firm_revenue", "headcount"]].tolist() == pytest.approx([5, 5])


def test_the_account_score_gives_full_marks_for_potential_from_tier_1_on() -> None:
    frame = pd.DataFrame(
        {"potential_36m_eur": [5e5, 9e9], "strategic_fit": 0, "roles_engaged": 0, "relationship": 0}
    )
    assert Scorecard.load("account").score(frame)["score"].tolist() == pytest.approx([25, 25])


@pytest.mark.parametrize("name", ["icp", "account", "meddic"])
def test_each_card_names_its_source_and_can_reach_100(name: str) -> None:
    card = Scorecard.load(name)
    best = pd.DataFrame({c.column: [c.high] for c in card.criteria})
    assert card.source.startswith("D-")
    assert card.score(best)["score"].item() == pytest.approx(100)


def test_what_a_card_cannot_read_is_named(tmp_path) -> None:
    card = Scorecard.load("account")
    with pytest.raises(FeatureError, match="'potential' wants column 'potential_36m_eur'"):
        card.score(pd.DataFrame({"x": [1]}))
    with pytest.raises(FeatureError, match="'relationship' must hold numbers"):
        card.score(
            pd.DataFrame({c.column: ["good"] if c.column == "relationship" else [1.0] for c in card.criteria})
        )
    with pytest.raises(ConfigError, match="unknown scorecard 'medic': did you mean 'meddic'"):
        Scorecard.load("medic")
    file = tmp_path / "cards.toml"
    for text, rule in [
        ("a.criteria.x = {column = 'x', weight = 0}", "weight must be above 0"),
        ("a.criteria.x = {column = 'x', weight = 1, from = 0, to = 5, log = true}", "above 0 on a log scale"),
        ("a.criteria.x = {column = 'x'}", "must have column and weight"),
        ("a.title = 'empty'", "has no criteria"),
        ("a = ", "cannot be read"),
    ]:
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError, match=rule):
            Scorecard.load("a", file)


def test_rank_disagreement_runs_from_0_to_2() -> None:
    score = np.arange(10.0)
    assert rank_disagreement(score, score**3) == pytest.approx(0)
    assert rank_disagreement(score, -score) == pytest.approx(2)
    assert np.isnan(rank_disagreement(score, np.ones(10)))
    assert rank_disagreement([1, 2, np.nan], [1, 2, 0]) == pytest.approx(0)
