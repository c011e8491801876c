"""Settings: precedence, sources, refusals, writing, and the password that is never shown."""

from __future__ import annotations

import re
import stat
import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline import settings
from branchline.errors import ConfigurationError, UnknownId
from branchline.paths import Paths

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.of({"BRANCHLINE_HOME": str(tmp_path / "home")})


def _write_config(paths: Paths, text: str) -> None:
    paths.config_file.parent.mkdir(parents=True, exist_ok=True)
    paths.config_file.write_text(text, encoding="utf-8")


def test_environment_beats_file_beats_default_and_each_says_so(paths: Paths) -> None:
    _write_config(paths, 'language = "de"\ntheme = "light"\n')
    loaded = settings.load(paths, {"BRANCHLINE_THEME": "contrast"})
    assert (loaded.theme, loaded.sources["theme"]) == ("contrast", "environment")
    assert (loaded.language, loaded.sources["language"]) == ("de", "file")
    assert (loaded.mode, loaded.sources["mode"]) == ("practice", "default")


def test_every_setting_has_a_variable_and_a_field(paths: Paths) -> None:
    loaded = settings.load(paths, {})
    assert all(hasattr(loaded, key.field) and key.field in loaded.sources for key in settings.KEYS)


def test_tables_of_the_file_become_fields(paths: Paths) -> None:
    _write_config(paths, '[lrs]\nendpoint = "https://lrs.example/xapi"\ntimeout = 5\n[keys]\nundo = "z"\n')
    loaded = settings.load(paths, {})
    assert (loaded.lrs_endpoint, loaded.lrs_timeout, loaded.keys) == ("https://lrs.example/xapi", 5.0, {"undo": "z"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "easy"),
        ("theme", "DARK"),
        ("tier", "0"),
        ("language", "../x"),
        ("untimed", "perhaps"),
        ("lrs.timeout", "0"),
        ("lrs.timeout", "nan"),
        ("lrs.timeout", "soon"),
        ("lrs.endpoint", "lrs.example"),
        ("lrs.endpoint", "ftp://lrs.example"),
        ("lrs.endpoint", "https://me:secret@lrs.example"),
        ("keys", "undo"),
    ],
)
def test_a_value_that_is_not_legal_names_the_key_the_place_and_what_is_legal(paths: Paths, name: str, value: str) -> None:
    key = settings.key_named(name)
    with pytest.raises(ConfigurationError) as caught:
        settings.load(paths, {key.variable: value})
    assert f"`{key.name}`" in caught.value.what
    assert caught.value.where == key.variable
    assert key.legal in caught.value.hint
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("text", ["mode = 3.5", "learner = [1]", "untimed = 'maybe'", "keys = 3", "[lrs]\ntimeout = true"])
def test_a_wrong_type_in_the_file_names_the_file(paths: Paths, text: str) -> None:
    _write_config(paths, text)
    with pytest.raises(ConfigurationError) as caught:
        settings.load(paths, {})
    assert caught.value.where == str(paths.config_file)


@pytest.mark.parametrize("data", [b"mode = ", b"\xff\xfe", b"a = 1\na = 2\n"])
def test_a_file_that_is_not_toml_is_a_configuration_error(paths: Paths, data: bytes) -> None:
    paths.config_file.parent.mkdir(parents=True)
    paths.config_file.write_bytes(data)
    with pytest.raises(ConfigurationError, match="not TOML"):
        settings.load(paths, {})


def test_an_empty_variable_counts_as_not_set(paths: Paths) -> None:
    assert settings.load(paths, {"BRANCHLINE_MODE": ""}).sources["mode"] == "default"


def test_the_learner_gets_an_opaque_name_once(paths: Paths) -> None:
    first = settings.load(paths, {})
    assert re.fullmatch(r"learner-[0-9a-f]{8}", first.learner)
    assert first.sources["learner"] == "generated"
    assert settings.load(paths, {}).learner == first.learner


def test_a_home_that_cannot_be_written_still_loads(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    loaded = settings.load(Paths.of({"BRANCHLINE_HOME": str(tmp_path / "file")}), {})
    assert loaded.learner.startswith("learner-")


def test_a_learner_name_that_is_no_text_is_made_text(paths: Paths) -> None:
    assert settings.load(paths, {"BRANCHLINE_LEARNER": "a\udcffb"}).learner.encode() == b"a?b"


def test_setting_a_value_keeps_unknown_keys_and_tables(paths: Paths) -> None:
    _write_config(paths, 'future = [1, 2]\n[lrs]\nusername = "u"\n[other.deep]\nx = 2026-01-02\n')
    settings.set_value(paths, "lrs.timeout", "12")
    settings.set_value(paths, "theme", "light")
    document = tomllib.loads(paths.config_file.read_text(encoding="utf-8"))
    assert document["future"] == [1, 2]
    assert document["other"]["deep"]["x"].isoformat() == "2026-01-02"
    assert document["lrs"] == {"username": "u", "timeout": 12.0}
    assert document["theme"] == "light"


def test_setting_a_value_keeps_comments_and_order(paths: Paths) -> None:
    _write_config(paths, '# mine\ntheme = "dark"  # at night\nmode = "exam"\n\n# the LRS\n[lrs]\nusername = "u"\n')
    settings.set_value(paths, "theme", "light")
    settings.set_value(paths, "lrs.timeout", "5")
    settings.set_value(paths, "keys.undo", "z")
    text = paths.config_file.read_text(encoding="utf-8")
    assert {"# mine", 'mode = "exam"', "# the LRS"} <= set(text.split("\n"))
    loaded = settings.load(paths, {})
    assert (loaded.theme, loaded.mode, loaded.lrs_username, loaded.lrs_timeout, loaded.keys) == ("light", "exam", "u", 5.0, {"undo": "z"})


def test_a_layout_that_no_line_edit_fits_is_written_anew(paths: Paths) -> None:
    _write_config(paths, 'lrs = {username = "u"}\nother = """\ntheme = 1\n"""\n')
    settings.set_value(paths, "lrs.timeout", "5")
    settings.set_value(paths, "theme", "light")
    loaded = settings.load(paths, {})
    assert (loaded.lrs_username, loaded.lrs_timeout, loaded.theme) == ("u", 5.0, "light")
    assert tomllib.loads(paths.config_file.read_text(encoding="utf-8"))["other"] == "theme = 1\n"


def test_an_empty_value_takes_the_setting_out_of_the_file(paths: Paths) -> None:
    settings.set_value(paths, "theme", "light")
    settings.set_value(paths, "theme", "")
    assert settings.load(paths, {}).sources["theme"] == "default"


def test_one_key_of_the_app_is_set_by_its_action(paths: Paths) -> None:
    settings.set_value(paths, "keys.undo", "ctrl+z")
    assert settings.load(paths, {}).keys == {"undo": "ctrl+z"}


def test_an_illegal_value_changes_no_file(paths: Paths) -> None:
    with pytest.raises(ConfigurationError):
        settings.set_value(paths, "mode", "easy")
    assert not paths.config_file.exists()


def test_an_unknown_setting_suggests_the_nearest() -> None:
    with pytest.raises(UnknownId) as caught:
        settings.key_named("lrs.endpont")
    assert "`lrs.endpoint`" in caught.value.hint


def test_a_file_that_cannot_be_written_says_so_and_leaves_nothing_behind(paths: Paths) -> None:
    paths.config_file.mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="cannot be written"):
        settings.write_text(paths.config_file, "x")
    assert list(paths.config_file.parent.iterdir()) == [paths.config_file]


def _plain() -> st.SearchStrategy[object]:
    return st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text() | st.lists(st.integers())


@given(st.dictionaries(st.text(), _plain() | st.dictionaries(st.text(), _plain(), max_size=3), max_size=5))
def test_what_is_written_as_toml_reads_back_equal(document: dict[str, object]) -> None:
    assert tomllib.loads(settings.toml(document)) == document


def test_the_password_of_the_environment_comes_first(paths: Paths) -> None:
    settings.keep_lrs_password(paths, "https://lrs.example", "u", "kept")
    loaded = settings.load(paths, {"BRANCHLINE_LRS_ENDPOINT": "https://lrs.example", "BRANCHLINE_LRS_USERNAME": "u"})
    assert settings.lrs_password(paths, loaded, {"BRANCHLINE_LRS_PASSWORD": "given"}) == settings.Secret("given", "environment")
    assert settings.lrs_password(paths, loaded, {}).value == "kept"


def test_a_kept_password_is_given_to_its_own_endpoint_only(paths: Paths) -> None:
    settings.keep_lrs_password(paths, "https://lrs.example", "u", "kept")
    elsewhere = settings.load(paths, {"BRANCHLINE_LRS_ENDPOINT": "https://elsewhere.example", "BRANCHLINE_LRS_USERNAME": "u"})
    assert settings.lrs_password(paths, elsewhere, {}) == settings.Secret("", "")


def test_the_secrets_file_is_its_owner_s_alone_and_no_repr_shows_it(paths: Paths) -> None:
    assert settings.keep_lrs_password(paths, "https://lrs.example", "u", "hush") == "file"
    assert stat.S_IMODE(paths.secrets_file.stat().st_mode) == 0o600
    assert "hush" not in repr(settings.Secret("hush", "file"))


def test_every_name_of_the_learner_stands_once_the_own_one_first(paths: Paths) -> None:
    loaded = settings.load(paths, {"BRANCHLINE_LEARNER": "jo", "BRANCHLINE_OTHER_NAMES": " jdoe,, mailto:jo@x.example ,jo"})
    assert loaded.names == ("jo", "jdoe", "mailto:jo@x.example")
    assert settings.load(paths, {"BRANCHLINE_LEARNER": "jo"}).names == ("jo",)
