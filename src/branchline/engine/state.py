"""State: one position of a play-through, immutable and hashable."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.compiled import DONE, HEAT, MADE, NODE, TRUST, Core, Ending, Layout, Node
from branchline.content.facts import shown

if TYPE_CHECKING:
    from branchline.engine.events import Value

_WIDE = 1 << 63


class Frame(NamedTuple):
    """What stays the same for a whole session."""

    layout: Layout
    seed: int
    facts: tuple[tuple[str, Value], ...]
    """The frozen case facts, by name."""


class Decision(NamedTuple):
    """What led from one state to the next: the reply, and where chance went after it."""

    node: str
    choice: str
    """The choice's id, `!timeout` for silence, empty for the draws before the first decision."""
    draws: tuple[int, ...] = ()


class State(NamedTuple):
    """A position; equality and hash are those of `core` and the seed alone.

    `previous` links back to the state before the last decision, so that an undo returns exactly there.
    """

    frame: Frame
    core: Core
    previous: State | None = None
    decision: Decision | None = None
    """The decision that led here from `previous`."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self.core == other.core and self.frame.seed == other.frame.seed

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.core, self.frame.seed))

    @property
    def layout(self) -> Layout:
        """What each integer of `core` means."""
        return self.frame.layout

    @property
    def place(self) -> Node | Ending:
        """The node or ending where the conversation stands."""
        return self.layout.places[self.core[NODE]]

    @property
    def node(self) -> str:
        """The id of that node or ending."""
        return self.place.id

    @property
    def ended(self) -> bool:
        """Whether the conversation has reached an ending."""
        return isinstance(self.place, Ending)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every decision that stands, oldest first."""
        found: list[Decision] = []
        state: State | None = self
        while state is not None:
            if state.decision is not None:
                found.append(state.decision)
            state = state.previous
        return tuple(reversed(found))

    @property
    def trust(self) -> int:
        """The customer's trust, 0..100."""
        return self.core[TRUST]

    @property
    def heat(self) -> int:
        """The customer's heat, 0..100."""
        return self.core[HEAT]

    @property
    def steps(self) -> tuple[str, ...]:
        """`SOP/step` of each step carried out, in the layout's order."""
        done = self.core[DONE]
        return tuple(step for bit, step in enumerate(self.layout.steps) if done >> bit & 1)

    @property
    def made(self) -> tuple[str, ...]:
        """`node.choice` of each once-only choice made, in the layout's order."""
        made = self.core[MADE]
        return tuple(name for bit, name in enumerate(self.layout.choices) if made >> bit & 1)

    @property
    def variables(self) -> dict[str, Value]:
        """The value of each declared variable: True/False of a flag, an integer of a range, the word of an enumeration."""
        return {name: shown(domain, self.core[index]) for name, (index, domain) in self.layout.variables.items()}


def digest(state: State) -> str:
    """Eight hex digits of a state: CRC-32 of its integers, 64 bits each and the lowest byte first, so any machine computes the same.

    MADE may have a bit for each of thousands of choices; where 63 bits do not hold it, it stands first, with as many bytes as it needs.
    """
    core = state.core
    made = core[MADE]
    try:
        if made < _WIDE:
            packed = _PACKERS[len(core)](*core)
        else:
            others = list(core)
            del others[MADE]
            packed = made.to_bytes(made.bit_length() + 7 >> 3, "little") + _PACKERS[len(others)](*others)
    except struct.error:
        # A case fact or another mask is longer than 64 bits.
        packed = ",".join(map(hex, core)).encode()
    return zlib.crc32(packed).to_bytes(4, "big").hex()


class _Packers(dict[int, Callable[..., bytes]]):
    """By the number of integers, what packs so many."""

    def __missing__(self, length: int) -> Callable[..., bytes]:
        packer = self[length] = struct.Struct(f"<{length}q").pack
        return packer


_PACKERS = _Packers()
