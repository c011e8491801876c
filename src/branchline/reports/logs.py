"""Opening a ticket log: the format by its name or as it is called, compressed or not."""

from __future__ import annotations

import gzip
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from branchline.errors import UsageError
from branchline.reports.log_csv import read_csv
from branchline.reports.log_jsonl import read_jsonl
from branchline.reports.log_xes import read_xes
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from branchline.reports.log import LogEvent, Reading
    from branchline.reports.log_map import LogMap

    Reader = Callable[[BinaryIO, LogMap, Reading], Iterator[LogEvent]]

READERS: dict[str, Reader] = {"csv": read_csv, "jsonl": read_jsonl, "xes": read_xes}
"""How each format is read."""
_ENDINGS = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), "csv"),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), "jsonl"),
    **dict.fromkeys((".xes", ".xml"), "xes"),
}


def format_of(path: Path) -> str:
    """`csv`, `jsonl` or `xes`, by the ending of the name; UsageError, code `log-format`, where it says nothing."""
    ending = path.with_suffix("").suffix if path.suffix.casefold() == ".gz" else path.suffix
    if ending.casefold() not in _ENDINGS:
        raise UsageError(
            f"The ending of `{clean_line(path.name)}` does not say its format.", hint="Add --format csv, jsonl or xes.", code="log-format"
        )
    return _ENDINGS[ending.casefold()]


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of the log, unpacked where its name ends in `.gz`; UsageError, code `log-unreadable`, where it cannot be opened."""
    try:
        file: BinaryIO = cast("BinaryIO", gzip.GzipFile(path)) if path.suffix.casefold() == ".gz" else path.open("rb")
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "that is no path"
        raise UsageError(f"The log cannot be read: {reason}.", where=clean_line(str(path)), code="log-unreadable") from error
    with file:
        yield file


def events(file: BinaryIO, form: str, mapping: LogMap, reading: Reading) -> Iterator[LogEvent]:
    """The events of an opened log; one that cannot be read to its end is a malformed row and ends there."""
    try:
        yield from READERS[form](file, mapping, reading)
    except (OSError, EOFError, zlib.error) as error:
        reading.problems.add(0, f"the file breaks off: {error}")
        reading.problems.note("The log cannot be read to its end; what comes before is judged.")
