"""A scenario played while it is written: what stands after a save, what is lost and why, and values set by hand."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from branchline.authoring.preview import Preview, Reload, walked
from branchline.authoring.walk import Toggle, word_of
from branchline.errors import ActionRefused, ContentError, UnknownId, UsageError
from tui_preview import TALK, TODAY, Desk

BUNDLED = sorted((Path(__file__).parents[2] / "scenarios" / "conversations").glob("*.yaml"))
PART = """
format: 1
id: ask
start: one
nodes:
  one:
    lines: [{customer: "Who?"}]
    choices:
      - {id: me, say: "Me.", go: return, because: It is true.}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path).write()


def at(preview: Preview) -> str:
    return preview.playing.state.node


def heard(preview: Preview) -> list[str]:
    return [line.text for line in preview.playing.lines()]


def polled(preview: Preview) -> Reload:
    found = preview.poll()
    assert found is not None
    return found


def moves(preview: Preview) -> list[str]:
    return [word_of(move) for move in preview.playing.moves]


def test_nothing_is_read_again_while_nothing_changes(desk: Desk) -> None:
    preview = desk.preview("look")
    walk = preview.playing
    assert preview.poll() is None
    desk.save(desk.file.read_text())
    assert preview.poll() is None
    assert heard(preview) == [line.text for line in walk.lines()]


def test_a_changed_text_is_heard_at_once_and_the_place_is_kept(desk: Desk) -> None:
    preview = desk.preview("wait-more", "look")
    desk.edit(("And now?", "And what now?"), ("Please wait.", "Please wait a little."))
    found = polled(preview)
    assert found.kept
    assert found.message == "Texts, levels or SOPs changed: your place is kept."
    assert at(preview) == "news"
    assert moves(preview) == ["hello.wait-more", "hello.look"]
    assert heard(preview)[-1] == "And what now?"
    assert "Please wait a little." in heard(preview)
    assert preview.poll() is None


def test_renamed_nodes_and_choices_are_followed_twice(desk: Desk) -> None:
    preview = desk.preview("look")
    desk.edit(
        ("- id: look\n", "- id: search\n        renamed_from: look\n"),
        ("go: news", "go: word"),
        ("  news:\n", "  word:\n    renamed_from: news\n"),
    )
    assert polled(preview).message == "The scenario was edited: your place is kept."
    assert (at(preview), moves(preview)) == ("word", ["hello.search"])
    desk.edit(("- id: search\n        renamed_from: look\n", "- id: find\n        renamed_from: search\n"))
    assert polled(preview).kept
    assert moves(preview) == ["hello.find"]


def test_a_removed_choice_says_what_is_lost_and_why(desk: Desk) -> None:
    preview = desk.preview("wait-more", "look", "tomorrow")
    assert at(preview) == "done"
    desk.edit(("- id: look\n", "- id: search\n"))
    found = polled(preview)
    assert found.lost == ("hello.look", "news.tomorrow")
    assert found.reason == "The choice is gone."
    assert found.message == (
        "The scenario was edited: 1 of 3 moves still stand. Given up: hello.look, news.tomorrow. Reason: The choice is gone."
    )
    assert (at(preview), moves(preview)) == ("hello", ["hello.wait-more"])


def test_a_lock_and_another_way_on_are_reasons_too(desk: Desk) -> None:
    preview = desk.preview("look", "tomorrow")
    desk.edit(("effects: [set verified]\n        go: news", "go: hello"))
    assert polled(preview).reason == "The conversation stands at `hello` there, not at `news`."
    assert moves(preview) == ["hello.look"]
    locked = Desk(desk.folder).write().preview("look")
    desk.edit(("effects: [set verified]", "locked_when: {when: not verified, why: Ask first.}"))
    assert polled(locked).reason == "Ask first."


def test_a_place_that_moves_is_told(desk: Desk) -> None:
    preview = desk.preview("look")
    desk.edit(("effects: [set verified]\n        go: news", "effects: [set verified]\n        go: done"))
    found = polled(preview)
    assert found.kept
    assert found.message.endswith("your place has moved from `news` to `done`.")


def test_a_broken_file_leaves_the_last_version_playable(desk: Desk) -> None:
    preview = desk.preview("look")
    whole = desk.file.read_text()
    desk.save(whole.replace("go: news", "go: nowhere", 1))
    line = whole[: whole.index("go: news")].count("\n") + 1
    found = polled(preview)
    assert not found.playable
    assert [(each.span.line, "nowhere" in each.message) for each in preview.diagnostics if each.severity == "error"] == [(line, True)]
    preview.choose("tomorrow")
    assert at(preview) == "done"
    assert preview.poll() is None
    desk.save(whole)
    assert polled(preview).message == "The file can be played again, and nothing in it differs."
    assert not preview.broken
    assert at(preview) == "done"


def test_a_file_that_goes_and_comes_back_is_met_in_peace(desk: Desk) -> None:
    preview = desk.preview("look")
    whole = desk.file.read_text()
    desk.file.unlink()
    assert not polled(preview).playable
    assert at(preview) == "news"
    desk.save(whole.replace("And now?", "So?"))
    assert polled(preview).kept
    assert heard(preview)[-1] == "So?"


def test_what_is_broken_from_the_first_begins_when_it_is_mended(desk: Desk) -> None:
    desk.save("format: 1\nid: late-parcel\n")
    preview = Preview(desk.file, TODAY)
    assert preview.walk is None
    assert preview.diagnostics
    assert (preview.variables(), preview.conditions()) == ((), ())
    with pytest.raises(ContentError):
        preview.choose("look")
    desk.save(TALK)
    assert polled(preview).playable
    assert at(preview) == "hello"


def test_the_parts_and_sops_that_it_draws_on_are_watched_too(desk: Desk) -> None:
    part = desk.folder / "scenarios" / "parts" / "ask.yaml"
    part.parent.mkdir()
    text = PART
    part.write_text(text)
    desk.edit(("go: news", "go: side"), ("  silence:", "  side: {call: ask, go: news}\n  silence:"))
    preview = desk.preview("look")
    assert at(preview) == "side/one"
    part.write_text(text.replace("Who?", "Who is it?"))
    assert polled(preview).kept
    assert heard(preview)[-1] == "Who is it?"
    desk.card.write_text(desk.card.read_text() + "2. Tell her.\n")
    assert polled(preview).message.startswith("Texts, levels or SOPs changed")
    part.unlink()
    assert not polled(preview).playable
    part.write_text(text)
    assert polled(preview).playable


def test_a_value_set_by_hand_opens_what_it_opens_and_is_told(desk: Desk) -> None:
    preview = desk.preview()
    assert [choice.id for choice, opened in preview.choices() if not opened] == ["send-again"]
    preview.set_variable("verified", value=True)
    assert all(opened for _, opened in preview.choices())
    assert preview.playing.by_hand == ("verified",)
    assert [each.name for each in preview.variables() if each.by_hand] == ["verified"]
    assert heard(preview)[-1] == "Set by hand: verified = yes"
    preview.undo()
    assert moves(preview) == []
    with pytest.raises(ActionRefused) as refused:
        preview.choose("send-again")
    assert refused.value.code == "choice-locked"


def test_values_go_round_and_back_to_where_they_were_leaves_nothing(desk: Desk) -> None:
    preview = desk.preview()
    seen = []
    for _ in range(3):
        preview.cycle("offers")
        seen.append({each.name: each.value for each in preview.variables()}["offers"])
    assert seen == [1, 2, 0]
    assert moves(preview) == []
    preview.cycle("payment", -1)
    preview.cycle("trust")
    preview.cycle("heat", -1)
    assert moves(preview) == ["payment = authorised", "trust = 60", "heat = 20"]


@pytest.mark.parametrize(
    ("name", "value"), [("verified", "perhaps"), ("offers", 3), ("offers", True), ("payment", "gold"), ("trust", 101), ("heat", "x")]
)
def test_a_value_outside_its_domain_is_refused_and_nothing_happens(desk: Desk, name: str, value: str | int) -> None:
    preview = desk.preview()
    with pytest.raises(ActionRefused) as refused:
        preview.set_variable(name, value)
    assert refused.value.code == "not-in-domain"
    assert "It can be" in str(refused.value)
    assert moves(preview) == []
    with pytest.raises(UnknownId, match="no variable"):
        preview.set_variable("ofers", 1)


def test_values_set_by_hand_are_set_again_by_name_or_dropped_with_the_reason(desk: Desk) -> None:
    preview = desk.preview("look")
    preview.set_variable("offers", 2)
    preview.set_variable("payment", "authorised")
    preview.choose("refund")
    desk.edit(("You get your money back.", "It is on its way back."))
    assert polled(preview).message.endswith("your place is kept. Set by hand again: offers = 2, payment = authorised.")
    desk.edit(("range: 0..2", "range: 0..1"))
    found = polled(preview)
    assert found.dropped == ("offers = 2 (`offers` cannot be `2`.)",)
    assert found.lost == ("news.refund",)
    assert "not open" in found.reason
    assert preview.playing.moves[1:] == [Toggle("payment", "authorised")]


def test_conditions_are_told_as_written_with_what_they_read(desk: Desk) -> None:
    preview = desk.preview()
    found = {(each.of, each.part): each for each in preview.conditions()}
    assert found["", "line 2"].holds
    assert found["", "line 2"].text == "payment == captured"
    lock = found["send-again", "locked_when"]
    assert (lock.text, lock.holds, lock.reads, lock.says) == ("not verified", True, (("verified", "no"),), "You have not looked.")
    preview.choose("look")
    found = {(each.of, each.part): each for each in preview.conditions()}
    way = found["tomorrow", "go done"]
    assert (way.text, way.holds) == ("trust > 40 and case.amount < 100", True)
    assert way.reads == (("case.amount", "89.00"), ("trust", "50"))
    assert not found["refund", "when"].holds
    preview.set_variable("offers", 1)
    preview.set_variable("trust", 10)
    found = {(each.of, each.part): each for each in preview.conditions()}
    assert found["refund", "when"].holds
    assert not found["tomorrow", "go done"].holds
    preview.choose("tomorrow")
    assert (at(preview), preview.conditions()) == ("gone", ())


def test_what_was_said_once_says_so(desk: Desk) -> None:
    desk.edit(("effects: [set verified]\n        go: news", "effects: [set verified]\n        go: hello"))
    preview = desk.preview("look")
    assert [(each.of, each.text) for each in preview.conditions() if each.part == "once"] == [("look", "not said before")]
    assert preview.playing.visits == 2


def test_where_chance_went_is_kept_unless_that_way_is_gone(desk: Desk) -> None:
    for branch, node in ((0, "hello"), (1, "news")):
        preview = desk.preview("look", "news!timeout", f"luck~{branch}")
        assert at(preview) == node
        desk.save(desk.file.read_text().replace("Hello?", "Hello!"))
        assert at(preview) == node
    desk.edit(("  luck: {chance: [{weight: 1, go: hello}, {weight: 1, go: news}]}", "  luck: {chance: [{weight: 1, go: hello}]}"))
    found = polled(preview)
    assert found.kept
    assert "Chance was asked again." in found.message
    assert at(preview) == "hello"


def test_draws_before_the_first_decision_are_kept_and_may_be_named(desk: Desk) -> None:
    desk.edit(("start: hello", "start: luck"))
    for branch, node in ((0, "hello"), (1, "news")):
        preview = desk.preview(f"luck~{branch}")
        assert at(preview) == node
        preview.cycle("offers")
        preview.undo()
        desk.save(desk.file.read_text().replace("And now?", "And now, please?"))
        preview.reload()
        assert at(preview) == node
    desk.edit(("start: luck", "start: hello"))
    polled(preview)
    assert (at(preview), preview.playing.opening) == ("hello", ())
    desk.edit(("start: hello", "start: luck"))
    with pytest.raises(ActionRefused) as refused:
        desk.preview("luck~7")
    assert refused.value.code == "no-draw-here"


def test_a_time_limit_that_goes_is_a_reason(desk: Desk) -> None:
    preview = desk.preview("look", "news!timeout", "luck~1")
    desk.edit(("    timeout: {after: 20, go: silence}\n", ""))
    found = polled(preview)
    assert (found.lost, found.reason) == (("news!timeout",), "There is no time limit here.")
    assert moves(preview) == ["hello.look"]


def test_what_a_script_cannot_say_here_is_refused_and_the_rest_stands(desk: Desk) -> None:
    preview = desk.preview()
    with pytest.raises(ActionRefused, match="stands at `news`"):
        preview.follow(["look", "hello.look"])
    assert moves(preview) == ["hello.look"]
    with pytest.raises(ActionRefused, match="has no choice"):
        preview.choose("lok")
    preview.restart()
    with pytest.raises(ActionRefused) as nothing:
        preview.undo()
    assert nothing.value.code == "nothing-to-undo"
    with pytest.raises(ActionRefused) as waits:
        preview.time_out()
    assert waits.value.code == "no-time-limit"


def test_other_files_are_refused_with_a_sentence(desk: Desk) -> None:
    drill = desk.folder / "scenarios" / "drills" / "d.yaml"
    drill.parent.mkdir()
    drill.write_text("format: 1\n")
    with pytest.raises(UsageError, match=r"`preview` is for conversations, and d\.yaml is a drill") as refused:
        Preview(drill, TODAY)
    assert "branchline play d" in refused.value.hint
    with pytest.raises(UsageError, match=r"SOP-ORD\.md is an SOP"):
        Preview(desk.card, TODAY)
    with pytest.raises(UsageError) as missing:
        Preview(desk.file.with_name("late-parcl.yaml"), TODAY)
    assert missing.value.hint == "Did you mean `late-parcel.yaml`?"


@pytest.mark.parametrize(
    "text",
    ["", "\x00", "a: &a [*a]", "[" * 3000, "nodes: {\x1b[31m: 1}", "- \u202e"],
    ids=["empty", "nul", "alias", "deep", "escape", "bidi"],
)
def test_hostile_saves_are_diagnostics_and_the_play_goes_on(desk: Desk, text: str) -> None:
    preview = desk.preview("look")
    desk.save(text)
    assert not polled(preview).playable
    assert preview.diagnostics
    preview.choose("tomorrow")
    desk.save(TALK)
    assert polled(preview).playable
    assert at(preview) == "done"


@pytest.mark.parametrize("file", [path for path in BUNDLED if "." not in path.stem], ids=lambda path: path.stem)
def test_conditions_say_what_is_open_and_the_same_version_is_walked_the_same_way(file: Path) -> None:
    preview = Preview(file, TODAY)
    for seed in range(12):
        chance = random.Random(seed)  # noqa: S311  # which way is taken is no secret
        preview.restart()
        for _ in range(40):
            told = {(each.of, each.part): each.holds for each in preview.conditions()}
            shown = {choice.id: is_open for choice, is_open in preview.choices()}
            for choice in () if preview.playing.state.ended else preview.playing.scenario.nodes[at(preview)].choices:
                seen = told.get((choice.id, "when"), True) and told.get((choice.id, "once"), True)
                assert (choice.id in shown) == seen
                assert shown.get(choice.id, False) == (seen and not told.get((choice.id, "locked_when"), False))
            opened = [name for name, is_open in shown.items() if is_open]
            if not opened and not preview.can_wait:
                break
            if chance.random() < 0.2:
                preview.cycle(chance.choice(preview.variables()).name, chance.choice((1, -1)))
            elif opened:
                preview.choose(chance.choice(opened))
            else:
                preview.time_out()
        walk = preview.playing
        again, found = walked(walk.scenario, walk, preview.seed)
        assert found.kept
        assert (again.state, again.moves, again.lines()) == (walk.state, walk.moves, walk.lines())


def test_nothing_is_written_anywhere(desk: Desk) -> None:
    before = sorted(desk.folder.rglob("*"))
    preview = desk.preview("look")
    preview.set_variable("offers", 1)
    preview.choose("refund")
    preview.reload()
    assert sorted(desk.folder.rglob("*")) == before
