from __future__ import annotations

import json
import random
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from branchline.engine.events import DeskActed
from branchline.errors import DamagedData
from branchline.journal.codec import encode
from branchline.journal.store import Journal
from branchline.recording import Recording
from branchline.xapi.readback import carried, rebuilt, session_from
from branchline.xapi.statements import shared
from rooms import Hands
from xapi_desk import worked
from xapi_moments import IDENTITY, Player

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.compiled import Scenario
    from branchline.journal.model import Entry, SessionRow

FOREIGN: list[dict[str, Any]] = [
    {},
    {"id": "0190163e-7a55-7b7e-9d0a-1f6f2f3a9c11", "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"}, "timestamp": "yesterday"},
    {"id": "A", "actor": {"objectType": "Group", "member": []}, "object": {"objectType": "SubStatement"}, "context": {"contextAgents": []}},
    {"id": "b", "context": None, "verb": "answered", "object": []},
    {"id": "c", "context": {"platform": "Branchline", "registration": "x", "extensions": {"https://a.test/extensions/event": {"seq": 1}}}},
]


def recorded(player: Player, folder: Path) -> tuple[SessionRow, list[Entry], list[dict[str, Any]]]:
    """What the journal has of a session after the recorder wrote it."""
    with Journal.open(folder / "journal.db") as journal:
        recording = Recording(journal, IDENTITY, Hands(), player.row)
        for moment in player.moments:
            recording.record(moment.content, moment.before, [moment.entry.event], bundle=player.scenario.bundle)
        statements = [json.loads(stored.json) for stored in journal.statements(player.row.id)]
        return journal.session(player.row.id), journal.entries(player.row.id), statements


@pytest.mark.parametrize("end", ["good", "bad", "given-up"])
def test_a_conversation_rebuilt_from_its_statements_is_the_recorded_one(scenario: Scenario, tmp_path: Path, end: str) -> None:
    player = Player(scenario).give_up() if end == "given-up" else Player(scenario).play(worst=end == "bad")
    row, entries, statements = recorded(player, tmp_path)
    mixed = [*FOREIGN, *statements, *statements]
    random.Random(4).shuffle(mixed)  # noqa: S311 -- no secret
    assert session_from(mixed) == (row, entries)


def test_a_drill_rebuilt_from_its_statements_lacks_only_what_was_written(tmp_path: Path) -> None:
    studio, row, entries = worked(tmp_path)
    with closing(studio):
        texts = [stored.json for stored in studio.journal.statements(row.id)]
    found = rebuilt(map(json.loads, texts))
    assert found.row == row
    assert row.status == "completed"
    assert [entry.event for entry in found.entries] == [shared(entry.event) for entry in entries]
    written = [entry.seq for entry in entries if shared(entry.event) != entry.event]
    assert found.withheld == tuple(written)
    assert 1 < written[0] < len(entries)
    for rebuilt_entry, entry in zip(found.entries, entries, strict=True):
        assert rebuilt_entry.digest == (entry.digest if entry.seq < written[0] else "")
        assert (rebuilt_entry.seq, rebuilt_entry.at, rebuilt_entry.elapsed) == (entry.seq, entry.at, entry.elapsed)
    said = [entry.event.text for entry in entries if isinstance(entry.event, DeskActed) and len(entry.event.text.split()) > 3]
    assert said
    assert not any(json.dumps(text)[1:-1] in sent for text in said for sent in texts)


def test_numbers_of_one_kind_only_and_ids_in_capitals_do_not_matter(charged_twice: Scenario, tmp_path: Path) -> None:
    row, entries, statements = recorded(Player(charged_twice).play(), tmp_path)

    def mangled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: mangled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [mangled(each) for each in value]
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    changed = [{**mangled(each), "id": each["id"].upper(), "stored": "2026-03-01T10:00:00Z"} for each in statements]
    found, rest = session_from(changed)
    assert [encode(entry.event) for entry in rest] == [encode(entry.event) for entry in entries]
    assert (found.id, found.seed, found.version) == (row.id, row.seed, row.version)


def test_what_has_not_arrived_is_named(charged_twice: Scenario, tmp_path: Path) -> None:
    _, _, statements = recorded(Player(charged_twice).play(), tmp_path)
    with pytest.raises(DamagedData, match="Entry 4 ") as caught:
        rebuilt(each for each in statements if (found := carried(each)) is None or found.entry.seq != 4)
    assert caught.value.code == "entry-missing"
    with pytest.raises(DamagedData) as caught:
        rebuilt(FOREIGN)
    assert caught.value.code == "no-session"


def test_a_voided_statement_counts_as_not_there(charged_twice: Scenario, tmp_path: Path) -> None:
    row, _, statements = recorded(Player(charged_twice).play(), tmp_path)
    verb = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    with pytest.raises(DamagedData, match="Entry 1 "):
        rebuilt([{"verb": verb, "object": {"objectType": "StatementRef", "id": statements[0]["id"].upper()}}, *statements])
    assert rebuilt([*statements, {"verb": verb, "object": {"objectType": "Activity", "id": statements[0]["id"]}}]).row == row


def test_statements_of_two_sessions_are_none(charged_twice: Scenario, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    one, two = (recorded(Player(charged_twice).play(), tmp_path / name)[2] for name in ("one", "two"))
    with pytest.raises(DamagedData) as caught:
        rebuilt([*one, *two])
    assert caught.value.code == "several-sessions"


def test_an_event_that_was_changed_on_the_way_is_refused(charged_twice: Scenario, tmp_path: Path) -> None:
    _, _, statements = recorded(Player(charged_twice).play(), tmp_path)
    found = next(value for key, value in statements[2]["context"]["extensions"].items() if key.endswith("/event"))
    found["event"]["type"] = "never-heard-of"
    with pytest.raises(DamagedData):
        rebuilt(statements)


def test_the_same_statement_under_another_id_is_not_ours(charged_twice: Scenario, tmp_path: Path) -> None:
    _, _, statements = recorded(Player(charged_twice).play(), tmp_path)
    assert carried(statements[0]) is not None
    assert carried({**statements[0], "id": statements[1]["id"]}) is None
