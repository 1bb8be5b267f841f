"""Sources as declarations: ``sources.toml`` in the home says where newspapers come from, what their paths mean, when to look.

``flows/cli/sources.toml``, which ``dibao init`` writes, shows every key with a comment.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from transforms.decoding import EncodingError, expected
from transforms.paths import PatternError, compile_pattern
from warehouse.home import Home
from warehouse.releases import KEPT_RELEASES

TYPES: Mapping[str, tuple[type, ...]] = {
    "location": (str,),
    "pattern": (str,),
    "paper": (str,),
    "encoding": (str, list),
    "credentials": (str,),
    "schedule": (str, int, float),
    "timezone": (str,),
    "late_after_days": (int,),
    "retire": (bool,),
    "keep_releases": (int,),
    "forget_after_days": (int,),
}
MAINTENANCE = "maintenance"
"""The table that is no source."""


class DeclarationError(ValueError):
    """A declaration cannot be used; the message says where, what was found and what is expected."""


@dataclass(frozen=True)
class Source:
    """Where newspapers come from."""

    name: str
    location: str
    pattern: str | None = None
    paper: str | None = None
    encoding: tuple[str, ...] = ()
    credentials: str | None = None
    schedule: str | float | None = None
    timezone: str = "Asia/Shanghai"
    late_after_days: int = 2
    retire: bool = False


@dataclass(frozen=True)
class Maintenance:
    """How a home is kept: when the maintenance runs, how many releases there are, when Prefect's record of a run is deleted."""

    schedule: str | float = "0 4 * * 0"
    timezone: str = "Asia/Shanghai"
    keep_releases: int = KEPT_RELEASES
    forget_after_days: int = 180


def declared_sources(home: Home) -> dict[str, Source]:
    """Return the declared sources of a home by name, none where there is no declaration. Raises DeclarationError."""
    declared_maintenance(home)
    return {name: read_source(name, given, f"{home.sources}, [{name}]") for name, given in read_toml(home).items() if name != MAINTENANCE}


def declared_maintenance(home: Home) -> Maintenance:
    """Return how a home is to be kept, the defaults where it does not say. Raises DeclarationError."""
    where, given = f"{home.sources}, [{MAINTENANCE}]", read_toml(home).get(MAINTENANCE, {})
    check_table(given, [field.name for field in fields(Maintenance)], where)
    check_schedule(given, where)
    for name in ("keep_releases", "forget_after_days"):
        if given.get(name, 1) < 1:
            raise DeclarationError(f"{where}: {name} is {given[name]}; expected a number above zero")
    return Maintenance(**given)


def read_toml(home: Home) -> dict[str, Any]:
    """Return the declaration of a home as it was written, nothing where there is none. Raises DeclarationError."""
    try:
        return tomllib.loads(home.sources.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationError(f"{home.sources}: not TOML in UTF-8: {error}") from error


def read_source(name: str, given: Any, where: str) -> Source:
    """Return one declaration, strictly read: a key that is not known is an error, not ignored. Raises DeclarationError.

    >>> read_source("yundu", {"location": "pages", "papre": "云渡日报"}, "sources.toml, [yundu]")
    Traceback (most recent call last):
    flows.shared.sources.DeclarationError: sources.toml, [yundu]: unknown key papre; expected location, pattern, paper, encoding, credentials, schedule, timezone, late_after_days, retire
    """
    check_table(given, [field.name for field in fields(Source) if field.name != "name"], where)
    if "location" not in given:
        raise DeclarationError(f"{where}: has no location; expected a folder, a file, a glob or a URL such as s3://bucket/papers")
    if "pattern" in given:
        try:
            compile_pattern(given["pattern"])
        except PatternError as error:
            raise DeclarationError(f"{where}: {error}") from error
    check_schedule(given, where)
    hints = given.get("encoding", ())
    encoding = (hints,) if isinstance(hints, str) else tuple(map(str, hints))
    try:
        expected(encoding)
    except EncodingError as error:
        raise DeclarationError(f"{where}: {error}") from error
    return Source(name, **{**given, "encoding": encoding})


def check_table(given: Any, keys: Sequence[str], where: str) -> None:
    """Raise DeclarationError where it is no table, for a key that is not known, and for a value of another type."""
    if not isinstance(given, dict):
        raise DeclarationError(f"{where}: found {given!r}; expected a table with {', '.join(keys)}")
    if unknown := [key for key in given if key not in keys]:
        raise DeclarationError(f"{where}: unknown key {', '.join(unknown)}; expected {', '.join(keys)}")
    for key, value in given.items():
        if not isinstance(value, TYPES[key]) or isinstance(value, bool) and bool not in TYPES[key]:
            raise DeclarationError(f"{where}: {key} is {value!r}; expected {' or '.join(kind.__name__ for kind in TYPES[key])}")


def check_schedule(given: Mapping[str, Any], where: str) -> None:
    """Raise DeclarationError for a schedule that never comes or cannot be read, and for a time zone that is not known.

    >>> check_schedule({"schedule": "0 25 * * *"}, "sources.toml, [yundu]")
    Traceback (most recent call last):
    flows.shared.sources.DeclarationError: sources.toml, [yundu]: schedule is '0 25 * * *': Bad hour; expected minute, hour, day, month, weekday such as 0 2 * * *, or a number of seconds
    """
    schedule = given.get("schedule")
    try:
        if isinstance(schedule, str):
            if len(schedule.split()) != 5:
                raise CronSimError("Wrong number of fields")
            next(CronSim(schedule, datetime(2024, 1, 1)))
        elif schedule is not None and not schedule > 0:
            raise CronSimError("Never comes")
    except (CronSimError, StopIteration) as error:
        raise DeclarationError(
            f"{where}: schedule is {schedule!r}: {error}; expected minute, hour, day, month, weekday such as 0 2 * * *, or a number of seconds"
        ) from error
    try:
        ZoneInfo(given.get("timezone", Source.timezone))
    except (KeyError, OSError, ValueError) as error:
        raise DeclarationError(f"{where}: timezone is {given['timezone']!r}; expected a name such as Asia/Shanghai") from error


def find_source(home: Home, given: str) -> Source:
    """Return the declared source of that name; any other text is the location of a source that nobody declared."""
    return declared_sources(home).get(given) or Source(given, given)


def use_credentials(source: Source) -> None:
    """Give fsspec, in this process and in those that it starts, the options that the source's Secret block holds.

    Raises DeclarationError where there is no such block or it holds no options.
    """
    if source.credentials is None:
        return
    from fsspec.config import conf
    from prefect.blocks.system import Secret

    where = f"[{source.name}], credentials = {source.credentials!r}"
    expected = 'a Secret block of that name, made on Prefect\'s pages under Blocks, with JSON such as {"key": "...", "secret": "..."}'
    try:
        options = Secret.load(source.credentials, _sync=True).get()  # pyrefly: ignore[unexpected-keyword] what Prefect's decorator takes
    except ValueError as error:
        raise DeclarationError(f"{where}: there is no such block; expected {expected}") from error
    if not isinstance(options, dict):
        raise DeclarationError(f"{where}: the block holds no JSON object; expected {expected}")
    protocol = source.location.partition("://")[0]
    conf[protocol] = options
    os.environ[f"FSSPEC_{protocol.upper()}"] = json.dumps(options)
