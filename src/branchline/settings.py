"""Settings: defaults, the config file and the environment become one frozen value, and each field knows where it came from.

The environment beats the file, the file beats the default. Secrets are never part of Settings: see `lrs_password`.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import secrets
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from branchline.errors import ConfigurationError, UnknownId
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchline.paths import Paths

DEFAULT, FILE, ENVIRONMENT, GENERATED = "default", "file", "environment", "generated"
"""Where a value came from; `generated` is the learner name made up on first use."""

PASSWORD_VARIABLE = "BRANCHLINE_LRS_PASSWORD"  # noqa: S105 - the name of a variable, not a password

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
_MAX_SECONDS = 600.0
_MAX_DAYS = 90
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LEARNER_FILE = "learner"
_PSEUDONYM_FILE = "pseudonym-key"
_KEY_BYTES = 32
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its name in the file, what it may hold and what it is for."""

    name: str
    """`table.key` or `key`, as in the file."""
    default: Any
    legal: str
    """The legal values in words."""
    help: str
    read: Callable[[Any], Any]
    """Turns a TOML value or a text into the setting's value; ValueError or TypeError where it is not legal."""

    @property
    def field(self) -> str:
        """The name of the field of Settings."""
        return self.name.replace(".", "_")

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"BRANCHLINE_{self.field.upper()}"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.encode("utf-8", "replace").decode().strip()


def _name(value: Any) -> str:
    """A name that is kept and sent: one line without control characters, cut where it is very long."""
    return clean_line(_text(value))[:_LONGEST_NAME]


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError
    return word in _TRUE


def _seconds(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    number = float(value)
    if not 0 < number <= _MAX_SECONDS:
        raise ValueError
    return number


def _days(value: Any) -> int:
    number = int(value)
    if isinstance(value, bool) or number != float(value) or not 1 <= number <= _MAX_DAYS:
        raise ValueError
    return number


def _url(value: Any) -> str:
    text = _text(value)
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or clean_line(text) != text or " " in text:
        raise ValueError
    if parts.port == 0:  # a port that is no number, or too large, raises by itself
        raise ValueError
    return text


def _optional_url(value: Any) -> str:
    return _url(value) if _text(value) else ""


def _matching(pattern: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)
        if not re.fullmatch(pattern, text):
            raise ValueError
        return text

    return read


def _keys(value: Any) -> dict[str, str]:
    pairs = (part.partition("=")[::2] for part in value.split(",") if part.strip()) if isinstance(value, str) else value.items()
    found = {_text(action): _text(key) for action, key in pairs}
    if not all(action and key for action, key in found.items()):
        raise ValueError
    return found


def _word(name: str, words: tuple[str, ...], help_text: str) -> Key:
    return Key(name, words[0], ", ".join(words), help_text, _matching("|".join(words)))


KEYS: tuple[Key, ...] = (
    Key("learner", "", "any text", "the opaque name that sessions and statements carry", _name),
    Key(
        "other_names", "", "names, separated by commas", "what other tools call the learner: account names, or mailto:jo@example.org", _text
    ),
    Key("tier", "1", "1 to 9, or lead", "what SOPs let the learner decide alone", _matching("[1-9]|lead")),
    _word("role", ("learner", "coach", "designer"), "which doors of the home screen are shown"),
    Key(
        "language", "en", "a language tag such as en or de-AT", "the translation to play in", _matching("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
    ),
    _word("theme", ("dark", "light", "contrast"), "the colours of the app"),
    _word("mode", ("practice", "expert", "exam"), "how sessions are played unless a command says otherwise"),
    Key("workspace", "", "a folder, or empty for the one you are in, else the bundled content", "where scenarios and SOPs are", _text),
    Key("iri_base", "https://branchline.example/xapi", "an http or https address", "what our activity ids begin with", _url),
    Key("home_page", "https://branchline.example", "an http or https address", "the system that the learner's name belongs to", _url),
    Key("display_name", "", "any text", "what people call the learner; it stays on this machine unless share_names says otherwise", _name),
    Key("share_names", default=False, legal="true or false", help="whether statements carry the learner's display name", read=_flag),
    Key("motion", default=True, legal="true or false", help="whether the app may animate", read=_flag),
    Key("untimed", default=False, legal="true or false", help="whether time limits are left out", read=_flag),
    Key("coaching.dispute_days", 7, "days, 1 to 90", "how long a learner may dispute a comment or review", _days),
    Key("lrs.endpoint", "", "an http or https address without user name and password", "where statements go", _optional_url),
    Key("lrs.username", "", "any text", "the LRS account (the key of key and secret)", _text),
    Key("lrs.timeout", 30.0, "seconds above 0, up to 600", "how long the LRS may take to answer", _seconds),
    Key("lrs.connect_timeout", 10.0, "seconds above 0, up to 600", "how long connecting may take", _seconds),
    Key("lrs.ca_file", "", "a PEM file", "the certificate authority of the LRS, where it is not a public one", _text),
    Key("keys", {}, "a table of action = key", "keys of the app that differ from ours", _keys),
)
"""Every setting, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the program goes by. `sources` tells where each field's value came from."""

    learner: str
    other_names: str
    """What other tools call the learner, separated by commas."""
    tier: str
    role: str
    language: str
    theme: str
    mode: str
    workspace: str
    """A folder; empty for the workspace around the current folder, else the bundled content."""
    iri_base: str
    home_page: str
    display_name: str
    share_names: bool
    motion: bool
    untimed: bool
    coaching_dispute_days: int
    lrs_endpoint: str
    """Empty where no LRS is set."""
    lrs_username: str
    lrs_timeout: float
    """Seconds."""
    lrs_connect_timeout: float
    """Seconds."""
    lrs_ca_file: str
    keys: Mapping[str, str]
    sources: Mapping[str, str] = field(default_factory=dict)
    """Source by field name: `default`, `file`, `environment` or `generated`."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of the learner, the own one first."""
        others = (name.strip() for name in self.other_names.split(","))
        return tuple(dict.fromkeys((self.learner, *filter(None, others))))


def key_named(name: str) -> Key:
    """The Key with that name, written `lrs.endpoint` or `lrs_endpoint`; UnknownId where there is none."""
    for key in KEYS:
        if name in {key.name, key.field}:
            return key
    raise UnknownId(f"No setting is called `{clean_line(name)}`.", hint=did_you_mean(name, [key.name for key in KEYS]))


def load(paths: Paths, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the config file and `environ` (default: the process's); ConfigurationError names file, key and legal values.

    The first load on a machine makes up an opaque learner name and keeps it; where nothing can be written it holds for this run.
    """
    values, sources = _values(paths, os.environ if environ is None else environ)
    if not values["learner"]:
        values["learner"], sources["learner"] = _generated_learner(paths), GENERATED
    return Settings(**values, sources=sources)


def _values(paths: Paths, environ: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    document = read_toml(paths.config_file)
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for key in KEYS:
        written = _look_up(document, key.name)
        if given := environ.get(key.variable, "").strip():
            values[key.field], sources[key.field] = _checked(key, given, key.variable), ENVIRONMENT
        elif written is not None:
            values[key.field], sources[key.field] = _checked(key, written, str(paths.config_file)), FILE
        else:
            values[key.field], sources[key.field] = key.default, DEFAULT
    return values, sources


def _checked(key: Key, value: Any, where: str) -> Any:
    try:
        return key.read(value)
    except (ValueError, TypeError, AttributeError):
        shown = clean_line(str(value))[:60]
        raise ConfigurationError(
            f"`{key.name}` cannot be `{shown}`.", where=clean_line(where), hint=f"Legal: {key.legal}.", code="bad-setting"
        ) from None


def _look_up(document: Mapping[str, Any], name: str) -> Any:
    table, _, rest = name.rpartition(".")
    inner = document.get(table, {}) if table else document
    return inner.get(rest) if isinstance(inner, dict) else None


def _generated_learner(paths: Paths) -> str:
    target = paths.state_folder / _LEARNER_FILE
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if kept := target.read_text(encoding="utf-8").strip():
            return kept
    name = f"learner-{secrets.token_hex(4)}"
    with contextlib.suppress(ConfigurationError):
        write_text(target, name + "\n")
    return name


def pseudonym_key(paths: Paths) -> bytes:
    """The secret from which this machine makes learners' pseudonyms, made up on first use; where nothing can be written, for this run."""
    target = paths.state_folder / _PSEUDONYM_FILE
    with contextlib.suppress(OSError, ValueError):
        kept = bytes.fromhex(target.read_text(encoding="ascii").strip())
        if len(kept) == _KEY_BYTES:
            return kept
    key = secrets.token_bytes(_KEY_BYTES)
    with contextlib.suppress(ConfigurationError):
        write_text(target, key.hex() + "\n", mode=0o600)
    return key


def read_toml(path: Path) -> dict[str, Any]:
    """The document in that file, empty where there is no such file; ConfigurationError where it is not TOML or unreadable."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ConfigurationError(f"The file cannot be read: {error.strerror}.", where=clean_line(str(path)), code="unreadable") from None
    except ValueError as error:
        what = clean_line(str(error)).rstrip(".")
        hint = "Correct the line, or move the file away to start afresh."
        raise ConfigurationError(f"The file is not TOML: {what}.", where=clean_line(str(path)), hint=hint, code="bad-toml") from None


def set_value(paths: Paths, name: str, value: str) -> Key:
    """Write one setting to the config file, every other line's value kept; UnknownId or ConfigurationError where it is not legal.

    `keys.ACTION` sets one key of the app. An empty value takes the setting out of the file.
    """
    table, _, action = name.partition(".")
    key = key_named(table if table == "keys" and action else name)
    document = read_toml(paths.config_file)
    change_document(
        document, name if key.name == "keys" else key.name, _checked(key, value, name) if value and not action_of(name) else value
    )
    write_text(paths.config_file, _with_line(paths.config_file, document, name if key.name == "keys" else key.name) or toml(document))
    return key


def _with_line(path: Path, document: Mapping[str, Any], name: str) -> str:
    """The file's text with the one line changed that sets `name`, comments kept; empty where that does not give `document`."""
    if not path.exists():
        return ""
    table, _, key = name.rpartition(".")
    value = _look_up(document, name)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    starts = [number for number, line in enumerate(lines) if line.strip() == f"[{table}]"] if table else [-1]
    start = starts[0] if starts else len(lines)
    end = next((number for number in range(start + 1, len(lines)) if lines[number].lstrip().startswith("[")), len(lines))
    kept = [line for line in lines[start + 1 : end] if line.partition("=")[0].strip() != key]
    new = [] if value is None else [f"{_toml_key(key)} = {_toml_value(value)}"]
    head = lines[: start + 1] if starts else [*lines, "", f"[{table}]"]
    text = "\n".join([*head, *new, *kept, *lines[end:]]) + "\n"
    try:
        return text if tomllib.loads(text) == document else ""
    except tomllib.TOMLDecodeError:
        return ""


def checked_value(name: str, value: str, where: str) -> Any:
    """The value as that setting would hold it; ConfigurationError that names `where` it came from if it is not legal."""
    return _checked(key_named(name), value, where)


def action_of(name: str) -> str:
    """The action that `keys.ACTION` names, empty for every other setting."""
    table, _, action = name.partition(".")
    return action if table == "keys" else ""


def change_document(document: dict[str, Any], name: str, value: Any) -> None:
    """Put `value` at `table.key` or `key`; an empty text takes it out."""
    table, _, rest = name.rpartition(".")
    inner = document.setdefault(table, {}) if table else document
    if value == "":
        inner.pop(rest, None)
    else:
        inner[rest] = value


def toml(document: Mapping[str, Any], prefix: str = "") -> str:
    """The document as TOML: plain values first, then a table for each mapping."""
    plain = [f"{_toml_key(key)} = {_toml_value(value)}\n" for key, value in document.items() if not isinstance(value, dict)]
    tables = []
    for key, value in document.items():
        if isinstance(value, dict):
            name = f"{prefix}{_toml_key(key)}"
            tables.append(f"\n[{name}]\n{toml(value, name + '.')}")
    return "".join(plain + tables)


def _toml_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _toml_text(key)


def _toml_text(text: str) -> str:
    # JSON's escapes are TOML's too, except that TOML wants DEL escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _toml_text(value)
    if isinstance(value, list):
        return f"[{', '.join(_toml_value(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_toml_key(key)} = {_toml_value(item)}' for key, item in value.items())}}}"
    return value.isoformat() if hasattr(value, "isoformat") else repr(value)


def write_text(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write the file whole or not at all, its folder created; ConfigurationError where it cannot be written."""
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise _unwritable(target, error) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise _unwritable(target, error) from None


def _unwritable(path: Path, error: OSError) -> ConfigurationError:
    hint = "Make the folder writable, or name another one with BRANCHLINE_HOME."
    return ConfigurationError(f"The file cannot be written: {error.strerror}.", where=clean_line(str(path)), hint=hint, code="unwritable")


@dataclass(frozen=True, slots=True)
class Secret:
    """A password and where it was kept; never part of a repr."""

    value: str = field(repr=False)
    source: str
    """`environment`, `keyring`, `file`, or empty where there is none."""


def lrs_password(paths: Paths, settings: Settings, environ: Mapping[str, str] | None = None) -> Secret:
    """The LRS password: the environment's, else the keyring's, else the secrets file's; empty where none is kept.

    A kept password belongs to one endpoint and user name, and is given to no other.
    """
    if given := (os.environ if environ is None else environ).get(PASSWORD_VARIABLE, ""):
        return Secret(given, ENVIRONMENT)
    account = f"{settings.lrs_username} at {settings.lrs_endpoint}"
    if kept := _keyring("get_password", account):
        return Secret(str(kept), "keyring")
    table = read_toml(paths.secrets_file).get("lrs")
    kept = table.get(account) if isinstance(table, dict) else None
    return Secret(kept, FILE) if isinstance(kept, str) else Secret("", "")


def keep_lrs_password(paths: Paths, endpoint: str, username: str, password: str) -> str:
    """Keep the password for that endpoint and user name; `keyring`, or `file` where no keyring takes it."""
    account = f"{username} at {endpoint}"
    # A keyring that keeps nothing (the null back end) accepts everything, so it is asked again.
    if _keyring("set_password", account, password) is not None and _keyring("get_password", account) == password:
        return "keyring"
    write_text(paths.secrets_file, toml({"lrs": {account: password}}), mode=0o600)
    return FILE


def _keyring(function: str, *arguments: str) -> object:
    """What the keyring package answers (True for nothing), or None where it is absent or has no usable store."""
    try:
        keyring = importlib.import_module("keyring")
        answer = getattr(keyring, function)("branchline", *arguments)
    except Exception:  # noqa: BLE001 - back ends raise whatever their desktop does; the file is the way out
        return None
    return True if function == "set_password" else answer
