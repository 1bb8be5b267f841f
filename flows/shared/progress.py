"""Listeners of a run's progress: the terminal's bar, Prefect's progress artifact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, int, int], None]
"""Called with the stage's name, units done, units in all."""

_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell the listener of all progress while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def advance(stage: str, done: int, total: int) -> None:
    """Tell all listeners that a stage has come so far."""
    for listener in _listeners:
        listener(stage, done, total)
