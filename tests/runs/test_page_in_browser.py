"""The web page in a real browser: nothing runs, nothing is fetched, and a phone shows it as it is wide."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat import v4

from kamsim.runs import page as pages

pytestmark = pytest.mark.slow

ATTACKS = """
<script>window.stolen = 1</script>
<img src="https://evil.example/x.png" onerror="window.stolen = 2">
<svg onload="window.stolen = 3"></svg>
<details open ontoggle="window.stolen = 4"><summary>x</summary></details>
<link rel="stylesheet" href="https://evil.example/x.css">
<iframe src="https://evil.example"></iframe>
<p style="background: url(https://evil.example/y.png)">x</p>
"""
TABLE = "<table class='dataframe'><tr>" + "".join(f"<td>figure {n}</td>" for n in range(40)) + "</tr></table>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no Chromium here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def opened(browser: Any, text: str, folder: Path) -> tuple[Any, list[Any]]:
    """Open a page; return it with what it asked for beside itself and its own pictures."""
    (folder / "page.html").write_text(text, encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 800})
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request))
    page.goto((folder / "page.html").as_uri(), wait_until="networkidle")
    return page, [request for request in asked if not request.url.startswith(("data:", "file:"))]


@pytest.mark.parametrize("cleaned", [True, False], ids=["cleaned", "by_policy_alone"])
def test_nothing_runs_and_nothing_is_fetched(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cleaned: bool
) -> None:
    if not cleaned:
        monkeypatch.setattr(pages, "inert", lambda text: text)
    text = pages.page_of(v4.new_notebook(cells=[v4.new_markdown_cell(ATTACKS)]), "x")
    assert ("window.stolen" in text) is not cleaned

    page, asked = opened(browser, text, tmp_path)

    assert page.evaluate("window.stolen") is None
    assert bool(asked) is not cleaned
    assert {request.failure for request in asked} <= {"csp"}


def test_a_wide_table_moves_inside_the_page(browser: Any, tmp_path: Path) -> None:
    wide = v4.new_output("display_data", data={"text/html": TABLE})
    text = pages.page_of(v4.new_notebook(cells=[v4.new_code_cell("1", outputs=[wide])]), "x")

    page, _ = opened(browser, text, tmp_path)

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.querySelector('.wide').scrollWidth") > 1000
