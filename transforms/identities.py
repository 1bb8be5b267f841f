"""Who is who over articles: stable ids from names, and one name that two people bear.

One person per name unless titles contradict each other. Ids are hashes of names, so they hold over runs and machines.
"""

from __future__ import annotations

from hashlib import sha256


def _hash(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def person_id(name: str, told_apart_by: str | None = None) -> str:
    """Return the id of the person of that name; ``told_apart_by`` where several people bear it."""
    return _hash("person", name, told_apart_by) if told_apart_by else _hash("person", name)


def organization_id(name: str) -> str:
    """Return the id of the organisation of that name."""
    return _hash("organization", name)


def place_id(name: str) -> str:
    """Return the id of the place of that name."""
    return _hash("place", name)
