"""Shape errors: one Diagnostic for each cause, at its place, with the legal words and a mending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, field_validator

from branchline.content.shape import CODES, shape_diagnostics
from branchline.content.source import Source, read_text

if TYPE_CHECKING:
    from branchline.content.diagnostic import Diagnostic


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Target(_Strict):
    go: str
    when: str | None = None


class Words(_Strict):
    one_of: Annotated[list[str], Field(min_length=1)]
    start: str | None = None


class Range(_Strict):
    range: Annotated[str, Field(pattern=r"^\d+\.\.\d+$")]
    start: int | None = None


def _shape_of(value: Any) -> str:
    return "words" if isinstance(value, dict) and "one_of" in value else "range"


class Node(_Strict):
    text: str = ""
    line: Target | None = None
    go: str | list[Target] = "end"
    level: Annotated[int, Field(ge=1, le=5)] = 1
    amount: float = 0.0
    flag: bool = False
    channel: Literal["phone", "chat", "email"] = "chat"
    rating: Literal[0, 1, 2, "na"] = 0
    variable: Literal["flag"] | Words | Range = "flag"
    tagged: Annotated[Annotated[Words, Tag("words")] | Annotated[Range, Tag("range")], Discriminator(_shape_of)] | None = None
    fields: dict[str, int | bool] = {}
    with_: dict[str, Target] = Field(default={}, alias="with")
    names: list[str] = []

    @field_validator("text")
    @classmethod
    def _no_shouting(cls, text: str) -> str:
        if text.isupper():
            message = "nobody likes to be shouted at"
            raise ValueError(message)
        return text


class Root(_Strict):
    title: str
    nodes: dict[str, Node]


def _check(source: Source, model: type[BaseModel] = Root) -> list[Diagnostic]:
    assert source.diagnostics == []
    try:
        model.model_validate(source.data)
    except ValidationError as error:
        return shape_diagnostics(error, source, model)
    return []


def _node(line: str) -> Diagnostic:
    found = _check(read_text(f"title: T\nnodes:\n  a:\n    {line}\n", "s.yaml"))
    assert len(found) == 1
    assert found[0].code in CODES
    return found[0]


def _mended(line: str, *, safe: bool) -> str:
    finding = _node(line)
    assert finding.fix is not None
    assert finding.fix.safe is safe
    (edit,) = finding.fix.edits
    assert edit.line == edit.end_line == 4
    start, end = edit.column - 5, edit.end_column - 5
    mended = line[:start] + edit.text + line[end:]
    assert _check(read_text(f"title: T\nnodes:\n  a:\n    {mended}\n", "s.yaml")) == []
    return mended


def test_data_of_the_right_shape_has_no_diagnostics() -> None:
    text = "title: T\nnodes:\n  a: {go: [{go: b}], variable: {one_of: [x]}, with: {k: {go: c}}, rating: na, level: 5}\n"
    assert _check(read_text(text, "s.yaml")) == []


def test_a_misspelt_required_key_is_one_diagnostic_with_a_rename() -> None:
    source = read_text("titel: T\nnodes: {}\n", "s.yaml")
    (finding,) = _check(source)
    assert finding.message == "Unknown key `titel`; `title` is required here."
    assert str(finding.span) == "s.yaml:1:1"
    assert finding.fix is not None
    assert finding.fix.safe
    assert [(edit.column, edit.end_column, edit.text) for edit in finding.fix.edits] == [(1, 6, "title")]


def test_an_unknown_and_a_missing_key_that_are_not_alike_are_two_causes() -> None:
    found = _check(read_text("note: T\nnodes: {}\n", "s.yaml"))
    assert [(finding.code, finding.span.line, finding.span.column) for finding in found] == [("S101", 1, 1), ("S102", 1, 1)]


def test_an_unknown_key_lists_the_legal_ones_and_suggests_the_nearest() -> None:
    finding = _node("chanel: chat")
    assert finding.code == "S101"
    assert finding.hint.startswith("Did you mean `channel`? Legal here: text, line, go, ")
    assert " with, " in finding.hint
    assert (finding.span.line, finding.span.column, finding.span.end_column) == (4, 5, 11)
    assert _mended("chanel: chat", safe=False) == "channel: chat"


def test_an_unknown_key_is_not_renamed_to_one_that_is_there() -> None:
    assert _node("{chanel: chat, channel: chat}").fix is None


def test_a_missing_key_points_at_the_key_of_its_mapping() -> None:
    finding = _node("line: {when: x}")
    assert (finding.code, str(finding.span)) == ("S102", "s.yaml:4:5")
    assert "`go` is missing in `line`" in finding.message
    assert str(_node("go: [{when: x}]").span) == "s.yaml:4:11"
    (finding,) = _check(read_text("# c\nnodes: {}\n", "s.yaml"))
    assert (finding.code, str(finding.span)) == ("S102", "s.yaml:2:1")


def test_a_wrong_word_lists_the_legal_ones_and_suggests_the_nearest() -> None:
    finding = _node("channel: fone")
    assert finding.code == "S103"
    assert finding.hint == "Did you mean `phone`? Legal here: phone, chat, email."
    assert _mended("channel: fone", safe=False) == "channel: phone"


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("flag: no", "flag: false"),
        ("flag: Yes", "flag: true"),
        ('flag: "true"', "flag: true"),
        ('level: "3"', "level: 3"),
        ("amount: '1.5'", "amount: 1.5"),
        ("text: 5", 'text: "5"'),
        ("text: 89.00", 'text: "89.00"'),
        ("text: true", 'text: "true"'),
        ("names: [a, 7]", 'names: [a, "7"]'),
        ('rating: "2"', "rating: 2"),
        ("go: 12", 'go: "12"'),
    ],
)
def test_a_value_in_the_wrong_dress_has_a_safe_fix(line: str, mended: str) -> None:
    assert _mended(line, safe=True) == mended


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("level: three", "S104", "A whole number is due here; `three` is text."),
        ("level: 2.5", "S104", "A whole number is due here; `2.5` is a number."),
        ("amount: 1e3", "S104", "A number is due here; `1e3` is text."),
        ("flag: 1", "S104", "True or false is due here; `1` is a number."),
        ("text:", "S104", "Text is due here; there is nothing."),
        ("text: [a]", "S104", "Text is due here; this is a list."),
        ("names: a", "S104", "A list is due here; `a` is text."),
        ("line: a", "S104", "A mapping is due here; `a` is text."),
        ("with: [a]", "S104", "A mapping is due here; this is a list."),
        ("level: 9", "S105", "`9` is not allowed here."),
        ("variable: {one_of: []}", "S105", "This is not allowed here."),
        ("tagged: {range: x}", "S105", "`x` is not allowed here."),
        ("text: SHOUTED", "S105", "nobody likes to be shouted at."),
        ("go: {go: a}", "S104", "Text or a list is due here; this is a mapping."),
        ("fields: {a: b}", "S104", "A whole number or true or false is due here; `b` is text."),
    ],
)
def test_other_refusals_say_what_is_due(line: str, code: str, words: str) -> None:
    finding = _node(line)
    assert (finding.code, finding.message) == (code, words)


def test_a_limit_is_named() -> None:
    assert _node("level: 9").hint == "It must be at most 5."


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("go: [{go: 5}]", "S104", 15),
        ("go: [{goo: x}]", "S101", 11),
        ("variable: {range: 1..x}", "S105", 23),
        ("variable: {one_off: [x]}", "S101", 16),
        ("variable: {rang: 0..1, start: 1}", "S101", 16),
        ("variable: flg", "S103", 15),
        ("variable: 7", "S103", 15),
        ("variable: [a]", "S104", 15),
        ("tagged: {one_of: [x], strt: y}", "S101", 27),
    ],
)
def test_a_union_gives_one_diagnostic_for_one_cause(line: str, code: str, column: int) -> None:
    finding = _node(line)
    assert (finding.code, finding.span.column) == (code, column)


def test_a_union_of_a_word_and_mappings_names_them_all() -> None:
    finding = _node("variable: flg")
    assert "Did you mean `flag`? Legal here: flag, a mapping." in finding.hint


def test_diagnostics_come_in_the_order_of_the_file() -> None:
    found = _check(read_text("nodes:\n  b: {level: x}\n  a: {flag: 1, lvl: 2}\ntitle: 5\n", "s.yaml"))
    assert [finding.span.line for finding in found] == [2, 3, 3, 4]
    assert found == sorted(found, key=lambda finding: finding.span)


def test_a_part_of_a_file_is_checked_under_its_path() -> None:
    source = read_text("outer:\n  - {titel: T, nodes: {}}\n", "s.yaml")
    with pytest.raises(ValidationError) as caught:
        Root.model_validate(source.data["outer"][0])
    (finding,) = shape_diagnostics(caught.value, source, Root, ("outer", 0))
    assert str(finding.span) == "s.yaml:2:6"


def test_hostile_words_reach_the_message_harmless() -> None:
    finding = _node('"a\\tb\\nc": x')
    assert "`a b c`" in finding.message


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.sampled_from(["flag", "chat", "x", "1", "no", "A"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*Node.model_fields, "with", "one_of", "range"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(_VALUES)
def test_any_refused_data_gives_diagnostics_at_its_place(value: Any) -> None:
    source = read_text(yaml.safe_dump({"title": "T", "nodes": {"a": value}}, sort_keys=False), "s.yaml")
    refused = False
    try:
        Root.model_validate(source.data)
    except ValidationError:
        refused = True
    found = _check(source)
    assert bool(found) is refused
    assert all(finding.span.line >= 2 and finding.message for finding in found)
    assert len({(finding.span, finding.message) for finding in found}) == len(found)
