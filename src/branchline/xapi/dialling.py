"""A TCP connection within a time that counts everything: finding the name, and every address that it has.

The standard library bounds neither: a name server that keeps silent holds `getaddrinfo` for as long as the system's resolver likes,
deaf to ctrl+c meanwhile, and each address of a host has the whole time-out again.
"""

from __future__ import annotations

import queue
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Found = list[tuple[Any, ...]]
    """Addresses as `socket.getaddrinfo` gives them."""
    Resolve = Callable[[tuple[str, int], float], Found]


def resolved(address: tuple[str, int], timeout: float) -> Found:
    """What the host's name stands for, asked for in a thread that nobody has to wait for; raises as `dial` does."""
    answer: queue.SimpleQueue[Found | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(socket.getaddrinfo(*address, type=socket.SOCK_STREAM))
        except Exception as error:  # noqa: BLE001 -- it is raised where it is waited for
            answer.put(error)

    threading.Thread(target=ask, name="branchline-resolver", daemon=True).start()
    try:
        found = answer.get(timeout=timeout)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise found
    return found


def dial(address: tuple[str, int], timeout: float, source_address: Any = None, *, resolve: Resolve = resolved) -> socket.socket:
    """A connection to host and port, with that time-out; TimeoutError where it takes longer, else the OSError of the last try.

    `resolve` gives the addresses of the host within so many seconds.
    """
    deadline = time.monotonic() + timeout
    failure: OSError = OSError("no address")
    found = resolve(address, timeout)
    for number, (family, kind, protocol, _, where) in enumerate(found):
        # An address that keeps silent, as those of IPv6 do on many networks, leaves time for the others.
        left = (deadline - time.monotonic()) / (len(found) - number)
        if left <= 0:
            raise TimeoutError
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(left)
            if source_address:
                sock.bind(source_address)
            sock.connect(where)
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            sock.settimeout(timeout)
            return sock
    raise failure
