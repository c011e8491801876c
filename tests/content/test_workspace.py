"""Workspaces: what is found in a folder, broken things among them, and what is read again."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from branchline.content.diagnostic import has_errors
from branchline.content.workspace import Workspace, bundled_root, open_workspace
from branchline.errors import ConfigurationError, ContentError, UnknownId
from marked import ENDINGS, HEAD

if TYPE_CHECKING:
    from pathlib import Path

ONE = "start: n\nnodes:\n  n: {choices: [{id: a, say: A., go: done}]}\n"
PART = "format: 1\nid: p\nstart: a\nnodes: {a: {choices: [{id: ok, say: Ok., go: return}]}}\n"
SOP = "---\nformat: 1\nid: SOP-T\ntitle: Title\n---\n1. Do it. {#one do=act optional}\n"


def _room(root: Path, **files: str | bytes) -> Workspace:
    folder = root / "scenarios" / "conversations"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / f"{name}.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Workspace(root)


def test_broken_scenarios_are_listed_with_their_diagnostics_and_never_raise(tmp_path: Path) -> None:
    room = _room(
        tmp_path,
        good=HEAD + ONE + ENDINGS,
        empty="",
        binary=bytes(range(256)),
        shape=HEAD.replace("id: s", "id: odd").replace("title: T", "title: [a]") + ONE + ENDINGS,
        meaning=HEAD.replace("id: s", "id: lost").replace("title: T", "title: Lost way") + ONE.replace("go: done", "go: away") + ENDINGS,
        deep="[" * 5000,
    )
    (tmp_path / "scenarios" / "conversations" / "folder.yaml").mkdir()
    (tmp_path / "scenarios" / "conversations" / "link.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "scenarios" / "conversations" / "loop.yaml").symlink_to("loop.yaml")
    found = {listing.path.stem: listing for listing in room.listings()}
    assert set(found) == {"good", "empty", "binary", "shape", "meaning", "deep", "folder", "link", "loop"}
    assert [name for name, listing in found.items() if listing.playable] == ["good"]
    assert all(listing.playable is not has_errors(listing.diagnostics) for listing in found.values())
    assert (found["shape"].id, found["shape"].title) == ("odd", "shape.yaml")
    assert (found["meaning"].id, found["meaning"].title) == ("lost", "Lost way")
    for name in ("empty", "binary", "folder", "link"):
        assert (found[name].id, found[name].title) == (name, f"{name}.yaml")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="everything is readable here")
def test_an_unreadable_file_is_listed(tmp_path: Path) -> None:
    room = _room(tmp_path, secret=HEAD)
    (tmp_path / "scenarios" / "conversations" / "secret.yaml").chmod(0)
    (listing,) = room.listings()
    assert [finding.code for finding in listing.diagnostics] == ["S001"]


def test_names_with_escape_sequences_are_listed_as_harmless_text(tmp_path: Path) -> None:
    room = _room(tmp_path, **{"a\x1b[31mb": ""})
    (listing,) = room.listings()
    assert "\x1b" not in listing.id + listing.title + str(listing.diagnostics[0])


def test_a_scenario_is_loaded_by_its_id_or_its_file_name(tmp_path: Path) -> None:
    room = _room(tmp_path, file=HEAD + ONE + ENDINGS)
    assert room.load("s") is room.load("file")
    assert room.listing("s").title == "T"


def test_what_is_not_there_is_refused_with_the_nearest(tmp_path: Path) -> None:
    room = _room(tmp_path, greeting=HEAD.replace("id: s", "id: greeting") + ONE + ENDINGS)
    with pytest.raises(UnknownId) as refused:
        room.load("greetin")
    assert (refused.value.exit_code, refused.value.hint) == (2, "Did you mean `greeting`?")
    with pytest.raises(UnknownId):
        room.sop("SOP-T")


def test_what_cannot_be_played_is_refused_with_its_diagnostics(tmp_path: Path) -> None:
    room = _room(tmp_path, bad=HEAD + ONE.replace("go: done", "go: away") + ENDINGS)
    with pytest.raises(ContentError) as refused:
        room.load("bad")
    assert [finding.code for finding in refused.value.diagnostics] == ["R001"]
    assert "There is no node or ending `away`." in refused.value.what


def test_translations_and_tests_beside_a_scenario_are_no_scenarios(tmp_path: Path) -> None:
    room = _room(tmp_path, s=HEAD + ONE + ENDINGS, **{"s.de": "format: 1\n", "s.test": "choices: []\n"})
    assert [listing.id for listing in room.listings()] == ["s"]


def test_a_scenario_is_read_again_when_anything_that_it_draws_on_changed(tmp_path: Path) -> None:
    text = HEAD + "sops: [SOP-T]\nstart: n\nnodes:\n  n: {call: p, go: done}\n" + ENDINGS
    room = _room(tmp_path, s=text)
    part, sop = tmp_path / "scenarios" / "parts" / "p.yaml", tmp_path / "sop_library" / "SOP-T.md"
    for path, content in ((part, PART), (sop, SOP)):
        path.parent.mkdir()
        path.write_text(content, encoding="utf-8")
    first = room.load("s")
    assert room.load("s") is first
    hashes = {first.content_hash}
    own = tmp_path / "scenarios" / "conversations" / "s.yaml"
    for path, content in (
        (part, PART.replace("Ok.", "Okay.")),
        (sop, SOP.replace("Do it.", "Do it now.")),
        (own, text.replace("title: T", "title: Other")),
    ):
        path.write_text(content, encoding="utf-8")
        hashes.add(room.load("s").content_hash)
    assert len(hashes) == 4
    part.unlink()
    assert not room.listing("s").playable
    german = own.with_name("s.de.yaml")
    part.write_text(PART, encoding="utf-8")
    assert room.load("s", "de").language == "en"
    german.write_text("format: 1\ntranslates: s\nlanguage: de\ntexts: {}\n", encoding="utf-8")
    assert room.load("s", "de").language == "de"


def test_sops_are_listed_searched_and_broken_ones_told(tmp_path: Path) -> None:
    room = _room(tmp_path)
    folder = tmp_path / "sop_library"
    folder.mkdir()
    (folder / "SOP-T.md").write_text(SOP, encoding="utf-8")
    (folder / "bad.md").write_text("nothing\n", encoding="utf-8")
    (folder / "folder.md").mkdir()
    assert list(room.sops()) == ["SOP-T"]
    assert room.sop("sop-t").title == "Title"
    assert [sop.id for sop in room.search("do IT")] == ["SOP-T"]
    assert room.search("do nothing") == []
    assert sorted(finding.code for finding in room.broken_sops()) == ["P101", "S001"]


def test_an_empty_folder_has_nothing_and_says_nothing(tmp_path: Path) -> None:
    room = Workspace(tmp_path)
    assert room.listings() == []
    assert room.sops() == {}


def test_a_folder_that_is_no_workspace_is_refused_and_outside_of_any_the_bundled_one_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError) as refused:
        open_workspace(str(tmp_path))
    assert (refused.value.code, refused.value.exit_code) == ("no-workspace", 3)
    assert open_workspace().root == bundled_root()


def test_two_files_with_one_id_are_told_and_only_the_one_named_after_it_can_be_played(tmp_path: Path) -> None:
    bundled = bundled_root() / "scenarios" / "conversations" / "hacked-wordpress.yaml"
    shutil.copytree(bundled_root() / "sop_library", tmp_path / "sop_library")
    folder = tmp_path / "scenarios" / "conversations"
    folder.mkdir(parents=True)
    for name in ("another.yaml", "hacked-wordpress.yaml"):
        shutil.copy(bundled, folder / name)
    listed = {known.path.name: known for known in Workspace(tmp_path).listings()}
    assert listed["hacked-wordpress.yaml"].playable
    assert not listed["another.yaml"].playable
    assert "`hacked-wordpress.yaml`" in listed["another.yaml"].diagnostics[0].message
