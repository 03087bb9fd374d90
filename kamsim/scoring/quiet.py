"""Silence for estimators whose warnings are said elsewhere."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from kamsim.errors import FeatureWarning, SmallSampleWarning


@contextmanager
def quietly() -> Iterator[None]:
    """Keep an estimator from warning of what notes, or one warning for all of its fits, will say."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FeatureWarning)
        warnings.simplefilter("ignore", SmallSampleWarning)
        yield
