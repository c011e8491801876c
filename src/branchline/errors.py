"""Every error a person can meet, drawn as one tree.

BranchlineError
├── UsageError                 2    the command or its arguments are off
│   ├── UnknownId                   nothing has that id; suggests what has
│   └── ActionRefused               the engine does not allow that action now
├── ContentError               1    authored content has Diagnostics of severity error
├── ConfigurationError         3    a setting, a folder or a permission is in the way
│   ├── JournalUnavailable          the database is locked, read-only or the disk is full
│   └── LrsPaused                   delivery waits for a person: credentials, wrong path, a login page
├── LrsUnreachable             4    the network or the LRS did not answer; statements wait
└── DamagedData                5    the journal or an exported session is not what was written

Each error has a code, says what and where, and what to do; the number is the exit code of the command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.diagnostic import Diagnostic


class BranchlineError(Exception):
    """A problem that a person can do something about."""

    code: str = "branchline"
    """Stable word for scripts; a subclass or an instance sets its own."""
    exit_code: ClassVar[int] = 1
    """What the command line exits with."""

    def __init__(self, what: str, *, where: str = "", hint: str = "", code: str = "") -> None:
        """`what` went wrong, `where` it did, and the `hint` says what to do; each is one sentence or empty."""
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint
        if code:
            self.code = code

    def __str__(self) -> str:
        """What, where and what to do, on one line."""
        place = f" ({self.where})" if self.where else ""
        return f"{self.what}{place}{' ' + self.hint if self.hint else ''}"


class UsageError(BranchlineError):
    """The command or its arguments are off."""

    code = "usage"
    exit_code = 2


class UnknownId(UsageError):
    """Nothing has that id."""

    code = "unknown-id"


class ActionRefused(UsageError):
    """The engine does not allow that action in this state; nothing has happened."""

    code = "action-refused"


class ContentError(BranchlineError):
    """Authored content that cannot be played, with its Diagnostics."""

    code = "content"

    def __init__(self, what: str, diagnostics: Sequence[Diagnostic] = (), *, where: str = "", hint: str = "") -> None:
        """`diagnostics` holds every finding of the load, causes first."""
        super().__init__(what, where=where, hint=hint)
        self.diagnostics = tuple(diagnostics)


class ConfigurationError(BranchlineError):
    """A setting, a folder or a permission is in the way."""

    code = "configuration"
    exit_code = 3


class JournalUnavailable(ConfigurationError):
    """The journal cannot be written now: locked, read-only, or no space left; what was committed is safe."""

    code = "journal-unavailable"


class LrsPaused(ConfigurationError):
    """Delivery stopped until a person changes something; every statement is kept."""

    code = "lrs-paused"


class LrsUnreachable(BranchlineError):
    """The network or the LRS did not answer as it should; every statement is kept."""

    code = "lrs-unreachable"
    exit_code = 4


class DamagedData(BranchlineError):
    """The journal or an exported session is not what was written."""

    code = "damaged"
    exit_code = 5
    seq: int = 0
    """The session's entry that it was found at, from 1; 0 where it is at none."""
