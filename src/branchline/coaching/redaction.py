"""Redaction: names and numbers that point at a person, replaced before anything leaves the machine.

What is looked for: the customer's name and every part of it, the requester's and the account's ids, the customer's web addresses and
e-mail addresses as the records have them, the learner's id and display name, and, wherever they stand, e-mail addresses, phone, card and
bank account numbers. The same thing is always replaced by the same word (`Customer`, `account-1`, `email-2`), so a reader can still follow
who is who. Names of other people in running text are not known to anybody here, and stay.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from branchline.coaching import numbers
from branchline.content.compiled import Scenario
from branchline.text import clean, clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from branchline.engine.play import Content

CUSTOMER, LEARNER = "Customer", "Learner"
"""The words that stand for the two people of a session."""
COACH = "Coach"
"""Stands, numbered, for everybody else who wrote about it."""
ACCOUNT, DOMAIN, EMAIL, IBAN = "account", "domain", "email", "iban"
"""Kinds of what is numbered: `account-1`."""

_NUMBERED = f"{COACH}|{ACCOUNT}|{DOMAIN}|{EMAIL}|{IBAN}|{numbers.PHONE}|{numbers.CARD}"
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u2060]")
_SEPARATORS = re.compile(r"[\s_.,;:&/()<>\[\]{}\"“”„«»|@]+")
_TITLES = frozenset({
    "and", "the", "mr", "mrs", "ms", "mx", "dr", "prof", "sir", "von", "van", "de", "del", "der", "den", "di", "da", "la", "le", "el", "al",
    "und", "et", "ltd", "inc", "llc", "gmbh", "plc", "co", "company",
})  # fmt: skip
_APOSTROPHES = "'’ʼ`"
_EDGE = "'’ʼ`-–.,!?"
_MAIL = r"[\w.+%'’-]+@[\w-]+(?:\.[\w-]+)+"
_BANK = r"[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,3})?"
_FIXED = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}"
"""Ids of sessions and hashes of content, in which no number is one."""
_BEFORE, _AFTER = r"(?<![^\W_])", r"(?![^\W_])"
_EVERYDAY = frozenset({
    "will", "may", "mark", "bill", "grace", "hope", "rose", "joy", "faith", "dawn", "art", "sue", "pat", "ray", "guy", "ivy", "eve", "sky",
    "rob", "max", "frank", "drew", "chase", "miles", "page", "case", "young", "long", "best", "king", "good", "price", "hill", "field",
    "stone", "wood", "lake", "bell", "ford", "white", "black", "brown", "green", "gray", "day", "law", "fair",
})  # fmt: skip
"""Names that are words as well: they are looked for only as they are written, and in capitals."""
_SHORTEST = 3
_SHORTEST_NUMBER = 5
_ROUNDS = 50
"""A name that holds one of our own words may take several."""

_IDS = frozenset({"customer.id", "account.id", "account.number", "customer.account", "customer.number", "account.login", "account.user"})
_PERSONS = frozenset({"contact", "requester", "caller", "owner", "holder", "cardholder", "full_name", "first_name", "last_name"})


class Known(NamedTuple):
    """Something that points at a person, and the word or kind that stands for it."""

    text: str
    word: str
    """`Customer` or `Learner`; else a kind such as `Coach` or `account`, which is numbered in the order of finding."""


class Redaction:
    """Replaces what points at a person; one for a session, so that the same thing is the same word in all of its export."""

    def __init__(self, known: Iterable[Known], *, learner: str = "", pseudonym: str = LEARNER) -> None:
        """`learner` is the learner's id, `pseudonym` what stands for it."""
        self._words: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._pseudonym = pseudonym
        patterns: dict[str, str] = {}
        people = {CUSTOMER, LEARNER, COACH, pseudonym}
        # A requester's id is often the first name: then the person's word stands for both.
        for text, word in sorted((*known, Known(learner, pseudonym)), key=lambda known: known.word not in people):
            ids_only = word not in people or (word in {COACH, pseudonym} and " " not in text.strip())
            new = [piece for piece in _pieces(text, whole=ids_only) if _key(piece[0]) not in self._words]
            said = word if word in people - {COACH} or not new else self._numbered(word)
            for piece, any_case in new:
                self._words[_key(piece)] = said
                patterns[piece] = _pattern(piece, any_case=any_case)
        self._words[_key(learner)] = pseudonym
        names = "|".join(patterns[piece] for piece in sorted(patterns, key=lambda piece: (-len(piece), piece)))
        words = "|".join((CUSTOMER, LEARNER, re.escape(pseudonym), rf"(?:{_NUMBERED})-\d+"))
        self._pattern = re.compile(
            f"{_BEFORE}(?P<fixed>{_FIXED}){_AFTER}|(?P<mail>{_MAIL})"
            + (f"|(?P<name>{names})" if names else "")
            + f"|{_BEFORE}(?:(?P<said>{words})|(?P<bank>{_BANK})){_AFTER}|(?P<run>{numbers.RUN})"
        )

    @property
    def learner(self) -> str:
        """What stands for the learner's id."""
        return self._pseudonym

    def person(self, name: str) -> str:
        """What stands for somebody who wrote about the session, whatever the name is."""
        if _key(name) not in self._words:
            self._words[_key(name)] = self._numbered(COACH)
        return self._words[_key(name)]

    def text(self, text: str) -> str:
        """The text with everything that points at a person replaced; done twice it changes nothing more."""
        said = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
        for _ in range(_ROUNDS):
            before, said = said, self._pattern.sub(self._replaced, said)
            if said == before:
                break
        return said

    def _replaced(self, found: re.Match[str]) -> str:
        kind, text = found.lastgroup, found[0]
        if kind in {"said", "fixed"}:
            return text
        if kind == "run":
            return numbers.replaced(text, self._word)
        if kind == "bank":
            return self._word(IBAN, text)
        return self._words.get(_key(text)) or (CUSTOMER if kind == "name" else self._word(EMAIL, text))

    def _word(self, kind: str, text: str) -> str:
        """The numbered word that stands for it, the next one where it has none yet."""
        key = f"{kind} {_key(text)}"
        if key not in self._words:
            self._words[key] = self._numbered(kind)
        return self._words[key]

    def _numbered(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}-{self._counts[kind]}"


class Kept(Redaction):
    """Replaces nothing."""

    def __init__(self, learner: str) -> None:
        """The learner keeps the id."""
        super().__init__((), pseudonym=clean_line(learner) or LEARNER)

    def person(self, name: str) -> str:
        """The name as it is."""
        return clean_line(name) or COACH

    def text(self, text: str) -> str:
        """The text as it is."""
        return text


def pseudonym(learner: str, key: bytes) -> str:
    """What stands for a learner's id: the same for the same id and key (HMAC-SHA-256), and without the key nobody can try out ids."""
    return f"L-{hmac.new(key, learner.encode('utf-8', 'surrogatepass'), hashlib.sha256).hexdigest()[:8]}"


def known_names(contents: Iterable[Content], display_names: Sequence[str] = (), authors: Sequence[str] = ()) -> tuple[Known, ...]:
    """Everything in the contents of a session that points at its customer, the learner's display names, and who wrote about it."""
    found = [known for content in contents for known in (_in_talk(content) if isinstance(content, Scenario) else _in_drill(content))]
    people = [*(Known(name, LEARNER) for name in display_names), *(Known(author, COACH) for author in authors)]
    return tuple(dict.fromkeys((*found, *people)))


def _in_talk(content: Scenario) -> Iterator[Known]:
    yield Known(content.customer.name, CUSTOMER)
    yield Known(content.customer.account, ACCOUNT)
    for name, value in content.facts.items():
        yield from _in_field(name, value)


def _in_drill(content: Content) -> Iterator[Known]:
    if isinstance(content, Scenario):
        return
    for name, value in zip(content.fields, content.values, strict=True):
        yield from _in_field(name, value)
    for record, entries in content.lists.items():
        for entry in entries:
            for field, value in entry.items():
                yield from _in_field(f"{record}.{field}", value)
    yield from _in_field("ticket.requester", content.ticket.get("requester", ""))


def _in_field(name: str, value: object) -> Iterator[Known]:
    """What a record's field says of a person; `name` is `record.field`."""
    text = "" if isinstance(value, bool) else str(value)
    field = name.rpartition(".")[2]
    if "@" in text and re.fullmatch(_MAIL, text):
        yield Known(text.rpartition("@")[2], DOMAIN)
    elif name in _IDS or (field == "requester" and " " not in text):
        yield Known(text, ACCOUNT)
    elif name == "customer.name" or field in _PERSONS:
        yield Known(text, CUSTOMER)
    elif name in {"site.name", "domain.name"}:
        yield Known(text, DOMAIN)


def _key(text: str) -> str:
    return " ".join(_SEPARATORS.sub(" ", unicodedata.normalize("NFC", text)).casefold().split()).translate({ord("’"): "'", ord("ʼ"): "'"})


def _pieces(text: str, *, whole: bool) -> Iterator[tuple[str, bool]]:
    """The text and, unless it is only looked for whole, each of its parts, as they may be written; with each whether any case counts."""
    flat = unicodedata.normalize("NFC", _INVISIBLE.sub("", clean(text))).strip(_EDGE + " \t\n")
    if _worth_hiding(flat):
        yield from ((spelling, _in_any_case(flat)) for spelling in _spellings(flat))
    if whole:
        return
    for part in _SEPARATORS.split(flat):
        for piece in dict.fromkeys((part, *part.split("-"))):
            bare = piece.strip(_EDGE)
            if _worth_hiding(bare) and bare.casefold() not in _TITLES and bare != flat:
                yield from ((spelling, _in_any_case(bare)) for spelling in _spellings(bare))


def _in_any_case(name: str) -> bool:
    return _crowded(name[0]) or (len(name) >= _SHORTEST and name.casefold() not in _EVERYDAY)


def _spellings(name: str) -> tuple[str, ...]:
    """The name, and without its accents as somebody in a hurry writes it."""
    plain = "".join(char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char))
    return tuple(dict.fromkeys(spelling for spelling in (name, unicodedata.normalize("NFC", plain)) if _worth_hiding(spelling)))


def _worth_hiding(text: str) -> bool:
    """Whether a text says who somebody is: initials, short numbers and our own words do not."""
    if text in {CUSTOMER, LEARNER} or re.fullmatch(rf"(?:{_NUMBERED})-\d+", text):
        return False
    if text.isdigit():
        return len(text) >= _SHORTEST_NUMBER
    letters = sum(char.isalnum() for char in text)
    return letters >= _SHORTEST or (letters > 1 and (_crowded(text[0]) or text[:1].isupper()))


def _crowded(char: str) -> bool:
    """Whether the character belongs to a script that writes words without spaces between them."""
    return unicodedata.east_asian_width(char) in {"W", "F"} or "\u0e00" <= char <= "\u0eff" or "\u1000" <= char <= "\u109f"


def _pattern(piece: str, *, any_case: bool) -> str:
    """What finds the piece as a word of its own, whatever stands between its words."""
    bodies = [_joined(piece), *([] if any_case else [_joined(piece.upper())])]
    start = "" if _crowded(piece[0]) else _BEFORE
    end = "" if _crowded(piece[-1]) else _AFTER
    return f"{start}({'?i' if any_case else '?'}:{'|'.join(bodies)}){end}"


def _joined(piece: str) -> str:
    return r"[\W_]{1,3}".join(_spelled(word) for word in _SEPARATORS.split(piece) if word)


def _spelled(word: str) -> str:
    return "".join(f"[{_APOSTROPHES}]?" if char in _APOSTROPHES else _letter(char) for char in word)


def _letter(char: str) -> str:
    """The letter, or the two that stand for it in another case (ß and SS)."""
    other = char.casefold()
    return re.escape(char) if len(other) == 1 else f"(?:{re.escape(char)}|{re.escape(other)})"
