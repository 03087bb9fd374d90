"""What the served notebook runs: the page of the response that the server laid down."""

from __future__ import annotations

from typing import Any

from kamsim.apps.handover import pick_up
from kamsim.apps.page import Page


def show_dashboard() -> Any:
    """Return the dashboard's widget."""
    return Page(*pick_up()).widget()
