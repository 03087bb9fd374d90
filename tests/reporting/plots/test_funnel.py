import numpy as np
import pandas as pd
import pytest

from kamsim.locale import ENGLISH, Locale
from kamsim.measures.funnel import COLUMNS
from kamsim.reporting import plot_funnel
from kamsim.reporting.plots.funnel import funnel_title

STEPS = ["opened", "proof", "endorsed", "approved", "signed"]


@pytest.fixture
def funnel() -> pd.DataFrame:
    frame = pd.DataFrame({"step": STEPS, "count": [1000, 800, 400, 300, 200]})
    frame = frame.assign(share=frame["count"] / 1000, months=[np.nan, 3.0, 2.0, 1.0, 1.0])
    return pd.concat([frame.assign(segment=s) for s in ("", "strategic", "smb")], ignore_index=True)


def test_title_names_the_step_with_most_losses(funnel: pd.DataFrame) -> None:
    title = "20% of the opportunities end in a signature; most are lost before the endorsement (40%)"
    assert funnel_title(funnel, ENGLISH) == title


def test_a_bar_per_segment_and_step_with_its_words(funnel: pd.DataFrame) -> None:
    ax = plot_funnel(funnel, locale=Locale("fr"))
    assert ax.get_yticklabels()[0].get_text() == "Ouverture"
    assert len(ax.patches) == 10
    assert ax.texts[0].get_text() == "100\xa0% (1\u202f000)"
    assert ax.texts[1].get_text() == "80\xa0% (800), après 3,0 mois"


def test_texts_stay_in_the_figure(funnel: pd.DataFrame) -> None:
    ax = plot_funnel(funnel, locale=Locale("fr"))
    ax.figure.draw_without_rendering()
    right = ax.figure.bbox.x1
    assert all(t.get_window_extent().x1 <= right for t in (*ax.texts, ax.xaxis.label))


def test_nothing_closed() -> None:
    ax = plot_funnel(pd.DataFrame(columns=COLUMNS))
    assert ax.get_title(loc="left") == "No funnel: no opportunity has closed yet"
