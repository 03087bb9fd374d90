"""A run notebook as a web page for those who read results: without code, whole in one file, and inert.

nbconvert makes it, by a template of our own (``page.html.jinja``), since its own ones fetch two scripts from
the net. Nothing in the page can run or fetch: the browser is forbidden to by the page's own policy, and what
could do so in texts and outputs is taken out as well.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bleach
import nbformat
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

TEMPLATE = Path(__file__).with_name("page.html.jinja")

FORMS = (
    "text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/latex", "text/plain",
)  # fmt: skip
"""Forms of an output that a page can show, the better ones first."""

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre", "s", "small", "span",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "align", "alt", "class", "colspan", "dir", "height", "lang", "open", "rowspan", "scope", "style", "title",
    "width",
}  # fmt: skip
STYLES = {
    "background-color", "color", "font-style", "font-weight", "text-align", "vertical-align", "white-space",
    "width",
}  # fmt: skip
LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,", re.IGNORECASE)

NOT_PROSE = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
"""Their text would show once their tags are gone."""


QUIET = logging.getLogger(__name__)
"""nbconvert would tell a user's terminal of pictures in prose that lack a description."""
QUIET.addHandler(logging.NullHandler())


def page_of(content: Any, title: str, parameters: Iterable[tuple[str, object, str]] = ()) -> str:
    """Return an executed notebook as the text of a web page.

    Parameters
    ----------
    content : NotebookNode
        It is not changed.
    title : str
        What the browser's tab says.
    parameters : iterable of tuple
        Name, value and meaning of each parameter, shown in place of the cell that holds them.

    Returns
    -------
    str

    Examples
    --------
    >>> from nbformat import v4
    >>> notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# Ten *accounts*<script>alert(1)</script>")])
    >>> page = page_of(notebook, "Ten accounts")
    >>> "<h1>Ten <em>accounts</em></h1>" in page, "<script" in page
    (True, False)
    """
    config = Config()
    config.NbConvertBase.display_data_priority = list(FORMS)
    exporter = HTMLExporter(
        config=config,
        template_name="base",
        template_file=str(TEMPLATE),
        filters={"inert": inert},
        exclude_input=True,
        exclude_anchor_links=True,
        log=QUIET,
    )
    resources = {"title": title, "parameters": list(parameters)}
    text, _ = exporter.from_notebook_node(_showable(content), resources=resources)
    return str(text)


def _showable(content: Any) -> Any:
    """Return a copy without the outputs that have no form a page can show."""
    copy = nbformat.from_dict(content)
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if "data" not in o or set(FORMS) & set(o.data)]
    return copy


def inert(text: str) -> str:
    """Return HTML with nothing left in it that could run, or fetch from somewhere.

    Examples
    --------
    >>> inert('<p onclick="steal()">fine</p>'), inert('<a href="javascript:steal()">fine</a>')
    ('<p>fine</p>', '<a>fine</a>')
    """
    clean = bleach.clean(
        NOT_PROSE.sub("", text),
        tags=TAGS,
        attributes=_is_harmless,
        protocols={"http", "https", "mailto", "data"},
        strip=True,
        css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES),
    )
    return str(clean)


def _is_harmless(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and LINK.match(value) is not None
    if name == "src":
        return tag == "img" and PICTURE.match(value) is not None
    return name in ATTRIBUTES
