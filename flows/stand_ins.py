"""What stands in, while Prefect's server is made, for things that are not needed of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


class StandIn(ModuleType):
    """A library that is not used: whatever is taken from it can be named, called, and asked for more."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything


class AnythingType(type):
    """The type of what is taken from a library that is not used."""

    def __getattr__(cls, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        return cls

    def __call__(cls, *_: object, **__: object) -> object:
        return cls


class Anything(metaclass=AnythingType):
    """What is taken from a library that is not used."""


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Let something of Prefect be another thing while the block runs; where Prefect no longer has it, nothing is changed."""
    kept = getattr(owner, name, None)
    if kept is None:
        yield
        return
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, kept)
