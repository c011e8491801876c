"""Fixtures that tests of several packages share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from lrs_servers import Ralph, running_ralph

if TYPE_CHECKING:
    from collections.abc import Iterator

# A whole scenario takes long to draw on a busy machine, and how long a test takes says nothing about what it tests.
# In CI every run sees the same examples, so that a change is judged by what it changed; elsewhere each run looks at new ones.
settings.register_profile(
    "branchline",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("branchline")


@pytest.fixture(scope="session")
def ralph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ralph]:
    """A real LRS that runs for the whole test run; tests tell their statements apart by registration."""
    with running_ralph(tmp_path_factory.mktemp("ralph")) as running:
        yield running
