from __future__ import annotations

import socket
import sys
from contextlib import ExitStack, closing

import pytest

from branchline.xapi.dialling import dial


def listening(family: socket.AddressFamily, host: str) -> socket.socket:
    found = socket.socket(family)
    found.bind((host, 0))
    found.listen()
    return found


def test_a_name_leads_to_whichever_of_its_addresses_answers() -> None:
    with closing(listening(socket.AF_INET, "127.0.0.1")) as server:
        port = server.getsockname()[1]
        with closing(dial(("localhost", port), 20)) as found:
            assert found.getpeername()[1] == port
            assert found.gettimeout() == 20


def test_a_name_that_nobody_knows_is_told_as_such() -> None:
    with pytest.raises(socket.gaierror):
        dial(("no-such-host.invalid", 80), 20)


def test_a_port_at_which_nobody_listens_is_told_as_such() -> None:
    with closing(listening(socket.AF_INET, "127.0.0.1")) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        dial(("127.0.0.1", port), 20)


def test_an_address_that_keeps_silent_is_waited_for_no_longer_than_allowed() -> None:
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        queue = [socket.socket() for _ in range(4)]
        for each in queue:
            each.settimeout(0)
            each.connect_ex(server.getsockname())
        with pytest.raises(TimeoutError):
            dial(server.getsockname(), 0.1)
        for each in queue:
            each.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux answers at every address that begins with 127")
def test_an_address_that_keeps_silent_leaves_time_for_the_others() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(closing(listening(socket.AF_INET, "127.0.0.1")))
        port = server.getsockname()[1]
        silent = stack.enter_context(socket.socket())
        silent.bind(("127.0.0.2", port))
        silent.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(("127.0.0.2", port))
        both = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (host, port)) for host in ("127.0.0.2", "127.0.0.1")]
        with closing(dial(("both.example.test", port), 1.0, resolve=lambda *_: both)) as found:
            assert found.getpeername() == ("127.0.0.1", port)


def test_the_time_to_find_a_name_counts_too() -> None:
    with pytest.raises(TimeoutError):
        dial(("localhost", 1), 0)
