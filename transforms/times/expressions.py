"""Expressions: tokens that stand together, as one time, a range of two, a length, a vague time or one that recurs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from transforms.text.numerals import parse_number
from transforms.times.fields import FINENESS_OF, Fields, Fineness, Length, Token
from transforms.times.tokens import find_tokens
from transforms.times.word_tokens import WEEKDAYS
from transforms.times.years import PLANNED_BEFORE

BOTH = re.compile("[与和]")
BOTH_END = re.compile("期?之?间(?!隔|距|接)")
BETWEEN = re.compile(r"[ ]?(?:-{1,2}|[至到]|起至|起到|开始到)[ ]?(?P<short>[早晚])?")
NTH = re.compile("的?(第|前|首|头|最后)[ ]?")
CLOSING = {"(": ")", "（": "）", "“": "”"}
SINCE = re.compile("以来|来(?![自到源往访宾电信函临说看])")
PAST = re.compile("(?:最近的?|刚刚?过去的?|过去的?|这|(?<![将接最附临了达时经])近|(?:^|(?<=[，,。、；比在\n]))[上前](?=[ ]?$))[ ]?$")
FUTURE = re.compile("(?:今起|明起|未来的?|今后的?|接下来的?|下一个)$")
EVERY = re.compile("(?:每隔?)$")
AGO = re.compile("[之以]?前(?![后景提列茅往三任])")
PAST_OF = {"近": "CYQMWD", "上": "MW", "前": "W"}
WITHIN = re.compile("[之以]?内")
CLAUSE_STARTS = frozenset("，,。；;、（(：:\n“”将在")
AT_LEAST, AT_MOST = re.compile("以上[、，,至到]?"), re.compile("以下")
HAPPENED = re.compile("[^，。！？；\n]{0,16}?(?:[了过曾已竟跌涨]|先后|连续|累计|升至|降至|增长|下降|便达|就达)")
LATER = re.compile("[之以]?后(?!勤|续|备|援|期|进|劲)")
ORDINAL = re.compile("第$")
SHORT_DAYPARTS = {"早": ("MO", 0), "晨": ("MO", 0), "晚": ("EV", 12), "夜": ("NI", 12)}
SHORT_DAYPART = re.compile("[早晨晚夜](?![报会宴餐间上点市里景霞饭年晨些已就在期操练读跑色空班场总莺])")
MINUTES = re.compile("零?([0-9]{1,2}|[一二三四五六七八九十]{1,3})分(?!钟|之|数|别)(?:([0-9]{1,2}|[一二三四五六七八九十]{1,3})秒)?")
OF_THIS_MONTH = ("月初", "月底", "月末", "上半月", "下半月")
SEASONS = ("SP", "SU", "FA", "WI")
OPENING_MARKS, CLOSING_MARKS = ("“", "『", "《", "「"), ("”", "』", "》", "」")
NOT_THE_FIRST = ("以前", "之前", "目前", "日前", "此前", "提前")
"""Words that end in 前 before a number of months: 提前两个月 is none of the year's first."""
LONGEST_GAP = 4
"""Characters between tokens of one expression: 开始到, 期之间."""
AT = set("在于至到从约近晚早车为由，,。；;、（(：:\n \u3000")


class Expression(NamedTuple):
    """An expression of time in ``text[start:end]``; ``last`` is what the end of a range says, ``direction`` where it points.

    ``kind``: point, length, vague, recurring, unresolved (a time that no value can be given). ``direction`` of a point: since; of a length:
    past, future, within, ago, later, every. ``coarsest`` is the coarsest that the end of a range prints itself: of 3月28日至2日 the day, the
    month is that of the beginning.
    """

    start: int
    end: int
    kind: str
    fields: Fields
    last: Fields | None = None
    direction: str = ""
    coarsest: Fineness = Fineness.YEAR


def find_expressions(text: str) -> Iterator[Expression]:
    """Yield the expressions of time of a plain text in order; a vague word that a length takes to itself is part of it (未来|三年)."""
    waiting = None
    for expression in _expressions(text):
        if waiting and expression.start >= waiting.end:
            yield waiting
        waiting = expression
    if waiting:
        yield waiting


def _expressions(text: str) -> Iterator[Expression]:
    tokens = list(find_tokens(text))
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.finest == Fineness.VAGUE:
            yield Expression(token.start, token.end, "vague" if token.fields.vague else "unresolved", token.fields)
            index += 1
        elif token.finest == Fineness.SET:
            index, expression = _recurring_at(text, tokens, index)
            if expression:
                index, listed = _recurring_goes_on(text, tokens, index, expression)
                yield from (expression, *listed)
        else:
            index, expression = (_length_at if token.finest == Fineness.DURATION else _point_or_range_at)(text, tokens, index)
            if expression:
                yield expression


def _merged_at(text: str, tokens: Sequence[Token], index: int) -> tuple[int, Token]:
    """Return the next position and the token made of the tokens from ``index`` on that go from coarse to fine."""
    whole = tokens[index]
    index += 1
    while index < len(tokens):
        token = tokens[index]
        gap = text[whole.end : token.start]
        if len(gap) > LONGEST_GAP:
            break
        if whole.range_end:
            if gap or token.coarsest != Fineness.MONTH or whole.range_end.names() != {"year"} or token.range_end:
                break
            whole = whole._replace(end=token.end, range_end=whole.range_end.overlaid(token.fields))
            index += 1
            break
        if token.finest == Fineness.DURATION:
            nth = NTH.fullmatch(gap)
            amount, letter = token.fields.length[0]
            if not nth or whole.finest not in (Fineness.YEAR, Fineness.MONTH) or amount is None or letter not in "MWD":
                break
            whole = whole._replace(end=token.end, finest=Fineness.PART, fields=whole.fields._replace(nth=(nth[1], amount, letter)))
        elif token.finest > Fineness.CLOCK or token.coarsest <= whole.finest or not _adjoins(gap, whole, token):
            break
        else:
            whole = _joined(text, gap, whole, token)
        index += 1
    return index, _with_short_daypart(text, whole, tokens[index].start if index < len(tokens) else len(text))


def _joined(text: str, gap: str, whole: Token, token: Token) -> Token:
    """Return a token and the finer one behind it as one."""
    end = token.end + (gap in CLOSING and text[token.end : token.end + 1] == CLOSING[gap])
    fields = whole.fields.without("needs_month", "stands").overlaid(token.fields)
    if fields.month:
        fields = fields.without("needs_month")
    if gap in SHORT_DAYPARTS:
        fields = fields._replace(daypart=SHORT_DAYPARTS[gap])
    return Token(whole.start, end, whole.coarsest, token.finest, fields, token.range_end)


def _with_short_daypart(text: str, whole: Token, until: int) -> Token:
    """Return a day with the 晚 or 早 printed after it."""
    if whole.finest not in (Fineness.DAY, Fineness.WEEKDAY) or whole.range_end or whole.end >= until:
        return whole
    short = SHORT_DAYPART.match(text, whole.end)
    if short is None:
        return whole
    return whole._replace(end=short.end(), finest=Fineness.DAYPART, fields=whole.fields._replace(daypart=SHORT_DAYPARTS[short[0]]))


def _adjoins(gap: str, whole: Token, token: Token) -> bool:
    """Return whether a token may go on a coarser one across the gap between them."""
    if gap in ("", " ") or gap == "“" and token.fields.holiday and whole.finest == Fineness.YEAR:
        return True
    if token.coarsest == Fineness.WEEKDAY:
        return gap in ("(", "（", ",", "，", "、")
    if gap in SHORT_DAYPARTS:
        return whole.finest in (Fineness.DAY, Fineness.WEEKDAY) and token.coarsest == Fineness.CLOCK
    return gap == "的" and whole.finest in (Fineness.YEAR, Fineness.PERIOD, Fineness.MONTH, Fineness.DAY)


def _opening_days(text: str, tokens: Sequence[Token], index: int) -> Expression | None:
    """Return 周一至周五 where opening hours follow: a rule of every week."""
    if index + 1 >= len(tokens) or not tokens[index].finest == tokens[index].coarsest == tokens[index + 1].finest == Fineness.WEEKDAY:
        return None
    first, last = tokens[index], tokens[index + 1]
    if not BETWEEN.fullmatch(text[first.end : last.start]) or not OPEN.match(text, last.end):
        return None
    return Expression(first.start, last.end, "recurring", first.fields._replace(every="P1W"), last.fields)


def _point_or_range_at(text: str, tokens: Sequence[Token], index: int) -> tuple[int, Expression | None]:
    if opening := _opening_days(text, tokens, index):
        return index + 2, opening
    index, first = _merged_at(text, tokens, index)
    last, coarsest, end = None, Fineness.YEAR, first.end
    if first.range_end:
        last = first.fields.overlaid(first.range_end)
        coarsest = min(FINENESS_OF.get(name, Fineness.VAGUE) for name in first.range_end.names())
    elif index < len(tokens) and len(text[first.end : tokens[index].start]) <= LONGEST_GAP:
        gap, token = text[first.end : tokens[index].start], tokens[index]
        if token.finest == Fineness.VAGUE and text[token.start : token.end] == "至今" and not gap:
            return index + 1, Expression(first.start, token.end, "point", first.fields, None, "since")
        found = _range_end_at(text, gap, tokens, index) if token.finest <= Fineness.CLOCK else None
        if found:
            index, second, end = found
            coarsest = second.coarsest
            last = first.fields.coarser_than(coarsest).overlaid(second.fields)
            if last.month or not last.day:
                last = last.without("needs_month")
            if coarsest > first.coarsest or not last.needs_month:
                first = first._replace(fields=first.fields.without("needs_month"))
    if not _holds(text, first, last, end):
        return index, None
    if text.startswith("以来", end) and last is None and first.finest <= Fineness.DAY:
        return index, Expression(first.start, end + 2, "point", first.fields, None, "since")
    return index, Expression(first.start, end, "point", first.fields, last, coarsest=coarsest)


def _range_end_at(text: str, gap: str, tokens: Sequence[Token], index: int) -> tuple[int, Token, int] | None:
    """Return the next position, the end of a range across the gap, and where that ends: 至|4月30日, 与9日之间."""
    is_both, between = BOTH.fullmatch(gap), BETWEEN.fullmatch(gap)
    if not is_both and not between:
        return None
    index, second = _merged_at(text, tokens, index)
    closing = BOTH_END.match(text, second.end) if is_both else None
    if second.range_end or second.finest < Fineness.YEAR or is_both and not closing:
        return None
    if between and between["short"] and not second.fields.daypart:
        second = second._replace(fields=second.fields._replace(daypart=SHORT_DAYPARTS[between["short"]]))
    return index, second, closing.end() if closing else second.end


def _holds(text: str, point: Token, last: Fields | None, end: int) -> bool:
    """Return whether a point says enough to be a time."""
    fields = point.fields
    if fields.needs_month or fields.part and not fields.month and fields.word not in OF_THIS_MONTH:
        return False
    if (fields.period in SEASONS or fields.stands == "year") and not fields.year:
        return False
    if point.coarsest == Fineness.CLOCK:
        return _clock_holds(text, point, last, end)
    if point.coarsest == Fineness.DAYPART and not fields.clock:
        is_title = text[point.start - 1 : point.start] in OPENING_MARKS and text[end : end + 1] in CLOSING_MARKS
        return fields.daypart[0] != "DT" and not is_title
    return True


def _clock_holds(text: str, point: Token, last: Fields | None, end: int) -> bool:
    """Return whether hours with no day and no part of the day are a time: 在9时; neither 3点建议 nor a score of 21:15."""
    before, after = text[point.start - 1 : point.start], text[end : end + 1]
    if point.fields.is_score and last is None:
        return False
    bare = point.fields.bare_hour
    if not bare or last is not None:
        return True
    if bare[0] == "时":
        return (not before or before in AT) and (bare[1:].isdigit() and len(bare) > 1)
    return before in set("在于至到从约近晚早") or (not before and (not after or after in "，,。 "))


UNITS_IN_ORDER = "CYQMWDHKmS"


def _length_at(text: str, tokens: Sequence[Token], index: int) -> tuple[int, Expression | None]:
    first = tokens[index]
    length, end, is_more, high = first.fields.length, first.end, first.fields.is_more, first.fields.high
    index += 1
    while index < len(tokens) and tokens[index].finest == Fineness.DURATION and high is None:
        token, gap = tokens[index], text[end : tokens[index].start]
        amount, letter = token.fields.length[0]
        if gap in ("", "零", "又", "加", "余") and letter != length[-1][1]:
            length += token.fields.length
            end, is_more = token.end, is_more or token.fields.is_more
        elif (BETWEEN.fullmatch(gap) or AT_LEAST.fullmatch(gap)) and len(length) == 1 and letter == length[0][1] and amount is not None:
            high, end = token.fields.length, token.end
            while index + 1 < len(tokens) and tokens[index + 1].start == end and tokens[index + 1].finest == Fineness.DURATION and gap:
                index, high, end = index + 1, high + tokens[index + 1].fields.length, tokens[index + 1].end
            end += 2 * bool(AT_LEAST.fullmatch(gap) and AT_MOST.match(text, end))
        else:
            break
        index += 1
    hour = tokens[index].fields.bare_hour or "" if index < len(tokens) and tokens[index].start == end and high is None else ""
    if length[-1][1] == "D" and hour.startswith("时"):
        length += ((parse_number(hour[1:]), "H"),)
        end, index = tokens[index].end, index + 1
    minutes = MINUTES.match(text, end) if length[-1][1] == "H" and high is None else None
    if minutes:
        length += tuple((parse_number(part), letter) for part, letter in zip(minutes.groups(), "mS", strict=True) if part)
        end = minutes.end()
    expression = _pointed(text, first.start, end, Fields(length=length, high=high, is_more=is_more))
    if expression and expression.direction in ("ago", "later") and length[-1][1] == "D":
        return _with_hour(text, tokens, index, expression)
    return index, expression


def _with_hour(text: str, tokens: Sequence[Token], index: int, expression: Expression) -> tuple[int, Expression]:
    """Return the next position and the expression with the part of the day or the hour after it: 六天后的下午."""
    if index == len(tokens) or tokens[index].coarsest not in (Fineness.DAYPART, Fineness.CLOCK) or text[expression.end : tokens[index].start] not in ("", "的"):
        return index, expression
    index, hour = _merged_at(text, tokens, index)
    if hour.range_end:
        return index, expression
    return index, expression._replace(end=hour.end, fields=expression.fields._replace(daypart=hour.fields.daypart, clock=hour.fields.clock))


def _pointed(text: str, start: int, end: int, fields: Fields) -> Expression | None:
    """Return a length with the words around it that say where it points: 近三年, 3年前, 未来5年."""
    before = text[max(start - 5, 0) : start]
    amount, letter = fields.length[0]
    if ORDINAL.search(before):
        return None
    if before.endswith("前") and letter == "M" and amount and not before.endswith(NOT_THE_FIRST):
        return Expression(start - 1, end, "point", Fields(nth=("前", amount, letter)))
    for direction, pattern in (("past", PAST), ("future", FUTURE), ("every", EVERY)):
        found = pattern.search(before)
        if found and (direction != "past" or letter in PAST_OF.get(found[0][0], UNITS_IN_ORDER)):
            since = SINCE.match(text, end) if direction == "past" else None
            return Expression(start - len(found[0]), since.end() if since else end, "length", fields, None, direction)
    within = WITHIN.match(text, end)
    if within and (letter in "YQM" or PLANNED_BEFORE.search(before)) and (not start or before[-1] in CLAUSE_STARTS) and not HAPPENED.match(text, within.end()):
        return Expression(start, within.end(), "length", fields, None, "within")
    for direction, pattern in (("ago", AGO), ("later", LATER), ("past", SINCE)):
        found = pattern.match(text, end)
        if found:
            return Expression(start, found.end(), "length", fields, None, direction)
    return Expression(start, end, "length", fields)


def _recurring_at(text: str, tokens: list[Token], index: int) -> tuple[int, Expression | None]:
    """Return what recurs: 每年, 每周三, 每天晚上8点, 每年9月到11月."""
    first = tokens[index]
    index += 1
    unwritable = UNWRITABLE.match(text, first.end)
    if unwritable and first.fields.every:
        while index < len(tokens) and tokens[index].start < unwritable.end():
            index += 1
        return index, Expression(first.start, unwritable.end(), "unresolved", Fields(unresolved="unresolved: recurs in a way that ISO 8601 cannot write"))
    token = tokens[index] if index < len(tokens) else None
    gap = text[first.end : token.start] if token else "-"
    if first.fields.weekday and token and BETWEEN.fullmatch(gap) and token.fields.weekday and not token.fields.week:
        return index + 1, Expression(first.start, token.end, "recurring", first.fields, first.fields.overlaid(token.fields))
    short = SHORT_DAYPART.match(text, first.end) if first.fields.weekday and gap not in SHORT_DAYPARTS else None
    if short:
        return index, Expression(first.start, short.end(), "recurring", first.fields._replace(daypart=SHORT_DAYPARTS[short[0]]))
    if first.fields.word == "工作日":
        return index, Expression(first.start, first.end, "recurring", first.fields)
    if token and token.finest <= Fineness.CLOCK and (gap in ("", "的") or gap in SHORT_DAYPARTS and token.coarsest == Fineness.CLOCK):
        fields = token.fields.without("bare_hour", *(("needs_month",) if first.fields.every == "P1M" else ()))
        if gap in SHORT_DAYPARTS and not fields.daypart:
            fields = fields._replace(daypart=SHORT_DAYPARTS[gap])
        tokens[index] = token._replace(fields=fields)
        after, point = _point_or_range_at(text, tokens, index)
        if point and not point.fields.year:
            return after, Expression(first.start, point.end, "recurring", first.fields.overlaid(point.fields), point.last)
    if not first.fields.every:
        return index, None
    return index, Expression(first.start, first.end, "recurring", first.fields)


UNWRITABLE = re.compile(
    "的?(?:(?:第[一二三四五1-5][、和及]?)+个?|最后一个)(?:周|星期)[一二三四五六日天](?:上午|下午|晚上?)?|的?(?:首月|末月|最后一个月|第[一二三1-3]个月)的?(?:[0-9]{1,2}日(?:[至到—-][0-9]{1,2}日)?)?"
)
OPEN = re.compile("[早晚]?[0-9]{1,2}[:时点]|(?:上午|早上|全天)?(?:[0-9]{1,2}[:时点]|开放|营业|办公|上班|受理)|[（(]")
"""What goes on 周一至周五 where it is a rule of every week: opening hours."""
LISTED = re.compile("[、和及或与，,]|以及")
LISTED_FIELDS = ("weekday", "month", "day")
WEEKDAYS_LISTED = re.compile("((?:[、,，][一二三四五六日])+)(?![一二三四五六七八九十百千万个月日号次年名位点楼是为])")


def _recurring_goes_on(text: str, tokens: list[Token], index: int, expression: Expression) -> tuple[int, list[Expression]]:
    """Return the next position and what goes on a list of what recurs: 每月5日|、15日|、25日, 每周一|、周三上午."""
    every = expression.fields.every
    listed: list[Expression] = []
    bare = WEEKDAYS_LISTED.match(text, expression.end) if expression.fields.weekday and expression.last is None else None
    for start in range(bare.start() + 1, bare.end(), 2) if bare else ():
        listed.append(Expression(start, start + 1, "recurring", Fields(every=every, weekday=WEEKDAYS[text[start]])))
    while bare and index < len(tokens) and tokens[index].start < bare.end():
        index += 1
    name = next((name for name in LISTED_FIELDS if getattr(expression.fields, name)), None)
    while name and index < len(tokens) and LISTED.fullmatch(text[(listed[-1] if listed else expression).end : tokens[index].start]):
        fields = tokens[index].fields
        if not getattr(fields, name) or fields.week or fields.year or fields.every or name == "day" and fields.month:
            break
        tokens[index : index + 3] = [near._replace(fields=near.fields.without("needs_month", "bare_hour")) for near in tokens[index : index + 3]]
        index, point = _point_or_range_at(text, tokens, index)
        if point is None:
            break
        listed.append(Expression(point.start, point.end, "recurring", point.fields._replace(every=every), point.last))
    return index, listed


def total(length: Length) -> dict[str, Decimal] | None:
    """Return a length by ISO 8601 letter (H, m, S of the time part), None where no number is named."""
    found: dict[str, Decimal] = {}
    for amount, letter in length:
        if amount is None:
            return None
        factor, name = {"C": (100, "Y"), "Q": (3, "M"), "K": (15, "m")}.get(letter, (1, letter))
        found[name] = found.get(name, Decimal(0)) + amount * factor
    return found
