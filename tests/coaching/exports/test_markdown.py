"""The session as Markdown."""

from __future__ import annotations

import re

import pytest

from branchline.coaching.exports.export import export
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
