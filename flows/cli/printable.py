"""Text from outside, made fit for a terminal."""

from __future__ import annotations

from unicodedata import category


def printable(value: object) -> str:
    """Return a value as text that cannot steer a terminal: control and format characters are shown as U+FFFD.

    >>> printable("云渡\\x1b[31m日报\\u202e")
    '云渡�[31m日报�'
    """
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(printable(item) for item in value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {printable(item)}" for key, item in value.items()) + "}"
    return "".join("\ufffd" if category(c) in ("Cc", "Cf", "Cs") and c != "\n" else c for c in str(value))
