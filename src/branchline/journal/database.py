"""One connection to the journal's SQLite file: how it is opened, shared by threads, and what its failures mean in words."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

from branchline.errors import BranchlineError, DamagedData, JournalUnavailable
from branchline.journal.schema import migrate
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    Connect = Callable[[Path, float], sqlite3.Connection]
    """Opens the file; the number is how many seconds to wait for a lock."""

_SAFE = "What was recorded before is safe."
_WAIT = f"Close the other Branchline or wait a moment, then try again. {_SAFE}"
_PERMIT = f"Allow writing to the file and its folder, or let BRANCHLINE_HOME name a folder that can be written. {_SAFE}"

_UNAVAILABLE: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: ("Another program is writing to the journal.", _WAIT),
    sqlite3.SQLITE_LOCKED: ("Another program is writing to the journal.", _WAIT),
    sqlite3.SQLITE_PROTOCOL: ("Another program is writing to the journal.", _WAIT),
    sqlite3.SQLITE_FULL: ("There is no space left to write the journal.", f"Free some space on the disk, then try again. {_SAFE}"),
    sqlite3.SQLITE_READONLY: ("The journal is read-only.", _PERMIT),
    sqlite3.SQLITE_PERM: ("The journal may not be written.", _PERMIT),
    sqlite3.SQLITE_CANTOPEN: ("The journal cannot be opened.", _PERMIT),
    sqlite3.SQLITE_IOERR: ("The disk failed while the journal was read or written.", f"Check the disk and its free space. {_SAFE}"),
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH}
_NO_LOG = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL}
_READ_ONLY = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_SMALLEST = 512
_TABLES = frozenset({"session", "event", "content", "statement", "activity", "note", "lease", "sop_note", "tombstone"})


def connect(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection without implicit transactions that any thread may use, one at a time; made with the file where there is none."""
    return sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)


def connect_frozen(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection that only reads, and neither makes nor looks for a file beside: nobody may write meanwhile."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)


class Database:
    """The open file: reads, and writes that happen as a whole or not at all; safe to share among threads."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path, timeout: float, connect: Connect = connect) -> Database:
        """The database at `path`, at the present version; folder and file are made where they are missing.

        Where nothing can be written in the folder, a journal that nobody has open is read all the same. Raises JournalUnavailable
        where neither is possible now, DamagedData where the file is no sound journal; the file is then as it was.
        """
        _make_folder(path)
        _refuse_unsavable(path)
        try:
            return cls(path, _opened(path, timeout, connect))
        except JournalUnavailable as error:
            if not _only_read(path, error):
                raise
        return cls(path, _opened(path, timeout, connect_frozen))

    def rows(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[Any, ...]]:
        """Every row of the answer."""
        with self._lock, explaining(self.path):
            return self._connection.execute(sql, parameters).fetchall()

    def writing(self) -> Transaction:
        """A transaction that holds the write lock from its start; any exception undoes all of it. Not inside another or a snapshot."""
        return Transaction(self.path, self._connection, self._lock, "BEGIN IMMEDIATE")

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Every read inside sees the journal as it was at the first one, whatever other programs write; one inside another is one."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            with Transaction(self.path, self._connection, self._lock, "BEGIN"):
                yield

    def close(self) -> None:
        """Let go of the file; closing twice is fine."""
        with self._lock:
            self._connection.close()


class Transaction:
    """All or nothing on a connection that no other thread uses meanwhile; failures come out as `explained` says."""

    __slots__ = ("_begin", "_connection", "_lock", "_path")

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: threading.RLock, begin: str) -> None:
        self._path = path
        self._connection = connection
        self._lock = lock
        self._begin = begin

    def __enter__(self) -> sqlite3.Connection:
        self._lock.acquire()
        try:
            self._start()
        except BaseException:
            self._lock.release()
            raise
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if error is None:
                self._commit()
            else:
                self._undo()
        finally:
            self._lock.release()
        if error is not None and (meaning := explained(error, self._path)):
            raise meaning from error

    def _start(self) -> None:
        if self._connection.in_transaction:
            raise RuntimeError("a write inside a snapshot or another write")
        with explaining(self._path):
            self._connection.execute(self._begin)

    def _commit(self) -> None:
        try:
            with explaining(self._path):
                self._connection.execute("COMMIT")
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        # SQLite has undone some failures by itself; and a rollback that fails is made up for by the next one to open the file.
        if self._connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")


@contextlib.contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Failures inside come out as what `explained` makes of them."""
    try:
        yield
    except Exception as error:
        if meaning := explained(error, path):
            raise meaning from error
        raise


def explained(error: BaseException, path: Path) -> JournalUnavailable | DamagedData | None:
    """What a failure means to a person; None where it says so itself, or where only a mistake in the program can cause it.

    An error of ours that does not say where it arose is given `path`.
    """
    if isinstance(error, BranchlineError):
        error.where = error.where or place(path)
    if isinstance(error, UnicodeEncodeError):
        return DamagedData("The journal cannot keep text that is not Unicode.", where=place(path), code="text-not-unicode")
    return _explained(error, path) if isinstance(error, sqlite3.Error) else None


def _explained(error: sqlite3.Error, path: Path) -> JournalUnavailable | DamagedData | None:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None and not isinstance(error, sqlite3.OperationalError):
        return None
    primary = sqlite3.SQLITE_CORRUPT if code is None else code & 0xFF
    if primary in _DAMAGED:
        return damaged(path, str(error))
    what, hint = _UNAVAILABLE.get(primary, ("The journal cannot be used now.", f"Try again. {_SAFE}"))
    return JournalUnavailable(what, where=place(path), hint=hint)


def damaged(path: Path, why: str) -> DamagedData:
    """The file at `path` is no sound journal, for the reason `why`."""
    return DamagedData(
        f"The journal is damaged: {clean_line(why)}.",
        where=place(path),
        hint=(
            f"Nothing was removed. Move the file, and those beside it that end in -wal and -shm, to another folder and keep them; "
            f"the next start makes a new journal at {place(path)}."
        ),
    )


def place(path: Path) -> str:
    """`path` as a person may be shown it."""
    return clean_line(str(path))


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise JournalUnavailable("The folder of the journal cannot be made.", where=place(path.parent), hint=_PERMIT) from error


def _refuse_unsavable(path: Path) -> None:
    """SQLite would write over a file shorter than any database, and delete the write-ahead log beside an empty one.

    Sizes only: to open and close the file here would drop the locks that another connection of this process holds on it.
    """
    log = path.with_name(f"{path.name}-wal")
    try:
        size = path.stat().st_size if path.is_file() else None
        logged = log.stat().st_size if size == 0 and log.exists() else 0
    except OSError as error:
        raise JournalUnavailable("The journal cannot be opened.", where=place(path), hint=_PERMIT) from error
    if size and size < _SMALLEST:
        raise damaged(path, "file is not a database")
    if logged:
        raise damaged(path, "the file is empty, but its write-ahead log is not")


def _opened(path: Path, timeout: float, connect: Connect) -> sqlite3.Connection:
    with explaining(path):
        connection = connect(path, timeout)
    try:
        with explaining(path):
            _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _only_read(path: Path, error: JournalUnavailable) -> bool:
    """Whether the file could not be opened because nothing may be written here, and is whole by itself.

    A journal with write-ahead logging needs two files beside it even to be read. The last to close it leaves neither: where there is
    none, all is in the file, and nobody is about to write.
    """
    primary = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
    beside = [path.with_name(f"{path.name}{end}") for end in ("-wal", "-journal")]
    try:
        return primary in _READ_ONLY and path.is_file() and path.stat().st_size > 0 and not any(each.exists() for each in beside)
    except OSError:
        return False


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    _use_log(connection)
    migrate(connection)
    known = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if missing := sorted(_TABLES - known):
        raise sqlite3.OperationalError(f"the table {missing[0]} is missing")


def _use_log(connection: sqlite3.Connection) -> None:
    """Write-ahead logging where the file system allows it; the rollback journal is as safe, its readers only wait longer."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    try:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError as error:
        # Busy: another program is just opening the file, and changes the mode for all. The others: no shared memory here.
        if error.sqlite_errorcode & 0xFF not in _NO_LOG:
            raise
