"""Reading HTML as strictly as a page is meant: every element closed in order, every attribute known, nothing asked from anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

VOID = {"meta", "br"}
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "article", "div", "h1", "h2", "h3", "p", "a",
    "br", "strong", "code", "span", "bdi", "del", "table", "caption", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "ol", "li",
    "figure", "figcaption", "svg", "line", "polyline", "circle", "text",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "dir", "scope", "tabindex", "role", "aria-label",
    "aria-labelledby", "aria-describedby", "aria-hidden", "viewbox", "width", "height", "points", "x", "y", "x1", "y1", "x2", "y2", "cx",
    "cy", "r", "text-anchor",
}  # fmt: skip


@dataclass
class Page(HTMLParser):
    """A page as it was read; AssertionError where it is not well-formed."""

    source: str
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    metas: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    lang: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(self.source)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS, tag
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs), attrs
        assert set(given) <= ATTRIBUTES, given
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        if tag == "html":
            self.lang = given["lang"]
        if tag == "meta":
            self.metas[given.get("http-equiv") or given.get("name", "charset")] = given.get("content", "")
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """Everything that is read on the page."""
        return " ".join(self.texts)
