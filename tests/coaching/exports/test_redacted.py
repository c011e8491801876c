"""No name is left in any export, whatever it is called."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.coaching.exports.export import FORMATS, export, redaction
from branchline.coaching.exports.redacted_copy import redacted_copy
from branchline.coaching.judging import Explorations
from branchline.coaching.thread import Thread
from branchline.errors import DamagedData
from branchline.journal import codec
from branchline.journal.exchange import REDACTED, export_session, import_session, parse_session
from branchline.journal.store import Journal
from reviewed import review_of, said, telling
from tiny import played

if TYPE_CHECKING:
    from pathlib import Path

KEY = b"k" * 32
PARTS = st.text("qxzjvkäéß", min_size=5, max_size=9).map(str.capitalize)
NUMBERS = ("1234567", "4111", "0532", "z.quist@", "shop.example")


def everywhere(name: str, learner: str) -> dict[str, str]:
    """Every export of a session with these names in all its texts."""
    scenario = telling(name, "ZZ-90210", f"{name.upper()} calls")
    review = review_of(scenario, played(scenario, ["rude", "<", "rude", "shrug"]), learner=learner, explorations=Explorations())
    thread = said()
    (scored,) = thread.reviews
    first = replace(thread.comments[0], quote=name, text=f"{learner}, hear {name.lower()}! coach-7")
    event = scored.event._replace(text=f"{name} and {learner}", marks=(("tone", "missed", f"{name.upper()} rang coach-7."),))
    thread = Thread((first, *thread.comments[1:]), (replace(scored, event=event),))
    return {form: export(review, form, redaction(review, KEY, ["coach-7"]), thread) for form in FORMATS}


@settings(max_examples=25)
@given(st.lists(PARTS, min_size=1, max_size=3).map(" ".join), PARTS)
def test_no_listed_name_survives_in_any_export(name: str, learner: str) -> None:
    parts = {part.casefold() for part in [*name.split(), learner]}
    for form, text in everywhere(name, learner).items():
        shown = text.encode().decode("unicode_escape", "ignore") if form.startswith("asciicast") and "\\u00" in text else text
        assert not parts & set(re.findall(r"[^\W\d_]+", shown.casefold())), form
        assert not any(each in text for each in ("ZZ-90210", "coach-7", *NUMBERS)), form


def test_a_redacted_copy_says_so_holds_no_name_and_is_no_session(tmp_path: Path) -> None:
    scenario = telling()
    review = review_of(scenario, played(scenario, ["rude", "fair"]))
    with Journal.open(tmp_path / "journal.db") as journal:
        journal.write(review.row.id, row=review.row, content=(scenario.content_hash, dict(scenario.bundle)), entries=review.entries)
        text = redacted_copy(export_session(journal, review.row.id), redaction(review, KEY))
        head, *_ = lines = [json.loads(line) for line in text.splitlines()]
        assert head["format"] == REDACTED
        assert lines[-1]["entries"] == len(review.entries)
        assert not re.search(r"(?i)zoë|quist|varga|sam\.miller|AC-20417|4111 1111", json.dumps(lines, ensure_ascii=False))
        with pytest.raises(DamagedData, match="copy without names") as refused:
            import_session(journal, text)
        assert refused.value.code == "export-redacted"
    assert [line["at"] for line in lines if "event" in line] == [entry.at for entry in review.entries]
    assert codec.dumps(head["session"]["content_hash"]) == codec.dumps(scenario.content_hash)


def test_a_changed_redacted_copy_is_found(tmp_path: Path) -> None:
    scenario = telling()
    review = review_of(scenario, played(scenario, ["rude"]))
    with Journal.open(tmp_path / "journal.db") as journal:
        journal.write(review.row.id, row=review.row, content=(scenario.content_hash, dict(scenario.bundle)), entries=review.entries)
        text = redacted_copy(export_session(journal, review.row.id), redaction(review, KEY))
    with pytest.raises(DamagedData) as refused:
        parse_session(text.replace('"rude"', '"kind"', 1))
    assert refused.value.code == "export-changed"
