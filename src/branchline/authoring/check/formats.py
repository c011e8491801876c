"""How findings are told: for people with the line they are about, for greps, for GitHub, and as SARIF 2.1.0."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from branchline import __version__
from branchline.authoring.check.registry import rules
from branchline.content.position import snippet
from branchline.text import clean, clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchline.authoring.check.files import Texts
    from branchline.authoring.check.registry import Rule
    from branchline.authoring.check.run import Checked
    from branchline.content.diagnostic import Diagnostic, Fix, Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_NOTICES = {"error": "error", "warning": "warning", "info": "notice"}


def concise(finding: Diagnostic) -> str:
    """One line: place, severity, code, message and hint."""
    return clean_line(str(finding))


def told(finding: Diagnostic, texts: Texts) -> str:
    """The finding with its line and carets, places that explain it, and what to do."""
    lines = [f"{finding.severity}[{finding.code}]: {clean_line(finding.message)}", *_quoted(finding.span, texts)]
    for span, words in finding.related:
        lines += [f"  note: {clean_line(words)}", *_quoted(span, texts)]
    if finding.hint:
        lines.append(f"  help: {clean_line(finding.hint)}")
    if finding.fix is not None:
        lines.append(f"   fix: {_fix_words(finding.fix)}")
    return "\n".join(lines)


def _quoted(span: Span, texts: Texts) -> list[str]:
    place = f"--> {clean_line(span.file)}:{span.line}:{span.column}"
    line = texts.line(span.file, span.line)
    if not line.strip():
        return [f" {place}"]
    number = str(span.line)
    above, carets = snippet(line, span).split("\n")
    gap = " " * len(number)
    return [f" {gap}{place}", f" {gap} |", f" {number} | {above}", f" {gap} | {carets}"]


def _fix_words(fix: Fix) -> str:
    edit = fix.edits[0]
    written = clean_line(edit.text)
    what = f"write `{written}`" if written else "delete it"
    return f"{what} ({'safe: --fix does it' if fix.safe else 'not safe: look first'})"


def summary(found: Sequence[Diagnostic], files: int) -> str:
    """How many findings of each severity there are in how many files."""
    counts = {severity: sum(one.severity == severity for one in found) for severity in ("error", "warning", "info")}
    said = [f"{count} {name}{'s' if count != 1 and name != 'info' else ''}" for name, count in counts.items() if count]
    safe = sum(one.fix is not None and one.fix.safe for one in found)
    more = f" {safe} can be mended with --fix." if safe else ""
    return f"{files} file{'s' if files != 1 else ''} checked: {', '.join(said) or 'nothing found'}.{more}"


def page(rule: Rule) -> str:
    """The page that `--explain` prints."""
    lines = [f"{rule.code}: {rule.title}", f"{rule.severity}, about {rule.family}{_silencing(rule)}", "", rule.why]
    for head, example in (("Not so:", rule.bad), ("But so:", rule.good)):
        if example:
            lines += ["", head, "", *(f"    {line}" for line in example.split("\n"))]
    return "\n".join(lines)


def _silencing(rule: Rule) -> str:
    return "" if rule.can_be_silenced else "; it cannot be silenced"


def markdown(rule: Rule) -> str:
    """The same page as a file of the documentation."""
    lines = [f"# {rule.code}: {rule.title}", "", f"*{rule.severity}, about {rule.family}{_silencing(rule)}*", "", rule.why]
    for head, example in (("Not so:", rule.bad), ("But so:", rule.good)):
        if example:
            lines += ["", head, "", "```", example, "```"]
    return "\n".join(lines) + "\n"


def index(every: Iterable[Rule]) -> str:
    """The list of all pages."""
    lines = ["# What `branchline check` finds", "", "| code | severity | what |", "|---|---|---|"]
    lines += [f"| [{rule.code}]({rule.code}.md) | {rule.severity} | {rule.title.replace('|', chr(92) + '|')} |" for rule in every]
    return "\n".join(lines) + "\n"


def github(finding: Diagnostic) -> str:
    """A workflow command that GitHub shows beside the line."""
    span = finding.span
    place = f"file={_property(span.file)},line={span.line},endLine={span.end_line}"
    if span.line == span.end_line:  # columns may stand there for one line only
        place += f",col={span.column},endColumn={span.end_column}"
    message = f"{finding.message}{' ' + finding.hint if finding.hint else ''}"
    return f"::{_NOTICES[finding.severity]} {place},title={_property(finding.code)}::{_data(message)}"


def _data(text: str) -> str:
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(checked: Checked, found: Sequence[Diagnostic]) -> dict[str, Any]:
    """One run as a SARIF 2.1.0 log; columns count code points, file names are relative to the workspace."""
    known = rules()
    codes = sorted({finding.code for finding in found})
    places = {code: number for number, code in enumerate(codes)}
    driver = {"name": "Branchline", "semanticVersion": __version__, "rules": [_descriptor(known[code]) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"WORKSPACE": {"description": {"text": "The folder that holds scenarios and sop_library."}}},
        "artifacts": [{"location": _artifact(file)} for file in checked.files],
        "results": [_result(finding, places[finding.code]) for finding in found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _descriptor(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why or rule.title},
        "help": {"text": page(rule), "markdown": markdown(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.family]},
    }


def _result(finding: Diagnostic, rule_index: int) -> dict[str, Any]:
    told_apart = f"{finding.code}\0{finding.span.file}\0{finding.message}"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "message": {"text": clean(f"{finding.message}{' ' + finding.hint if finding.hint else ''}")},
        "locations": [_location(finding.span)],
        # Without the line, so that a finding stays the same one when lines are put in above it.
        "partialFingerprints": {"branchline/v1": hashlib.sha256(told_apart.encode()).hexdigest()[:32]},
    }
    if finding.related:
        result["relatedLocations"] = [
            {**_location(span), "id": number, "message": {"text": clean(words)}} for number, (span, words) in enumerate(finding.related)
        ]
    if finding.fix is not None:
        result["fixes"] = [_change(finding.fix, finding.span.file)]
    return result


def _change(fix: Fix, file: str) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": {"startLine": edit.line, "startColumn": edit.column, "endLine": edit.end_line, "endColumn": edit.end_column},
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    return {
        "description": {"text": _fix_words(fix)},
        "artifactChanges": [{"artifactLocation": _artifact(file), "replacements": replacements}],
    }


def _location(span: Span) -> dict[str, Any]:
    region = {"startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column}
    return {"physicalLocation": {"artifactLocation": _artifact(span.file), "region": region}}


def _artifact(file: str) -> dict[str, Any]:
    uri = quote(file.replace("\\", "/"), safe="/-._~")
    return {"uri": f"file://{uri}"} if file.startswith("/") else {"uri": uri, "uriBaseId": "WORKSPACE"}
