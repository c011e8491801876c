"""How findings are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarif_pydantic import Sarif

from branchline.authoring.check import check, formats, rules
from branchline.text import width
from marked import HEAD, SCENARIO

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.authoring.check import Checked

NODES = """start: n
nodes:
  n:
    claim: C
    choices:
      - {id: a, say: "日本語 TODO", go: apolgy, because: B}
      - {id: a, say: Yes, go: done, because: B}
  apology: {claim: C, choices: [{id: a, say: Yes., go: done, because: B}]}
endings: {done: {title: Done, outcome: resolved, value: 100}}
"""


def _checked(root: Path) -> Checked:
    path = root / SCENARIO
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + NODES, encoding="utf-8")
    return check(root, [], "2026-11-22")


def test_text_shows_the_line_with_carets_under_the_place_even_behind_wide_characters(tmp_path: Path) -> None:
    checked = _checked(tmp_path)
    (finding,) = [one for one in checked.diagnostics if one.code == "R001"]
    head, place, _, line, carets, hint, fix = formats.told(finding, checked.texts).split("\n")
    assert head == "error[R001]: There is no node or ending `apolgy`."
    assert place.strip() == f"--> {SCENARIO}:11:38"
    assert width(line[: line.index("apolgy")]) == carets.index("^")
    assert carets.count("^") == len("apolgy")
    assert hint.strip() == "help: Did you mean `apology`?"
    assert fix.strip() == "fix: write `apology` (safe: --fix does it)"


def test_text_shows_the_other_place_too(tmp_path: Path) -> None:
    checked = _checked(tmp_path)
    (finding,) = [one for one in checked.diagnostics if one.code == "R005"]
    told = formats.told(finding, checked.texts)
    assert "note: the first one" in told
    assert f"{SCENARIO}:11:14" in told
    assert f"{SCENARIO}:12:14" in told


def test_concise_is_one_line(tmp_path: Path) -> None:
    checked = _checked(tmp_path)
    lines = [formats.concise(one) for one in checked.diagnostics]
    assert all("\n" not in line for line in lines)
    assert lines[0].startswith(f"{SCENARIO}:")


def test_github_escapes_what_would_end_a_command(tmp_path: Path) -> None:
    checked = _checked(tmp_path)
    line = formats.github(next(one for one in checked.diagnostics if one.code == "R001"))
    assert line.startswith(f"::error file={SCENARIO},line=11,endLine=11,col=38,endColumn=44,title=R001::")
    assert formats._data("a%b\nc") == "a%25b%0Ac"
    assert formats._property("a:b,c") == "a%3Ab%2Cc"


def _region(region: dict[str, Any]) -> None:
    assert region["startLine"] >= 1
    assert region["startColumn"] >= 1
    assert (region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"])
    assert set(region) <= {"startLine", "startColumn", "endLine", "endColumn"}


def _artifact(location: dict[str, Any]) -> None:
    assert set(location) <= {"uri", "uriBaseId", "index", "description"}
    assert location["uri"]
    assert " " not in location["uri"]


def test_sarif_has_everything_that_the_standard_requires(tmp_path: Path) -> None:
    """Required properties and enumerations of sarif-schema-2.1.0 for what is used."""
    checked = _checked(tmp_path)
    log = formats.sarif(checked, checked.diagnostics)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert set(run) <= {"tool", "columnKind", "originalUriBaseIds", "artifacts", "results"}
    driver = run["tool"]["driver"]
    assert driver["name"]
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    for artifact in run["artifacts"]:
        _artifact(artifact["location"])
    identifiers = [rule["id"] for rule in driver["rules"]]
    assert len(identifiers) == len(set(identifiers))
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"none", "note", "warning", "error"}
    assert len(run["results"]) == len(checked.diagnostics)
    for result in run["results"]:
        assert result["message"]["text"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert identifiers[result["ruleIndex"]] == result["ruleId"]
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
        for location in [*result["locations"], *result.get("relatedLocations", [])]:
            _artifact(location["physicalLocation"]["artifactLocation"])
            _region(location["physicalLocation"]["region"])
        for fix in result.get("fixes", []):
            assert fix["artifactChanges"]
            for change in fix["artifactChanges"]:
                _artifact(change["artifactLocation"])
                assert change["replacements"]
                for replacement in change["replacements"]:
                    _region(replacement["deletedRegion"])
                    assert isinstance(replacement["insertedContent"]["text"], str)


def test_sarif_is_read_by_other_people_s_models(tmp_path: Path) -> None:
    checked = _checked(tmp_path)
    log = formats.sarif(checked, checked.diagnostics)
    (run,) = Sarif.model_validate(log).runs
    assert [each.rule_id for each in run.results or ()] == [each.code for each in checked.diagnostics]


def test_a_fingerprint_does_not_change_when_lines_are_put_in_above(tmp_path: Path) -> None:
    checked = _checked(tmp_path)
    before = {one["partialFingerprints"]["branchline/v1"] for one in formats.sarif(checked, checked.diagnostics)["runs"][0]["results"]}
    path = tmp_path / SCENARIO
    path.write_text("# a comment\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    checked = check(tmp_path, [], "2026-11-22")
    after = {one["partialFingerprints"]["branchline/v1"] for one in formats.sarif(checked, checked.diagnostics)["runs"][0]["results"]}
    assert before == after


def test_a_page_has_the_reason_and_both_examples() -> None:
    shown = formats.page(rules()["F101"])
    assert shown.startswith("F101: node that cannot be reached\nwarning, about flow\n")
    assert "Not so:" in shown
    assert "But so:" in shown


def test_the_summary_counts() -> None:
    assert formats.summary([], 1) == "1 file checked: nothing found."
