"""Forgetting: names, articles and files that a home was told to forget, and texts read without them. Data, never code.

One JSON object a line says it, and never in words that would keep what is to be forgotten:

    {"kind": "file", "file_id": "9325bc4b746a9a60"}
    {"kind": "article", "file_id": "9325bc4b746a9a60", "article_id": "9325bc4b746a9a60-a0003", "blocks": [3, 4], "spans": [[12, 20], [21, 96]]}
    {"kind": "person", "n_chars": 3, "salt": "5bd1...", "hash": "93ab..."}

A file is not read. The characters of an article, and each printing of a person's name, stand as ``FULL_BLOCK`` when a page is read: offsets stay,
and nothing that is made of the text knows them. A name is known again by its keyed hash; where one has but a few readers' surnames to try,
a hash can be guessed, so the file belongs to those only who run the home.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from transforms.pages.corrections import Correction
from transforms.text.characters import UNPRINTED, fold

FULL_BLOCK = "█"
LEFT_OUT = f"[\\s·{UNPRINTED}]"
"""A class for patterns: what may stand within a name as it is printed, spaced out, cut by a line's end, or with the dot of a foreign one."""
LEAST_CHARS = 2
"""Characters below which a name would be found in the midst of all kinds of words."""
FILE, ARTICLE, PERSON = "file", "article", "person"


@dataclass(frozen=True)
class Forgotten:
    """What was forgotten: ids of files, articles by file, and hashes of names by their length, all made with one salt."""

    files: frozenset[str] = frozenset()
    articles: Mapping[str, Sequence[Mapping]] = field(default_factory=dict)
    names: Mapping[int, frozenset[bytes]] = field(default_factory=dict)
    salt: bytes = b""

    def without(self, text: str, file_id: str = "") -> str:
        """Return a raw text, the characters of what was forgotten masked, all others where they were."""
        spans = [span for article in self.articles.get(file_id, ()) for span in article["spans"]]
        return without_names(blacked_out(text, (offset for start, end in spans for offset in range(start, end))), self)

    def corrections(self, file_id: str) -> tuple[Correction, ...]:
        """Return the decisions about a page that make the masked blocks of its forgotten articles no part of another one."""
        return tuple(
            Correction(block, "role", "furniture", "forgotten") for article in self.articles.get(file_id, ()) for block in article["blocks"]
        )

    def names_any(self, text: str) -> bool:
        """Return whether a forgotten name stands in a text, such as a path."""
        return bool(self.names) and without_names(text, self) != text


NOTHING_FORGOTTEN = Forgotten()


def parse_forgotten(text: str) -> Forgotten:
    """Return what the lines of a home's file say. Raises ValueError for a line that cannot be read: what was to be forgotten would come back."""
    entries = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            entries += [json.loads(line)] if line.strip() else []
            names = [
                (entry["n_chars"], bytes.fromhex(entry["hash"]), bytes.fromhex(entry["salt"]))
                for entry in entries
                if entry["kind"] == PERSON
            ]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"forgotten.jsonl, line {number}: cannot be read ({error}); restore the file from a backup, it keeps what was promised"
            ) from None
    if not entries:
        return NOTHING_FORGOTTEN
    articles: dict[str, list[Mapping]] = {}
    for entry in entries:
        if entry["kind"] == ARTICLE:
            articles.setdefault(entry["file_id"], []).append(entry)
    return Forgotten(
        frozenset(entry["file_id"] for entry in entries if entry["kind"] == FILE),
        articles,
        {n_chars: frozenset(hash for n, hash, _ in names if n == n_chars) for n_chars, *_ in names},
        names[0][2] if names else b"",
    )


def without_gaps(text: str) -> tuple[str, list[int]]:
    """Return a text folded, without what may stand within a name, and where each character stood.

    >>> without_gaps("周　明\\n遠·")
    ('周明远', [0, 2, 4])
    """
    folded = fold(text)
    offsets = [offset for offset, character in enumerate(folded) if not re.match(LEFT_OUT, character)]
    return "".join(map(folded.__getitem__, offsets)), offsets


def keyed_hash(bare_name: str, salt: bytes) -> bytes:
    """Return what a name is known again by."""
    return blake2b(bare_name.encode("utf-8", "surrogatepass"), key=salt, digest_size=16).digest()


def blacked_out(text: str, offsets: Iterable[int]) -> str:
    """Return a text with the characters at some offsets masked; breaks of lines and other white space stay."""
    characters = list(text)
    for offset in offsets:
        if offset < len(characters) and not characters[offset].isspace():
            characters[offset] = FULL_BLOCK
    return "".join(characters)


def without_names(text: str, forgotten: Forgotten) -> str:
    """Return a text with the forgotten names masked, however they are printed.

    >>> salt = b"salt"
    >>> some = Forgotten(names={3: frozenset({keyed_hash("周明远", salt)})}, salt=salt)
    >>> without_names("记者 周 明 遠 报道，周明远说", some)
    '记者 █ █ █ 报道，███说'
    """
    if not forgotten.names:
        return text
    plain, offsets = without_gaps(text)
    hidden = [
        offset
        for n_chars, hashes in forgotten.names.items()
        for start in range(len(plain) - n_chars + 1)
        if keyed_hash(plain[start : start + n_chars], forgotten.salt) in hashes
        for offset in offsets[start : start + n_chars]
    ]
    return blacked_out(text, hidden) if hidden else text


def name_pattern(name: str) -> re.Pattern[str]:
    """Return what finds a name in folded text as ``without_names`` finds it by its hash.

    >>> bool(name_pattern("周明远").search(fold("周　明\\n遠")))
    True
    """
    return re.compile(f"{LEFT_OUT}*".join(map(re.escape, without_gaps(name)[0])))


def printings(text: str, pattern: re.Pattern[str]) -> Iterator[range]:
    """Yield where a name stands in a text."""
    return (range(*match.span()) for match in pattern.finditer(fold(text)))
