from __future__ import annotations

from branchline.content.sop import Sop, read_sop
from branchline.reports.log_map import LogMap
from branchline.reports.vocabulary import MOST_NAMES, OTHERS, Vocabulary

TEXT = """---
format: 1
id: SOP-V
title: Words
facts: {refund_days: {value: 5, say: [5 days, five days]}}
outcomes:
  done: {when: case.captured, requires: [verify]}
never:
  - {do: ask_card}
verbs: {verify_identity: Caller confirmed, ask_card: Card asked, reply: Answer sent}
---
1. Confirm the caller; their shoe size is nothing. {#verify do=verify_identity expect="level = 2"}
2. Say it. {#say do=reply tell=refund_days}
"""


def sop(text: str = TEXT) -> Sop:
    found, findings = read_sop(text, "SOP-V.md")
    assert found is not None, findings
    return found


def test_actions_are_verbs_steps_or_titles_however_they_are_spelled() -> None:
    words = Vocabulary(sop(), LogMap(actions={"id check": "verify_identity"}, ignore=frozenset({"viewed"})))
    spelled = ["verify_identity", "Verify identity", "Caller Confirmed", "ID check", "ask-card", "reply", "verify"]
    assert [words.verb(each) for each in spelled] == ["verify_identity"] * 4 + ["ask_card", "reply", "verify"]
    assert words.verb("Viewed") == ""
    assert not words.unknown


def test_actions_that_nobody_knows_are_counted() -> None:
    words = Vocabulary(sop(), LogMap())
    assert [words.verb("dance"), words.verb("dance"), words.verb("public_reply")] == ["", "", ""]
    assert words.unknown == {"dance": 2, "public_reply": 1}


def test_without_verbs_of_its_own_an_sop_knows_the_desk_s() -> None:
    plain = sop(TEXT.replace("verbs: {verify_identity: Caller confirmed, ask_card: Card asked, reply: Answer sent}\n", ""))
    words = Vocabulary(plain, LogMap(), ["look_up"])
    assert [words.verb("public_reply"), words.verb("look_up")] == ["public_reply", "look_up"]
    assert not words.unknown


def test_unknown_actions_without_end_take_no_memory_without_end() -> None:
    words = Vocabulary(sop(), LogMap())
    for number in range(MOST_NAMES + 50):
        words.verb(f"free text {number}")
    assert len(words.unknown) == MOST_NAMES + 1
    assert words.unknown[OTHERS] == 50


def test_only_names_that_the_sop_reads_matter() -> None:
    words = Vocabulary(sop(), LogMap())
    assert all(words.matters(name) for name in ("level", "captured", "case.captured", "amount", "text"))
    assert not any(words.matters(name) for name in ("shoe", "comment", "ticket_number"))


def test_a_fact_is_told_by_its_forms_or_by_name_and_the_words_around_it_are_no_value() -> None:
    words = Vocabulary(sop(), LogMap())
    said = {"text": "You have it within FIVE days.", "level": 2}
    assert words.told(said) == {"refund_days"}
    assert words.values(said) == {"level": 2}
    assert words.told({"tells": "a, b"}) == {"a", "b"}
    assert words.told({"level": 2}) == frozenset()
