"""Goodwill and engaged roles stand where gain and decay meet (Nerlove & Arrow 1962)."""

from __future__ import annotations

import numpy as np
import pytest

from .agreement import check_agreement
from .closed_forms import goodwill_level
from .neutral import neutral_settings
from .portfolio import play_plain, uniform_state

GAIN, DECAY = 0.12, 0.06


@pytest.mark.parametrize("multiple", [0.25, 1.0, 4.0])
def test_goodwill_and_roles_settle(multiple: float) -> None:
    settings = neutral_settings(goodwill_gain=GAIN, goodwill_decay=DECAY, roles_gain=GAIN, roles_decay=DECAY)
    state = uniform_state(settings, 3, 2)
    half_effort = float(state.half_effort[0, 0])
    response = multiple / (1.0 + multiple)

    _, end = play_plain(state, settings, 360, hours=multiple * half_effort)

    level = goodwill_level(GAIN * response, DECAY)
    np.testing.assert_allclose(end.goodwill, level, rtol=1e-5)
    np.testing.assert_allclose(end.roles, level, rtol=1e-5)


def test_goodwill_under_departing_sponsors() -> None:
    """The mean follows q' = (q + gain (1 - q) - decay q)(1 - rate (1 - kept)), which is linear in q."""
    rate, kept = 0.05, 0.6
    settings = neutral_settings(
        goodwill_gain=GAIN, goodwill_decay=DECAY, sponsor_leaves_rate=rate, sponsor_leaves_goodwill=kept
    )
    state = uniform_state(settings, 200, 160)
    half_effort = float(state.half_effort[0, 0])

    _, end = play_plain(state, settings, 240, hours=half_effort)

    gain, survives = GAIN / 2, 1.0 - rate * (1.0 - kept)
    level = survives * gain / (1.0 - survives * (1.0 - gain - DECAY))
    check_agreement(end.goodwill.mean(axis=0), level, "mean goodwill")
