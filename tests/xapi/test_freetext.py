from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from branchline.xapi.freetext import LONGEST, mended, shareable, suspicious
from branchline.xapi.statements import build
from xapi_moments import IDENTITY, Player

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario

ANY = st.text(st.characters(codec=None, categories=None), max_size=30)


@given(ANY, st.integers(1, 20))
def test_a_shared_text_is_unicode_and_never_longer_than_said(text: str, longest: int) -> None:
    found = shareable(text, longest)
    assert len(found) <= longest
    assert found.encode("utf-8").decode("utf-8") == found


def test_a_sound_text_of_the_greatest_length_is_left_alone_and_a_longer_one_says_that_it_goes_on() -> None:
    text = "é😀" * (LONGEST // 2)
    assert shareable(text) == text
    assert shareable(text + "x") == text[:-1] + "…"


@given(st.recursive(ANY, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY, inner, max_size=3), max_leaves=8))
def test_mended_data_can_be_written_as_utf_8_and_sound_data_is_the_same(data: object) -> None:
    text = json.dumps(data)
    again = mended(data)
    assert json.dumps(again, ensure_ascii=False).encode("utf-8")
    try:
        json.dumps(data, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        assert suspicious(text)
    else:
        assert again == data


def test_a_name_with_half_a_character_is_sent_whole(charged_twice: Scenario) -> None:
    moment = Player(charged_twice).moments[0]
    identity = replace(IDENTITY, display_name="Jo \ud83d 😀", name="l-\udc80")
    statement = json.loads(build(replace(moment, identity=identity))[0].json)
    assert statement["actor"]["name"] == "Jo � 😀"
    assert statement["actor"]["account"]["name"] == "l-�"
