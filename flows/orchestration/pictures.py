"""Pictures for the monitor, as SVG in a data URI: Prefect's artifact page shows them without a file or a network."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

GOOD, WARNED, IDLE, BAD, WAITING = "#2f7d4f", "#c98a00", "#9aa5b1", "#b3261e", "#5b4fb3"
COLOURS = {"Loaded": GOOD, "Degraded": WARNED, "Loaded with warnings": WARNED, "Nothing new": IDLE, "Suspended": WAITING}
"""Of the bar of a run, by the name of its state; degraded runs were called loaded with warnings up to version 0.1.0."""
INK, PALE = "#1f2933", "#d9e0e6"


@dataclass(frozen=True)
class PastRun:
    """What the chart shows of a run: when, the name of its state, what it loaded."""

    day: str
    state: str
    n_articles: int
    n_quarantined: int


def data_uri(svg: str) -> str:
    """Return a picture as an address that holds it."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def runs_chart(runs: Sequence[PastRun], width: int = 960, height: int = 268) -> str:
    """Return the chart of the last runs, oldest first: a column of articles each, coloured by how it ended.

    Failed runs have a column of full height: they are what must be seen first.
    """
    left, top, bottom = 48, 42, height - 34
    top_value = max([run.n_articles for run in runs], default=0) or 1
    step = (width - left - 10) / max(len(runs), 10)
    parts = [f'<text x="{left}" y="18" class="h">Articles loaded, and above them what was quarantined</text>']
    legend = (("loaded", GOOD), ("degraded", WARNED), ("nothing new", IDLE), ("waiting", WAITING), ("failed or blocked", BAD))
    for number, (word, colour) in enumerate(legend):
        x = width - 540 + number * 108
        parts.append(f'<rect x="{x}" y="9" width="10" height="10" fill="{colour}"/><text x="{x + 14}" y="18">{word}</text>')
    for value in (0, top_value):
        y = bottom - (bottom - top) * value / top_value
        parts.append(
            f'<line x1="{left}" x2="{width - 10}" y1="{y:.1f}" y2="{y:.1f}" stroke="{PALE}"/>'
            f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{value}</text>'
        )
    for number, run in enumerate(runs):
        colour = COLOURS.get(run.state, BAD)
        share = 1 if colour == BAD else max(run.n_articles / top_value, 0.015)
        x, tall = left + number * step + step * 0.15, (bottom - top) * share
        label = escape(f"{run.day}: {run.state}, {run.n_articles} articles, {run.n_quarantined} quarantined")
        parts.append(
            f'<rect x="{x:.1f}" y="{bottom - tall:.1f}" width="{step * 0.7:.1f}" height="{tall:.1f}" fill="{colour}">'
            f"<title>{label}</title></rect>"
        )
        if run.n_quarantined:
            parts.append(
                f'<text x="{x + step * 0.35:.1f}" y="{bottom - tall - 3:.1f}" text-anchor="middle" style="fill:{BAD}">{run.n_quarantined}</text>'
            )
        if number % max(1, len(runs) // 8) == 0:
            parts.append(f'<text x="{x:.1f}" y="{bottom + 16}">{escape(run.day[5:])}</text>')
    return drawing(width, height, parts)


def lineage_picture(layers: Sequence[tuple[str, Sequence[str]]], edges: Mapping[str, Sequence[str]], rows: Mapping[str, int]) -> str:
    """Return the picture of what is made from what: one column per layer, a line from each thing to what reads it.

    ``edges`` names what each thing reads; ``rows`` says how many rows a thing holds, where that is known.
    """
    box, gap, line = 190, 110, 26
    height = 50 + line * max(len(names) for _, names in layers)
    width = len(layers) * (box + gap) - gap + 20
    place = {
        name: (10 + number * (box + gap), 40 + line * position)
        for number, (_, names) in enumerate(layers)
        for position, name in enumerate(names)
    }
    parts = []
    for name, reads in edges.items():
        for read in reads:
            (x1, y1), (x2, y2) = place[read], place[name]
            if x1 < x2:
                x1, y1, y2 = x1 + box, y1 + 10, y2 + 10
                middle = (x1 + x2) / 2
                parts.append(
                    f'<path d="M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}" fill="none" stroke="#7b8794" stroke-opacity="0.45"/>'
                )
    for title, names in layers:
        parts.append(f'<text x="{place[names[0]][0]}" y="24" class="h">{escape(title)}</text>')
    for name, (x, y) in place.items():
        parts.append(
            f'<rect x="{x}" y="{y}" width="{box}" height="20" rx="3" fill="#fff" stroke="{INK}"/>'
            f'<text x="{x + 6}" y="{y + 14}">{escape(name)}</text>'
        )
        if name in rows:
            parts.append(f'<text x="{x + box - 6}" y="{y + 14}" text-anchor="end" fill="#52606d">{rows[name]:,}</text>')
    return drawing(width, height, parts)


def drawing(width: int, height: int, parts: Sequence[str]) -> str:
    """Return an SVG drawing with a background, so that it is readable on a dark page too."""
    style = f"text{{font:12px sans-serif;fill:{INK}}} .h{{font-weight:bold}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<style>{style}</style><rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>'
    )
