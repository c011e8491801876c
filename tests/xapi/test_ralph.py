"""Whole sessions into a real LRS and back."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

from branchline.journal import codec
from branchline.journal.store import Journal
from branchline.xapi.lrs import Lrs
from branchline.xapi.outbox import Delivery, deliver
from branchline.xapi.same import same
from branchline.xapi.vocabulary import Iris
from xapi_moments import IDENTITY, Player

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.compiled import Scenario
    from lrs_servers import Ralph

EVENT = Iris(IDENTITY.iri_base).extension("event")


def recorded(player: Player, path: Path) -> Journal:
    journal = Journal.open(path)
    entries = [moment.entry for moment in player.moments]
    content = (player.scenario.content_hash, dict(player.scenario.bundle))
    journal.write(player.row.id, row=player.row, content=content, entries=entries, statements=player.statements)
    return journal


def test_a_session_arrives_and_is_rebuilt_from_what_the_lrs_gives_back(ralph: Ralph, scenario: Scenario, tmp_path: Path) -> None:
    player = Player(scenario).play()
    sent = player.statements
    with recorded(player, tmp_path / "journal.db") as journal, closing(Lrs(ralph.endpoint, ralph.username, ralph.password)) as lrs:
        assert lrs.check().ok
        assert deliver(journal, lrs, batch=25) == Delivery(delivered=len(sent))
    back = {statement["id"]: statement for statement in ralph.statements(registration=player.row.id)}
    assert set(back) == {stored.id for stored in sent}
    assert all(same(json.loads(stored.json), back[stored.id]) for stored in sent)
    extensions = (statement["context"].get("extensions", {}) for statement in back.values())
    carried = [found[EVENT] for found in extensions if EVENT in found]
    carried.sort(key=lambda data: data["seq"])
    assert [codec.decode(data["event"], data["codec"]) for data in carried] == player.events


def test_sending_everything_again_stores_nothing_twice(ralph: Ralph, charged_twice: Scenario, tmp_path: Path) -> None:
    player = Player(charged_twice).play()
    sent = player.statements
    with recorded(player, tmp_path / "journal.db") as journal, closing(Lrs(ralph.endpoint, ralph.username, ralph.password)) as lrs:
        deliver(journal, lrs, limit=5)
        journal.settle([stored.id for stored in sent], "waiting")
        assert deliver(journal, lrs) == Delivery(delivered=len(sent))
        journal.settle([stored.id for stored in sent], "waiting")
        assert deliver(journal, lrs) == Delivery(delivered=len(sent))
    assert len(ralph.statements(registration=player.row.id)) == len(sent)


def test_a_statement_that_ralph_knows_otherwise_is_a_conflict(ralph: Ralph, charged_twice: Scenario, tmp_path: Path) -> None:
    player = Player(charged_twice).play()
    sent = player.statements
    with recorded(player, tmp_path / "journal.db") as journal, closing(Lrs(ralph.endpoint, ralph.username, ralph.password)) as lrs:
        other = json.loads(sent[2].json)
        other["result"] = {"response": "something else"}
        assert lrs.put(other).status == 204
        assert deliver(journal, lrs) == Delivery(delivered=len(sent) - 1, dead=1)
        assert [stored.id for stored in journal.dead_letters()] == [sent[2].id]


def test_a_wrong_password_pauses_and_keeps_everything(ralph: Ralph, charged_twice: Scenario, tmp_path: Path) -> None:
    player = Player(charged_twice).play()
    with recorded(player, tmp_path / "journal.db") as journal, closing(Lrs(ralph.endpoint, ralph.username, "wrong")) as lrs:
        assert lrs.check().code == "unauthorized"
        done = deliver(journal, lrs)
        assert "password" in done.paused
        assert done.waiting == len(player.statements)
