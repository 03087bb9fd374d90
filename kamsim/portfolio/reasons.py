"""Why opportunities were won or lost, as the CRM states it: drawn among reasons that the state speaks for."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.dynamics.state import Floats
from kamsim.observation_settings import LEAVING_REASONS, LOSS_REASONS, WIN_REASONS
from kamsim.portfolio.pipeline import LOST_STATUS, RENEWAL, WON_STATUS, Pipeline
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.texts import pick_words
from kamsim.schemas import MEDDIC, SEGMENTS

Flags = NDArray[np.bool_]

_WARM, _COOL = 0.5, 0.4
"""Goodwill above which the relationship speaks for a win, and below which little use speaks for leaving."""


def state_reasons(
    rows: Pipeline, letters: Flags, block: RecordedBlock, scenario: Scenario, drawn: Floats
) -> pa.Array:
    """Draw a reason for each opportunity that was won, lost or not renewed.

    A reason's weight is multiplied by `portfolio.pipeline.reason_effect` where the state speaks for it: price
    where the client's figures are not known, no decision where the one who decides is not, the competitor
    where there is one (and never without).

    Parameters
    ----------
    rows : Pipeline
    letters : array of bool, shape (rows, 6)
        MEDDIC letters known.
    block : RecordedBlock
    scenario : Scenario
    drawn : array, shape (rows,)
        Uniform numbers.

    Returns
    -------
    Arrow array of texts
        Missing for what is open, and for contracts that were kept.
    """
    settings = scenario.portfolio.pipeline
    effect, known = settings.reason_effect, dict(zip(MEDDIC, letters.T, strict=True))
    cycles = [getattr(scenario.dynamics, name).minimum_cycle_months for name in SEGMENTS]
    is_slow = rows.age > 2 * np.array(cycles)[block.closing.segment[rows.account]]
    renewal = rows.kind == RENEWAL
    lost = rows.status == LOST_STATUS
    win = {
        "product fit": known["decision_criteria"],
        "relationship": rows.goodwill > _WARM,
        "price": rows.competitor,
        "references": rows.kind == 0,
    }
    loss = {
        "no decision": ~known["economic_buyer"],
        "no budget": rows.passed < 1,
        "price": ~known["metrics"],
        "timing": is_slow,
    }
    leaving = {"low use": rows.goodwill < _COOL}
    codes = np.full(len(rows.account), -1)
    first = 0
    for which, names, weights, speaks in (
        ((rows.status == WON_STATUS) & ~renewal, WIN_REASONS, settings.win_reasons, win),
        (lost & ~renewal, LOSS_REASONS, settings.loss_reasons, loss),
        (lost & renewal, LEAVING_REASONS, settings.leaving_reasons, leaving),
    ):
        at = np.flatnonzero(which)
        table = np.tile(np.array([weights[name] for name in names]), (len(at), 1))
        for name, flags in speaks.items():
            table[:, names.index(name)] *= np.where(flags[at], effect, 1.0)
        if names is LOSS_REASONS:
            table[:, names.index("competitor")] *= np.where(rows.competitor[at], effect, 0.0)
        bounds = table.cumsum(axis=1)
        codes[at] = first + (drawn[at, None] * bounds[:, -1:] > bounds[:, :-1]).sum(axis=1)
        first += len(names)
    return pick_words([*WIN_REASONS, *LOSS_REASONS, *LEAVING_REASONS], codes)
