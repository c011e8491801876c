"""Checking files of one workspace: everything that loading finds, then the rules, then comments and fixes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.authoring.check import conditions, flow, identity, procedures, scorecards, variables, wording, worth
from branchline.authoring.check.files import Item, Texts, items
from branchline.authoring.check.fixes import improved
from branchline.authoring.check.report import Report
from branchline.authoring.check.subject import Subject
from branchline.authoring.check.suppress import silenced
from branchline.content.catalogue import AuthoredCatalogue
from branchline.content.collector import collector_paused
from branchline.content.compile import compile_scenario
from branchline.content.diagnostic import Span
from branchline.content.drill import AuthoredDrill
from branchline.content.drill_files import DESK, read_drill
from branchline.content.expand import ID_RULE, domain_of, legal_id, start_value
from branchline.content.findings import MOST_ERRORS, Findings
from branchline.content.load import CONVERSATIONS, PARTS, SCENARIOS, gather, read_sop_file, shaped
from branchline.content.rubric_files import AuthoredRubric, read_rubric
from branchline.content.scenario import AuthoredPart, AuthoredTranslation
from branchline.content.source import read_file
from branchline.content.translate import source_texts, translated
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from branchline.content.compile import Loaded
    from branchline.content.compiled import Scenario
    from branchline.content.diagnostic import Diagnostic

_RULES = (*flow.RULES, *conditions.RULES, *variables.RULES, *worth.RULES, *wording.RULES, *identity.RULES)


@dataclass(frozen=True)
class Checked:
    """What came of a check."""

    root: Path
    files: tuple[str, ...]
    """The files that were checked, relative to the workspace."""
    diagnostics: tuple[Diagnostic, ...]
    """Of each file what loading says, causes first, then what the rules say."""
    texts: Texts


def check(root: Path, places: Sequence[Path], today: str) -> Checked:
    """Check what stands at `places` (files and folders; none: the whole workspace `root`) as of the ISO date `today`."""
    whole = not places or any(place.absolute() == root.absolute() for place in places)
    found = [item for place in places or [root] for item in items(place, root)]
    checker = _Checker(root, today)
    with collector_paused():
        for item in dict.fromkeys(found):
            checker.check(item)
        if whole:
            checker.uncalled()
        checker.twice()
    texts = checker.texts
    diagnostics = [improved(finding, texts, checker.names) for finding in checker.report.diagnostics]
    kept = silenced(diagnostics, [*checker.files, *sorted({one.span.file for one in diagnostics} - set(checker.files))], texts, whole=whole)
    return Checked(root, tuple(checker.files), tuple(kept), texts)


def check_scenario(loaded: Loaded, verbs: Iterable[str], today: str, report: Report, scenario: Scenario | None = None) -> Subject:
    """Every rule about one scenario of the right shape, and the `scenario` that was compiled from it, if it could be."""
    with collector_paused():
        subject = Subject(loaded, scenario)
        for rule in _RULES:
            rule(subject, report)
        procedures.rules(subject, verbs, today, report)
        identity.content(loaded.authored.id, loaded.authored.language, loaded.places, report)
        worth.reviewed(loaded.authored.id, loaded.authored.review, loaded.places, report)
    return subject


class _Checker:
    """Goes through files one by one and remembers what only all of them together show."""

    def __init__(self, root: Path, today: str) -> None:
        self.root = root
        self.today = today
        self.report = Report()
        self.texts = Texts(root)
        self.files: dict[str, None] = {}
        self.names: set[str] = set()
        self._ids: dict[tuple[str, str], list[Span]] = {}
        self._called: set[str] = set()
        self._parts: dict[str, Span] = {}
        self._verbs: frozenset[str] | None = None

    @property
    def verbs(self) -> frozenset[str]:
        """The verbs of the workspace's desk file."""
        if self._verbs is None:
            desk = self.root / SCENARIOS / DESK
            self._verbs = procedures.verbs_of(read_file(desk).data) if desk.is_file() else frozenset()
        return self._verbs

    def check(self, item: Item) -> None:
        """One file."""
        name = self.texts.know(item.path)
        self.files[name] = None
        before = len(self.report.diagnostics)
        known = {
            "scenario": self.scenario, "translation": self.translation, "part": self.part, "drill": self.drill, "sop": self.sop,
            "rubric": self.rubric,
        }  # fmt: skip
        known.get(item.kind, self.other)(item.path, name)
        found = self.report.diagnostics[before:]
        rules = [finding for finding in found if finding.code[1] != "0" or finding.code[0] in "EAX"]
        order = {id(finding): number for number, finding in enumerate(sorted(rules, key=lambda one: (one.span, one.code)))}
        self.report.diagnostics[before:] = sorted(found, key=lambda one: (id(one) in order, order.get(id(one), 0)))

    def keep(self, found: Iterable[Diagnostic]) -> None:
        """What loading says."""
        for finding in found:
            self.report.keep(finding)

    def scenario(self, path: Path, name: str) -> None:
        """A scenario, with its parts, SOPs and translations."""
        findings = Findings()
        loaded = gather(path, None, self.root, findings, source=self.texts.read(name))
        scenario = None if loaded is None else compile_scenario(loaded, findings)
        self.keep(findings.diagnostics)
        if loaded is None:
            return
        if scenario is None and len(findings.diagnostics) >= MOST_ERRORS:
            self._called |= set(loaded.parts) | loaded.broken
            return
        subject = check_scenario(loaded, self.verbs, self.today, self.report, scenario)
        self.names |= {flat.id for flat in subject.nodes} | set(loaded.authored.endings) | set(loaded.authored.variables)
        self._called |= set(loaded.parts) | loaded.broken
        self._identify("scenario", loaded.authored.id, loaded.places.span(("id",)))
        self._stem(path, name, loaded.authored.id, loaded.places.span(("id",)))

    def _stem(self, path: Path, name: str, content_id: str, span: Span) -> None:
        """R015: a file that is not called as its id."""
        if path.stem != content_id and name.startswith(f"{SCENARIOS}/"):
            self.report.add(
                "R015",
                span,
                f"The id is `{clean_line(content_id)}`, and the file is called `{clean_line(path.name)}`.",
                "Let both say the same.",
            )

    def translation(self, path: Path, name: str) -> None:
        """A translation, beside its scenario."""
        source = self.texts.read(name)
        findings = Findings()
        authored = shaped(source, AuthoredTranslation, findings)
        self.keep(findings.diagnostics)
        if authored is None:
            return
        stem, _, language = path.stem.partition(".")
        beside = path.with_name(f"{stem}.yaml")
        loaded = gather(beside, None, self.root, Findings()) if beside.is_file() else None
        if authored.language != language:
            message = f"The translation says `{clean_line(authored.language)}`, and the file is called `{clean_line(path.name)}`."
            self.report.add("L003", source.span(("language",)), message, "Let both name the same language.")
        if loaded is None:
            if not beside.is_file():
                message = f"There is no scenario `{clean_line(stem)}` beside this translation."
                self.report.add(
                    "L004",
                    source.span(("translates",)),
                    message,
                    "It is called `<scenario>.<language>.yaml` and stands beside the scenario.",
                )
            return
        findings = Findings()
        translated(loaded.authored, authored, source, findings)
        self.keep(findings.diagnostics)
        missing = [text for text in source_texts(loaded.authored) if text not in authored.texts]
        if missing:
            message = f"{len(missing)} of {len(missing) + len(authored.texts)} texts have no translation, `{missing[0]}` for one."
            self.report.add("L107", source.span(("texts",), key=True), message, "They are shown in the scenario's own language.")

    def part(self, path: Path, name: str) -> None:
        """A part by itself; its nodes are checked where they are called."""
        source = self.texts.read(name)
        findings = Findings()
        authored = shaped(source, AuthoredPart, findings)
        self.keep(findings.diagnostics)
        if authored is None:
            return
        self._parts[path.stem] = source.span(("id",))
        for variable, declared in authored.params.items():
            try:
                start_value(domain_of(declared), getattr(declared, "start", None))
            except ValueError as error:
                findings.error("V001", source.span(("params", variable)), f"`{variable}` cannot be: {error}.")
        for node in authored.nodes:
            if not legal_id(node):
                findings.error("R006", source.span(("nodes", node), key=True), f"`{clean_line(node)}` cannot be a node id.", ID_RULE)
        self.keep(findings.diagnostics)
        self._stem(path, name, authored.id, source.span(("id",)))

    def drill(self, path: Path, name: str) -> None:
        """A drill, with the desk file and its SOPs."""
        reading = read_drill(path, self.root)
        self.keep(reading.diagnostics)
        source = self.texts.read(name)
        authored = shaped(source, AuthoredDrill, Findings())
        if authored is None:
            return
        identity.content(authored.id, authored.language, source, self.report)
        worth.reviewed(authored.id, authored.review, source, self.report)
        if reading.drill is not None:
            procedures.in_force(reading.drill.sops, authored.sops, source, self.today, self.report)
        expected = authored.expect
        if not (expected.records or expected.ticket or expected.told or expected.untouched or expected.note or expected.exceptions):
            self.report.add(
                "D101",
                source.span(("id",)),
                f"`{clean_line(authored.id)}` expects nothing, so its outcome is never scored.",
                "Say under `expect` what holds at the end.",
            )
        self._identify("drill", authored.id, source.span(("id",)))
        self._stem(path, name, authored.id, source.span(("id",)))

    def rubric(self, path: Path, name: str) -> None:
        """A scorecard."""
        self.keep(read_rubric(path, self.root).diagnostics)
        source = self.texts.read(name)
        authored = shaped(source, AuthoredRubric, Findings())
        if authored is not None:
            identity.content(authored.id, authored.language, source, self.report)
            scorecards.rules(authored, source, self.report)
            self._identify("rubric", authored.id, source.span(("id",)))
            self._stem(path, name, authored.id, source.span(("id",)))

    def sop(self, path: Path, name: str) -> None:
        """An SOP."""
        sop, found = read_sop_file(path, name)
        self.keep(found)
        if sop is not None:
            procedures.advice(sop, self.report)
            self._identify("SOP", sop.id, self._id_line(name))

    def _id_line(self, name: str) -> Span:
        """Where the front matter says `id`."""
        text = self.texts.text(name)
        for number, line in enumerate(text.split("\n"), 1):
            if line.startswith("id:"):
                start = 4 + len(line[3:]) - len(line[3:].lstrip())
                return Span(name, number, start, number, max(start, len(line.rstrip()) + 1))
        return Span(name, 1, 1, 1, 1)

    def other(self, path: Path, name: str) -> None:
        """A file of another kind: that it can be read, and the shape of the desk file."""
        findings = Findings()
        source = self.texts.read(name)
        if path.name == DESK:
            shaped(source, AuthoredCatalogue, findings)
        else:
            findings.diagnostics += source.diagnostics
        self.keep(findings.diagnostics)

    def uncalled(self) -> None:
        """R014: parts that no scenario calls."""
        for part, span in self._parts.items():
            if part not in self._called:
                self.report.add(
                    "R014",
                    span,
                    f"No scenario calls the part `{clean_line(part)}`.",
                    f"Call it from {SCENARIOS}/{CONVERSATIONS}, or delete it from {PARTS}.",
                )

    def twice(self) -> None:
        """R013: two files with the same id, of which only one can be found."""
        for (kind, content_id), spans in self._ids.items():
            for span in spans[1:]:
                related = ((spans[0], "the first one"),)
                message = f"Another {kind} has the id `{clean_line(content_id)}` already."
                self.report.add("R013", span, message, "Give one of them another id.", related=related)

    def _identify(self, kind: str, content_id: str, span: Span) -> None:
        self._ids.setdefault((kind, content_id), []).append(span)
