"""Both recordings tell the same times, and a marker stands at its moment."""

from __future__ import annotations

import json
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from branchline.coaching.exports.asciicast import COLUMNS, LONGEST, MARKER, OUTPUT, SHORTEST
from branchline.coaching.exports.export import export
from branchline.coaching.judging import Explorations
from branchline.text import clean, width
from reviewed import review_of, said, told
from tiny import BAD, GOOD, choice, compiled, node, played

if TYPE_CHECKING:
    from branchline.coaching.review import Review
    from branchline.engine.events import Event


def recording(text: str) -> tuple[dict[str, Any], list[tuple[float, str, str]]]:
    """The header and the events of a recording, as a player reads it."""
    head, *events = (json.loads(line) for line in text.splitlines())
    return head, [tuple(event) for event in events]


EXPLORED = Explorations()
TALK = compiled(
    {"hello": node(choice("again", GOOD, go="hello", sticky=True), choice("rude", BAD, go="hello", sticky=True), choice("stop", BAD))}
)
WORDS = st.lists(st.sampled_from(["again", "rude", "again <"]), max_size=12).map(lambda words: " ".join([*words, "stop"]).split())


@given(WORDS, st.data())
def test_both_formats_tell_the_same_times_and_texts(words: list[str], draw: st.DataObject) -> None:
    review = timed(played(TALK, words), draw)
    two, three = (recording(export(review, f"asciicast-v{version}"))[1] for version in (2, 3))
    assert [event[1:] for event in two] == [event[1:] for event in three]
    since = accumulate(round(event[0] * 1000) for event in three)
    assert [round(event[0] * 1000) for event in two] == list(since)


@given(WORDS, st.data())
def test_a_pause_is_cut_and_every_marker_stands_where_its_moment_is_told(words: list[str], draw: st.DataObject) -> None:
    review = timed(played(TALK, words), draw)
    _, events = recording(export(review, "asciicast-v2"))
    times = [at for at, _, _ in events]
    assert all(0 <= after - before <= LONGEST / 1000 + 1e-9 for before, after in pairwise(times))
    marked = [index for index, (_, code, _) in enumerate(events) if code == MARKER]
    assert len(marked) == len(review.judgement.moments)
    for index in marked:
        assert events[index + 1][:2] == (events[index][0], OUTPUT)
    assert all(after - before >= SHORTEST / 1000 - 1e-9 for before, after in pairwise(times[index] for index in marked))


def timed(events: list[Event], draw: st.DataObject) -> Review:
    gaps = draw.draw(st.lists(st.floats(0, 500), min_size=len(events), max_size=len(events)))
    return review_of(TALK, events, elapsed=list(accumulate(gaps)), explorations=EXPLORED)


def test_headers_are_those_of_their_formats() -> None:
    two, _ = recording(export(told(), "asciicast-v2"))
    three, _ = recording(export(told(), "asciicast-v3"))
    assert (two["version"], two["width"], two["height"]) == (2, 100, 30)
    assert "idle_time_limit" not in two
    assert (three["version"], three["term"]["cols"], three["term"]["rows"]) == (3, 100, 30)
    assert two["timestamp"] == three["timestamp"] == 1772442000


def test_output_fits_the_terminal_and_holds_no_escape_but_colours() -> None:
    _, events = recording(export(told(), "asciicast-v2", said=said()))
    for _, code, data in events:
        plain = strip(data) if code == OUTPUT else data
        assert clean(plain.replace("\r\n", "\n")) == plain.replace("\r\n", "\n")
        assert all(width(line) <= COLUMNS for line in plain.split("\r\n")) or code == MARKER


def strip(data: str) -> str:
    head, *rest = data.split("\x1b[")
    return head + "".join(each.partition("m")[2] for each in rest)


def test_a_comment_is_marked_too() -> None:
    _, events = recording(export(told(), "asciicast-v3", said=said()))
    assert sum(code == MARKER and data.startswith("◆ coach-7: ") for _, code, data in events) == 2
