import pandas as pd
import pytest


def test_without_a_survey_it_reads_what_the_best_sold_spend_and_says_so(
    make_planted, scenario, potential_of
) -> None:
    planted = make_planted(survey=0.0)
    found = potential_of(planted, scenario)
    rank = pd.Series(found.potential).corr(pd.Series(planted.true_potential), method="spearman")
    measures = found.assessment.set_index("measure")
    assert {"potential_from_spend", "spend_better"} <= {note.key for note in found.notes}
    assert rank > 0.9
    assert measures.loc["pinball_loss", "value"] < measures.loc["pinball_loss", "baseline"]
    assert measures.loc["share_above", "value"] == pytest.approx(0.1, abs=0.06)


def test_what_an_account_buys_does_not_raise_its_frontier(make_planted, scenario, potential_of) -> None:
    planted = make_planted(survey=0.0)
    busy = planted.history.assign(ae_hours=99.0, deals_won=7)
    changed = planted.__class__(planted.accounts, busy, planted.opportunities, planted.wallet)
    before, after = potential_of(planted, scenario), potential_of(changed, scenario)
    assert before.potential.tobytes() == after.potential.tobytes()
