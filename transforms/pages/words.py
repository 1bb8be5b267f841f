"""Words of the segmenter's dictionary at the places where a page is cut."""

from __future__ import annotations

import rjieba

CHARS_AROUND_CUT = 6  # characters on each side of a cut in which a word may lie: few words have more


def first_word(text: str) -> str:
    """Return the first word of a text.

    >>> first_word("渡口今天通航")
    '渡口'
    """
    return rjieba.cut(readable(text[:8]), hmm=False)[0] if text else ""


def word_across(left: str, right: str) -> int:
    """Return the length of the dictionary word that would be torn between the two, 0 where none would.

    >>> word_across("渡口今天举行了通航仪", "式，两岸居民")
    2
    """
    left, right = left[-CHARS_AROUND_CUT:], right[:CHARS_AROUND_CUT]
    start = 0
    for word in rjieba.cut(readable(left + right), hmm=False):
        if start < len(left) < start + len(word):
            return len(word) if word.isalnum() and not word.isascii() else 0
        start += len(word)
    return 0


def is_dictionary_phrase(text: str) -> bool:
    """Return whether most of a text is dictionary words of two characters or more that are no persons' names.

    >>> is_dictionary_phrase("各界华人庆祝通航"), is_dictionary_phrase("周明远赵小棠")
    (True, False)
    """
    size = sum(len(word) for word, tag in rjieba.tag(readable(text), hmm=False) if len(word) > 1 and not tag.startswith("nr"))
    return 3 * size >= 2 * len(text)


def is_of_single_characters(text: str) -> bool:
    """Return whether the dictionary has no word of two characters or more in a text but persons' names.

    >>> is_of_single_characters("果永毅"), is_of_single_characters("渡口")
    (True, False)
    """
    return all(len(word) == 1 or tag.startswith("nr") for word, tag in rjieba.tag(readable(text), hmm=False))


def has_verb(text: str) -> bool:
    """Return whether a text has a word of two characters or more that is a verb before all.

    >>> has_verb("启用新客运中心"), has_verb("石塘县委宣传部"), has_verb("云渡区融媒体中心")
    (True, False, False)
    """
    return any(tag == "v" and len(word) > 1 for word, tag in rjieba.tag(readable(text), hmm=False))


def readable(text: str) -> str:
    """Return the text with lone surrogates, which the segmenter refuses, as question marks."""
    return text if text.isascii() or text.isprintable() else text.encode("utf-8", "replace").decode()
