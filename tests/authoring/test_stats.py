"""A scenario in numbers, and what sessions did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from authored_talk import play, room_of
from branchline.authoring.reading import WORDS_PER_MINUTE, words_read
from branchline.authoring.stats import Giveaway, Spread, stats_of
from branchline.authoring.traffic import Traffic, traffic
from tiny import BAD, GOOD, choice, compiled, node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchline.practice import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = room_of(tmp_path).studio()
    yield opened
    opened.close()


def test_words_are_those_of_lines_and_of_every_open_reply() -> None:
    scenario = compiled({"a": node(choice("x", GOOD, go="b"), choice("y", BAD, go="b")), "b": node(choice("z", GOOD))})
    # "Well?" and "I say x." twice, then "Well?" and "I say z.".
    assert words_read(scenario, 3) == [11, 11, 11]
    stats = stats_of(scenario, Traffic(), plays=3)
    assert stats.words == 11
    assert stats.words_read == Spread(11, 11, 11)
    assert stats.minutes.median == 11 / WORDS_PER_MINUTE
    assert (stats.nodes, stats.choices, stats.endings) == (2, 3, 1)


def test_a_longer_way_takes_longer_to_read() -> None:
    scenario = compiled({"a": node(choice("x", GOOD), choice("y", BAD, go="b")), "b": node(choice("z", GOOD))})
    found = words_read(scenario, 40)
    assert (found[0], found[-1]) == (7, 11)


def test_a_conversation_without_end_is_given_up() -> None:
    scenario = compiled({"a": node(choice("x", GOOD, go="a", sticky=True), choice("y", GOOD, when="heat > 99"))})
    assert words_read(scenario, 1)[0] > 400


def test_the_best_reply_that_is_longest_or_first_is_counted() -> None:
    long, short = "I will ring you back at ten past two.", "No."
    first = node({**choice("x", GOOD, go="b"), "say": long}, {**choice("y", BAD, go="b"), "say": short})
    second = node({**choice("x", BAD, go="c"), "say": short}, {**choice("y", GOOD, go="c"), "say": short})
    alike = node(choice("x", GOOD), choice("y", GOOD))
    scenario = compiled({"a": first, "b": second, "c": alike})
    assert stats_of(scenario, Traffic(), plays=1).giveaway == Giveaway(2, 0.5, 0.5, 0.5)


def test_sessions_say_what_was_chosen_how_long_it_took_and_where_people_stopped(studio: Studio) -> None:
    play(studio, ["kind", "bye"])
    play(studio, ["kind", "<", "cold"])
    play(studio, ["cold", "leave"])
    scenario = studio.workspace.load("talk")
    stats = stats_of(scenario, traffic(studio.journal, scenario), plays=1)
    taken = {f"{each.node}.{each.choice}": (each.taken, each.share, each.open_share) for each in stats.by_choice}
    assert taken["ask.kind"] == (1, 1 / 3, 1 / 3)
    assert taken["ask.cold"] == (2, 2 / 3, 2 / 3)
    assert taken["ask.shut"] == (0, 0.0, None)
    assert taken["lost.never"] == (0, None, None)
    nodes = {each.node: each for each in stats.by_node}
    assert (nodes["ask"].decisions, nodes["ask"].seconds) == (3, 10.0)
    assert nodes["cold"].stopped + nodes["ask"].stopped == stats.early_quits == 1
    assert stats.sessions == 3


def test_renamed_ids_count_under_their_present_ones(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    studio = room.studio()
    play(studio, ["cold", "leave"])
    text = (
        room.file.read_text()
        .replace('"cold": {"lines"', '"frost": {"renamed_from": "cold", "lines"')
        .replace('"go": "cold"', '"go": "frost"')
    )
    room.edit(text)
    scenario = studio.workspace.load("talk")
    assert traffic(studio.journal, scenario).taken["frost", "leave"] == 1
    studio.close()


def test_without_a_journal_nothing_is_counted(studio: Studio) -> None:
    found = traffic(None, studio.workspace.load("talk"))
    assert (found.sessions, found.share("ask", "kind")) == (0, None)
