"""Roles of lines, and where articles begin: the likeliest sequence of labels of a linear-chain model.

The labels are those of a reader going down a page: a headline's first line (``headline``), its further lines (``more``), a paragraph that
begins an article without a headline (``untitled``), a caption that is news by itself (``photo``), a further paragraph, a subhead, a byline, a caption, a credit, a line of metadata
within an article, furniture. Their weights (``data/page_roles.tsv``) are learned by ``tests.bench.train_pages`` from pages in all physical
forms. A line shows what it is (``block_features``), how long it is and which characters it begins and ends with, what stands around it, how
much it says again, and how pages of its kind are set.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import compress, groupby, pairwise, takewhile

from transforms.bylines import ENDS_OF_OFFICES, has_author_field
from transforms.pages.block_features import SENTENCE_ENDS, BlockFeatures, looks_like_names
from transforms.pages.blocks import Line
from transforms.pages.context_features import NUMBERING, PASSED_OVER, SHOWN_BY_METADATA, features_in_context
from transforms.pages.linear_chain import read_chain
from transforms.pages.unwrapping import FIGURES
from transforms.pages.words import is_of_single_characters

WEIGHTS_OF_ROLES = "page_roles.tsv"
BEGINS_ARTICLE = frozenset(("headline", "untitled", "photo"))
ROLE = {
    "headline": "headline",
    "more": "headline",
    "byline": "byline",
    "untitled": "body",
    "photo": "caption",
    "body": "body",
    "subhead": "subhead",
    "caption": "caption",
    "credit": "credit",
    "metadata": "furniture",
    "furniture": "furniture",
}
HEADS = frozenset(("headline", "more"))
LABELS_OF_FIELD = {"title": HEADS, "kicker": frozenset(("headline",)), "deck": frozenset(("more",))}
"""What a line is that stands behind the name of a field (标题：)."""
SHOWN_BY_FRAME = frozenset(
    (
        "advert",
        "furniture",
        "navigation",
        "metadata",
        "trail",
        "site words",
        "masthead",
        "web",
        "notice",
        "separator",
        "edition",
        "full date",
    )
)
SHOWN_BY_HEADLINES_TOO = frozenset(
    ("goes on", "opens quote", "listed", "dated", "date first", "placed", "question", "two parts", "subtitle", "dashed title")
)
FEWEST_IN_LIST, FEWEST_IN_INDEX, SHORTEST_HEADLINE = 4, 3, 6
FEWEST_HEADINGS = 2
"""Headings that show that a page calls its headlines so."""
LINES_TO_TRAIL = 12
"""Lines at the top of a page of a site, over its text, in which the path to it stands (当前位置：首页 > 新闻); what is above it is the site's."""
TOP_OF_PAGE = 4
"""Lines in which what names a paper is no headline; further down 今日云渡 can be one."""
ALL_LABELS, TEXT_LABELS = frozenset(ROLE), frozenset(ROLE) - {"furniture", "metadata"}
CERTAIN = {
    "empty fields": frozenset(("furniture", "metadata")),
    "site words": frozenset(("furniture", "metadata")),
    "fields of a site": frozenset(("furniture", "metadata", "byline", "credit")),
    "fields under a headline": frozenset(("furniture", "metadata", "byline")),
    "over a trail": frozenset(("furniture", "metadata")),
    "over links of a site": frozenset(("furniture", "metadata")),
    "among headlines of a list": frozenset(("furniture", "metadata")),
    "behind the text of a site": frozenset(("furniture", "metadata")),
    "bare beside fields": ALL_LABELS - {"headline"},
    "behind fields": ALL_LABELS - {"more"},
    "in a field of text": TEXT_LABELS - BEGINS_ARTICLE,
    "beside fields": ALL_LABELS - HEADS,
    "tagged as a heading": HEADS | {"subhead", "furniture", "metadata"},
    "beside headings": ALL_LABELS - {"headline"},
    "wired headline": ALL_LABELS - HEADS,
    "sentences": frozenset(("untitled", "body", "photo", "caption")),
    "prose": TEXT_LABELS,
    "numbered headline": frozenset(("headline",)),
    "in a list": TEXT_LABELS,
    "over a dateline": HEADS,
    "dateline behind a text": BEGINS_ARTICLE,
    "over an author": HEADS,
    "over metadata": HEADS,
    "behind who signs": HEADS,
    "text behind who signs": BEGINS_ARTICLE,
    "author over a text": frozenset(("byline",)),
    "picture title": HEADS,
    "over a text": TEXT_LABELS,
    "under a headline": TEXT_LABELS,
    "names under a headline": frozenset(("byline", "credit", "body")),
    "source of a picture": frozenset(("photo", "caption", "credit", "byline")),
    "empty behind a text": frozenset(("furniture",)),
    "within a list": ALL_LABELS - BEGINS_ARTICLE,
    "picture news": HEADS,
    "who signs": TEXT_LABELS,
    "masthead at the top": ALL_LABELS - HEADS - BEGINS_ARTICLE,
    "in brackets": ALL_LABELS - BEGINS_ARTICLE,
    "credit in brackets": frozenset(("caption", "credit")),
    "sentence with its credit": frozenset(("photo", "caption", "credit")),
    "name in brackets": frozenset(("credit",)),
    "name in brackets over text": frozenset(("byline",)),
    "behind a dash": ALL_LABELS - BEGINS_ARTICLE,
    "subtitle or signature": TEXT_LABELS - BEGINS_ARTICLE,
    "salutation": TEXT_LABELS - BEGINS_ARTICLE,
    "speaks in turn": ALL_LABELS - BEGINS_ARTICLE,
    "signed and dated": TEXT_LABELS - BEGINS_ARTICLE,
}
"""The labels that are left to a line of which something is certain: in 82 pages of the press and the gold of modern articles, no article begins with one
of 193 lines in round brackets, 27 behind a dash and 47 salutations; 73 of 79 short lines over a name and a paragraph do begin one; of a
headline are all 643 short lines over a dateline, all 188 over a byline, 136 of 138 that end in (图片) and the like; all 92 lines of two to four characters and no word
behind a short line and over a paragraph name an author, whatever the surname, and all 37 short lines of a sentence and a credit are captions; all 47 paragraphs that open with
本报讯 behind another begin an article, and none of 11 with a dateline in brackets stands within one. Of 1,536 lines of headlines and 7,429 paragraphs none has a time of day or the fields of a site.
All 1,194 short lines of words between another and a text, in pages printed by ``tests.bench.page_forms``, are text; all 62 behind a text that ends
in who wrote it, and over another, are of a headline; of 154 lines of verse and lists with no text behind none begins an article. In 260 pages printed so
all 105 short lines between a text and metadata with another text behind are of a headline (339 of 341 in 240 pages printed as sites do, and none of 122 short
lines right over a text where three other headlines or more stand over fields), none of 72 paragraphs begins one that open with who speaks, as another does (记者：), none of 5,222 finished paragraphs of more than 60 characters is; all 48 lines
of pages that number their articles are headlines; all 110 lines of names between a short line and a text are bylines, all 74 that end in the source of a picture captions or who signs, all 298 fields
behind a headline no credit; all 4 paragraphs without a dateline behind one that names in brackets end begin an article.
"""
SHORTEST_PARAGRAPH = 61
"""Characters of the shortest paragraph that is no headline for sure; the longest headline in a year of a national paper has 41."""
FEWEST_NUMBERED, FEWEST_FIELDED = 2, 3
"""Headlines that show that a page numbers its articles, and that it prints fields under each."""
LONGEST_OFFICE = 12  # characters
LONGEST_SECTION, SHOWN_BY_OPENINGS = 8, frozenset(("lead", "byline", "names", "salutation"))
"""Characters from which on a line is too long for the name of a section."""
MOST_LINES_OF_HEADLINE, MOST_LINES_AHEAD = 4, 6
OPENING_MARKS = frozenset("“‘「『《")
DATED_TOP = re.compile(r"[12]\d{3}年\d{1,2}月\d{1,2}日(?:[\s星第][^，。]{0,20})?")
"""A line at the top that begins with the day of the issue, whatever stands beside it."""
PICTURE_NEWS = re.compile(r"[【\[■●]?\s?(?:图片新闻|图片报道|新闻图片|摄影报道)\s?[】\]]?")
ENDS_IN_PICTURE_CREDIT = re.compile(r"(?:摄|供图|截图|资料图片?|[文图][/／][文图])[)）]?$")
BRACKETED_LINE = re.compile(r"(?:[(（][^()（）]+[)）])+$")
SIGNED_AND_DATED = re.compile(
    r"[^，。]{0,16}[0-9一二〇○零]{4}年[0-9一二三四五六七八九十]{1,3}月(?:[0-9一二三四五六七八九十]{1,3}日)?[于於][一-鿿]{2,8}$"
    r"|[(（][一二〇○零八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日[)）]"
)
"""A place and a day behind who signs (1997年3月6日于北京), a day in words under the headline of a speech (（二〇二四年一月一日）)."""
WIRED_HEADLINE = re.compile(r"[^，。]{2,12}\d{1,2}月\d{1,2}日(?:电|讯)\s*题[:：]")
"""A dateline before the headline that an agency gave its report (新华社南宁3月21日电　题：…): the paper's own stands above it."""
OF_OTHERS = re.compile(
    r"[【\[■●□]?\s?(?:热门(?:文章|新闻|推荐|话题)|新闻推荐|推荐(?:新闻|阅读|文章)|(?:精彩|相关|热点)推荐|为您推荐|猜你喜欢|延伸阅读|相关阅读|往期回顾|大家都在看|(?:今日|政治今日)热门|网友(?:评论|回应)|最新评论|更多(?:新闻|文章))\s?[】\]:：]?"
)
"""What a site sets over the headlines of others behind its text."""
POINT = re.compile(r"[•·▪]\s?\S")
AUTHOR = re.compile("[一-鿿]{2,4}")
SPEAKER = re.compile("([一-鿿·]{1,6})[:：]")
EMPTY_FIELDS = re.compile(r"(?:[一-鿿]{2,6}\s?[:：]\s*)+")
SIGNING_REPORTER = re.compile(r"(?:[一-鿿]{0,8}记 ?者|通 ?讯 ?员)\s*[|:：丨/]\s*[一-鿿]")
"""Reporters who sign: editors may be those of the whole page."""
LONGEST_FRAME = 48
"""Characters of the longest line of a page's frame that shows no word of one."""


def read_roles(lines: Sequence[Line], features: Sequence[BlockFeatures], decided: Sequence[Collection[str]] = ()) -> list[str]:
    """Return the likeliest label of each line; ``decided``, where not empty, are the labels that reviewers left to it."""
    allowed = possible_labels(lines, features)
    for at, labels in enumerate(decided):
        allowed[at] = labels or allowed[at]
    return with_authors(lines, read_chain(WEIGHTS_OF_ROLES).decode(features_in_context(lines, features), allowed))


def with_authors(lines: Sequence[Line], labels: Sequence[str]) -> list[str]:
    """Return the labels; a line of fields that names its author is a byline right under a headline, a credit right behind the text."""
    found, above = [], "furniture"
    for line, label in zip(lines, labels, strict=True):
        if label in ("furniture", "metadata") and above not in ("furniture", "metadata") and has_author_field(line.reading):
            label = "byline" if above in HEADS | {"byline"} else "credit"
        found.append(label)
        above = above if label == "metadata" else label
    return found


def possible_labels(lines: Sequence[Line], features: Sequence[BlockFeatures]) -> list[Collection[str]]:
    """Return the labels that are left to each line by what is certain (``CERTAIN``); none where all are possible.

    What the page itself calls a headline is one, and then nothing else is: where two certain things are at odds, what ``CERTAIN`` has first counts.
    """
    named = any(line.label in LABELS_OF_FIELD for line in lines)
    has_headings = sum(line.label == "heading" for line in lines) >= FEWEST_HEADINGS
    n_printed = Counter(line.reading for line in lines)
    listed, numbered = runs_of_bare(lines, features, n_printed), numbered_headlines(lines, features)
    texts = [at for at, shown in enumerate(features) if shown.shows.isdisjoint(SHOWN_BY_METADATA) and not tells_of_picture(shown)]
    top = list(takewhile(lambda shown: shown.length <= LONGEST_FRAME, features[:LINES_TO_TRAIL]))
    end_of_trail = max((at for at, shown in enumerate(top) if "trail" in shown.shows), default=0)
    end_of_links, start_of_others = last_of_links(lines, features), first_of_others(lines, features)
    over_fields = headlines_over_fields(lines, features)
    speakers = [match and match[1] for match in (SPEAKER.match(line.reading) for line in lines)]
    n_turns = Counter(speakers)
    text_before: BlockFeatures | None = None
    is_behind_fields = False
    found: list[Collection[str]] = []
    for at, (line, shown, in_list, in_index) in enumerate(zip(lines, features, listed, lists_of_headlines(lines, features), strict=True)):
        if line.label in LABELS_OF_FIELD:
            found.append(LABELS_OF_FIELD[line.label])
            text_before = shown
            continue
        above = features[at - 1] if at else None
        ahead = bisect_right(texts, at)
        following = [features[later] for later in texts[ahead : ahead + MOST_LINES_AHEAD]]
        is_over_metadata = at + 1 < len(features) and shows_fields(features[at + 1])
        is_so = certain_by_itself(line, shown) | certain_by_neighbours(line, shown, above, text_before, following, is_over_metadata)
        is_so |= {
            "over a trail": at <= end_of_trail and "trail" in features[end_of_trail].shows,
            "over links of a site": at <= end_of_links,
            "among headlines of a list": in_index,
            "behind the text of a site": at >= start_of_others,
            "bare beside fields": bool(over_fields)
            and at not in over_fields
            and is_wordy(line, shown)
            and at + 1 < len(features)
            and features[at + 1].is_prose
            and not features[at + 1].is_short,
            "behind fields": is_behind_fields,
            "in a field of text": at > 0 and lines[at - 1].label == "text" and not lines[at - 1].reading,
            "beside fields": named and bool(line.reading),
            "beside headings": has_headings and line.label != "heading",
            "numbered headline": at in numbered,
            "speaks in turn": speakers[at] is not None and n_turns[speakers[at]] > 1 and not shown.is_short,
            "in a list": in_list,
            "within a list": in_list and at > 0 and listed[at - 1] and not over_text(following),
            "over a text": is_so["over a text"] and n_printed[line.reading] == 1,
            "masthead at the top": at < TOP_OF_PAGE
            and ("masthead" in shown.shows or DATED_TOP.fullmatch(line.reading) is not None)
            and not is_so["picture news"],
        }
        is_behind_fields = is_so["fields of a site"]
        found.append(labels_left_by(tuple(compress(CERTAIN, map(is_so.__getitem__, CERTAIN)))))
        if not shown.is_short or shown.shows.isdisjoint(PASSED_OVER):
            text_before = shown
    return found


@cache
def labels_left_by(certain: tuple[str, ...]) -> Collection[str]:
    """Return the labels that are left to a line by what is certain of it, names of ``CERTAIN`` in its order; none where nothing is.

    >>> sorted(labels_left_by(("picture title", "behind a dash"))), labels_left_by(())
    (['more'], ())
    """
    left = [CERTAIN[name] for name in certain]
    return frozenset.intersection(*left) or left[0] if left else ()


def certain_by_itself(line: Line, shown: BlockFeatures) -> dict[str, bool]:
    """Return what is certain of a line whatever stands around it: names of ``CERTAIN``, and whether each is so."""
    text, shows = line.reading, shown.shows
    in_brackets = text.endswith((")", "）")) and BRACKETED_LINE.match(text) is not None
    names_field = not shows.isdisjoint(("metadata", "navigation")) or "post word" in shows and "label" not in shows
    is_field = "time of day" in shows or "metadata" in shows and (":" in text or "：" in text)
    return {
        "empty fields": (names_field or text.count(":") + text.count("：") > 1) and EMPTY_FIELDS.fullmatch(text) is not None,
        "site words": "site words" in shows and "label" not in shows,
        "fields of a site": is_field and "lead" not in shows,
        "wired headline": "题" in text and WIRED_HEADLINE.match(text) is not None,
        "tagged as a heading": line.label == "heading",
        "sentences": shown.length >= SHORTEST_PARAGRAPH and shown.end == "closed" and shown.is_prose and shows.isdisjoint(SHOWN_BY_FRAME),
        "prose": shown.length > LONGEST_FRAME and shown.is_prose and shows.isdisjoint(SHOWN_BY_FRAME),
        "source of a picture": "picture source" in shows
        or shown.is_short
        and "picture credit" in shows
        and ENDS_IN_PICTURE_CREDIT.search(text) is not None,
        "picture title": "picture title" in shows and shown.is_short and not in_brackets,
        "picture news": shown.is_short and PICTURE_NEWS.fullmatch(text) is not None,
        "who signs": SIGNING_REPORTER.match(text) is not None and "metadata" not in shows,
        "in brackets": shown.end == "bracket" and in_brackets,
        "credit in brackets": in_brackets and "credit" in shows,
        "sentence with its credit": shown.is_short
        and not shows.isdisjoint(("ends in credit", "caption"))
        and not set(SENTENCE_ENDS).isdisjoint(text),
        "behind a dash": "subtitle" in shows,
        "subtitle or signature": "subtitle" in shows and text[-1] != text[0],
        "salutation": "salutation" in shows,
        "signed and dated": shown.is_short and SIGNED_AND_DATED.match(text) is not None,
    }


def certain_by_neighbours(
    line: Line,
    shown: BlockFeatures,
    above: BlockFeatures | None,
    text_before: BlockFeatures | None,
    following: Sequence[BlockFeatures],
    is_over_metadata: bool,
) -> dict[str, bool]:
    """Return what is certain of a line by those around it: names of ``CERTAIN``, and whether each is so.

    ``above`` is the line before, ``text_before`` the last line that is no credit and the like, ``following`` are those after it without metadata and sources of pictures.
    """
    after, after2 = (*following, None, None)[:2]
    wordy = is_wordy(line, shown)
    is_open = wordy and shown.end == "open"
    is_over_prose = after is not None and after.is_prose and above is not None and not above.is_prose
    is_name = "bracketed" in shown.shows and is_signature(line.reading[1:-1])
    is_finished_before = text_before is not None and text_before.is_prose and text_before.end in ("closed", "bracket")
    is_behind_headline = text_before is not None and text_before.is_short and shows_nothing(text_before)
    return {
        "over a dateline": is_open and shown.length >= SHORTEST_HEADLINE and after is not None and "lead" in after.shows,
        "dateline behind a text": not shown.shows.isdisjoint(("local lead", "bracketed lead")) and is_finished_before,
        "over an author": is_open and after is not None and names_an_author(after) and after2 is not None and after2.is_prose,
        "behind who signs": is_open and signs_at_end(text_before) and over_text(following),
        "text behind who signs": shown.is_prose
        and not shown.is_short
        and "lead" not in shown.shows
        and above is not None
        and above.length >= SHORTEST_PARAGRAPH
        and "ends in names" in above.shows,
        "fields under a headline": shows_fields(shown) and is_behind_headline and after is not None and after.is_prose,
        "over metadata": wordy
        and shown.end in ("open", "closed")
        and shown.length >= SHORTEST_HEADLINE
        and is_over_metadata
        and not is_behind_headline
        and (over_text(following) if text_before is None or is_finished_before else over_text(following[:1])),
        "author over a text": is_over_prose
        and above.is_short
        and AUTHOR.fullmatch(line.reading) is not None
        and is_of_single_characters(line.reading),
        "under a headline": (is_open and line.reading.isalpha() or names_an_author(shown) and shown.shows.isdisjoint(SHOWN_BY_METADATA))
        and is_behind_headline
        and after is not None
        and after.is_prose,
        "names under a headline": "names" in shown.shows and is_behind_headline and after is not None and after.is_prose,
        "empty behind a text": not line.reading and text_before is not None and text_before.is_prose,
        "over a text": wordy and shown.length >= LONGEST_SECTION and over_text(following),
        "name in brackets": is_name and not is_over_prose,
        "name in brackets over text": is_name and is_over_prose,
    }


def is_wordy(line: Line, shown: BlockFeatures) -> bool:
    """Return whether a line is short, begins with a word or a quotation, and shows nothing that headlines do not show too."""
    return shows_nothing(shown) and shown.is_short and (line.reading[:1].isalnum() or line.reading[:1] in OPENING_MARKS)


def shows_nothing(shown: BlockFeatures) -> bool:
    """Return whether a line shows nothing that headlines do not show too."""
    return shown.shows <= SHOWN_BY_HEADLINES_TOO


def shows_fields(shown: BlockFeatures) -> bool:
    """Return whether a line holds the fields or the day that a site prints with an article."""
    return not shown.shows.isdisjoint(("metadata", "time of day"))


def names_an_author(shown: BlockFeatures) -> bool:
    """Return whether a line holds who wrote, not who took a picture."""
    return shown.is_short and not shown.shows.isdisjoint(("names", "byline")) and "picture credit" not in shown.shows


def tells_of_picture(shown: BlockFeatures) -> bool:
    """Return whether a short line says who took or gave a picture."""
    return shown.is_short and not shown.shows.isdisjoint(("picture source", "picture credit"))


def is_signature(text: str) -> bool:
    """Return whether the text of a line in brackets is of who wrote: nothing but names, or the office that sent it in.

    >>> is_signature("周明远 赵小棠"), is_signature("县人大办"), is_signature("下转第四版")
    (True, True, False)
    """
    return looks_like_names(text) or 2 < len(text) <= LONGEST_OFFICE and text[-1] in ENDS_OF_OFFICES


def signs_at_end(shown: BlockFeatures | None) -> bool:
    """Return whether a text ends in who wrote it, not in who took a picture."""
    ends = shown.shows & {"signed", "closing credit", "picture credit", "ends in credit"} if shown is not None and shown.is_prose else ()
    return "signed" in ends or ends == {"closing credit"}


def over_text(following: Sequence[BlockFeatures]) -> bool:
    """Return whether what follows a line are up to three short lines that show nothing, and then a text."""
    n_bare = next(
        (n for n, shown in enumerate(following[:MOST_LINES_OF_HEADLINE]) if not (shows_nothing(shown) and shown.is_short)),
        None,
    )
    return n_bare is not None and (following[n_bare].is_prose or not following[n_bare].shows.isdisjoint(SHOWN_BY_OPENINGS))


def last_of_links(lines: Sequence[Line], features: Sequence[BlockFeatures]) -> int:
    """Return the last line of what a site lists over the first text of a page, points before each; -1 where there is no such list."""
    over = takewhile(lambda pair: not pair[1].is_prose, zip(lines, features, strict=True))
    pointed = [at for at, (line, _) in enumerate(over) if POINT.match(line.reading)]
    return pointed[-1] if len(pointed) >= FEWEST_IN_LIST else -1


def first_of_others(lines: Sequence[Line], features: Sequence[BlockFeatures]) -> int:
    """Return the line from which on a site prints what belongs to others, behind the text: no report with its dateline or byline follows."""
    at = next((at for at, line in enumerate(lines) if OF_OTHERS.fullmatch(line.reading)), len(lines))
    is_behind = any(shown.is_prose for shown in features[:at])
    is_last = all(shown.shows.isdisjoint(SHOWN_BY_OPENINGS | {"local lead", "bracketed lead"}) for shown in features[at:])
    return at if is_behind and is_last else len(lines)


def lists_of_headlines(lines: Sequence[Line], features: Sequence[BlockFeatures]) -> list[bool]:
    """Return which lines stand in a list of headlines over the first text of a page: short ones in a run, of which one is printed again below the run."""
    last_at = {line.reading: at for at, line in enumerate(lines)}
    found: list[bool] = []
    shown_over = takewhile(lambda shown: not shown.is_prose, features)
    for is_bare, run in groupby(shown.is_short and shows_nothing(shown) and shown.length > 1 for shown in shown_over):
        start, size = len(found), len(list(run))
        is_again = any(last_at[line.reading] >= start + size for line in lines[start : start + size])
        found += [is_bare and size >= FEWEST_IN_INDEX and is_again] * size
    return found + [False] * (len(lines) - len(found))


def runs_of_bare(lines: Sequence[Line], features: Sequence[BlockFeatures], n_printed: Mapping[str, int]) -> list[bool]:
    """Return which lines stand in a run of short ones that show nothing and are printed once: verse or a list, as a page's frame is not."""
    bare = [shown.is_short and shows_nothing(shown) and n_printed[line.reading] == 1 for line, shown in zip(lines, features, strict=True)]
    return [
        is_bare
        for _, run in groupby(bare)
        for members in [list(run)]
        for is_bare in [members[0] and len(members) >= FEWEST_IN_LIST] * len(members)
    ]


def headlines_over_fields(lines: Sequence[Line], features: Sequence[BlockFeatures]) -> set[int]:
    """Return the lines of headlines that stand over the fields of a site; none where those are few, or others stand right over a dateline or a
    byline.
    """
    wordy = [is_wordy(line, shown) for line, shown in zip(lines, features, strict=True)]
    over: set[int] = set()
    n_headlines = 0
    for at in range(1, len(lines)):
        if shows_fields(features[at]) and wordy[at - 1]:
            n_headlines += 1
            over.update(takewhile(wordy.__getitem__, range(at - 1, max(at - 1 - MOST_LINES_OF_HEADLINE, -1), -1)))
    is_bare = any(
        is_line and at not in over and not shown.shows.isdisjoint(("lead", "byline"))
        for at, (is_line, shown) in enumerate(zip(wordy, features[1:], strict=False))
    )
    return set() if is_bare or n_headlines < FEWEST_FIELDED else over


def numbered_headlines(lines: Sequence[Line], features: Sequence[BlockFeatures]) -> set[int]:
    """Return the lines that a page numbers from its first line on, one by one, with text between them: headlines."""
    numbered: dict[str, list[tuple[int, int]]] = {}
    for at, (line, shown) in enumerate(zip(lines, features, strict=True)):
        if shown.is_short and (match := NUMBERING.match(line.reading)) and (number := FIGURES.search(match[0])):
            numbered.setdefault(FIGURES.sub("0", match[0]).strip(), []).append((at, int(number[0])))
    first = next((at for at, line in enumerate(lines) if line.reading), None)
    return {
        at
        for run in numbered.values()
        if len(run) >= FEWEST_NUMBERED and run[0][0] == first and [number for _, number in run] == list(range(1, len(run) + 1))
        if all(later > at + 1 for (at, _), (later, _) in pairwise(run))
        for at, _ in run
    }
