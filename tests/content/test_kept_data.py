"""Kept data: the same as what was read, found by content, and never trusted when it looks wrong."""

from __future__ import annotations

import hashlib
import os
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.content.kept_data import MOST_BYTES, MOST_ENTRIES, KeptData
from branchline.content.load import read_scenario
from branchline.content.source import read_file, read_text
from branchline.content.workspace import Workspace, bundled_root
from branchline.engine import Choose, decide, evolve, open_choices, start
from branchline.practice import Studio
from marked import ENDINGS, HEAD

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.compiled import Scenario

ONE = "start: n\nnodes:\n  n: {choices: [{id: a, say: Schön 👋🏽., go: done}]}\n"
TEXT = HEAD + ONE + ENDINGS
BUNDLED = sorted((bundled_root() / "scenarios").rglob("*.yaml"))


@pytest.fixture
def cache(tmp_path: Path) -> KeptData:
    return KeptData(tmp_path / "state" / "content")


def _entry(cache: KeptData) -> Path:
    (found,) = cache.folder.iterdir()
    return found


def _paths(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items: list[tuple[str | int, Any]] = (
        list(data.items()) if isinstance(data, dict) else list(enumerate(data)) if isinstance(data, list) else []
    )
    return [path, *(deeper for key, value in items for deeper in _paths(value, (*path, key)))]


def _ids(scenario: Scenario, seed: int) -> list[str]:
    rng = random.Random(seed)  # noqa: S311  # a walk, no secret
    said: list[str] = []
    state = start(scenario, 1)
    while len(said) < 40 and (choices := open_choices(scenario, state)):
        said.append(rng.choice(choices).id)
        for event in decide(scenario, state, Choose(said[-1])):
            state = evolve(scenario, state, event)
    return said


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_every_bundled_file_has_the_same_data_and_spans_from_the_cache(path: Path, cache: KeptData) -> None:
    first = read_file(path, "name", cache=cache)
    again = read_file(path, "name", cache=cache)
    assert cache.find(path.read_bytes()) == first.data
    assert again.data == first.data == read_file(path, "name").data
    assert again.text == first.text
    for place in _paths(first.data):
        assert again.span(place) == first.span(place)
        assert again.span(place, key=True) == first.span(place, key=True)
        assert again.written(place) == first.written(place)
        assert again.at(place, 1, 3) == first.at(place, 1, 3)
    assert again.dressed() == first.dressed()


@pytest.mark.parametrize("path", sorted((bundled_root() / "scenarios" / "conversations").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_scenario_from_the_cache_is_the_same_and_plays_the_same(path: Path, cache: KeptData) -> None:
    plain = read_scenario(path)
    read_scenario(path, cache=cache)
    kept = read_scenario(path, cache=cache)
    assert plain.scenario is not None
    assert kept.scenario is not None
    assert kept.scenario.content_hash == plain.scenario.content_hash
    assert kept.diagnostics == plain.diagnostics
    for seed in range(5):
        assert _ids(kept.scenario, seed) == _ids(plain.scenario, seed)


def test_a_diagnostic_of_kept_data_stands_where_it_stood(tmp_path: Path, cache: KeptData) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(TEXT.replace("go: done", "go: dane") + "colour: red\n", encoding="utf-8")
    plain = read_scenario(path).diagnostics
    assert plain
    assert [read_scenario(path, cache=cache).diagnostics for _ in range(2)] == [plain, plain]


@pytest.mark.parametrize("text", ["a: 1\na: 2", "a: [", "", "a: \x07", b"\xff", "a: &x 1", "5: a", "12"])
def test_what_gave_a_diagnostic_or_is_no_content_is_not_kept(text: str | bytes, tmp_path: Path, cache: KeptData) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    read_file(path, cache=cache)
    assert cache.find(path.read_bytes()) is None
    again, plain = read_file(path, cache=cache), read_file(path)
    assert (again.data, again.diagnostics) == (plain.data, plain.diagnostics)


def test_a_changed_file_is_read_anew_and_the_old_text_is_still_known(tmp_path: Path, cache: KeptData) -> None:
    path = tmp_path / "a.yaml"
    for text, data in (("a: 1", {"a": 1}), ("a: 2", {"a": 2}), ("a: 1", {"a": 1})):
        path.write_text(text, encoding="utf-8")
        assert read_file(path, cache=cache).data == data
    assert len(list(cache.folder.iterdir())) == 2


def _signed(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"{}",
        b"\n",
        _signed(b'{"a":1}')[:-1],
        _signed(b'{"a":1}').replace(b":1", b":2"),
        _signed(b'"text"'),
        _signed(b"null"),
        _signed(b'{"a":NaN}'),
        _signed(b'{"a":' + b"9" * 5000 + b"}"),
        _signed(b"[" * 100_000 + b"]" * 100_000),
        _signed(b'{"a":"\\u001b[2J"}'),
        _signed(b'{"a":"\\ud800"}'),
        _signed('{"a":"\u202e"}'.encode()),
        _signed(b'{"a":"\\b"}'),
        _signed(b'{"a":"\xff"}'),
        _signed(b'{"a":"' + b"x" * MOST_BYTES + b'"}'),
    ],
    ids=range(16),
)
def test_a_damaged_or_hostile_entry_is_ignored_and_written_anew(entry: bytes, tmp_path: Path, cache: KeptData) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: good", encoding="utf-8")
    read_file(path, cache=cache)
    good = _entry(cache).read_bytes()
    _entry(cache).write_bytes(entry)
    assert cache.find(path.read_bytes()) is None
    assert read_file(path, cache=cache).data == {"a": "good"}
    assert _entry(cache).read_bytes() == good


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_in_place_of_an_entry_does_not_hold_reading_up(tmp_path: Path, cache: KeptData) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: good", encoding="utf-8")
    read_file(path, cache=cache)
    entry = _entry(cache)
    entry.unlink()
    os.mkfifo(entry)
    assert read_file(path, cache=cache).data == {"a": "good"}
    assert cache.find(b"a: good") == {"a": "good"}


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "a.yaml"
    path.write_text("a: 1", encoding="utf-8")
    assert read_file(path, cache=KeptData(tmp_path / "file" / "content")).data == {"a": 1}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="whoever may write everywhere sees no read-only folder")
def test_a_read_only_folder_is_no_error(tmp_path: Path, cache: KeptData) -> None:
    cache.keep(b"a: 1", {"a": 1})
    cache.folder.chmod(0o500)
    path = tmp_path / "b.yaml"
    path.write_text("b: 1", encoding="utf-8")
    assert [read_file(path, cache=cache).data for _ in range(2)] == [{"b": 1}, {"b": 1}]
    assert cache.find(b"a: 1") == {"a": 1}
    cache.folder.chmod(0o700)


def test_the_oldest_entries_go_when_there_are_too_many(cache: KeptData) -> None:
    for number in range(MOST_ENTRIES + 3):
        content = str(number).encode()
        cache.keep(content, [number])
        for entry in cache.folder.iterdir():
            if entry.name.startswith(hashlib.sha256(content).hexdigest()):
                os.utime(entry, (number, number))
    assert len(list(cache.folder.iterdir())) == MOST_ENTRIES
    assert [cache.find(str(number).encode()) for number in (0, 1, 2, 3)] == [None, None, None, [3]]
    assert cache.find(str(MOST_ENTRIES + 2).encode()) == [MOST_ENTRIES + 2]


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("aä\\\"\n\t日 '/u"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text("xyz"), PLAIN))
def test_what_is_found_is_exactly_what_was_kept(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]) -> None:
    cache = KeptData(tmp_path_factory.mktemp("kept"))
    cache.keep(b"content", data)
    found = cache.find(b"content")
    assert found is None or repr(found) == repr(data)
    if "\\" not in repr(data).replace("\\n", "").replace("\\t", ""):
        assert found is not None


def test_the_graph_of_kept_data_is_composed_when_a_span_is_asked_for(tmp_path: Path, cache: KeptData) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: [1, two]", encoding="utf-8")
    cache.keep(path.read_bytes(), {"a": [1, "two"]})
    source = read_file(path, cache=cache)
    assert source.span(("a", 1)) == read_text("a: [1, two]", str(path)).span(("a", 1))


def test_a_workspace_writes_the_cache_it_is_given_and_nothing_without_one(tmp_path: Path, cache: KeptData) -> None:
    folder = tmp_path / "room" / "scenarios" / "conversations"
    folder.mkdir(parents=True)
    (folder / "s.yaml").write_text(TEXT, encoding="utf-8")
    root = tmp_path / "room"
    plain = Workspace(root).load("s")
    assert not cache.folder.exists()
    assert [Workspace(root, cache).load("s").content_hash for _ in range(2)] == [plain.content_hash] * 2
    assert cache.find((folder / "s.yaml").read_bytes()) is not None


def test_a_studio_keeps_what_it_has_read_in_the_state_folder(tmp_path: Path) -> None:
    studio = Studio.open(environ={"BRANCHLINE_HOME": str(tmp_path)})
    studio.workspace.listings()
    assert list(studio.paths.content_folder.glob("*.json"))
    assert studio.paths.content_folder.is_relative_to(studio.paths.state_folder)
    studio.close()
