"""Say where text is missing: articles that have lost their beginning, and articles that break off.

A lost beginning leaves only weak traces, since Chinese can begin a sentence with nearly anything: a closing quote without its
opening, a first word that never opens a sentence in the character model or on this page. The traces are added up, with weights
near those that ``python -m tests.bench.join_weights`` finds. Flags are set where about one whole paragraph in fifty is flagged by
mistake; more than half of the lost beginnings are then missed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from transforms.pages.block_features import BlockFeatures
from transforms.pages.language import START, begins, flatten, log_count, occurs
from transforms.pages.words import first_word

BEGINS_INSIDE = re.compile(r"[，。；、：！？”’』」）》,;:!?)]")
NO_SENTENCE = frozenset(("figures", "listed", "credit", "byline", "post word", "signed", "ends in credit"))
LOST, LOST_FOR_SURE = 4.2, 6.0
"""What must speak for a lost beginning on a page that shows other breaks, and on one that shows none."""
UNLIKELY, MOST_UNLIKELY = -0.7, 6.0
ONE_CHARACTER, NEVER_OPENS, KNOWN_PAIR = 1.0, 1.2, 0.35
UNOPENED, INSIDE = 2.5, 4.0
# a local paper opens sentences with the offices of its town, 区交通运输局, which the segmenter does not know
HOME, HOMES = -1.5, frozenset("省市县区旗州镇乡村")
OPENS_OTHERS = (0.0, -1.7, -2.2)
SAME_CHARACTER, USUAL_OPENER = -1.0, 4
NUMBER_OR_QUOTE = -1.0


def looks_headless(text: str, shape: BlockFeatures, openings: Mapping[str, int], lost: float = LOST) -> bool:
    """Return whether the beginning of a paragraph is missing. ``openings`` counts the first characters of the page's sentences, ``lost``
    is how much must speak for it.

    >>> from transforms.pages.block_features import features_of
    >>> text = "”的做法得到两岸居民的欢迎，渡口的客流比去年同期明显增加，船工们也有了更多收入。"
    >>> looks_headless(text, features_of(text), {})
    True
    """
    if not shape.is_prose or not shape.shows.isdisjoint({"listed", "lead"}):
        return False
    pair = flatten(text[:2])
    points = UNLIKELY * max(-MOST_UNLIKELY, min(3.0, begins(text) - occurs(text)))
    points += KNOWN_PAIR * (log_count(pair) or -1.0)
    points -= NEVER_OPENS * (log_count(START + pair) is not None)
    points += OPENS_OTHERS[min(openings.get(text[:2], 1) - 1, 2)] + SAME_CHARACTER * (openings.get(text[0], 1) >= USUAL_OPENER)
    points += UNOPENED * closes_unopened(text) + INSIDE * (BEGINS_INSIDE.match(text) is not None)
    points += NUMBER_OR_QUOTE * (text[0].isdigit() or text[0] in "“『‘「")
    if points + ONE_CHARACTER <= lost:  # the first word cannot tip it
        return False
    word = first_word(text)
    return points + (HOME if word in HOMES else ONE_CHARACTER if len(word) == 1 else 0.0) > lost


def closes_unopened(text: str) -> bool:
    """Return whether a quote is closed before one is opened.

    >>> closes_unopened("通航了。”他说：“好。”"), closes_unopened("他说：“好。”")
    (True, False)
    """
    opened, closed = text.find("“"), text.find("”")
    return closed >= 0 and not 0 <= opened < closed


def breaks_off(text: str, shape: BlockFeatures, *, at_end_of_page: bool) -> bool:
    """Return whether the last paragraph of an article breaks off: prose without its full stop, at the end of a page any text.

    >>> from transforms.pages.block_features import features_of
    >>> breaks_off("渡口今天举行了通", features_of("渡口今天举行了通"), at_end_of_page=True)
    True
    """
    if shape.end != "open" or not shape.shows.isdisjoint(NO_SENTENCE):
        return False
    return at_end_of_page or shape.is_prose and re.search("[，。；：、,;:]", text) is not None
