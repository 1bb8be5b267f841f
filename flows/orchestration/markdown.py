"""Text for Prefect's pages, which show Markdown: what comes from outside is data there, never markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

SHOWN_ROWS = 200
"""Rows of quarantine that a page shows."""


def escape_markdown(text: str) -> str:
    """Return text on one line that Markdown shows as it is.

    >>> print(escape_markdown("<script>|*云渡*"))
    \\<script\\>\\|\\*云渡\\*
    """
    return re.sub(r"([\\`*_{}\[\]<>()#!|~&$])", r"\\\1", re.sub(r"[\r\n]+", " ", text))


def shortened(text: str, longest: int = 300) -> str:
    """Return text on one line, cut where it is longer than so many characters.

    >>> shortened("failed at plan:\\nno such source", 17)
    'failed at plan: …'
    """
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def quarantine_markdown(rows: Sequence[Mapping[str, object]], locations: Mapping[str, str], room: str | None = None) -> str:
    """Return rows of ``quarantine`` as a Markdown table, with the place in the raw file that each is about.

    The place links to the reading room at ``room``, where one is open that knows the row; else it is the file, and the range of its
    characters. ``locations`` says where the bytes of a file are, by file_id.
    """
    if not rows:
        return "Nothing was quarantined."
    lines = ["| raw place | reason | detail | text | table |", "|---|---|---|---|---|"]
    for row in sorted(rows, key=lambda row: (str(row["path"]), row.get("char_start") or 0, str(row["record_table"])))[:SHOWN_ROWS]:
        place = escape_markdown(raw_place(row, locations))
        cells = [f"[{place}]({room}/quarantine/{row['quarantine_id']})" if room else place]
        cells += [escape_markdown(str(row.get(name) or "")) for name in ("reason", "detail", "excerpt", "record_table")]
        lines.append(f"| {' | '.join(cells)} |")
    if (more := len(rows) - SHOWN_ROWS) > 0:
        lines += ["", f"{more} more: `dibao sql 'FROM quarantine'`"]
    return "\n".join(lines)


def raw_place(row: Mapping[str, object], locations: Mapping[str, str]) -> str:
    """Return the file that a row of ``quarantine`` is about, and the range of characters where it says one.

    >>> raw_place({"file_id": "a1", "path": "云渡日报/01.txt", "char_start": 120, "char_end": 140}, {"a1": "/papers/云渡日报/01.txt"})
    '/papers/云渡日报/01.txt:120-140'
    """
    file = locations.get(str(row.get("file_id")), str(row["path"]))
    return file if row.get("char_start") is None else f"{file}:{row['char_start']}-{row['char_end']}"
