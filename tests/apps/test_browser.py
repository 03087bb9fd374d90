"""The dashboard in a real browser: its numbers, its requests, its end."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kamsim.apps import CoverageResponse
from kamsim.apps.stops import stops_of
from kamsim.apps.words import result_table, state_finding
from kamsim.locale import Locale

pytestmark = pytest.mark.slow
for package in ("voila", "ipywidgets", "psutil"):
    pytest.importorskip(package, reason="the extra `dashboard` or the test group is not installed")
playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("no chromium on this machine", allow_module_level=True)

TOKEN, SECONDS = "sesame", 90
MILLISECONDS = 1000 * SECONDS
EN = Locale("en")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]


@dataclass
class Served:
    process: subprocess.Popen[str]
    address: str

    @property
    def bare(self) -> str:
        return self.address.split("?")[0]

    def kernels(self) -> list[int]:
        import psutil

        children = psutil.Process(self.process.pid).children(recursive=True)
        return [c.pid for c in children if any("ipykernel_launcher" in word for word in c.cmdline())]


@pytest.fixture(scope="module")
def served(tiny_run: Path) -> Iterator[Served]:
    words = [sys.executable, "-m", "kamsim", "dashboard", str(tiny_run), "--no-browser", "--token", TOKEN]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, line
        try:
            yield Served(process, found.group())
        finally:
            process.kill()


@dataclass
class Visit:
    page: Any
    requests: list[str]
    complaints: list[str]


@pytest.fixture(scope="module")
def visit(served: Served) -> Iterator[Visit]:
    with playwright_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        seen = Visit(page, [], [])
        page.on("request", lambda request: seen.requests.append(request.url))
        page.on("websocket", lambda socket: seen.requests.append(socket.url))
        page.on("console", lambda said: seen.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.goto(served.address, timeout=MILLISECONDS)
        page.wait_for_selector("img.kamsim-plot", timeout=MILLISECONDS)
        yield seen
        browser.close()


def expected(response: CoverageResponse, aes: float) -> tuple[str, list[list[str]]]:
    today, answer = response.answer(response.today), response.answer(replace(response.today, aes=aes))
    table = result_table(response, answer, today, EN)
    return state_finding(response, answer, today, EN), table.to_numpy().tolist()


def shown(page: Any) -> list[list[str]]:
    rows = page.locator("table.kamsim-results tr").all()[1:]
    return [row.locator("th, td").all_inner_texts() for row in rows]


def test_a_slider_moves_the_numbers_that_it_should(visit: Visit, response: CoverageResponse) -> None:
    page, sizes = visit.page, stops_of(response).aes
    said, table = expected(response, response.today.aes)
    assert page.locator(".kamsim-finding-text").inner_text() == said
    assert shown(page) == table

    handle = page.locator(".kamsim-team .noUi-handle")
    handle.focus()
    for more in (1, 2):
        page.keyboard.press("ArrowRight")
        aes = sizes[sizes.index(response.today.aes) + more]
        said, table = expected(response, aes)
        page.wait_for_function(
            "said => document.querySelector('.kamsim-finding-text').innerText === said",
            arg=said,
            timeout=MILLISECONDS,
        )
    change = page.locator("table.kamsim-results tr").nth(1).locator("td").last
    playwright_api.expect(change).to_have_text(table[0][-1], timeout=MILLISECONDS)
    assert shown(page) == table
    assert handle.get_attribute("aria-label") == EN.text("dashboard.slider_team")
    assert handle.get_attribute("aria-valuetext") == EN.number(aes, 0 if aes % 1 == 0 else 1)


def test_plots_have_words_and_the_page_its_language(visit: Visit) -> None:
    alternatives = [image.get_attribute("alt") for image in visit.page.locator("img").all()]
    assert len(alternatives) == 2
    assert all(alt and alt.startswith("Chart.") for alt in alternatives)
    assert visit.page.evaluate("document.documentElement.lang") == "en"
    assert visit.page.title() == EN.text("dashboard.title")


@pytest.mark.parametrize("width", [1400, 390])
def test_nothing_runs_out_of_the_window(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 844})
    edges = "[...document.querySelectorAll('.kamsim-page *')].map(e => e.getBoundingClientRect().right)"
    assert max(visit.page.evaluate(edges)) <= width


def test_no_request_leaves_the_machine_and_nothing_complains(visit: Visit) -> None:
    local = {"data", "blob"}
    strange = [
        url
        for url in visit.requests
        if urlsplit(url).scheme not in local and urlsplit(url).hostname != "127.0.0.1"
    ]
    assert strange == []
    assert any(url.startswith("ws://") for url in visit.requests)
    assert visit.complaints == []


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def status(url: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=SECONDS) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers.get("Location", "")


def test_without_the_token_nothing_opens(served: Served) -> None:
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    kernel = f"{served.bare}api/kernels/00000000-0000-0000-0000-000000000000"
    code, place = status(served.bare)

    assert (code, place.split("?")[0]) == (302, "/login")
    assert status(served.bare + "?token=wrong")[0] == 302
    assert status(kernel)[0] == 403
    assert status(kernel + "/channels", **upgrade)[0] == 403


def test_no_file_is_served_but_the_page_s_own(served: Served) -> None:
    query = f"?token={TOKEN}"
    for name in ("response.joblib", "dashboard.ipynb", "../dashboard.ipynb"):
        assert status(f"{served.bare}voila/files/{name}{query}")[0] in (403, 404)


def test_a_name_that_is_not_this_machine_s_is_refused(served: Served) -> None:
    assert status(served.address, Host="elsewhere.example")[0] == 403


def test_ctrl_c_ends_the_server_and_its_kernels(visit: Visit, served: Served) -> None:
    import psutil

    kernels = served.kernels()
    assert kernels
    served.process.send_signal(signal.SIGINT)

    assert served.process.wait(SECONDS) == 0
    deadline = time.monotonic() + 10
    while any(psutil.pid_exists(kernel) for kernel in kernels) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(psutil.pid_exists(kernel) for kernel in kernels)
