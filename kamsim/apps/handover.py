"""How the server hands the response to the kernels that show it: a file, and two variables."""

from __future__ import annotations

import os
from pathlib import Path

import joblib

from kamsim.apps.response import CoverageResponse
from kamsim.locale import Locale

FOLDER, LANG = "KAMSIM_DASHBOARD", "KAMSIM_DASHBOARD_LANG"
"""Variables of the environment that kernels inherit."""
_FILE = "response.joblib"


def lay_down(response: CoverageResponse, locale: Locale, folder: Path) -> None:
    """Write a response where kernels started from this process find it.

    Parameters
    ----------
    response : CoverageResponse
    locale : Locale
    folder : Path
        For this user alone: what is read back is a pickle.
    """
    joblib.dump(response, folder / _FILE)
    os.environ[FOLDER], os.environ[LANG] = str(folder), locale.lang


def pick_up() -> tuple[CoverageResponse, Locale]:
    """Read what was laid down, in a kernel."""
    response: CoverageResponse = joblib.load(Path(os.environ[FOLDER]) / _FILE)
    return response, Locale(os.environ[LANG])
