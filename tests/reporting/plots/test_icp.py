import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import read_table
from kamsim.locale import ENGLISH, Locale
from kamsim.reporting import icp_and_potential, plot_icp
from kamsim.reporting.plots.icp import icp_title
from kamsim.scoring import qualify_accounts


def frame(icp, potential) -> pd.DataFrame:
    columns = {"icp": icp, "potential_36m_eur": potential, "icp_known": 0.4, "segment": "smb"}
    return pd.DataFrame(columns)


def test_every_account_with_its_segment(run) -> None:
    accounts = read_table(run, "portfolio", "accounts")
    qualified = qualify_accounts(accounts, read_table(run, "scores", "scores"))
    found = icp_and_potential(qualified, accounts[::-1])
    pd.testing.assert_frame_equal(found, icp_and_potential(qualified, accounts))
    assert found["segment"].tolist() == accounts.sort_values("account_id")["segment"].tolist()


@pytest.mark.parametrize(("icp", "found"), [("same", "100%"), ("reversed", "0%"), ("tied", "20%")])
def test_the_title_compares_the_tops(icp: str, found: str) -> None:
    rising = np.arange(50) + 1.0
    points = {"same": rising, "reversed": -rising, "tied": np.full(50, 30.0)}[icp]
    title = icp_title(frame(points, rising), ENGLISH)
    assert title == (
        f"Of the 20% of accounts with the most potential, the ICP grid has {found} in its own top 20%;"
        " by chance it would be 20%"
    )


def test_the_axis_says_how_much_of_the_grid_is_known() -> None:
    ax = plot_icp(frame([10.0, 20.0], [1e5, 2e6]), currency="USD")
    assert "40%" in ax.get_xlabel()
    assert ax.get_yscale() == "log"
    assert [text.get_text() for text in ax.get_legend().get_texts()][-1] == "SMB (2)"


def test_nobody() -> None:
    ax = plot_icp(frame([], []), locale=Locale("fr"))
    assert ax.get_title(loc="left") == "Aucun compte à qualifier"
