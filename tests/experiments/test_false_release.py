import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError, SchemaError
from kamsim.experiments import FalseReleaseResult, false_release
from kamsim.experiments.false_release import _false
from kamsim.schemas import FALSE_RELEASE, check

CUTOFF = pd.Timestamp("2026-01-01")


def measure(desk, changes: dict[str, object] | None = None, **more: object) -> FalseReleaseResult:
    scenario = desk.scenario.override(changes or {})
    plans = pd.concat([desk.plan("status_quo"), desk.plan("lazy", hours=0.5)])
    return false_release(desk.portfolio, desk.book, desk.scores, plans, scenario, cutoff=CUTOFF, **more)


@pytest.fixture(scope="module")
def result(desk) -> FalseReleaseResult:
    return measure(desk, months=(3, 12), criteria=("progress", "sponsor"))


def test_the_table_keeps_its_contract(result: FalseReleaseResult) -> None:
    frame = result.frame()
    pd.testing.assert_frame_equal(check(frame, FALSE_RELEASE), frame)
    assert set(zip(frame["criterion"], frame["months"], strict=True)) == {
        ("progress", 3),
        ("progress", 12),
        ("sponsor", 0),
    }


def test_tiers_add_up_to_the_whole(result: FalseReleaseResult) -> None:
    for _, rows in result.frame().groupby(["criterion", "months"]):
        whole, tiers = rows[rows["tier"] == 0].iloc[0], rows[rows["tier"] > 0]
        for column in ("released", "hours_freed", "loss_eur", "false_released", "false_cost_eur"):
            assert tiers[column].sum() == pytest.approx(whole[column], abs=1e-6), column
        assert whole["net_eur"] == pytest.approx(whole["worth_eur"] - whole["loss_eur"])


def test_a_longer_wait_releases_less(result: FalseReleaseResult) -> None:
    freed = result.summary().set_index(["criterion", "months"])["hours_freed"]
    assert freed["progress", 12] < freed["progress", 3]


def test_released_accounts_lose_and_the_hours_bring_something(result: FalseReleaseResult) -> None:
    whole = result.summary().set_index(["criterion", "months"]).loc[("progress", 3)]
    assert whole["loss_eur"] > 0
    assert whole["worth_eur"] > 0
    assert 0 < whole["false_released"] < whole["released"]


def test_keeping_all_hours_is_no_release(desk) -> None:
    """With the whole plan kept, continued effort and the rule are the same run, to the last bit."""
    kept = measure(desk, {"dynamics.rules.exit_share": 1.0}, months=(3,)).summary().iloc[0]
    money = ["released", "hours_freed", "loss_eur", "worth_eur", "net_eur", "false_cost_eur"]
    assert kept[money].tolist() == [0.0] * 6


def test_never_without_progress_is_no_release(desk) -> None:
    assert measure(desk, months=(120,)).summary()["released"].tolist() == [0.0]


def test_any_criterion_releases_at_least_as_many(desk) -> None:
    unfit = pd.Series(True, index=desk.book["account_id"].iloc[:10])
    found = measure(desk, months=(12,), criteria=("progress", "any", "mismatch"), mismatch=unfit).summary()
    freed = found.set_index("criterion")["hours_freed"]
    assert freed["any"] > freed["progress"]
    assert found.set_index("criterion").loc["mismatch", "released"] == 10


def test_the_plan_may_be_another_policy_s(desk, result: FalseReleaseResult) -> None:
    lazy = measure(desk, months=(3,), policy="lazy").summary().iloc[0]
    full = result.summary().query("criterion == 'progress' and months == 3").iloc[0]
    assert 0 < lazy["hours_freed"] < full["hours_freed"]


def test_an_account_is_called_false_by_the_other_half() -> None:
    """Account 0 loses in the even lanes only: it is called false in the odd ones, where it costs nothing."""
    beyond = np.array([[5.0, -1.0, 5.0, -1.0], [2.0, 2.0, 2.0, 2.0], [9.0, 9.0, 9.0, 9.0]])
    released = np.array([[True] * 4, [True] * 4, [False] * 4])
    false = _false(beyond, released, np.arange(4))
    assert false.tolist() == [[False, True, False, True], [True] * 4, [False] * 4]


def test_latent_states_are_drawn_where_no_truth_is_known(desk) -> None:
    found = measure(desk.without_truth(), {"experiment.months": 12}, months=(3,)).summary().iloc[0]
    assert found["net_low_eur"] < found["net_eur"] < found["net_high_eur"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"months": (0,)}, "months must be >= 1, got 0"),
        ({"months": ()}, "months must name one or more, got none"),
        ({"criteria": ()}, "criteria must name one or more, got none"),
        ({"criteria": ("progres",)}, "unknown criterion 'progres'"),
        ({"criteria": ("mismatch",)}, "criterion 'mismatch' wants to be told which accounts do not fit"),
        ({"policy": "laziest"}, "unknown policy 'laziest'"),
    ],
)
def test_bad_input_is_refused(desk, more: dict[str, object], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        measure(desk, **more)


def test_the_book_must_be_the_portfolio_s(desk) -> None:
    with pytest.raises(SchemaError, match="must hold the same accounts"):
        false_release(
            desk.portfolio, desk.book.iloc[1:], desk.scores, desk.plan("status_quo"), desk.scenario,
            cutoff=CUTOFF,
        )  # fmt: skip


def test_the_plan_must_cover_the_book_with_aes_of_the_team(desk) -> None:
    plan = desk.plan("status_quo")
    for wrong, said in (
        (plan.iloc[1:], r"policy 'status_quo' drops account .* \(1 in all\)"),
        (plan.assign(rep_id="nobody"), "gives accounts to 'nobody', who is no AE of the team"),
    ):
        with pytest.raises(SchemaError, match=said):
            false_release(desk.portfolio, desk.book, desk.scores, wrong, desk.scenario, cutoff=CUTOFF)
