"""Delivery of the statements that wait: in order, in batches, one drainer at a time, nothing lost and nothing taken on trust."""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from branchline.errors import BranchlineError
from branchline.xapi.settling import BATCH, LEASE, OVERTAKEN, STOPPED, Run, Store
from branchline.xapi.verdict import LONGEST_WAIT, Kind, Verdict, backoff

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchline.xapi.lrs import Lrs
    from branchline.xapi.settling import Receiver

PASSING = 900.0
"""Seconds after which a pause that may end by itself is tried again."""
PATIENCE = 60.0
"""Seconds that a command waits at most before it tries again."""
TRIES = 5
"""How often in a row a command meets a failure before it gives up."""
BREATH = 0.002
"""Seconds that a drainer in the background sleeps after each statement that it made ready, which takes about half a millisecond."""
HELD = 0.25
"""Seconds after a `hold` for which it makes nothing ready, and the most that one statement is held up by any number of them."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one run of delivery did and why it ended."""

    delivered: int = 0
    dead: int = 0
    """How many the LRS refused for good in this run."""
    waiting: int = 0
    """How many wait now."""
    paused: str = ""
    """Why a person has to act, or empty."""
    error: str = ""
    """Why the rest has to wait, or empty."""
    retry_at: float | None = None
    """Epoch seconds of the next try, None where none is planned."""
    busy: bool = False
    """Whether another drainer is at work."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where delivery stands, as the journal knows it."""

    waiting: int
    delivered: int
    dead: int
    paused: str
    last_error: str
    last_delivery: str
    retry_at: str
    """Instants are UTC, ISO 8601, or empty."""


def standing(store: Store) -> Standing:
    """Where delivery stands."""
    counts = store.counts()
    notes = (store.note(name) for name in ("paused", "last_error", "last_delivery", "retry_at"))
    return Standing(counts["waiting"], counts["delivered"], counts["dead"], *notes)


def lift(store: Store) -> None:
    """Forget pause, back-off and last error, as when another LRS is set."""
    for name in ("paused", "paused_code", "last_error", "retry_at", "noted_at", "failures"):
        if store.note(name):
            store.set_note(name, "")


def due(store: Store, now: float, *, at_start: bool = False) -> bool:
    """Whether delivery may be tried now; `at_start` of the app also where a pause may have ended by itself."""
    code = store.note("paused_code")
    if code and not Verdict(Kind.PAUSED, code).passing:
        return False
    if code and at_start:
        return True
    wait = _epoch(store.note("retry_at")) - now
    # A wait that was noted in the future, or is longer than any that is ever noted, means that the clock was set back since.
    return wait <= 0 or wait > LONGEST_WAIT or now < _epoch(store.note("noted_at"))


def deliver(
    store: Store,
    lrs: Receiver,
    *,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] | None = None,
    progress: Callable[[Delivery], None] | None = None,
    limit: int | None = None,
    batch: int = BATCH,
    jitter: Callable[[], float] = random.random,
    stop: Callable[[], bool] = lambda: False,
    owner: str = "",
) -> Delivery:
    """Deliver what waits, at most `limit` statements; whether it is `due` is for the caller to ask.

    With `sleep`, failures that pass are waited out, up to PATIENCE seconds each and TRIES in a row; without, the first ends the run.
    `progress` is called after every batch; `stop` is asked before every request; `owner` is who holds the lease meanwhile.
    """
    run = Run(store, lrs, now, stop, owner or drainer_name())
    if not store.lease(run.owner, now(), LEASE):
        return Delivery(waiting=store.counts()["waiting"], error="Another program is delivering.", busy=True)
    try:
        return _drain(run, _Manners(sleep, progress, jitter), batch, limit)
    finally:
        store.release(run.owner)


def drainer_name() -> str:
    """A name for a drainer that no other has."""
    return f"{os.getpid()}-{uuid.uuid4().hex[:8]}"


@dataclass(frozen=True, slots=True)
class _Manners:
    sleep: Callable[[float], None] | None
    progress: Callable[[Delivery], None] | None
    jitter: Callable[[], float]


def _drain(run: Run, manners: _Manners, size: int, limit: int | None) -> Delivery:
    failures = 0
    while not run.stop():
        left = size if limit is None else min(size, limit - run.delivered - run.dead)
        batch = run.store.waiting(min(left, run.largest), now=_instant(run.now())) if left > 0 else []
        if not batch:
            break
        before = run.delivered
        verdict = run.settle(batch)
        if run.delivered > before:
            failures = 0
            _note(run.store, {"last_delivery": _instant(run.now()), "failures": ""})
        if verdict is None:
            lift(run.store)
            if manners.progress:
                manners.progress(_summary(run))
            continue
        if verdict.code in {STOPPED, OVERTAKEN}:
            return replace(_summary(run), busy=verdict.code == OVERTAKEN)
        if verdict.kind is Kind.PAUSED:
            return _paused(run, verdict)
        failures += 1
        wait = _note_failure(run, verdict, manners.jitter())
        if manners.sleep is None or wait > PATIENCE or failures >= TRIES:
            return replace(_summary(run), error=verdict.words, retry_at=run.now() + wait)
        manners.sleep(wait)
    if not (done := _summary(run)).waiting:
        lift(run.store)
    return done


def _paused(run: Run, verdict: Verdict) -> Delivery:
    again = run.now() + PASSING if verdict.passing else None
    notes = {"paused": verdict.words, "paused_code": verdict.code, "retry_at": _instant(again) if again else ""}
    _note(run.store, {**notes, "noted_at": _instant(run.now())})
    return replace(_summary(run), paused=verdict.words, retry_at=again)


def _summary(run: Run) -> Delivery:
    return Delivery(run.delivered, run.dead, run.store.counts()["waiting"])


def _note_failure(run: Run, verdict: Verdict, jitter: float) -> float:
    """Note the error and when to try again; returns the seconds until then."""
    before = run.store.note("failures")
    failures = (int(before) if before.isdecimal() else 0) + 1
    wait = backoff(failures, jitter) if verdict.retry_after is None else max(1.0, verdict.retry_after)
    times = {"retry_at": _instant(run.now() + wait), "noted_at": _instant(run.now())}
    _note(run.store, {"failures": str(failures), "last_error": verdict.words, **times, "paused": "", "paused_code": ""})
    return wait


def _note(store: Store, notes: Mapping[str, str]) -> None:
    for name, value in notes.items():
        if store.note(name) != value:
            store.set_note(name, value)


def _instant(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _epoch(instant: str) -> float:
    """Seconds of a noted instant; 0 where none is noted."""
    try:
        return datetime.fromisoformat(instant).timestamp()
    except ValueError:
        return 0.0


class OwnedStore(Store, Protocol):
    """A Store that its user closes."""

    def close(self) -> None:
        """Let the database go."""


class Drainer:
    """A daemon thread that delivers in the background of an app, with its own journal and LRS.

    `report` is called in that thread after every run that did or met something, and never after `stop`.
    """

    def __init__(
        self,
        open_store: Callable[[], OwnedStore],
        open_lrs: Callable[[], Lrs],
        report: Callable[[Delivery], None],
        *,
        gather: float = 1.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Nothing is opened before `start`. After a `wake`, statements gather for `gather` seconds before they go."""
        self._open_store = open_store
        self._open_lrs = open_lrs
        self._report = report
        self._gather = gather
        self._now = now
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._held_until = 0.0
        self._owner = drainer_name()
        self._lrs: Lrs | None = None
        self._thread = threading.Thread(target=self._work, name="branchline-delivery", daemon=True)

    def start(self) -> None:
        """Begin; what waits already is tried at once, also where a pause may have ended by itself."""
        self._thread.start()

    def wake(self) -> None:
        """Say that statements wait; returns at once."""
        self._bell.set()

    def hold(self) -> None:
        """Say that somebody presses keys: delivery makes room for a moment. Returns at once."""
        self._held_until = time.monotonic() + HELD

    def stop(self, timeout: float = 0.2) -> bool:
        """End the work, a request under way included, waiting for at most `timeout` seconds; whether it has ended."""
        self._stopping.set()
        self._bell.set()
        if self._lrs is not None:
            self._lrs.abort()
        if not self._thread.is_alive():
            return True
        self._thread.join(timeout)
        if self._thread.is_alive():
            self._let_others_deliver()
        return not self._thread.is_alive()

    def _let_others_deliver(self) -> None:
        """Give back the lease of a request that will end with the program, so that the next one need not wait for the lease's end."""
        with contextlib.suppress(BranchlineError), contextlib.closing(self._open_store()) as store:
            store.release(self._owner)

    def _work(self) -> None:
        store: OwnedStore | None = None
        at_start = True
        while not self._stopping.is_set():
            try:
                store = store or self._open_store()
                done = self._run(store, at_start=at_start)
            except BranchlineError as error:
                done = Delivery(error=str(error), retry_at=self._now() + PATIENCE)
            except Exception as error:  # noqa: BLE001 -- a thread has nobody above it who could say what went wrong
                done = Delivery(error=f"Delivery failed: {type(error).__name__}.", retry_at=self._now() + PASSING)
            at_start = False
            if self._bell.wait(self._told(done)):
                self._bell.clear()
                self._stopping.wait(self._gather)
        if self._lrs is not None:
            self._lrs.close()
        if store is not None:
            store.close()

    def _run(self, store: OwnedStore, *, at_start: bool) -> Delivery | None:
        """None where nothing waits or nothing may be tried yet."""
        if not store.counts()["waiting"]:
            return None
        if not due(store, self._now(), at_start=at_start):
            again = _epoch(store.note("retry_at"))
            return Delivery(retry_at=again) if again else None
        self._lrs = self._lrs or self._open_lrs()
        self._lrs.breathe = self._breathe
        return deliver(store, self._lrs, now=self._now, stop=self._ended, owner=self._owner)

    def _breathe(self) -> None:
        """Let the app have the interpreter: a thread that only computes would keep each key press waiting for its turn again and again."""
        time.sleep(BREATH)
        self._make_room()

    def _ended(self) -> bool:
        """Whether to stop; asked before every request, which makes room too."""
        self._make_room()
        return self._stopping.is_set()

    def _make_room(self) -> None:
        if (held := min(self._held_until - time.monotonic(), HELD)) > 0:
            self._stopping.wait(held)

    def _told(self, done: Delivery | None) -> float | None:
        """Report a run that did or met something; the seconds until the next try, None where only a `wake` brings one."""
        if done is None:
            return None
        if (done.delivered or done.dead or done.paused or done.error) and not done.busy and not self._stopping.is_set():
            self._report(done)
        if done.busy:
            return LEASE / 2
        return None if done.retry_at is None else max(1.0, done.retry_at - self._now())
