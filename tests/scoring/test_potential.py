import numpy as np

from kamsim.scoring.horizon import HORIZON_MONTHS as MONTHS
from kamsim.scoring.potential import score_potential
from kamsim.scoring.potential_prior import wallet_months
from kamsim.scoring.prior_column import PRIOR
from kamsim.streams import stream


def test_intervals_cover_attainable_spend_as_asked(make_planted, scenario, potential_of) -> None:
    inside = []
    for seed in range(4):
        planted = make_planted(seed=seed)
        found = potential_of(planted, scenario)
        share = stream(seed, "attainable").beta(6, 4, size=len(planted.wallet))
        months = wallet_months(planted.accounts["segment"], scenario)
        spent = MONTHS * planted.accounts["revenue_eur_per_month"].to_numpy()
        true = np.maximum(share * months * planted.wallet.to_numpy(), spent)
        inside.append((true >= found.low) & (true <= found.high))
    assert 0.86 < np.mean(inside) < 0.96


def test_potential_lies_in_its_interval_and_above_current_revenue(
    planted, make_planted, scenario, potential_of
) -> None:
    variants = planted, make_planted(survey=0.0), make_planted(accounts=8), make_planted(lumpy=True)
    for variant in variants:
        found = potential_of(variant, scenario)
        revenue = MONTHS * variant.accounts["revenue_eur_per_month"].to_numpy()
        assert (found.low <= found.potential).all()
        assert (found.potential <= found.high).all()
        assert (found.low < found.high).all()
        assert (found.low >= revenue * (1 - 1e-12)).all()


def test_a_disclosed_wallet_is_kept(potential_scores, planted) -> None:
    told = ~planted.hidden
    revenue = MONTHS * planted.accounts["revenue_eur_per_month"].to_numpy()
    np.testing.assert_allclose(
        potential_scores.potential[told], np.maximum(planted.true_potential, revenue)[told]
    )
    width = np.log(potential_scores.high / potential_scores.low)
    assert np.median(width[told]) < np.median(width[~told])


def test_intervals_carry_the_spread_of_the_attainable_share(
    planted, scenario, potential_scores, potential_of
) -> None:
    vague = {"portfolio.attainable_share_alpha": 1.2, "portfolio.attainable_share_beta": 0.8}
    found = potential_of(planted, scenario.override(vague))
    np.testing.assert_allclose(found.potential, potential_scores.potential)
    for group in (planted.hidden, ~planted.hidden):
        assert np.median((found.high / potential_scores.high)[group]) > 1.02
        assert np.median((found.low / potential_scores.low)[group]) < 0.98


def test_next_to_nothing_gives_the_prior_and_a_wide_interval(make_planted, scenario, potential_of) -> None:
    planted = make_planted(accounts=4, survey=0.0)
    found = potential_of(planted, scenario)
    np.testing.assert_allclose(found.potential, found.baseline)
    assert [note.key for note in found.notes] == ["potential_from_prior"]
    assert found.check.table.empty
    assert (found.high / found.potential > 2.5).all()


def test_tiers_add_up_and_follow_the_interval(make_planted, scenario, potential_of) -> None:
    for planted in (make_planted(), make_planted(survey=0.0), make_planted(accounts=8, survey=0.0)):
        found = potential_of(planted, scenario)
        np.testing.assert_allclose(found.tiers.sum(axis=1), 1)
        certain = found.low > scenario.segmentation.tier_1_above_eur
        assert (found.tiers[certain, 0] > 0.9).all()
        unlikely = found.high < scenario.segmentation.tier_2_from_eur
        assert (found.tiers[unlikely, 2] > 0.9).all()


def test_tiers_below_current_revenue_are_impossible(make_planted, scenario, potential_of) -> None:
    planted = make_planted(survey=0.3)
    spent = MONTHS * planted.accounts["revenue_eur_per_month"].to_numpy()
    found = potential_of(planted, scenario)
    assert (spent > scenario.segmentation.tier_2_from_eur).sum() > 20
    assert (found.tiers[spent > scenario.segmentation.tier_2_from_eur, 2] == 0).all()
    assert (found.tiers[spent > scenario.segmentation.tier_1_above_eur, 0] == 1).all()


def test_without_the_check_scores_are_the_same(potential_scores, planted, scenario) -> None:
    features = potential_scores.features.drop(columns=PRIOR)
    found = score_potential(planted.accounts, features, scenario, checked=False)
    for name in ("potential", "low", "high", "tiers"):
        np.testing.assert_array_equal(getattr(found, name), getattr(potential_scores, name))
    assert not potential_scores.check.table.empty
    assert (len(found.check.table), found.notes) == (0, ())
