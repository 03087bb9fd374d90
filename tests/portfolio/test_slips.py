import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from kamsim.portfolio.slips import misspell, misspell_some

shares = st.floats(0, 1, exclude_max=True)


@given(st.text(min_size=1, max_size=20).filter(lambda t: t.strip() == t), shares, shares)
def test_a_slip_is_small_and_always_there(text: str, kind: float, place: float) -> None:
    slip = misspell(text, kind, place)
    assert slip
    assert slip != text
    assert slip == slip.strip()


def test_every_edit_comes_up() -> None:
    slips = [misspell("Éole", kind, 0.3) for kind in (0.1, 0.3, 0.5, 0.7, 0.9)]
    assert slips == ["Éloe", "Éle", "Éoole", "éole", "Eole"]


def test_only_the_chosen_texts_of_a_column_change() -> None:
    texts = pd.Series(["Paris", None, "Lyon", "Lille"], dtype="str")
    kind, place = np.full(4, 0.3), np.full(4, 0.0)
    slipped = misspell_some(texts, np.array([True, True, False, True]), kind, place)
    assert slipped.dtype == "str"
    assert slipped.fillna("-").tolist() == ["aris", "-", "Lyon", "ille"]
    assert texts.fillna("-").tolist() == ["Paris", "-", "Lyon", "Lille"]
