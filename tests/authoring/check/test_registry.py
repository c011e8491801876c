"""Every code is explained, once, and the documentation says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from branchline.authoring.check import check, matching, rules
from branchline.authoring.check.documentation import pages, write
from branchline.authoring.check.explain import SHEETS
from branchline.authoring.check.registry import FAMILIES, LOADING
from branchline.content.diagnostic import Severity
from branchline.content.workspace import bundled_root

DOCS = Path(__file__).parents[3] / "docs" / "diagnostics"


@pytest.mark.parametrize("code", list(rules()))
def test_every_code_says_why_and_shows_it_wrong_and_right(code: str) -> None:
    rule = rules()[code]
    assert rule.title
    assert len(rule.why) > 20
    assert rule.bad
    assert rule.good
    assert rule.bad != rule.good
    assert rule.family in FAMILIES.values()


def test_no_code_has_two_pages_and_every_code_of_loading_has_one() -> None:
    codes = [page.code for sheet in SHEETS for page in sheet()]
    assert len(codes) == len(set(codes))
    assert set(LOADING) <= set(codes)


def test_pages_that_declare_a_code_themselves_do_not_redeclare_one_of_loading() -> None:
    own = {page.code for sheet in SHEETS for page in sheet() if page.title}
    assert not own & set(LOADING)
    assert {page.code for sheet in SHEETS for page in sheet() if not page.title} <= set(LOADING)


def test_an_error_s_minimum_is_an_error_and_the_rest_can_be_silenced() -> None:
    assert rules()["R001"].minimum is Severity.ERROR
    assert not rules()["R001"].can_be_silenced
    assert rules()["F101"].can_be_silenced
    assert rules()["P001"].severity is Severity.WARNING


def test_a_pattern_names_one_code_or_a_family() -> None:
    assert matching("f101") == {"F101"}
    assert {code[0] for code in matching("C")} == {"C"}
    assert matching("Z") == frozenset()
    assert matching("") == frozenset()


def test_the_documentation_has_the_pages_as_they_are() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    assert written == pages()


def test_writing_the_documentation_takes_away_what_is_no_more(tmp_path: Path) -> None:
    (tmp_path / "Z999.md").write_text("old", encoding="utf-8")
    write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(pages())


def test_the_bundled_content_has_neither_errors_nor_warnings() -> None:
    checked = check(bundled_root(), [], "2026-11-22")
    assert [str(one) for one in checked.diagnostics if one.severity is not Severity.INFO] == []
    assert len(checked.files) >= 19
