"""The what-if dashboard: one answer by portfolio size, and the page from key to text and to plots."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.row import Row, at_most, measured, seconds
from kamsim.apps.preparation import Ground, gather, precompute
from kamsim.config import Scenario

SMALL, LARGE = 600, 5_000
QUICK = {"portfolio.accounts": SMALL, "value.replications": 8}
"""Curves of few replications: how long an answer takes does not depend on what they say."""
PRESSES = 11
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WATCH = """() => {
  const seen = window.seen = {};
  addEventListener("keydown", () => { seen.start = performance.now(); seen.text = seen.plot = null; }, true);
  const watch = (name, inner) => new MutationObserver(() => { seen[name] = performance.now(); }).observe(
    document.querySelector(inner).closest(".widget-html-content"), {subtree: true, childList: true});
  watch("text", ".kamsim-finding-text");
  watch("plot", ".kamsim-plots img:last-of-type");
}"""


def rows() -> Iterator[Row]:
    ground = gather(scenario=Scenario.load("saas_midmarket", QUICK))
    for accounts in (SMALL, LARGE):
        response = precompute(_of_size(ground, accounts), moves=False)
        more = replace(response.today, aes=response.today.aes + 1)
        answer = seconds(lambda r=response, s=more: r.answer(s), times=51)  # type: ignore[misc]
        yield at_most(f"dashboard.answer_{accounts}", 1000 * answer, "ms", 100)
    if CHROMIUM is None or not all(find_spec(name) for name in ("voila", "ipywidgets", "playwright")):
        return
    yield from _in_the_browser(CHROMIUM)


def _of_size(ground: Ground, accounts: int) -> Ground:
    """Repeat the accounts of a book until there are so many."""
    rows = np.arange(accounts) % len(ground.book)
    ids = pd.Series([f"A{number:06d}" for number in range(accounts)], dtype="str")
    book = ground.book.iloc[rows].reset_index(drop=True).assign(account_id=ids)
    return replace(ground, book=book)


def _in_the_browser(chromium: str) -> Iterator[Row]:
    from playwright.sync_api import sync_playwright

    clock = time.perf_counter()
    with _served() as address, sync_playwright() as player:
        yield measured(f"dashboard.precomputed_{SMALL}", time.perf_counter() - clock, "s")
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page, clock = browser.new_page(), time.perf_counter()
        page.goto(address, timeout=300_000)
        page.wait_for_selector("img.kamsim-plot", timeout=300_000)
        yield measured("dashboard.page_there", time.perf_counter() - clock, "s")
        page.evaluate(WATCH)
        page.locator(".kamsim-team .noUi-handle").focus()
        times = [_press(page) for _ in range(PRESSES)]
        browser.close()
    text, plot = (statistics.median(each) for each in zip(*times, strict=True))
    yield at_most("dashboard.text_updated", text, "s", 1.0)
    yield at_most("dashboard.plots_updated", plot, "s", 1.0)


def _press(page: Any) -> tuple[float, float]:
    """Move the team slider by one and return the seconds until text, and until the first plot, changed."""
    page.keyboard.press("ArrowRight")
    page.wait_for_function("seen.text !== null && seen.plot !== null", timeout=60_000)
    page.wait_for_timeout(1000)
    start, text, plot = page.evaluate("[seen.start, seen.text, seen.plot]")
    return (text - start) / 1000, (plot - start) / 1000


@contextmanager
def _served() -> Iterator[str]:
    settings = [word for key, value in QUICK.items() for word in ("--set", f"{key}={value}")]
    words = [sys.executable, "-m", "kamsim", "dashboard", "--no-browser", *settings]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found, "the dashboard ended before it served"
            yield found.group()
        finally:
            process.terminate()
