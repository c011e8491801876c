"""`preview --once`: Diagnostics and how things stand, for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tui_preview import Desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "content").write()


def test_how_things_stand_after_a_path(branchline: Callable[..., Any], desk: Desk, home: Path) -> None:
    done = branchline("preview", str(desk.file), "--json", "--path", "wait-more, hello.look", "--set", "offers=2")
    found = done.document
    assert (done.code, found["format"], found["node"], found["playable"]) == (0, "branchline.preview/1", "news", True)
    assert found["path"] == ["hello.wait-more", "hello.look"]
    assert found["variables"] == {"trust": 50, "heat": 20, "verified": True, "offers": 2, "payment": "captured"}
    assert found["by_hand"] == ["offers"]
    assert [choice["id"] for choice in found["choices"] if choice["open"]] == ["tomorrow", "refund"]
    assert {"of": "refund", "part": "when", "text": "offers > 0", "holds": True, "reads": {"offers": "2"}, "says": ""} in found[
        "conditions"
    ]
    assert not (home / "data").exists()


def test_the_same_in_words(branchline: Callable[..., Any], desk: Desk) -> None:
    done = branchline("preview", str(desk.file), "--once")
    assert done.code == 0
    assert "Stands at node hello, visit 1." in done.out
    assert "✓ send-again locked_when: not verified (verified no)" in done.out
    assert "⊘ send-again: You have not looked." in done.out


def test_what_cannot_be_said_is_an_error_in_the_result(branchline: Callable[..., Any], desk: Desk) -> None:
    done = branchline("preview", str(desk.file), "--json", "--path", "look,nope")
    assert done.code == 1
    assert done.document["node"] == "news"
    assert [error["code"] for error in done.document["errors"]] == ["unknown-choice"]
    refused = branchline("preview", str(desk.file), "--once", "--set", "offers=9")
    assert (refused.code, "Refused [not-in-domain]" in refused.out) == (1, True)


def test_a_broken_file_prints_its_diagnostics(branchline: Callable[..., Any], desk: Desk) -> None:
    desk.edit(("{go: gone}", "{go: nowhere}"))
    done = branchline("preview", str(desk.file), "--json")
    assert (done.code, done.document["playable"], done.document["node"]) == (1, False, None)
    assert any("nowhere" in each["message"] and each["line"] for each in done.document["diagnostics"])
    told = branchline("preview", str(desk.file), "--once")
    assert "late-parcel.yaml cannot be played." in told.out


def test_what_is_no_use_is_said(branchline: Callable[..., Any], desk: Desk) -> None:
    assert branchline("preview", str(desk.file), "--json", "--set", "offers").error["code"] == "no-value"
    assert branchline("preview", str(desk.card), "--json").error["code"] == "not-a-scenario"
    assert branchline("preview", str(desk.folder / "none.yaml"), "--json").error["code"] == "no-file"
    done = branchline("preview", str(desk.file))
    assert done.code == 2
    assert "needs a terminal" in done.err
    assert "--once" in done.err
