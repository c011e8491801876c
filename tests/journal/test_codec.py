from __future__ import annotations

import json
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.engine.events import ChoiceMade, Event, SessionStarted, SessionSuspended
from branchline.errors import DamagedData
from branchline.journal import codec
from branchline.journal.coaching_events import COACHING_TYPES, CoachingEvent

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
WEIRD = st.sampled_from(["", "\x00", "\x1b[31m", "\u202e", "\ud800", "[b]x[/b]", "😀", '"\\', "\n\r\u2028"])
TEXT = ANY_TEXT | WEIRD
FINITE = st.floats(allow_nan=False, allow_infinity=False)
FACT = st.tuples(TEXT, st.integers() | FINITE | st.booleans() | TEXT)
BY_TYPE: dict[object, st.SearchStrategy[Any]] = {str: TEXT, int: st.integers(), bool: st.booleans(), float: FINITE}
SMALL = st.integers(-(2**50), 2**50)
COLUMNS: dict[object, st.SearchStrategy[Any]] = {
    **BY_TYPE,
    int: SMALL,
    tuple[str, ...]: st.lists(TEXT, max_size=3).map(tuple),
    tuple[tuple[str, int], ...]: st.lists(st.tuples(TEXT, SMALL), max_size=3).map(tuple),
    tuple[tuple[str, str, str], ...]: st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=3).map(tuple),
    tuple[tuple[str, str, int], ...]: st.lists(st.tuples(TEXT, TEXT, SMALL), max_size=3).map(tuple),
}
SHAPES: dict[str, st.SearchStrategy[Any]] = {
    "arguments": st.lists(FACT, max_size=3).map(tuple),
    "tells": st.lists(TEXT, max_size=3).map(tuple),
    "fields": st.lists(TEXT, max_size=3).map(tuple),
    "findings": st.lists(TEXT, max_size=3).map(tuple),
    "facts": st.lists(FACT, max_size=3).map(tuple),
    "weights": st.tuples(st.integers(), st.integers(), st.integers()),
    "open": st.lists(TEXT, max_size=3).map(tuple),
    "notices": st.lists(TEXT, max_size=3).map(tuple),
}


def every_event() -> st.SearchStrategy[Event]:
    return st.one_of(*(events_of(event) for event in get_args(Event)))


def events_of(event: type[Event]) -> st.SearchStrategy[Event]:
    hints = get_type_hints(event)
    return st.builds(event, **{name: SHAPES[name] if name in SHAPES else BY_TYPE[hint] for name, hint in hints.items()})


def same(left: object, right: object) -> bool:
    """Equal, and of the same types throughout: 1, 1.0 and true are three different values of a fact."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return type(left) is type(right) and len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


def every_coaching_event() -> st.SearchStrategy[CoachingEvent]:
    return st.one_of(*(st.builds(event, **{n: COLUMNS[h] for n, h in get_type_hints(event).items()}) for event in COACHING_TYPES.values()))


@given(every_coaching_event())
def test_every_event_of_coaching_comes_back_from_json_as_it_was(event: CoachingEvent) -> None:
    text = codec.dumps(codec.encode(event))
    assert text.isascii()
    assert same(codec.decode_coaching(codec.loads(text)), event)


@given(every_coaching_event())
def test_numbers_of_one_kind_only_become_what_the_event_has(event: CoachingEvent) -> None:
    floats = json.loads(codec.dumps(codec.encode(event)), parse_int=float)
    assert same(codec.decode_coaching(codec.retyped(floats, codec.COACHING_HINTS)), event)


def test_an_event_of_play_is_none_of_coaching() -> None:
    with pytest.raises(DamagedData):
        codec.decode_coaching({"type": "session-given-up"})


@given(every_event())
def test_every_event_comes_back_from_json_as_it_was(event: Event) -> None:
    encoded = codec.encode(event)
    text = codec.dumps(encoded)
    assert text.isascii()
    assert json.loads(text) == encoded
    assert same(codec.decode(codec.loads(text)), event)


def test_every_event_has_one_name() -> None:
    assert set(codec.TYPES.values()) == set(get_args(Event))
    assert set(COACHING_TYPES.values()) == set(get_args(CoachingEvent))
    assert len(codec.NAMES) == len(codec.TYPES) + len(COACHING_TYPES) == len({*codec.NAMES.values()})


def test_names_in_the_journal_are_those_that_were_published() -> None:
    assert sorted(codec.TYPES) == [
        "choice-made",
        "desk-acted",
        "draw-made",
        "ending-reached",
        "session-given-up",
        "session-resumed",
        "session-started",
        "session-suspended",
        "sop-opened",
        "ticket-changed",
        "ticket-checked",
        "ticket-submitted",
        "timed-out",
        "undone",
    ]


def test_an_encoded_event_holds_its_type_and_its_fields_alone() -> None:
    encoded = codec.encode(ChoiceMade("hello", "sorry", ("sorry", "so-what")))
    assert encoded == {"type": "choice-made", "node": "hello", "choice": "sorry", "open": ["sorry", "so-what"]}
    assert codec.encode(SessionSuspended()) == {"type": "session-suspended"}


@given(every_event(), st.data())
def test_a_missing_field_is_named(event: Event, data: st.DataObject) -> None:
    encoded = codec.encode(event)
    if event._fields:
        lost = data.draw(st.sampled_from(event._fields))
        del encoded[lost]
        with pytest.raises(DamagedData, match=f"{encoded['type']}.*`{lost}`"):
            codec.decode(encoded)
    encoded["surprise"] = 1
    with pytest.raises(DamagedData):
        codec.decode(encoded)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"type": "choice-taken"}, "`choice-taken` is unknown"),
        ({"type": "bad\x1b[2J"}, "`bad\ufffd[2J`"),
        ({"type": ["choice-made"]}, "unknown"),
        ({}, "`None` is unknown"),
        ([], "not an object"),
        ("choice-made", "not an object"),
        ({"type": "choice-made", "node": 1, "choice": "a", "open": []}, "`node` is not a text"),
        ({"type": "choice-made", "node": "n", "choice": "a", "open": "ab"}, "`open` is not an array of texts"),
        ({"type": "choice-made", "node": "n", "choice": "a", "open": [1]}, "`open` is not an array of texts"),
        ({"type": "draw-made", "node": "n", "branch": True, "named": False}, "`branch` is not a whole number"),
        ({"type": "draw-made", "node": "n", "branch": 1.0, "named": False}, "`branch` is not a whole number"),
        ({"type": "draw-made", "node": "n", "branch": 1, "named": 0}, "`named` is not true or false"),
        ({"type": "session-suspended", "why": "tea"}, "unknown member `why`"),
    ],
)
def test_junk_is_refused_with_what_is_off(data: object, named: str) -> None:
    with pytest.raises(DamagedData) as caught:
        codec.decode(data)
    assert named in caught.value.what
    assert caught.value.code == "damaged-event"


@pytest.mark.parametrize(
    ("field", "value"),
    [("weights", [1, 2]), ("weights", [1, 2, "3"]), ("facts", [["a"]]), ("facts", [["a", None]]), ("facts", [[1, 1]]), ("facts", {})],
)
def test_a_start_with_a_field_of_another_shape_is_refused(field: str, value: object) -> None:
    start = SessionStarted("scenario", "a", 1, "h", "l", "exam", 1, "en", "1", (), (40, 40, 20), 70)
    with pytest.raises(DamagedData, match=f"`{field}`"):
        codec.decode({**codec.encode(start), field: value})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_neither_written_nor_read(value: float) -> None:
    start = SessionStarted("scenario", "a", 1, "h", "l", "exam", 1, "en", "1", (("x", value),), (40, 40, 20), 70)
    with pytest.raises(DamagedData, match="finite"):
        codec.dumps(codec.encode(start))
    with pytest.raises(DamagedData):
        codec.decode(codec.loads(json.dumps(codec.encode(start))))
    with pytest.raises(DamagedData, match="`facts` is not finite"):
        codec.decode({**codec.encode(start), "facts": [["x", 1e999]]})


def test_text_that_is_no_json_is_refused() -> None:
    for text in ("{", "", "[" * 100_000):
        with pytest.raises(DamagedData, match="not JSON"):
            codec.loads(text)


def test_an_older_event_goes_through_every_upgrade_in_order() -> None:
    upgrades: dict[int, codec.Upgrade] = {1: lambda data: {**data, "b": data["a"] + 1}, 2: lambda data: {**data, "c": data["b"] + 1}}
    assert codec.upgrade({"a": 1}, 1, upgrades, 3) == {"a": 1, "b": 2, "c": 3}
    assert codec.upgrade({"a": 1, "b": 5}, 2, upgrades, 3) == {"a": 1, "b": 5, "c": 6}
    assert codec.upgrade({"a": 1}, 3, upgrades, 3) == {"a": 1}


def test_every_version_since_the_first_can_be_upgraded() -> None:
    assert set(codec.UPGRADES) == set(range(1, codec.CODEC_VERSION))


def test_an_event_of_a_newer_codec_or_of_none_is_refused() -> None:
    with pytest.raises(DamagedData, match="newer Branchline"):
        codec.decode({"type": "session-suspended"}, codec.CODEC_VERSION + 1)
    with pytest.raises(DamagedData, match="never existed"):
        codec.decode({"type": "session-suspended"}, 0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=10
)


@given(st.dictionaries(TEXT, JSON, max_size=4))
def test_a_bundle_comes_back_as_it_was(bundle: dict[str, Any]) -> None:
    assert codec.unpack(codec.pack(bundle)) == bundle


def test_a_bundle_that_was_changed_is_refused() -> None:
    packed = codec.pack({"a": "x" * 100})
    for damaged in (packed[:-3], b"", packed[:6] + bytes([packed[6] ^ 1]) + packed[7:]):
        with pytest.raises(DamagedData):
            codec.unpack(damaged)
