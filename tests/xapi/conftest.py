"""A played session as statements: one bundled scenario, every kind of event."""

from __future__ import annotations

from pathlib import Path

import pytest

from branchline.content import load_scenario
from branchline.content.compiled import Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "conversations"


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return load_scenario(SCENARIOS / "charged-twice.yaml")
