"""Where files are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.paths import Paths

if TYPE_CHECKING:
    from pathlib import Path


def test_one_folder_holds_everything_when_branchline_home_is_set(tmp_path: Path) -> None:
    paths = Paths.of({"BRANCHLINE_HOME": str(tmp_path)})
    assert paths.config_file == tmp_path / "config.toml"
    assert paths.database == tmp_path / "data" / "branchline.db"
    assert paths.log_file.parent == tmp_path / "state"


def test_asking_creates_nothing(tmp_path: Path) -> None:
    Paths.of({"BRANCHLINE_HOME": str(tmp_path / "home")})
    assert list(tmp_path.iterdir()) == []


def test_a_relative_home_is_made_absolute() -> None:
    assert Paths.of({"BRANCHLINE_HOME": "here"}).config_file.is_absolute()


def test_without_a_home_the_platform_folders_carry_the_program_name() -> None:
    paths = Paths.of({})
    assert all("branchline" in str(place) for place in (paths.config_file, paths.data_folder, paths.state_folder))
