import pandas as pd

from kamsim.bundle import read_table
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting import most_headroom, plot_headroom
from kamsim.reporting.plots.headroom import headroom_title


def tables(run):
    accounts, scores = read_table(run, "portfolio", "accounts"), read_table(run, "scores", "scores")
    revenue = 36 * accounts["revenue_eur_per_month"]
    headroom = (scores["potential_36m_eur"] - revenue).clip(lower=0)
    return accounts, scores.assign(headroom_eur=headroom)


def test_most_headroom_first_whatever_the_order_of_rows(run) -> None:
    accounts, scores = tables(run)
    frame = most_headroom(accounts, scores, 5)
    pd.testing.assert_frame_equal(frame, most_headroom(accounts[::-1], scores[::-1], 5))
    assert frame["headroom_eur"].tolist() == scores["headroom_eur"].nlargest(5).tolist()
    assert frame["headroom_share"].sum() == frame["headroom_eur"].sum() / scores["headroom_eur"].sum()
    everyone = most_headroom(accounts, scores, len(accounts))
    assert everyone[["headroom_share", "revenue_share"]].sum().round(9).tolist() == [1, 1]


def test_the_title_sets_headroom_beside_revenue() -> None:
    frame = pd.DataFrame({"headroom_share": [0.2, 0.1], "revenue_share": [0.04, 0.01]})
    assert headroom_title(frame, ENGLISH) == (
        "The 2 accounts with the most headroom hold 30% of it all and bring 5% of today's revenue"
    )


def test_full_dots_are_disclosed_wallets_and_the_bounds_of_tiers_are_drawn(run, scenario) -> None:
    accounts, scores = tables(run)
    told = accounts.assign(
        disclosed_wallet_eur_per_month=[9.0 if i % 3 else None for i in range(len(accounts))]
    )
    frame = most_headroom(told, scores, 8)
    ax = plot_headroom(frame, segmentation=scenario.segmentation)
    dots = {
        line.get_markerfacecolor(): len(line.get_xdata()) for line in ax.lines if line.get_marker() == "o"
    }
    assert dots["white"] == (~frame["disclosed"]).sum() > 0
    assert sum(dots.values()) == len(frame)
    assert [text.get_text() for text in ax.texts] == ["Tier 2"], "no interval here reaches tier 1"
    larger = plot_headroom(frame.assign(high=1e6), segmentation=scenario.segmentation)
    assert [text.get_text() for text in larger.texts] == ["Tier 2", "Tier 1"]
    assert ax.get_yticklabels()[0].get_text() == frame["name"][0]
    assert ax.yaxis_inverted()


def test_marks_that_are_not_there_are_not_explained(run) -> None:
    frame = most_headroom(*tables(run), 4)
    assert not frame["disclosed"].any()
    legend = [text.get_text() for text in plot_headroom(frame).get_legend().get_texts()]
    assert legend == ["36 months of today's revenue", "its 90% interval", "potential predicted"]


def test_nobody(run) -> None:
    frame = most_headroom(*(table.head(0) for table in tables(run)))
    ax = plot_headroom(frame, locale=Locale("fr"))
    assert ax.get_title(loc="left").startswith("Aucun compte")
