"""A terminal of our own: starts the program on a pseudo-terminal, types, and tells what the program left switched on."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
ESCAPE = re.compile(
    rb"\x1b\[[0-9;:<=>?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_][^\x1b]*\x1b\\|\x1b[@-Z\\-_=>]|\x1b\([A-Z0-9]"
)


class Terminal:
    """One run of `branchline` in a terminal of that size."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str], size: tuple[int, int] = (80, 24)) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(slave)
        self._slave = slave
        self.output = b""
        self._gone = False
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("BRANCHLINE_", "TEXTUAL_", "NO_COLOR"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "branchline", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**plain, "TERM": "xterm-256color", **environ},
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if not self._gone:
            self.vanish()

    def vanish(self) -> None:
        """Close the terminal, which sends no signal, for nobody's controlling terminal it is."""
        self._gone = True
        os.close(self._master)
        os.close(self._slave)

    @property
    def attributes_kept(self) -> bool:
        """Whether the line discipline is as it was found."""
        return termios.tcgetattr(self._slave) == self.before

    def type(self, keys: str) -> None:
        """Type these keys."""
        os.write(self._master, keys.encode())

    def read(self, seconds: float) -> bytes:
        """What the program writes until it has been silent for that long."""
        found = b""
        while select.select([self._master], [], [], seconds)[0]:
            try:
                part = os.read(self._master, 65536)
            except OSError:
                break
            if not part:
                break
            found += part
        self.output += found
        return found

    def wait_for(self, words: str, seconds: float = 60.0) -> None:
        """Read until the words have been written."""
        deadline = time.monotonic() + seconds
        start = len(self.output)
        while words not in self.text(start):
            if time.monotonic() > deadline or (self.process.poll() is not None and not self.read(0.1)):
                raise AssertionError(f"{words!r} was not written:\n{self.text(start)[-3000:]}")
            self.read(0.05)

    def text(self, start: int = 0) -> str:
        """The output without escape sequences."""
        return ESCAPE.sub(b"", self.output[start:]).decode("utf-8", "replace")

    def ended(self, seconds: float = 30.0) -> int:
        """The exit code, when the program has ended."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read(0.05)
        self.read(0.05)
        assert self.process.returncode is not None, "the program has not ended"
        return self.process.returncode

    def left_on(self) -> set[str]:
        """The private modes that were switched on and not off again; `25` where the cursor stayed hidden."""
        state: dict[str, bool] = {}
        for modes, word in MODE.findall(self.output):
            for mode in modes.decode().split(";"):
                state[mode] = word == b"h"
        hidden = {"25"} if state.pop("25", True) is False else set()
        # 2026 begins and ends one synchronised frame; 7 (wrapping) is on in every terminal.
        return {mode for mode, on in state.items() if on and mode not in {"7", "2026"}} | hidden
