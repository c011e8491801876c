"""Rules about rubrics: what each finds, and exactly where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.authoring.check import check, rules
from marked import marked, place
from rubrics import TEXT

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.diagnostic import Diagnostic
    from marked import Marked

CARD = "scenarios/rubrics/card.yaml"


def changed(*changes: tuple[str, str]) -> Marked:
    """The small rubric with these changes, one of which marks a place."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return marked({CARD: text})


def found(files: dict[str, str], root: Path) -> list[Diagnostic]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return list(check(root, [], "2026-11-22").diagnostics)


@pytest.mark.parametrize(
    ("code", "case"),
    [
        ("Q101", changed(("cap: 40", "cap: «40»"), ("    critical: true\n", ""))),
        ("Q102", changed(("applies_to: conversations", "applies_to: drills"), ("machine: acknowledge", "machine: «acknowledge»"))),
        ("Q102", changed(("machine: acknowledge", "machine: «record»"))),
        ("Q103", changed(("{level: 1, anchor: A formula.}", "«{level: 1}»"))),
        ("Q103", changed(("{level: yes, anchor: Yes.}", "«{level: yes, anchor: ' no. '}»"))),
        ("Q103", changed(("ask: Was the loss named?", 'ask: «""»'))),
        ("Q104", changed(("status: draft", "status: «draft»"))),
        ("Q104", changed(("id: card", "id: «card»"), ("review: {status: draft}\n", ""))),
        ("R015", changed(("id: card", "id: «other»"))),
        ("X003", changed(("id: card", "id: «a card»"))),
        ("X004", changed(("version: 3", "version: 3\nlanguage: «English»"))),
    ],
)
def test_a_rule_finds_its_fault_at_its_place_and_nowhere_else(code: str, case: Marked, tmp_path: Path) -> None:
    (finding,) = [one for one in found(case.files, tmp_path) if one.code == code]
    assert place(finding) == case.place
    assert finding.severity is rules()[code].severity
    assert finding.message
    assert finding.hint


def test_an_approved_rubric_without_a_fault_has_no_finding(tmp_path: Path) -> None:
    assert found({CARD: TEXT.replace("status: draft", "status: approved")}, tmp_path) == []


def test_a_cap_that_nobody_wrote_needs_no_critical_item(tmp_path: Path) -> None:
    text = TEXT.replace("cap: 40\n", "").replace("    critical: true\n", "")
    assert [one.code for one in found({CARD: text}, tmp_path)] == ["Q104"]


def test_two_rubrics_with_one_id_are_found_at_the_second(tmp_path: Path) -> None:
    case = marked({CARD: TEXT, "scenarios/rubrics/other.yaml": TEXT.replace("id: card", "id: «card»", 1)})
    (finding,) = [one for one in found(case.files, tmp_path) if one.code == "R013"]
    assert place(finding) == case.place


def test_a_rubric_in_a_folder_of_its_own_is_known_by_what_stands_in_it(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    path = tmp_path / "drafts" / "card.yaml"
    path.parent.mkdir()
    path.write_text(TEXT.replace("weight: 50", "weight: 45"), encoding="utf-8")
    assert "Q001" in {one.code for one in check(tmp_path, [path], "2026-11-22").diagnostics}
