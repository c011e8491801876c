"""The session as Markdown."""

from __future__ import annotations

import re

import pytest

from branchline.coaching.exports.export import export
from branchline.engine.events import SessionGivenUp
from reviewed import review_of, said, told
from tiny import BAD, GOOD, choice, compiled, node, played


def test_it_tells_score_curve_moments_and_transcript_in_this_order() -> None:
    text = export(told(), "markdown", said=said())
    assert re.findall(r"(?m)^## (.+)$", text) == ["Result", "Curve", "Moments", "Coaches' scores", "Comments", "Transcript"]
    assert re.search(r"`[▁▂▃▄▅▆▇█]{3}`", text)
    assert "- Best: I say kind." in text
    assert "~~Learner: I say rude.~~" in text


def test_every_deduction_stands_with_its_line() -> None:
    review = told()
    text = export(review, "markdown")
    for lost in review.score.deductions:
        line = review.transcript.line_of(lost.seq)
        assert f"−{lost.lost:.1f} | {lost.part} |" in text
        assert f"line {line}: " in text if line else "never happened" in text


def test_an_unfinished_session_says_so_and_a_given_up_one_has_its_result() -> None:
    scenario = compiled(
        {"hello": node(choice("kind", GOOD, go="again"), choice("rude", BAD, go="again")), "again": node(choice("end", GOOD))}
    )
    events = played(scenario, ["rude"])
    open_still = export(review_of(scenario, events, status="suspended"), "markdown")
    assert "The session is not finished" in open_still
    assert "Result: " not in open_still
    given_up = export(review_of(scenario, [*events, SessionGivenUp()], status="abandoned"), "markdown")
    assert "The session was given up before its end. Result: " in given_up


@pytest.mark.parametrize(
    "said",
    [
        "# head",
        "[a](http://x.example)",
        "![a](b)",
        "<b>bold</b>",
        "| cell |",
        "*a* _b_ ~~c~~ `d`",
        "https://x.example www.x.example",
        "&lt;",
    ],
)
def test_what_people_wrote_never_becomes_markup(said: str) -> None:
    scenario = compiled({"hello": node(choice("kind", GOOD) | {"say": said}, choice("rude", BAD), line=f"{said}\n\n{said}")}, title=said)
    text = export(review_of(scenario, played(scenario, ["rude"])), "markdown")
    bare = re.sub(r"\\.", "", text.partition("## Moments")[2])
    assert not re.search(r"(?m)[<>\[\]]|https?:|www\.|&lt|^#(?!#)|\*a\*|~~c", bare)
