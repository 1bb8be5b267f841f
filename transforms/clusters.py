"""Clusters: what pairs connect, directly or over others, is one."""

from __future__ import annotations

from collections.abc import Iterable


def cluster(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for every id in the pairs the smallest id that it hangs together with.

    >>> cluster([("c", "b"), ("b", "a"), ("x", "y")]) == {"a": "a", "b": "a", "c": "a", "x": "x", "y": "x"}
    True
    """
    parent: dict[str, str] = {}

    def root(item: str) -> str:
        parent.setdefault(item, item)
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for left, right in pairs:
        first, second = sorted((root(left), root(right)))
        parent[second] = first
    return {item: root(item) for item in parent}
