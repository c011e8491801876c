"""Hostile files, and a folder of three thousand broken ones, through `branchline check` as a whole process: time and memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

from authoring.check.test_hostile import HOSTILE, NAMES
from bench.measure import Ended, Row, child

MOST_SECONDS, MOST_MEMORY = 2, 200
"""Processor seconds of a process, and MiB."""


def hostile_rows(*, quick: bool) -> list[Row]:
    """The costliest of all hostile files, each as every kind of content at once, and the folder."""
    ended = {name: _checked(_everywhere(content)) for name, content in list(HOSTILE.items())[: 3 if quick else None]}
    slowest = max(ended, key=lambda name: ended[name].seconds)
    largest = max(ended, key=lambda name: ended[name].peak)
    count = 100 if quick else 3_000
    folder = _checked({f"scenarios/conversations/f{number}.yaml": b"format: 1\n" for number in range(count)})
    return [
        Row(f"check, slowest of {len(ended)} hostile files: {slowest}", ended[slowest].seconds, "s", budget=MOST_SECONDS),
        Row(f"check, largest of {len(ended)} hostile files: {largest}", ended[largest].peak, "MiB", budget=MOST_MEMORY),
        Row(f"check, {count} broken files", folder.seconds, "s", budget=MOST_SECONDS),
        Row(f"check, {count} broken files, memory", folder.peak, "MiB", budget=MOST_MEMORY),
    ]


def _everywhere(content: bytes) -> dict[str, bytes]:
    return {f"{folder}/{name}": content for name, folder in NAMES.items()} | {"scenarios/desk.yaml": content}


def _checked(files: dict[str, bytes]) -> Ended:
    with tempfile.TemporaryDirectory() as root:
        for name, content in files.items():
            path = Path(root) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        ended = child(["-m", "branchline", "check", root])
    if ended.status not in {0, 1}:
        raise RuntimeError(f"`check` ended with {ended.status}.")
    return ended
