"""Fixtures of the app's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui_desk import Workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with one scenario and one SOP."""
    return Workspace(tmp_path).write()
