"""Paths: the paper, date and page of an issue that a file's path names, by a pattern that the user gives.

A pattern is a path with fields in braces: ``{paper}``, ``{page}``, ``{date:%Y-%m-%d}`` or its parts ``{year}``, ``{month}``,
``{day}``; ``{*}`` is a part that says nothing. It is compared with the end of a path, whole folder names at a time, so folders
above need not be written; a member of an archive follows '!', which separates like '/'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

DIRECTIVES = {"%Y": r"(?P<year>\d{4})", "%y": r"(?P<short_year>\d{2})", "%m": r"(?P<month>\d{1,2})", "%d": r"(?P<day>\d{1,2})"}
"""What a date may be made of, as in strftime."""
STRICT = {"%m": r"(?P<month>\d{2})", "%d": r"(?P<day>\d{2})"}
"""Where digits follow each other without a sign between (20250304), months and days have two."""
FIELDS = {
    "paper": r"(?P<paper>[^/!]+?)",
    "page": r"(?P<page>[^/!]+?)",
    "year": DIRECTIVES["%Y"],
    "month": DIRECTIVES["%m"],
    "day": DIRECTIVES["%d"],
    "*": r"[^/!]*?",
}
EXAMPLE = "{paper}/{date:%Y-%m-%d}/{page}.txt"


class PatternError(ValueError):
    """The pattern cannot be read; the message says where, what was found, what is expected and shows an example."""


@dataclass(frozen=True, slots=True)
class PathFacts:
    """What a path says; None where the pattern has no such field."""

    paper: str | None = None
    issue_on: date | None = None
    page: str | None = None


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A pattern, compiled."""

    pattern: str
    regex: re.Pattern[str]

    def match(self, path: str) -> PathFacts | None:
        """Return what the path says, None where it has another form or names a day that the calendar lacks.

        >>> compile_pattern("{paper}/{date:%Y-%m-%d}/{page}.txt").match("data/云渡日报/2025-03-04/01.txt")
        PathFacts(paper='云渡日报', issue_on=datetime.date(2025, 3, 4), page='01')
        """
        match = self.regex.search(path.replace("\\", "/"))
        if not match:
            return None
        values = match.groupdict()
        try:
            issue_on = date_of(values)
        except ValueError:
            return None
        return PathFacts(values.get("paper"), issue_on, values.get("page"))


def date_of(values: dict[str, str | None]) -> date | None:
    """Return the date of the matched parts, None where the pattern has none. Raises ValueError for 2025-02-30."""
    year = values.get("year") or (values.get("short_year") and f"20{values['short_year']}")
    if not (year and values.get("month") and values.get("day")):
        return None
    return date(int(year), int(values["month"] or 0), int(values["day"] or 0))


def compile_pattern(pattern: str) -> PathPattern:
    """Return the pattern, ready to match. Raises PatternError that teaches.

    >>> compile_pattern("{date:%Y%m%d}_{page}.txt").match("20250304_A2.txt").page
    'A2'
    >>> compile_pattern("{paper}/{dat:%Y}.txt")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    transforms.paths.PatternError: path pattern '{paper}/{dat:%Y}.txt', position 9: unknown field {dat:%Y}; ...
    """
    parts: list[str] = []
    seen: set[str] = set()
    done = 0
    for field in re.finditer(r"\{([^{}]*)\}", pattern):
        parts.append(literal(pattern, done, field.start()))
        parts.append(field_regex(pattern, field, seen))
        done = field.end()
    parts.append(literal(pattern, done, len(pattern)))
    if not seen - {"*"}:
        raise PatternError(f"path pattern {pattern!r} has no field; expected something like {EXAMPLE!r}")
    lacking = {"year", "month", "day"} - seen
    if 0 < len(lacking) < 3:
        raise PatternError(f"path pattern {pattern!r}: a date needs year, month and day; missing: {', '.join(sorted(lacking))}")
    return PathPattern(pattern, re.compile(rf"(?:^|[/!]){''.join(parts)}$"))


def literal(pattern: str, start: int, end: int) -> str:
    """Return the regular expression of the text between two fields. Raises PatternError for a lone brace."""
    text = pattern[start:end]
    for brace in "{}":
        if brace in text:
            where = start + text.index(brace) + 1
            raise PatternError(f"path pattern {pattern!r}, position {where}: a {brace!r} without its partner; expected like {EXAMPLE!r}")
    return re.escape(text.lstrip("/") if not start else text)


def field_regex(pattern: str, field: re.Match[str], seen: set[str]) -> str:
    """Return the regular expression of one field and note it as seen. Raises PatternError."""
    name, colon, form = field[1].partition(":")
    where = f"path pattern {pattern!r}, position {field.start() + 1}"
    if name == "date" and form:
        regex, names = date_regex(form, where)
    elif name in FIELDS and not colon:
        regex, names = FIELDS[name], {name}
    elif name == "date":
        raise PatternError(f"{where}: {{date}} needs its form, such as {{date:%Y-%m-%d}}")
    elif name in FIELDS:
        raise PatternError(f"{where}: {{{name}}} takes no form, found {form!r}; only a date has one, such as {{date:%Y-%m-%d}}")
    else:
        known = "{paper}, {page}, {date:%Y-%m-%d}, {year}, {month}, {day}, {*}"
        raise PatternError(f"{where}: unknown field {field[0]}; the fields are {known}")
    if twice := (names & seen) - {"*"}:
        raise PatternError(f"{where}: {', '.join(sorted(twice))} stands there twice")
    seen |= names
    return regex


def date_regex(form: str, where: str) -> tuple[str, set[str]]:
    """Return the regular expression of a date's form and the names of its parts. Raises PatternError."""
    parts = re.findall(r"%.?|[^%]+", form)
    names: set[str] = set()
    regex: list[str] = []
    is_solid = any(a[0] == b[0] == "%" for a, b in pairwise(parts))
    for part in parts:
        if not part.startswith("%"):
            regex.append(re.escape(part))
        elif part not in DIRECTIVES:
            raise PatternError(f"{where}: {part} is not known; a date is made of %Y (or %y), %m and %d")
        else:
            regex.append(STRICT.get(part, DIRECTIVES[part]) if is_solid else DIRECTIVES[part])
            name = {"%Y": "year", "%y": "year", "%m": "month", "%d": "day"}[part]
            if name in names:
                raise PatternError(f"{where}: the date has its {name} twice")
            names.add(name)
    if lacking := {"year", "month", "day"} - names:
        raise PatternError(f"{where}: the date lacks its {', '.join(sorted(lacking))}; expected such as %Y-%m-%d")
    return "".join(regex), names
