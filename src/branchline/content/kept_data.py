"""The plain data of YAML files that were read before, kept as JSON in a folder under the hash of each file's bytes.

What is true of it:

- An entry is found by content alone: a changed file has another hash, so nothing is ever out of date.
- Only what was read without any Diagnostic is kept. JSON gives it back exactly: text, whole numbers, decimals, order of keys.
- An entry that is damaged, too large, no plain file, or holds what reading would have refused counts as missing and is written anew.
- A folder that cannot be read or written is no error: then files are read as if there were no cache.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from branchline.text import first_unsafe

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT = 1
"""Part of every entry's name; to be raised when the rules by which YAML becomes plain data change."""

MOST_ENTRIES = 200
MOST_BYTES = 4 * 1024 * 1024
"""A larger entry is neither written nor read."""

_ENDING = ".json"
# JSON of authored text needs no other escapes than those of quotation marks, backslashes, newlines and tabs.
_STRANGE_ESCAPE = re.compile(r"\\[bfru/]")


class KeptData:
    """A cache folder; it appears with the first entry, and when it holds more than `MOST_ENTRIES` the oldest go."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds nothing else."""
        self.folder = folder

    def find(self, content: bytes) -> dict[str, Any] | list[Any] | None:
        """The data of the file that consists of these bytes, or None."""
        path = self._path(content)
        try:
            # A pipe would wait for ever.
            found = path.lstat()
            if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
                return None
            head, _, body = path.read_bytes().partition(b"\n")
            if head != _checksum(body):
                return None
            text = body.decode("utf-8")
            data = json.loads(text, parse_constant=_refuse_constant) if _is_safe(text) else None
        except (OSError, ValueError, RecursionError):
            return None
        return data if isinstance(data, dict | list) else None

    def keep(self, content: bytes, data: Any) -> None:
        """Keep what was read from these bytes; nothing is kept where that is not possible."""
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        if not _is_safe(text):
            return
        body = text.encode("utf-8")
        whole = _checksum(body) + b"\n" + body
        if len(whole) <= MOST_BYTES:
            with contextlib.suppress(OSError):
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _replace(self._path(content), whole)
                self._bound()

    def _path(self, content: bytes) -> Path:
        return self.folder / f"{hashlib.sha256(content).hexdigest()}.{FORMAT}{_ENDING}"

    def _bound(self) -> None:
        """Removes the oldest entries beyond the bound, and with them what an interrupted program has left half written."""
        with os.scandir(self.folder) as found:
            entries = [entry for entry in found if entry.name.endswith(_ENDING)]
        if len(entries) > MOST_ENTRIES:
            _remove(sorted(entries, key=_age)[: len(entries) - MOST_ENTRIES])


def _age(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_mtime_ns
    except FileNotFoundError:  # another program has removed it meanwhile
        return 0


def _remove(entries: Sequence[os.DirEntry[str]]) -> None:
    for entry in entries:
        with contextlib.suppress(OSError):
            Path(entry.path).unlink()


def _replace(path: Path, whole: bytes) -> None:
    """Puts `whole` at `path` at once: a reader finds the old entry or the new one, never half of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=_ENDING)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(whole)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _checksum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode("ascii")


def _is_safe(text: str) -> bool:
    """Whether JSON text can only stand for characters that authored content may have."""
    if _STRANGE_ESCAPE.search(text):
        return False
    return text.isprintable() or first_unsafe(text) is None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
