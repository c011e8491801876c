"""SOP files: front matter, numbered steps with brace blocks, quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.content.markdown import CODES, RawStep, numbered_steps, quotes, split_front_matter

SOP = """\
---
format: 1
id: SOP-BIL-02
---
Use when a customer reports two charges. …

1. **Confirm the caller** at level 2. {#verify do=verify_identity level=2 weight=3}
2. Look around: advice only.
3. Refund the duplicate to the original method,
   within your limit. {#refund after=verify,state optional
   expect="amount = case.duplicate_amount ± 0.01; method in {original}"}

> Exceptions: another method needs a reason code
> and a note. {allow=refund_other_method}

The end.
"""


def _steps(body: str) -> list[RawStep]:
    _, steps, _, findings = numbered_steps(body, 1, "s.md")
    assert findings == []
    return steps


def _refused(body: str) -> tuple[str, int, int]:
    _, _, _, findings = numbered_steps(body, 1, "s.md")
    (finding,) = findings
    assert finding.code in CODES
    return finding.code, finding.span.line, finding.span.column


def test_front_matter_and_body_keep_their_line_numbers() -> None:
    front, front_line, body, body_line = split_front_matter(SOP)
    assert (front, front_line, body_line) == ("format: 1\nid: SOP-BIL-02\n", 2, 5)
    assert body == SOP.split("---\n")[2]


def test_windows_line_ends_and_byte_order_mark_change_nothing() -> None:
    assert split_front_matter("\ufeff" + SOP.replace("\n", "\r\n")) == split_front_matter(SOP)


@pytest.mark.parametrize("text", ["", "1. A step.\n", "---\nnever: closed\n", " ---\na: 1\n---\n"])
def test_a_text_without_closed_front_matter_is_all_body(text: str) -> None:
    assert split_front_matter(text) == ("", 1, text, 1)


def test_empty_front_matter_is_empty() -> None:
    assert split_front_matter("---\n---\nbody") == ("", 2, "body", 3)


def test_steps_carry_text_id_attributes_and_place() -> None:
    _, _, body, line = split_front_matter(SOP)
    intro, (verify, advice, refund), rest, findings = numbered_steps(body, line, "s.md")
    assert findings == []
    assert intro == "Use when a customer reports two charges. …"
    assert (verify.number, verify.text, verify.id) == (1, "**Confirm the caller** at level 2.", "verify")
    assert verify.attributes == {"do": "verify_identity", "level": "2", "weight": "3"}
    assert (verify.line, verify.column) == (7, 39)
    assert (advice.number, advice.text, advice.id, advice.attributes, advice.line) == (2, "Look around: advice only.", "", {}, 8)
    assert refund.text == "Refund the duplicate to the original method, within your limit."
    assert refund.attributes == {
        "after": "verify,state",
        "optional": "",
        "expect": "amount = case.duplicate_amount ± 0.01; method in {original}",
    }
    assert (refund.line, refund.block.line, refund.block.column, refund.block.end_line) == (9, 10, 23, 11)
    assert rest == "> Exceptions: another method needs a reason code\n> and a note.\n\nThe end."


def test_each_value_keeps_its_place() -> None:
    (step,) = _steps('1. A {#a when="x > 1" flag}')
    line = '1. A {#a when="x > 1" flag}'
    cut = {key: line[span.column - 1 : span.end_column - 1] for key, span in step.places.items()}
    assert cut == {"id": "a", "when": "x > 1", "flag": "flag"}


def test_quotes_with_a_block_allow_exceptions() -> None:
    _, _, body, line = split_front_matter(SOP)
    (quote,) = quotes(body, line, "s.md")
    assert quote.text == "Exceptions: another method needs a reason code and a note."
    assert quote.attributes == {"allow": "refund_other_method"}
    assert (quote.block.line, quote.block.column) == (14, 15)
    assert quotes("> Only said.\n", 1) == []


def test_quoted_values_may_hold_quotation_marks_and_braces() -> None:
    (step,) = _steps(r'1. Say it. {#say tell="the \"date\" {x}" a=b=c}')
    assert step.attributes == {"tell": 'the "date" {x}', "a": "b=c"}


def test_braces_inside_a_text_are_text() -> None:
    (step, advice) = _steps("1. Greet {customer.name} { first. {#greet}\n2. Read {the manual}, all of it.\n")
    assert (step.text, step.id) == ("Greet {customer.name} { first.", "greet")
    assert advice.text == "Read {the manual}, all of it."


def test_numbers_in_code_blocks_and_prose_are_no_steps() -> None:
    intro, steps, rest, findings = numbered_steps("In 2026. Really.\n```\n1. no step {#x\n```\n1) Step\n\n2. Step\n\n   10. Inner\n", 1)
    assert [step.number for step in steps] == [1, 2, 10]
    assert intro == "In 2026. Really.\n```\n1. no step {#x\n```"
    assert (rest, findings) == ("", [])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("1. A {#a do=x\n", ("P201", 1, 6)),
        ('1. A {#a do="x}\n', ("P201", 1, 6)),
        ("\n1. A\n   b {#a\n   do=x\n", ("P201", 3, 6)),
        ("1. A {#a do=x}.\n", ("P202", 1, 6)),
        ("1. A {#a} {do=x #b}\n", ("P202", 1, 6)),
        ("1. A {#a do=}\n", ("P203", 1, 10)),
        ("1. A {#a.b}\n", ("P203", 1, 7)),
        ("1. A {#a ?}\n", ("P203", 1, 10)),
        ('1. A {#a do="x"y}\n', ("P203", 1, 10)),
        ("1. A {#a do=x do=y}\n", ("P204", 1, 18)),
        ("1. A {#a #b}\n", ("P204", 1, 11)),
        ("1. A {do=x}\n", ("P205", 1, 6)),
        ("> Except {allow=x\n", ("P201", 1, 10)),
    ],
)
def test_a_malformed_block_is_one_diagnostic_at_its_place(body: str, expected: tuple[str, int, int]) -> None:
    assert _refused(body) == expected


@given(st.text('ab1. >{}#="\\\n`-,') | st.text())
def test_any_text_is_read(text: str) -> None:
    front, front_line, body, line = split_front_matter(text)
    assert line >= front_line
    assert front.count("\n") == max(0, line - 3)
    _, steps, _, findings = numbered_steps(body, line, "s.md")
    last = line + body.count("\n")
    assert all(line <= step.line <= last and step.column >= 1 for step in steps)
    assert all(line <= finding.span.line <= last for finding in findings)
    assert all(quote.attributes or quote.block for quote in quotes(body, line))


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z_-]{0,6}", fullmatch=True).filter(lambda key: key != "id"), st.text('ab {}"\\=#,.é', max_size=9)
    )
)
def test_what_is_written_quoted_is_read_back(attributes: dict[str, str]) -> None:
    escaped = {key: value.replace("\\", "\\\\").replace('"', '\\"') for key, value in attributes.items()}
    written = " ".join(f'{key}="{value}"' for key, value in escaped.items())
    (step,) = _steps(f"1. Do it. {{#it {written}}}")
    assert (step.text, step.id, step.attributes) == ("Do it.", "it", attributes)


@pytest.mark.parametrize(
    "line", ['1. A {" {\\" ' + '{\\" ' * 50_000, "1. A " + "{#a}" * 50_000, "1. A " + "{" * 100_000, "1. A {#a " + "x=y " * 50_000 + "}"]
)
def test_hostile_lines_are_read(line: str) -> None:
    _, steps, _, _ = numbered_steps(line, 1)
    assert len(steps) == 1
