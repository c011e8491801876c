"""Rows of sessions and statements as SQL has them, for whoever in this package writes or reads them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from branchline.journal.model import SessionRow

if TYPE_CHECKING:
    from branchline.journal.model import StoredStatement

PUT_SESSION = """INSERT INTO session (id, kind, content, title, version, content_hash, logic_hash, learner, mode, seed, language, status,
    started, ended, scores, passed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, content = excluded.content, title = excluded.title, version = excluded.version,
    content_hash = excluded.content_hash, logic_hash = excluded.logic_hash, learner = excluded.learner, mode = excluded.mode,
    seed = excluded.seed, language = excluded.language, status = excluded.status, started = excluded.started, ended = excluded.ended,
    scores = excluded.scores, passed = excluded.passed"""
"""Takes `session_values`."""
SESSION = """SELECT id, kind, content, title, version, content_hash, logic_hash, learner, mode, seed, language, status, started, ended,
    scores, passed FROM session """
"""Gives what `session_of` takes; a condition follows."""
PUT_STATEMENT = """INSERT INTO statement (id, session, seq, role, json, state, attempts, status, error)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
"""Takes `statement_values`."""
_SESSION_FIELDS = tuple(field.name for field in fields(SessionRow))


def session_values(row: SessionRow) -> tuple[object, ...]:
    """What PUT_SESSION takes."""
    return (
        row.id,
        row.kind,
        row.content,
        row.title,
        row.version,
        row.content_hash,
        row.logic_hash,
        row.learner,
        row.mode,
        # As text: a seed may be larger than the 64 bits of an SQL integer.
        str(row.seed),
        row.language,
        row.status,
        row.started,
        row.ended,
        row.scores,
        row.passed,
    )


def session_of(row: tuple[Any, ...]) -> SessionRow:
    """The session of a row that SESSION gave."""
    values: dict[str, Any] = dict(zip(_SESSION_FIELDS, row, strict=True))
    passed = None if values["passed"] is None else bool(values["passed"])
    return SessionRow(**{**values, "seed": int(values["seed"]), "passed": passed})


def statement_values(statement: StoredStatement) -> tuple[object, ...]:
    """What PUT_STATEMENT takes."""
    return (
        statement.id,
        statement.session,
        statement.seq,
        statement.role,
        statement.json,
        statement.state,
        statement.attempts,
        statement.status,
        statement.error,
    )
