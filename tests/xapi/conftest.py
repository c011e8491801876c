"""The bundled scenarios that statements are made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from branchline.content import load_scenario

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios" / "conversations").glob("*.yaml"))


@pytest.fixture(scope="session")
def charged_twice() -> Scenario:
    return load_scenario(SCENARIOS[0].with_name("charged-twice.yaml"))


@pytest.fixture(scope="session", params=SCENARIOS, ids=lambda path: path.stem)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    """Each bundled scenario in turn."""
    return load_scenario(request.param)
