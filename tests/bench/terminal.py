"""A program in a terminal of its own: what it writes, when it is quiet, how much memory it took."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

ROWS, COLUMNS = 36, 120
PATIENCE = 60.0
"""Seconds after which a program that should have written or ended counts as broken."""


class Terminal:
    """This Python with some arguments on a new pseudo-terminal; leaving the `with` ends it."""

    def __init__(self, *arguments: str, environ: Mapping[str, str]) -> None:
        """`environ` is added to a small environment."""
        self._end, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        given = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", **_import_path(), **environ}
        command = [sys.executable, *arguments]
        self._process = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, env=given, start_new_session=True)
        os.close(inner)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        os.close(self._end)

    def written(self, seconds: float) -> bytes:
        """What the program writes in the next `seconds`; less time where it ends."""
        found, until = b"", time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and select.select([self._end], [], [], left)[0]:
            try:
                new = os.read(self._end, 65536)
            except OSError:  # how Linux says that nobody holds the other end
                new = b""
            if not new:
                break
            found += new
        return found

    def written_at_all(self) -> bytes:
        """The first that the program writes from now on; empty where it ends or writes nothing for PATIENCE seconds."""
        found = select.select([self._end], [], [], PATIENCE)[0]
        with contextlib.suppress(OSError):
            return os.read(self._end, 65536) if found else b""
        return b""

    def settle(self, quiet: float = 0.7) -> bytes:
        """Wait until the program has written and then written nothing for `quiet` seconds; what it wrote. TimeoutError if it never is."""
        found, until = b"", time.monotonic() + PATIENCE
        while time.monotonic() < until:
            new = self.written(quiet)
            if found and not new:
                return found
            found += new
        raise TimeoutError("the program never came to rest")

    def until(self, word: str) -> float:
        """Processor seconds that the program had used when it had written `word`; Linux alone tells them of a living process."""
        found, until = b"", time.monotonic() + PATIENCE
        while word.encode() not in found:
            found += self.written(0.005)
            if self._process.poll() is not None or time.monotonic() > until:
                raise TimeoutError(f"the program never wrote `{word}`")
        # The number that clock_getcpuclockid(3) gives.
        return time.clock_gettime(~self._process.pid << 3 | 2)

    def press(self, keys: str) -> None:
        """Send characters as if they were typed."""
        os.write(self._end, keys.encode())

    def ended(self) -> int:
        """Wait for the end; the exit code."""
        until = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < until:
            self.written(0.05)
        return self._process.wait(1)

    @property
    def peak(self) -> float:
        """Most resident memory so far, in MiB; NaN where the system does not tell (only Linux does of a living process)."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii").splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
        return float("nan")


def _import_path() -> dict[str, str]:
    """So that the program finds what this one found."""
    return {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
