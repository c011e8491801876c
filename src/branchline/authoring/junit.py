"""Play tests as JUnit XML, the form that every CI service reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from branchline.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.authoring.playtest import TestResult

_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[TestResult]) -> str:
    """One test suite with a test case for each play test; a failure holds message, place and snippet of all that was not kept."""
    failed = sum(not result.passed for result in results)
    head = f'<testsuite name="branchline" tests="{len(results)}" failures="{failed}" errors="0" skipped="0">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *(_case(result) for result in results), "</testsuite>", ""])


def _case(result: TestResult) -> str:
    head = f"  <testcase classname={_attribute(result.content or 'branchline')} name={_attribute(result.file)}"
    if result.passed:
        return f"{head}/>"
    told = "\n\n".join(f"{failure.span}: {failure.message}\n{failure.snippet}" for failure in result.failures)
    return (
        f"{head}>\n    <failure type={_attribute(result.failures[0].what)} message={_attribute(result.failures[0].message)}>"
        f"{escape(_safe(told))}</failure>\n  </testcase>"
    )


def _attribute(text: str) -> str:
    return quoteattr(_safe(text))


def _safe(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", clean(text))
