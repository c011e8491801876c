"""The HTML page: well-formed, self-contained, and data stays data."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.coaching.exports.export import export
from branchline.coaching.exports.page_style import STYLE
from branchline.coaching.judging import Explorations
from branchline.coaching.thread import Comment, Thread
from branchline.engine.events import SessionGivenUp
from branchline.text import first_unsafe
from pages import Page
from reviewed import review_of, said, telling, told
from tiny import GOOD, choice, compiled, node, played

HOSTILE = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "&lt;b&gt; &amp; </style><style>*{display:none}</style>",
    "\u202eevil\u2066 \x1b[31m\x07 \x00",
    "]]> <!-- --> <![CDATA[",
    "javascript:alert(1)",
]
SEVERAL = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=30), min_size=1, max_size=4).map(" ".join)


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(export(told(), "html", said=said()))


def test_it_has_a_language_one_title_and_headings_without_a_gap(page: Page) -> None:
    assert page.lang == "en"
    assert page.headings[0] == "h1"
    assert page.headings.count("h1") == 1
    levels = [int(heading[1]) for heading in page.headings]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_link_leads_to_a_place_on_the_page(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    assert page.links
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_nothing_is_asked_from_anywhere_and_its_policy_forbids_it(page: Page) -> None:
    policy = page.metas["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    style = re.search("<style>(.*?)</style>", page.source, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "url(" not in style[1]
    assert "@import" not in style[1]


@pytest.mark.parametrize("light", [True, False], ids=["light", "dark"])
def test_every_colour_of_text_is_read_on_every_ground(light: bool) -> None:  # noqa: FBT001 - one of two
    root, dark = re.findall(r":root \{([^}]*)\}", STYLE)[:2]
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", root if light else dark))
    for ground in ("paper", "shade"):
        for text in set(colours) - {"paper", "shade", "rule"}:
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


def contrast(one: str, other: str) -> float:
    """The ratio of the Web Content Accessibility Guidelines 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_curve_has_its_text_and_each_point_a_glyph_a_name_and_a_link(page: Page) -> None:
    assert "It begins at" in page.text
    points = re.findall(r'<a href="#m-(\d+)" class="(\w+)" aria-label="([^"]+)">', page.source)
    assert [word for _, word, _ in points] == ["blunder", "inaccuracy"]
    assert all(word in name for _, word, name in points)


@settings(max_examples=40)
@given(SEVERAL)
def test_whatever_data_says_it_never_becomes_markup(text: str) -> None:
    name = text.strip() or "x"
    scenario = telling(f"x {name}", name, f"t {name}")
    review = review_of(scenario, played(scenario, ["rude", "shrug"]), learner=text, explorations=Explorations())
    comment = Comment("s:1", text, "coach", "2026-03-03T10:00:00.000Z", 2, text, text, shared=True)
    found = export(review, "html", said=Thread((comment,)))
    Page(found)
    assert first_unsafe(found) is None


def test_a_session_without_a_decision_has_a_page() -> None:
    scenario = compiled({"hello": node(choice("kind", GOOD))})
    found = Page(export(review_of(scenario, [*played(scenario, []), SessionGivenUp()]), "html"))
    assert "Nothing was decided." in found.text


def test_coaches_scores_stand_in_a_section_of_their_own_where_there_are_any(page: Page) -> None:
    assert "#coaches" in page.links
    assert "72 of 100 by conversation-quality version 1" in page.text
    assert "#coaches" not in Page(export(told(), "html")).links


def test_many_moments_make_the_curve_wider_instead_of_crowded() -> None:
    scenario = compiled({"hello": node(choice("again", GOOD, go="hello", sticky=True), choice("stop", GOOD))})
    found = export(review_of(scenario, played(scenario, ["again"] * 60)), "html")
    width = re.search(r'viewBox="0 0 (\d+) ', found)
    assert width is not None
    assert int(width[1]) > 60 * 24
    Page(found)
