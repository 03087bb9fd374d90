import numpy as np
import pytest

from kamsim.config import Scenario
from kamsim.errors import ConfigError
from kamsim.portfolio.accounts import draw_accounts
from kamsim.portfolio.families import REACH, account_ids, draw_parents, segments_of


@pytest.fixture(scope="module")
def related(scenario: Scenario) -> Scenario:
    return scenario.override({"portfolio.accounts": 6000, "portfolio.family_share": 0.3})


def test_a_parent_is_a_larger_account_before_its_child_and_no_child_itself(related: Scenario) -> None:
    parents = draw_parents(0, 6000, related)
    children = np.flatnonzero(parents >= 0)
    of = parents[children]
    segment = segments_of(np.arange(6000), related.portfolio)

    assert 0.2 < len(children) / 6000 < 0.3
    assert (of < children).all()
    assert (children - of <= REACH).all()
    assert (parents[of] == -1).all()
    assert (segment[of] < segment[children]).all()
    assert (segment[of] < 2).all()
    assert np.bincount(of).max() > 3


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 2), (500, 777), (1500, 6000), (5999, 6000)])
def test_families_are_the_same_in_any_block(first: int, last: int, related: Scenario) -> None:
    np.testing.assert_array_equal(
        draw_parents(first, last, related), draw_parents(0, 6000, related)[first:last]
    )


def test_no_families_where_none_are_asked_for(related: Scenario) -> None:
    assert (draw_parents(0, 6000, related.override({"portfolio.family_share": 0.0})) == -1).all()


def test_the_knob_moves_parents_and_names_only(related: Scenario) -> None:
    with_families = draw_accounts(related).facts
    without = draw_accounts(related.override({"portfolio.family_share": 0.0})).facts
    alone = with_families["parent_id"].isna()
    same = with_families.columns.drop(["name", "parent_id"])

    assert with_families[same].equals(without[same])
    assert with_families.loc[alone, "name"].equals(without.loc[alone, "name"])
    assert (with_families.loc[~alone, "name"] != without.loc[~alone, "name"]).all()


def test_a_family_shares_its_first_word(related: Scenario) -> None:
    facts = draw_accounts(related).facts.set_index("account_id")
    children = facts[facts["parent_id"].notna()]
    stem = facts.loc[children["parent_id"], "name"].str.split().str[0].to_numpy()

    assert (children["name"].str.split().str[0].to_numpy() == stem).all()
    assert [
        name for name, city in zip(children["name"], children["city"], strict=True) if city not in name
    ] == []


def test_a_family_share_above_1_is_refused(scenario: Scenario) -> None:
    with pytest.raises(ConfigError, match=r"portfolio\.family_share must be <= 1, got 1\.5"):
        scenario.override({"portfolio.family_share": 1.5})


def test_ids_have_one_width() -> None:
    assert account_ids(np.array([0, 99_999, 9_999_998])) == ["A0000001", "A0100000", "A9999999"]
