from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from branchline.xapi.answer import Answer
from branchline.xapi.verdict import LONGEST_WAIT, Kind, backoff, judge, retry_after

NOW = 1_772_366_400.0
SENT = ["0b9d2f3e-1a51-4f6b-8a9f-6f1f2f3a9c22", "1b9d2f3e-1a51-4f6b-8a9f-6f1f2f3a9c22"]


@given(st.integers(0, 999), st.text(), st.dictionaries(st.sampled_from(["content-type", "retry-after"]), st.text()))
def test_any_answer_has_a_verdict_and_only_named_ids_or_a_204_count_as_delivered(status: int, body: str, headers: dict[str, str]) -> None:
    verdict = judge(Answer(status, headers, body), SENT, NOW)
    if verdict.kind is Kind.DELIVERED:
        assert status == 204 or any(each in body for each in SENT)
    else:
        assert verdict.kind is Kind.LATER or verdict.words


def test_ids_in_capitals_and_fewer_than_were_sent_are_ours() -> None:
    assert judge(Answer(200, {}, f'["{SENT[0].upper()}"]'), SENT, NOW).kind is Kind.DELIVERED


def test_one_foreign_id_among_ours_is_no_delivery() -> None:
    assert judge(Answer(200, {}, f'["{SENT[0]}", "x"]'), SENT, NOW).kind is Kind.PAUSED


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_wait_lies_between_a_second_and_five_minutes(failures: int, jitter: float) -> None:
    assert 1 <= backoff(failures, jitter) <= 300


@given(st.text())
def test_any_retry_after_is_a_bearable_wait_or_none(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT


def test_the_text_of_an_lrs_is_harmless_on_a_terminal_and_short() -> None:
    words = judge(Answer(400, {}, "\x1b[2Jbad\r\n" + "x" * 5000), SENT, NOW).words
    assert "\x1b" not in words
    assert "\n" not in words
    assert len(words) < 400
