"""Translations: fresh texts are shown, stale and unknown ones are told at their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.content.diagnostic import Severity
from branchline.content.load import load_scenario
from branchline.content.translate import text_hash
from branchline.engine import open_choices, start
from marked import ENDINGS, HEAD, SCENARIO, Marked, marked, place

if TYPE_CHECKING:
    from pathlib import Path

NODES = """start: n
nodes:
  n:
    claim: Claim.
    lines: [{customer: "Hello {customer.name}."}]
    choices:
      - {id: a, say: Say., because: Because., locked_when: {when: trust > 99, why: Why.}, go: done}
"""
GERMAN = "scenarios/conversations/s.de.yaml"


def _translated(texts: str) -> Marked:
    return marked({SCENARIO: f"{HEAD}{NODES}{ENDINGS}", GERMAN: f"format: 1\ntranslates: s\nlanguage: de\ntexts:\n{texts}"})


def _entry(name: str, source: str, text: str) -> str:
    return f'  {name}: {{of: "{text_hash(source)}", text: "{text}"}}\n'


FRESH = "".join(
    _entry(*entry)
    for entry in [
        ("title", "T", "Titel"), ("n", "Claim.", "Behauptung."), ("n/lines/1", "Hello {customer.name}.", "Guten Tag, {customer.name}."),
        ("n.a", "Say.", "Sagen."), ("n.a.because", "Because.", "Weil."), ("n.a.why", "Why.", "Warum."), ("endings/done", "Done", "Fertig"),
    ]
)  # fmt: skip


def test_fresh_translations_stand_in_the_place_of_every_text(tmp_path: Path) -> None:
    content = _translated(FRESH + "# «»\n")
    source = content.read(tmp_path).scenario
    reading = content.read(tmp_path, "de")
    german = reading.scenario
    assert reading.diagnostics == ()
    assert german is not None
    assert source is not None
    (choice,) = open_choices(german, start(german, 1))
    assert (german.title, german.language, german.endings["done"].title, german.nodes["n"].claim) == (
        "Titel",
        "de",
        "Fertig",
        "Behauptung.",
    )
    assert (choice.say.show(()), choice.because, choice.why_locked) == ("Sagen.", "Weil.", "Warum.")
    assert german.nodes["n"].lines[0].text.show(()) == "Guten Tag, Dana Okafor."
    assert german.logic_hash == source.logic_hash
    assert german.content_hash != source.content_hash


def test_a_translation_of_an_older_text_is_told_and_the_source_is_shown(tmp_path: Path) -> None:
    stale = FRESH.replace(f'n.a: {{of: "{text_hash("Say.")}"', 'n.a: {of: «"00000000"»')
    content = _translated(stale)
    reading = content.read(tmp_path, "de")
    (finding,) = reading.diagnostics
    assert (finding.code, finding.severity, place(finding)) == ("L001", Severity.WARNING, content.place)
    assert finding.message == "The translation of `n.a` is of an older text."
    assert f"`of: {text_hash('Say.')}`" in finding.hint
    assert reading.scenario is not None
    assert reading.scenario.nodes["n"].choices[0].say.show(()) == "Say."
    assert reading.scenario.nodes["n"].choices[0].because == "Weil."


def test_a_translation_of_no_text_is_told_with_the_nearest(tmp_path: Path) -> None:
    content = _translated(FRESH + _entry("«n.a.becaus»", "Because.", "Weil."))
    reading = content.read(tmp_path, "de")
    (finding,) = reading.diagnostics
    assert (finding.code, finding.severity, place(finding)) == ("L002", Severity.WARNING, content.place)
    assert finding.message == "`n.a.becaus` is no text of the scenario."
    assert finding.hint == "Did you mean `n.a.because`?"
    assert reading.scenario is not None


def test_without_a_translation_the_source_language_is_shown(tmp_path: Path) -> None:
    content = _translated(FRESH + "# «»\n")
    content.read(tmp_path)
    for language in ("fr", "en", "../s", "d/e", "", "*"):
        scenario = load_scenario(tmp_path / SCENARIO, language)
        assert (scenario.title, scenario.language) == ("T", "en")
