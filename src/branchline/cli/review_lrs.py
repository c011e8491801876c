"""`review --lrs`: the session of a registration, read from the LRS alone."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from branchline.cli.lrs_reading import content_bundles
from branchline.cli.opening import has_journal, open_journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from branchline.coaching.judging import Judgement
    from branchline.coaching.review import Review
    from branchline.journal.model import SessionRow


def read_review(registration: str, workspace: str | None) -> tuple[SessionRow, Review | Judgement]:
    """Row and review; the decisions by id with a reason where the content is not here. Nothing is kept.

    Raises UnknownId where the LRS tells of no such session, DamagedData where what it tells cannot be, and what reading an LRS raises.
    """
    from branchline.cli.lrs import open_lrs
    from branchline.cli.output import narrate_live
    from branchline.coaching.from_lrs import review_of
    from branchline.coaching.review import Review
    from branchline.errors import DamagedData, UnknownId
    from branchline.text import clean_line
    from branchline.xapi.adopt_coaching import remarks_in
    from branchline.xapi.readback import rebuilt

    with closing(open_lrs()) as remote:
        narrate_live(f"Reading from {remote.endpoint} …")
        statements = list(_of(remote, registration.lower()))
    try:
        found = rebuilt(statements)
    except DamagedData as error:
        if error.code != "no-session":
            raise
        hint = "A registration is the whole id of a session; `branchline lrs pull` reads everything."
        raise UnknownId(f"The LRS tells of no session `{clean_line(registration)}`.", hint=hint) from error
    review = review_of(found, _bundles(workspace))
    if isinstance(review, Review):
        review = replace(review, remarks=remarks_in(statements), remote=True)
    return found.row, review


def _of(remote: Any, registration: str) -> Iterator[Mapping[str, Any]]:
    """The statements of that registration; asked again here, for some LRSs leave filters unheard."""
    from branchline.xapi.pull import pages

    for page in pages(remote, {"registration": registration, "limit": "500"}):
        for statement in page:
            context = statement.get("context") if isinstance(statement, dict) else None
            if isinstance(context, dict) and str(context.get("registration", "")).lower() == registration:
                yield statement


def _bundles(workspace: str | None) -> Callable[[SessionRow, str], Mapping[str, Any] | None]:
    """Content by hash: what the journal kept, else what the workspace holds."""
    present = content_bundles(workspace)

    def bundle_of(row: SessionRow, content_hash: str) -> Mapping[str, Any] | None:
        from branchline.errors import DamagedData

        if has_journal():
            with open_journal() as journal:
                try:
                    return journal.content(content_hash)
                except DamagedData:
                    pass
        return present(row, content_hash)

    return bundle_of


def told_bare(row: SessionRow, found: Judgement) -> str:
    """The decisions of a session by their ids, and why there is no more."""
    from branchline.cli.output import table
    from branchline.text import clean_line, minute

    heading = f"{clean_line(row.title)} – {clean_line(row.learner)}, {minute(row.started)}, {row.status}"
    rows = [(str(moment.seq), f"{clean_line(moment.node)}.{clean_line(moment.choice)}") for moment in found.moments]
    return "\n".join([heading, clean_line(found.reason), "", table(rows)])
