"""Whatever a file holds: Diagnostics with places, never an exception, and in time."""

from __future__ import annotations

import os
import resource
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchline.authoring.check import check, formats
from branchline.authoring.check.fixes import mended
from branchline.content.workspace import bundled_root

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.authoring.check import Checked

TODAY = "2026-11-22"
NAMES = {
    "s.yaml": "scenarios/conversations",
    "d.yaml": "scenarios/drills",
    "p.yaml": "scenarios/parts",
    "r.yaml": "scenarios/rubrics",
    "SOP-A.md": "sop_library",
}
HEAD = "format: 1\nid: s\ntitle: T\nchannel: phone\ncustomer: {name: D}\nstart: n\nendings: {done: {title: D, outcome: lost}}\n"

HOSTILE = {
    "alias bomb": b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
    "deep": b"nodes: " + b"[" * 10_000,
    "very deep": b"[" * 1_000_000,
    "deep block": b"".join(b" " * depth + b"a:\n" for depth in range(1_000)),
    "operators": (HEAD + "nodes: {n: {choices: [{id: a, say: A, go: done, when: " + "not " * 2_400 + "true}]}}\n").encode(),
    "more operators": b'when: "' + b"-" * 100_000 + b'1"\n',
    "nul": b"format: 1\0\n",
    "invalid utf-8": b"format: 1\nid: \xff\xfe\xfa\n",
    "utf-16": "format: 1\nid: s\n".encode("utf-16"),
    "bom": b"\xef\xbb\xbfformat: 1\n",
    "crlf": HEAD.replace("\n", "\r\n").encode() + b"nodes: {}\r\n",
    "tabs": b"nodes:\n\tn: {go: done}\n",
    "words": (HEAD + "nodes: {on: {go: no}, 12:30: {go: 0123}, yes: {go: off}}\n").encode(),
    "wide": (HEAD + 'nodes: {n: {lines: [{customer: "日本語😀"}], choices: [{id: a, say: "😀 {nobody}", go: nowhere}]}}\n').encode(),
    "large scalar": b'title: "' + b"x" * 5_000_000 + b'"\n',
    "long scalar": (HEAD + 'nodes: {n: {choices: [{id: a, say: "' + "x" * 1_000_000 + '", go: done}]}}\n').encode(),
    "empty": b"",
    "front matter without end": b"---\nformat: 1\nid: SOP-A\n",
    "many braces": b"---\nformat: 1\nid: SOP-A\ntitle: A\n---\n1. " + b"{#" * 10_000 + b"\n",
    "comments": b"# branchline: ignore[F101] x\n" * 20_000,
    "codes in a comment": b"a: 1 # branchline: ignore[" + b"F101," * 20_000 + b"] x\n",
    "a long line": (HEAD + "nodes: {" + ", ".join(f"n{number}: {{go: nowhere{number}}}" for number in range(3_000)) + "}\n").encode(),
    "names in texts": (HEAD + 'nodes: {n: {go: done, lines: [{desk: "' + "{a} " * 2_400 + '"}]}}\n').encode(),
    "more steps than anybody reads": b"---\nformat: 1\nid: SOP-A\ntitle: A\n---\n" + b"1. Do. {#s do=submit after=s}\n" * 4_000,
    "list": b"- 1\n- 2\n",
    "null keys": b"? [a]\n: b\n~: c\n1: d\n",
}


def _told(checked: Checked) -> None:
    """Every place is one, and every form of telling works."""
    for one in checked.diagnostics:
        assert one.span.line >= 1
        assert one.span.column >= 1
        assert (one.span.end_line, one.span.end_column) >= (one.span.line, one.span.column)
        assert formats.told(one, checked.texts)
        assert formats.github(one)
    assert formats.sarif(checked, checked.diagnostics)
    mended(checked.diagnostics, checked.texts)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_gives_diagnostics_and_no_exception(content: bytes, name: str, tmp_path: Path) -> None:
    folder = tmp_path / NAMES[name]
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    (tmp_path / "scenarios").mkdir(exist_ok=True)
    (tmp_path / "scenarios" / "desk.yaml").write_bytes(content)
    began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    checked = check(tmp_path, [], TODAY)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - began < 10
    assert checked.diagnostics
    _told(checked)


def test_links_in_a_circle_and_pipes_are_told_and_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "scenarios" / "conversations"
    folder.mkdir(parents=True)
    (folder / "a.yaml").symlink_to(folder / "b.yaml")
    (folder / "b.yaml").symlink_to(folder / "a.yaml")
    (folder / "round").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "pipe.yaml")
    checked = check(tmp_path, [], TODAY)
    assert {one.code for one in checked.diagnostics} == {"S001"}
    assert len(checked.files) == 3
    _told(checked)


def test_a_folder_of_three_thousand_files_is_checked_whole(tmp_path: Path) -> None:
    folder = tmp_path / "scenarios" / "conversations"
    folder.mkdir(parents=True)
    for number in range(3_000):
        (folder / f"f{number}.yaml").write_bytes(b"format: 1\n")
    checked = check(tmp_path, [], TODAY)
    assert len(checked.files) == 3_000
    assert {one.code for one in checked.diagnostics} == {"S102"}


def test_names_that_a_terminal_would_obey_are_cleaned(tmp_path: Path) -> None:
    folder = tmp_path / "scenarios" / "conversations"
    folder.mkdir(parents=True)
    (folder / "a\x1b[31m.yaml").write_bytes(b"x: 1\n")
    checked = check(tmp_path, [], TODAY)
    assert checked.diagnostics
    assert all("\x1b" not in formats.told(one, checked.texts) for one in checked.diagnostics)


ORIGINALS = {
    "s.yaml": (bundled_root() / "scenarios/conversations/charged-twice.yaml").read_text(encoding="utf-8")[:9_000]
    + "endings: {refunded: {title: R, outcome: resolved, value: 100}}\n",
    "d.yaml": (bundled_root() / "scenarios/drills/refund-duplicate.yaml").read_text(encoding="utf-8"),
    "p.yaml": (bundled_root() / "scenarios/parts/promise-callback.yaml").read_text(encoding="utf-8"),
    "r.yaml": (bundled_root() / "scenarios/rubrics/ticket-quality.yaml").read_text(encoding="utf-8"),
    "SOP-A.md": (bundled_root() / "sop_library/SOP-IDV-identity.md").read_text(encoding="utf-8"),
}
PIECES = [
    "\n",
    "  ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "#",
    "&a ",
    "*a",
    "!!x ",
    "|",
    ">",
    "\t",
    "0",
    "-1",
    "1e9",
    "true",
    "~",
    "not ",
    "==",
    "go: ",
    "\0",
    "é",
    "😀",
]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(ORIGINALS)), data=st.data())
def test_mutated_content_never_raises(name: str, data: st.DataObject, tmp_path: Path) -> None:
    text = ORIGINALS[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.sampled_from([0, 0, 1, 5, 40, 400]))
        text = text[:start] + data.draw(st.sampled_from(PIECES)) + text[start + gone :]
    for each, folder in NAMES.items():
        path = tmp_path / folder / each
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if each == name else ORIGINALS[each], encoding="utf-8")
    checked = check(tmp_path, [tmp_path / NAMES[name] / name], TODAY)
    _told(checked)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_mending_never_makes_a_file_worse(data: st.DataObject, tmp_path: Path) -> None:
    text = ORIGINALS["p.yaml"]
    start = data.draw(st.integers(0, len(text) - 1))
    text = text[:start] + text[start + 1 :]
    path = tmp_path / "scenarios/parts/p.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    before = check(tmp_path, [path], TODAY)
    changes = mended(before.diagnostics, before.texts)
    for _, content in changes.values():
        path.write_bytes(content)
    after = check(tmp_path, [path], TODAY)
    safe = [one for one in before.diagnostics if one.fix is not None and one.fix.safe]
    assert not (set(safe) & set(after.diagnostics))
