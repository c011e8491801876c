"""Each format, to the letter. With GOLDEN=write in the environment the files are written anew; read the difference before you keep it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from branchline.coaching.exports.export import FORMATS, export, redaction
from reviewed import shared, told

GOLDEN = Path(__file__).parent / "golden"
ENDINGS = {"markdown": "md", "html": "html", "csv": "csv", "asciicast-v2": "v2.cast", "asciicast-v3": "v3.cast"}


@pytest.mark.parametrize("form", FORMATS)
def test_the_export_is_what_it_was(form: str) -> None:
    text = export(told(), form, redaction(told(), b"k" * 32, ["coach-7"]), shared())
    path = GOLDEN / f"told.{ENDINGS[form]}"
    if os.environ.get("GOLDEN") == "write":
        path.write_bytes(text.encode())
    assert path.read_bytes().decode() == text
