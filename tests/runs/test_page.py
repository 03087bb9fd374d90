"""The web page of a run: what a reader sees of it, and what nobody can make it do."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from nbformat import v4

from kamsim.runs.page import inert, page_of

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload='steal()'><script>steal()</script></svg>"


class Elements(HTMLParser):
    """Lists the elements of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


def output(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> Any:
    return v4.new_output("display_data", data=data, metadata=metadata or {})


def page(*cells: Any) -> str:
    return page_of(v4.new_notebook(cells=list(cells)), "Title <1>", [("run", "<b>7</b>", "which run")])


def shown(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> str:
    return page(v4.new_code_cell("secret_code()", outputs=[output(data, metadata)]))


def test_results_without_code() -> None:
    printed = v4.new_output("stream", name="stdout", text="2 < 3\n")
    text = page(v4.new_markdown_cell("## Result"), v4.new_code_cell("secret_code()", outputs=[printed]))

    assert "<h2>Result</h2>" in text
    assert "<pre>2 &lt; 3\n</pre>" in text
    assert "secret_code" not in text
    assert "<title>Title &lt;1&gt;</title>" in text


def test_parameters_stand_in_place_of_their_cell() -> None:
    text = page(v4.new_code_cell("run: int = 1", metadata={"tags": ["parameters"]}))

    assert '<th scope="row">run</th><td>&lt;b&gt;7&lt;/b&gt;</td><td>which run</td>' in text


def test_pictures_carry_their_words() -> None:
    text = shown({"image/png": PNG + "\n", "text/plain": "x"}, {"image/png": {"alt": 'A "bar" & more'}})

    assert Elements(text).all("img") == [{"src": f"data:image/png;base64,{PNG}", "alt": 'A "bar" & more'}]


def test_folded_solutions_still_fold() -> None:
    text = page(v4.new_markdown_cell("<details><summary>Solution</summary>\n\nIt is *7*.\n\n</details>"))

    assert re.search(r"<details><summary>Solution</summary>\s*<p>It is <em>7</em>.</p>\s*</details>", text)


def test_tables_of_pandas_keep_their_shape() -> None:
    table = "<table border='1' class='dataframe'><tr><th>A</th></tr><tr><td>1</td></tr></table>"
    text = shown({"text/html": f"<div><style scoped>.dataframe {{}}</style>{table}</div>"})

    assert '<table class="dataframe">' in text
    assert ".dataframe {}" not in text


def test_it_points_nowhere_and_says_so_to_the_browser() -> None:
    elements = Elements(shown({"image/png": PNG}))
    policy = next(
        m["content"] for m in elements.all("meta") if m.get("http-equiv") == "Content-Security-Policy"
    )

    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert not [e for e in elements.found if e[0] in {"link", "script", "iframe", "base"}]
    assert not [
        v
        for _, a in elements.found
        for k, v in a.items()
        if k in {"src", "href"} and not v.startswith("data:")
    ]
    assert "width=device-width" in next(
        m["content"] for m in elements.all("meta") if m.get("name") == "viewport"
    )


@pytest.mark.parametrize(
    "attack",
    [
        "<script>steal()</script>",
        "<img src=x onerror=steal()>",
        "<svg onload=steal()><script>steal()</script></svg>",
        "<a href='javascript:steal()'>x</a>",
        "<a href='JaVa\tscript:steal()'>x</a>",
        "<a href='data:text/html,<script>steal()</script>'>x</a>",
        "<iframe src='https://evil.example'></iframe>",
        "<object data='https://evil.example'></object>",
        "<form action='https://evil.example'><input name=a><button>x</button></form>",
        "<meta http-equiv='refresh' content='0;url=https://evil.example'>",
        "<base href='https://evil.example'>",
        "<link rel=stylesheet href='https://evil.example'>",
        "<style>@import url(https://evil.example);</style>",
        "<p style=\"background-image: url('https://evil.example')\">x</p>",
        "<p style='width: expression(steal())'>x</p>",
        "<img src='https://evil.example/x.png'>",
        "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
        "<details open ontoggle=steal()>x</details>",
        "<math><mtext><script>steal()</script></mtext></math>",
        "<scr<script>ipt>steal()</scr</script>ipt>",
    ],
)
@pytest.mark.parametrize("where", ["prose", "html", "markdown"])
def test_what_could_run_or_fetch_is_taken_out(attack: str, where: str) -> None:
    text = {
        "prose": lambda: page(v4.new_markdown_cell(f"Before {attack} after")),
        "html": lambda: shown({"text/html": attack}),
        "markdown": lambda: shown({"text/markdown": attack}),
    }[where]()
    body = Elements(text[text.index("<body>") :])

    harmless = {"main", "section", "div", "p", "a", "img", "details", "body"}
    assert {tag for tag, _ in body.found} <= harmless
    for _, attributes in body.found:
        assert set(attributes) <= {"class", "style", "open", "alt"}
        assert "evil" not in attributes.get("style", "") + attributes.get("alt", "")


def test_plain_links_stay() -> None:
    assert inert('<a href="https://kamsim.example">x</a>') == '<a href="https://kamsim.example">x</a>'


def test_data_that_break_out_of_their_place_do_not() -> None:
    forged = 'x"><script>steal()</script>'

    for text in (shown({"image/png": forged}, {"image/png": {"alt": forged}}), shown({"text/plain": forged})):
        assert "<script" not in text


def test_drawings_are_pictures_that_cannot_run() -> None:
    text = shown({"image/svg+xml": SVG})

    assert "<svg" not in text
    (image,) = Elements(text).all("img")
    assert base64.b64decode(image["src"].removeprefix("data:image/svg+xml;base64,")).decode() == SVG


@pytest.mark.parametrize(
    "data",
    [
        {"application/javascript": "steal()"},
        {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}},
        {"application/vnd.kamsim.provenance+json": {"seed": 1}},
    ],
)
def test_what_no_page_can_show_is_left_out_without_a_warning(data: dict[str, Any]) -> None:
    assert "<pre>" not in shown(data)
    assert "<pre>words</pre>" in shown({**data, "text/plain": "words"})
