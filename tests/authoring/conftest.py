"""A small workspace of its own, made by scaffolding, and a scenario that somebody has played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.authoring.scaffold import init
from branchline.content.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    init(folder)
    return folder


@pytest.fixture
def shelf(root: Path) -> Workspace:
    return Workspace(root)
