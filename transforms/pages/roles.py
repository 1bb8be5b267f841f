"""Choose what each block is: the likeliest sequence of roles, by dynamic programming.

The states are those of a reader going down a page: a headline's first line, its further lines, a byline, a paragraph that
opens with a dateline, an untitled paragraph that begins an article, a further paragraph, a subhead, a caption or credit,
furniture. A block gives points to each state by its shape; going from one state to the next costs or gives points. All points
are set by hand and stand in the two tables below.
"""

from __future__ import annotations

from collections.abc import Sequence

from transforms.pages.cohesion import Start
from transforms.pages.shapes import Shape

NEVER = -40.0
IMPOSSIBLE = -8.0
LONGEST_BRIEF = 300
RUBRIC, SUBTITLE, VERSE_AUTHOR, QUOTED = 4.0, 3.0, 4.0, 0.8
STATES = ("headline", "more", "byline", "lead", "untitled", "body", "feature", "subhead", "credit", "furniture")
BEGINS_ARTICLE = frozenset(("headline", "untitled"))
ROLE = {
    "headline": "headline", "more": "headline", "byline": "byline", "lead": "body", "untitled": "body", "body": "body", "feature": "body",
    "subhead": "subhead", "credit": "credit", "furniture": "furniture",
}

# from: points for going on to headline, more, byline, lead, untitled, body, feature, subhead, credit, furniture
STEPS: dict[str, tuple[float, ...]] = {
    "page":      (0.0, NEVER, -4.0, -2.0, -2.0, -6.0, NEVER, -8.0, -4.0, 0.0),
    "headline":  (-3.0, -1.2, 0.5, 2.5, NEVER, -0.6, -1.8, -3.0, 0.0, -3.0),
    "more":      (-4.0, -2.0, 0.5, 2.5, NEVER, -0.6, -1.8, -3.0, 0.0, -3.0),
    "byline":    (-6.0, -2.5, -1.5, 1.0, NEVER, NEVER, 1.5, 0.3, -2.0, -3.0),
    "lead":      (-1.5, NEVER, -3.5, -1.5, -0.5, 0.0, NEVER, -3.2, 0.0, -1.0),
    "untitled":  (-1.5, NEVER, -3.5, -1.5, 0.4, -0.7, NEVER, -4.5, 0.0, -1.0),
    "body":      (-2.0, NEVER, -3.5, -1.5, -1.5, 0.0, NEVER, -2.8, 0.0, -1.0),
    "feature":   (-2.0, NEVER, -3.5, -2.5, -2.5, NEVER, 0.0, -1.4, 0.0, -1.0),
    "subhead":   (-6.0, NEVER, -4.0, -0.5, NEVER, NEVER, 0.0, -2.5, -3.0, -3.0),
    "credit":    (1.0, NEVER, -3.0, -1.5, 0.0, -1.0, -1.0, -2.0, -0.3, 0.0),
    "furniture": (0.0, NEVER, -4.0, -1.0, -1.5, -2.0, NEVER, -4.0, -2.0, 0.0),
}
END = {"headline": -5.0, "more": -5.0, "byline": -3.0, "subhead": -5.0}


# by state: the points for coming to it from each state
REACHED_FROM = tuple(tuple(STEPS[name][state] for name in STATES) for state in range(len(STATES)))


def read_roles(
    shapes: Sequence[Shape], verse: Sequence[bool], starts: Sequence[Start], allowed: Sequence[frozenset[str]]
) -> tuple[str, ...]:
    """Return the likeliest state of each paragraph. ``starts`` holds what else speaks for an article beginning at each;
    ``allowed``, where it is not empty, the states that reviewers left to it.
    """
    if not shapes:
        return ()
    best = {state: STEPS["page"][state] + point for state, point in emissions(shapes[0], verse[0], starts[0], allowed[0])}
    back: list[dict[int, int]] = []
    for index in range(1, len(shapes)):
        arrows, now = {}, {}
        for state, point in emissions(shapes[index], verse[index], starts[index], allowed[index]):
            steps = REACHED_FROM[state]
            value, previous = max([(so_far + steps[p], p) for p, so_far in best.items()])
            arrows[state], now[state] = previous, value + point
        back.append(arrows)
        best = now
    at = max(best, key=lambda state: best[state] + END.get(STATES[state], 0.0))
    path = [at]
    for arrows in reversed(back):
        at = arrows[at]
        path.append(at)
    return tuple(STATES[state] for state in reversed(path))


def emissions(shape: Shape, is_verse: bool, start: Start, allowed: frozenset[str]) -> list[tuple[int, float]]:
    """Return the points of a block for each state that it can be in, by the state's place in ``STATES``."""
    title = title_points(shape, is_verse)
    body = body_points(shape, is_verse)
    points = (
        title + start.titled - SUBTITLE * shape.is_subtitle,
        title + SUBTITLE * shape.is_subtitle,
        byline_points(shape) + start.other - (VERSE_AUTHOR if is_verse else 0.0),
        0.0 if shape.has_lead else NEVER,
        untitled_points(shape) + start.untitled,
        body,
        body + QUOTED * shape.opens_quote,
        subhead_points(shape, is_verse) + start.other,
        credit_points(shape),
        3.0 if shape.is_furniture or shape.is_advert else -9.0,
    )
    if allowed:
        return [(state, max(point, -1.0)) for state, point in enumerate(points) if STATES[state] in allowed]
    return [(state, point) for state, point in enumerate(points) if point > IMPOSSIBLE]


def title_points(shape: Shape, is_verse: bool) -> float:
    """Return how much a block looks like a line of a headline."""
    if not shape.is_short:
        return -14.0
    points = 0.0
    if shape.is_verse_like(is_verse):
        points -= 3.0
    if shape.is_picture_title:
        points += 2.5
    elif shape.is_credit or shape.is_caption:
        points -= 5.0
    if shape.is_dashed_title:
        points += 1.5
    if shape.is_rubric:
        points += RUBRIC
    if shape.is_listed and not shape.is_subtitle:
        points -= 2.5
    if shape.is_byline:
        points -= 5.0
    if shape.is_date_line:
        points -= 5.0
    if shape.is_author:
        points -= 2.5
    if shape.is_figures:
        points -= 5.0
    if shape.is_furniture:
        points -= 4.0
    if shape.end == "soft":
        points -= 2.5
    if shape.length <= 3:
        points -= 1.5
    return points


def subhead_points(shape: Shape, is_verse: bool) -> float:
    """Return how much a block looks like a subhead."""
    if not shape.is_short:
        return -14.0
    points = title_points(shape, is_verse)
    if shape.is_subtitle:
        points -= 5.0
    if shape.is_picture_title:
        points -= 5.0
    if shape.is_dashed_title:
        points -= 3.0
    if shape.is_rubric:
        points -= RUBRIC + 3.0
    if shape.is_listed:
        points += 3.0
    if shape.is_editors_note and shape.length < 6:
        points += 5.0
    if shape.length > 24:
        points -= 1.5
    if shape.length <= 3:
        points += 1.5
    return points


def byline_points(shape: Shape) -> float:
    """Return how much a block looks like a byline."""
    if shape.is_byline:
        return 0.0 if shape.is_credit else 2.5
    if shape.is_author:
        return 2.0
    return 1.0 if shape.is_titled_author else -9.0


def credit_points(shape: Shape) -> float:
    """Return how much a block looks like a credit, or a caption that ends in one."""
    if shape.is_credit or shape.is_label:
        return -2.0 if shape.is_furniture else 1.0
    return 0.5 if shape.is_caption and shape.is_short or shape.is_picture_note else -8.0


def untitled_points(shape: Shape) -> float:
    """Return how much a block looks like an article without a headline."""
    if shape.has_lead:
        return 0.5 if shape.is_local_lead else 0.0
    if not shape.is_prose or shape.is_short or shape.is_listed:
        return -12.0
    points = -1.0 if shape.is_dated else -2.0
    if shape.goes_on:
        points -= 4.0
    if shape.length > LONGEST_BRIEF:
        points -= 1.5
    return points


def body_points(shape: Shape, is_verse: bool) -> float:
    """Return how much a block looks like a further paragraph."""
    if shape.has_lead:
        return NEVER
    if not shape.is_short or is_verse or shape.is_listed or shape.is_figures or shape.end == "soft":
        return 0.0
    if shape.is_picture_title or shape.is_rubric or shape.is_subtitle:
        return -5.0
    if shape.is_date_line:
        return 0.0
    if shape.end == "closed" and not shape.is_credit:
        return -0.7
    return -2.5
