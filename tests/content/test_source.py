"""Reading YAML: values, places, refusals; with libyaml and with the parser written in Python."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from branchline.content.source import CODES, MOST_BYTES, Source, read_file, read_text

SCALARS: list[tuple[str, Any]] = [
    ("true", True), ("false", False), ("null", None), ("~", None), ("", None),
    ("0", 0), ("-0", 0), ("7", 7), ("-12", -12), ("89.00", 89.0), ("-0.5", -0.5), ("10.25", 10.25),
    ("999999999999999999", 999999999999999999),
    ("no", "no"), ("on", "on"), ("yes", "yes"), ("off", "off"), ("True", "True"), ("NULL", "NULL"),
    ("12:30", "12:30"), ("0123", "0123"), ("0o17", "0o17"), ("0x1F", "0x1F"), ("1e3", "1e3"), ("+5", "+5"), ("1_000", "1_000"),
    (".5", ".5"), ("5.", "5."), (".inf", ".inf"), (".nan", ".nan"), ("2026-09-01", "2026-09-01"), ("0..3", "0..3"),
    ("00.5", "00.5"), ("1.2.3", "1.2.3"), ("9" * 19, "9" * 19), ("٣", "٣"),
    ('"true"', "true"), ("'12'", "12"), ('"caf\\u00e9"', "café"), ("'it''s'", "it's"), ('""', ""),
]  # fmt: skip

REFUSALS = [
    ("a: [1, 2", "S005"),
    ("a: b: c", "S005"),
    ('a: "open\nb: 1', "S005"),
    ("a:\n  - x\n b: 1", "S005"),
    ("a: @b", "S005"),
    ('a: "\\q"', "S005"),
    ("a: *", "S005"),
    ("%nonsense\na: 1", "S005"),
    ("a:\n\tb: 1", "S006"),
    ("a: 1\nb: 2\na: 3", "S007"),
    ("a: &x 1\nb: *x", "S008"),
    ("a: [*x]", "S008"),
    ("&a [*a]", "S008"),
    ("a: {b: 1}\nc:\n  <<: {d: 1}", "S009"),
    ("a: !x 1", "S010"),
    ("a: !!python/object:os.system {}", "S010"),
    ("!a [!b [!c [1]]]", "S010"),
    ("a: ! 12", "S010"),
    ("a: 1\n---\nb: 2", "S011"),
    ("", "S012"),
    ("# only a comment\n", "S012"),
    ("---\n", "S012"),
    ("[" * 50, "S013"),
    ("- " * 50 + "a", "S013"),
    ("a: " + "x" * 10_001, "S014"),
    ("5: a", "S015"),
    ("true: a", "S015"),
    ("? [a, b]\n: c", "S015"),
    ("{~: a}", "S015"),
    (": a", "S005"),
    ("a: -", "S005"),
    ("a: b\x1b[31m", "S003"),
    ("a: \u202eb", "S003"),
    ("a: b\ufffe", "S003"),
    ('a: "b\\e[31m"', "S003"),
    ('a: "b\\u202e"', "S003"),
    ("a: b\rc: d", "S003"),
    ("a: \ud800", "S003"),
]


def _codes(source: Source) -> list[str]:
    return [finding.code for finding in source.diagnostics]


def _read(text: str | bytes, *, pure: bool = False) -> Source:
    return read_text(text, "a.yaml", pure=pure)


def _paths(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(found for key, value in inner for found in _paths(value, (*path, key)))]


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize(("written", "value"), SCALARS)
def test_scalars_follow_the_core_of_yaml_1_2(written: str, value: Any, *, pure: bool) -> None:
    source = _read(f"a: {written}\n", pure=pure)
    assert source.diagnostics == []
    assert source.data == {"a": value}
    assert type(source.data["a"]) is type(value)


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize(("text", "code"), REFUSALS)
def test_what_is_refused_is_one_diagnostic_with_its_code(text: str, code: str, *, pure: bool) -> None:
    source = _read(text, pure=pure)
    assert _codes(source) == [code]
    assert code in CODES
    finding = source.diagnostics[0]
    assert finding.span.line >= 1
    assert len(source.snippet(finding.span).split("\n")) == 2


def test_a_duplicate_key_is_refused_with_both_places() -> None:
    source = _read("nodes:\n  open: 1\n  other: 2\n  open: 3\n")
    (finding,) = source.diagnostics
    assert str(finding.span) == "a.yaml:4:3"
    assert [str(span) for span, _ in finding.related] == ["a.yaml:2:3"]
    assert source.data == {"nodes": {"open": 1, "other": 2}}


def test_every_duplicate_and_odd_key_is_found_in_one_read() -> None:
    assert _codes(_read("a: 1\na: 2\n5: x\nb: {c: 1, c: 2}\n")) == ["S007", "S015", "S007"]


def test_a_key_that_is_no_text_is_quoted_by_its_fix() -> None:
    source = _read("nodes:\n  12: {go: x}\n")
    (finding,) = source.diagnostics
    assert finding.fix is not None
    (edit,) = finding.fix.edits
    assert (edit.line, edit.column, edit.end_column, edit.text) == (2, 3, 5, '"12"')
    assert source.data == {"nodes": {"12": {"go": "x"}}}


@pytest.mark.parametrize("pure", [False, True])
def test_an_unclosed_quotation_mark_is_marked_where_it_opens(*, pure: bool) -> None:
    source = _read('a: 1\nb: "never\nc: 2\n', pure=pure)
    (finding,) = source.diagnostics
    assert (finding.span.line, finding.span.column) == (2, 4)
    assert "never closed" in finding.message


def test_a_tab_is_named_and_its_fix_makes_the_file_readable() -> None:
    text = "a:\n\tb: 1\n"
    (finding,) = _read(text).diagnostics
    assert finding.fix is not None
    (edit,) = finding.fix.edits
    assert (edit.line, edit.column, edit.end_column, edit.text) == (2, 1, 2, "  ")
    assert _read(text.replace("\t", edit.text)).data == {"a": {"b": 1}}


def test_tabs_inside_text_and_after_it_are_legal() -> None:
    assert _read("a: one\ttwo\nb: |\n  x\n  \ty\n").data == {"a": "one\ttwo", "b": "x\n\ty\n"}


def test_an_unsafe_character_is_placed_exactly() -> None:
    (finding,) = _read("a: 1\nb: 日本\u202ex\n").diagnostics
    assert (finding.span.line, finding.span.column, finding.span.end_column) == (2, 6, 7)
    assert "U+202E" in finding.message


def test_an_unsafe_escape_is_placed_at_the_escape() -> None:
    (finding,) = _read('a: "it\\u2019s \\x1b[0m"\n').diagnostics
    assert (finding.span.column, finding.span.end_column) == (15, 19)


def test_newline_and_tab_escapes_are_legal() -> None:
    assert _read('a: "b\\n\\tc\\\\e"').data == {"a": "b\n\tc\\e"}


def test_byte_order_mark_and_windows_line_ends_are_legal() -> None:
    source = _read(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n")
    assert source.data == {"a": 1, "b": "x\ny\n"}
    assert str(source.span(("a",), key=True)) == "a.yaml:1:1"


def test_bytes_that_are_not_utf_8_are_placed_at_the_first_of_them() -> None:
    (finding,) = _read(b"a: 1\r\nb: caf\xe9\r\n").diagnostics
    assert finding.code == "S002"
    assert (finding.span.line, finding.span.column) == (2, 7)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named(encoding: str) -> None:
    (finding,) = _read("a: 1\n".encode(encoding)).diagnostics
    assert finding.code == "S002"
    assert "UTF-16" in finding.message


def test_a_file_over_two_mebibytes_is_refused_unread() -> None:
    assert _codes(_read("#" * (MOST_BYTES + 1))) == ["S004"]
    assert _codes(_read(b"a: " + b"x" * 5_000_000)) == ["S004"]


HOSTILE = {
    "open brackets": "[" * 1_000_000,
    "open braces": "{a: " * 400_000,
    "tagged brackets": "!a [" * 400_000,
    "dashes": "- " * 1_000_000,
    "question marks": "? " * 1_000_000,
    "deeper lines": "\n".join(" " * depth + "a:" for depth in range(1_900)),
    "an alias after a million brackets": "[" * 1_000_000 + " *a",
    "an alias bomb": "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 20)),
    "a two megabyte text": "a: " + "x" * 2_000_000,
    "two megabytes of quotation marks": 'a: "' + "x \n" * 650_000,
    "empty lists without end": "[" + "[]," * 690_000 + "]",
    "list items without end": "- a\n" * 520_000,
    "duplicate keys without end": "a: 1\n" * 100_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_are_diagnostics(name: str) -> None:
    assert _codes(_read(HOSTILE[name]))


@pytest.mark.parametrize("name", ["open brackets", "open braces", "tagged brackets", "deeper lines", "an alias bomb"])
def test_hostile_files_are_diagnostics_without_libyaml_too(name: str) -> None:
    assert _codes(_read(HOSTILE[name], pure=True))


def test_depth_40_is_read_and_41_is_not() -> None:
    assert _read("[" * 40 + "]" * 40).diagnostics == []
    assert _codes(_read("[" * 41 + "]" * 41)) == ["S013"]
    assert _codes(_read("[" * 41 + "a b" + "]" * 41 + " # ,*x")) == ["S013"]


def test_text_that_only_looks_like_sharing_or_tags_is_text() -> None:
    text = "a: terms & conditions\nb: x != 3 and y * 2\nc: What! **Really?**\nd: '&x *y !z <<'\n"
    source = _read(text)
    assert source.diagnostics == []
    assert source.data == {"a": "terms & conditions", "b": "x != 3 and y * 2", "c": "What! **Really?**", "d": "&x *y !z <<"}


def test_reading_leaves_garbage_collection_as_it_was() -> None:
    was = gc.isenabled()
    try:
        gc.enable()
        _read("a: [")
        assert gc.isenabled()
        assert gc.get_freeze_count() == 0
        gc.disable()
        _read("a: 1")
        assert not gc.isenabled()
    finally:
        (gc.enable if was else gc.disable)()


def test_without_libyaml_the_parser_in_python_is_taken() -> None:
    program = """
import sys
sys.modules["yaml._yaml"] = None
from branchline.content.source import read_text
source = read_text("a: [1, no]\\nb: {c: 2.5}\\n", "a.yaml")
print(source.data, source.span(("b", "c")))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "{'a': [1, 'no'], 'b': {'c': 2.5}} a.yaml:2:8\n"


TEXT = """\
# a comment
nodes:
  opening:
    lines:
      - customer: "You took — 日本 money. TWICE."
      - {desk: 'it''s here', when: payment == captured}

  # about verify
  verify: |
    First line.
      Indented line.

    Last line.
  folded: >-
    one two
    three

    four
last: plain text
  goes on
"""


def _cut(source: Source, path: tuple[str | int, ...], part: str) -> str:
    value = source.data
    for step in path:
        value = value[step]
    start = value.index(part)
    span = source.at(path, start, start + len(part))
    lines = source.text.split("\n")
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    return lines[span.line - 1][span.column - 1 :] + "\n" + lines[span.end_line - 1][: span.end_column - 1]


@pytest.mark.parametrize("pure", [False, True])
def test_keys_and_values_keep_their_places(*, pure: bool) -> None:
    source = _read(TEXT, pure=pure)
    assert str(source.span(("nodes", "opening"), key=True)) == "a.yaml:3:3"
    when = source.span(("nodes", "opening", "lines", 1, "when"))
    assert (when.line, when.column, when.end_line, when.end_column) == (6, 36, 6, 55)
    opening = source.span(("nodes", "opening"))
    assert (opening.line, opening.end_line, opening.end_column) == (4, 6, 56)
    assert source.span(("nodes", "verify")).end_line == 13
    assert source.written(("nodes", "opening", "lines", 1, "desk")) == "'it''s here'"


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize(
    ("path", "part"),
    [
        (("nodes", "opening", "lines", 0, "customer"), "money. TWICE."),
        (("nodes", "opening", "lines", 1, "desk"), "here"),
        (("nodes", "opening", "lines", 1, "when"), "captured"),
        (("nodes", "verify"), "Indented"),
        (("nodes", "verify"), "Last line."),
        (("nodes", "folded"), "three"),
        (("nodes", "folded"), "four"),
        (("last",), "text"),
        (("last",), "goes on"),
    ],
)
def test_a_stretch_of_a_text_is_found_in_every_style(path: tuple[str | int, ...], part: str, *, pure: bool) -> None:
    assert _cut(_read(TEXT, pure=pure), path, part) == part


def test_a_stretch_after_escapes_is_found() -> None:
    source = _read('a: "caf\\u00e9 \\"x\\" and\\\n   more"\n')
    assert source.data == {"a": 'café "x" andmore'}
    assert _cut(source, ("a",), "and") == "and"
    assert _cut(source, ("a",), "more") == "more"
    assert _cut(source, ("a",), '"x"') == '\\"x\\"'


def test_a_missing_path_gives_the_place_that_would_hold_it() -> None:
    source = _read("nodes:\n  a: {}\n")
    assert source.span(("nodes", "a", "say")) == source.span(("nodes", "a"))
    assert str(Source("b.yaml", "").span(("x",))) == "b.yaml:1:1"


def test_first_line_shifts_every_line() -> None:
    source = read_text("a: 1\nb: [\n", "a.md", first_line=5)
    assert source.diagnostics[0].span.line == 6
    assert source.snippet(source.diagnostics[0].span).startswith("b: [")
    assert read_text("a: 1\nb: 2\n", "a.md", first_line=5).span(("b",)).line == 6


def test_the_snippet_points_right_under_wide_characters() -> None:
    source = _read("a: 日本 here\n")
    assert source.snippet(source.at(("a",), 3, 7)) == "a: 日本 here\n        ^^^^"


def test_a_long_line_is_cut_around_the_place() -> None:
    source = _read("a: " + "x" * 3000 + " here " + "y" * 3000 + "\n")
    line, carets = source.snippet(source.at(("a",), 3001, 3005)).split("\n")
    assert len(line) < 120
    assert line[carets.index("^") : len(carets)] == "here"


def test_a_file_is_read_under_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    source = read_file(path, "scenarios/a.yaml")
    assert source.data == {"a": 1}
    assert source.file == "scenarios/a.yaml"


def test_files_that_cannot_be_opened_are_diagnostics(tmp_path: Path) -> None:
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * 5_000_000)
    found = [read_file(path) for path in (tmp_path / "none.yaml", tmp_path, loop, Path("nul\0.yaml"), large)]
    assert [_codes(source) for source in found] == [["S001"], ["S001"], ["S001"], ["S001"], ["S004"]]
    assert all(source.data is None for source in found)


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(-1e6, 1e6).map(lambda x: round(x, 2))
    | st.text("ab:,-#é日 '\"\n\\", max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc -:", min_size=1, max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN, st.booleans())
def test_what_yaml_writes_is_read_back_alike_by_both_parsers(data: Any, flow: bool) -> None:  # noqa: FBT001
    text = yaml.safe_dump({"data": data}, allow_unicode=True, default_flow_style=flow, default_style='"' if flow else None)
    if flow:
        text = text.replace('!!null "null"', "null")
    fast, slow = _read(text), _read(text, pure=True)
    assert fast.data == slow.data
    assert _codes(fast) == _codes(slow)
    if not fast.diagnostics:
        assert [fast.span(path) for path in _paths(fast.data)] == [slow.span(path) for path in _paths(slow.data)]


@given(st.text() | st.text("ab: -[]{}#&*!|>'\"%@`\n\t,?~0159.\\x\x1b\u202e"))
def test_any_text_gives_data_or_diagnostics(text: str) -> None:
    for pure in (False, True):
        source = _read(text, pure=pure)
        assert source.diagnostics or source.data is not None
        for path in _paths(source.data):
            span = source.span(path)
            assert (span.line, span.column) <= (span.end_line, span.end_column)
            source.at(path, 0, 3)
        for finding in source.diagnostics:
            source.snippet(finding.span)


@given(st.text("ab: -[]{}#'\"\n,?0.", max_size=40))
def test_both_parsers_agree_on_what_can_be_read(text: str) -> None:
    fast, slow = _read(text), _read(text, pure=True)
    if fast.data is not None and slow.data is not None:
        assert fast.data == slow.data


@given(st.binary())
def test_any_bytes_give_data_or_diagnostics(content: bytes) -> None:
    source = _read(content)
    assert source.diagnostics or source.data is not None


@given(st.text("ab c\n'\"\\é日", min_size=1, max_size=40), st.sampled_from(["'", '"', "|", ">", None]), st.data())
def test_a_stretch_of_letters_is_found_where_it_is_written(text: str, style: str | None, data: st.DataObject) -> None:
    source = _read(yaml.safe_dump({"key": text}, default_style=style, allow_unicode=True, width=12))
    if source.diagnostics or not isinstance(source.data["key"], str):
        return
    value = source.data["key"]
    index = data.draw(st.integers(0, len(value) - 1))
    if value[index].isalpha() and value[index] in "abcé日":
        span = source.at(("key",), index, index + 1)
        assert source.text.split("\n")[span.line - 1][span.column - 1] == value[index]
