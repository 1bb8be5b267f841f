"""Word lists: the files of ``transforms/data``, which have one format, read here and nowhere else.

A file is UTF-8. Lines that begin with ``#`` are comments; the first ones say what the file holds, its columns, its source and its rights.
Columns are parted by tabs, words within a column by blanks.
"""

from __future__ import annotations

from importlib.resources import files


def read_lines(name: str) -> list[str]:
    """Return the lines of a data file, comments and empty ones left out."""
    text = files("transforms.data").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def read_table(name: str) -> list[list[str]]:
    """Return the rows of a data file, each a list of its columns.

    >>> read_table("currency_signs.tsv")[0]
    ['¥', 'CNY']
    """
    return [line.split("\t") for line in read_lines(name)]


def read_groups(name: str) -> dict[str, tuple[str, ...]]:
    """Return the words of a data file by the name of their group, in the order of the file; a group may have several lines.

    >>> read_groups("regions.tsv")["mountain"][:3]
    ('泰山', '华山', '衡山')
    """
    groups: dict[str, tuple[str, ...]] = {}
    for group, words in read_table(name):
        groups[group] = groups.get(group, ()) + tuple(words.split())
    return groups


def read_words(name: str) -> list[str]:
    """Return the words of a data file that has one column."""
    return [word for line in read_lines(name) for word in line.split()]
