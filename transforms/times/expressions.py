"""Expressions: tokens that stand together, as one time, a range of two, a length, a vague time or one that recurs."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
CLOSING_BRACKET_OF = {"(": ")", "（": "）", "“": "”"}
ADDED = ("", "零", "又", "加", "余")
"""Between two lengths that are one: 1年零3个月."""
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
SEASON_CODES = ("SP", "SU", "FA", "WI")
TITLE_OPENS, TITLE_CLOSES = ("“", "『", "《", "「"), ("”", "』", "》", "」")
NOT_THE_FIRST = ("以前", "之前", "目前", "日前", "此前", "提前")
"""Words that end in 前 and do not mean the first months: 提前两个月."""
LONGEST_TOKEN_GAP = 4
"""Characters between tokens of one expression: 开始到, 期之间."""
AT = set("在于至到从约近晚早车为由，,。；;、（(：:\n \u3000")
UNITS_IN_ORDER = "CYQMWDHKmS"
UNWRITABLE = re.compile(
    "的?(?:(?:第[一二三四五1-5][、和及]?)+个?|最后一个)(?:周|星期)[一二三四五六日天](?:上午|下午|晚上?)?|的?(?:首月|末月|最后一个月|第[一二三1-3]个月)的?(?:[0-9]{1,2}日(?:[至到—-][0-9]{1,2}日)?)?"
)
OPEN = re.compile("[早晚]?[0-9]{1,2}[:时点]|(?:上午|早上|全天)?(?:[0-9]{1,2}[:时点]|开放|营业|办公|上班|受理)|[（(]")
"""What goes on 周一至周五 where it is a rule of every week: opening hours."""
RECURRENCES_LISTED = re.compile("[、和及或与，,]|以及")
LISTED_FIELDS = ("weekday", "month", "day")
WEEKDAYS_LISTED = re.compile("((?:[、,，][一二三四五六日])+)(?![一二三四五六七八九十百千万个月日号次年名位点楼是为])")


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
    for expression in ExpressionReader(text).read():
        if waiting and expression.start >= waiting.end:
            yield waiting
        waiting = expression
    if waiting:
        yield waiting


class ExpressionReader:
    """Reads the tokens of a plain text from left to right; ``index`` is the number of the next one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(find_tokens(text))
        self.index = 0

    def read(self) -> Iterator[Expression]:
        """Yield the expressions, in order."""
        while token := self.next():
            if token.finest == Fineness.VAGUE:
                self.index += 1
                yield Expression(token.start, token.end, "vague" if token.fields.vague else "unresolved", token.fields)
            elif token.finest == Fineness.SET:
                yield from self.recurring()
            elif expression := self.length() if token.finest == Fineness.DURATION else self.point_or_range():
                yield expression

    def next(self) -> Token | None:
        """Return the next token, None behind the last one."""
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def next_near(self, end: int) -> tuple[Token, str] | None:
        """Return the next token and what stands between it and ``end``; None where it is too far for one expression."""
        token = self.next()
        return (token, self.text[end : token.start]) if token and token.start - end <= LONGEST_TOKEN_GAP else None

    def skip_to(self, end: int) -> None:
        """Go past the tokens that begin before ``end``."""
        while (token := self.next()) and token.start < end:
            self.index += 1

    # Points and ranges

    def merged(self) -> Token:
        """Return the next tokens that go from coarse to fine as one."""
        whole = self.tokens[self.index]
        self.index += 1
        while near := self.next_near(whole.end):
            token, gap = near
            if whole.range_end:
                if not gap and token.coarsest == Fineness.MONTH and whole.range_end.names() == {"year"} and not token.range_end:
                    whole = whole._replace(end=token.end, range_end=whole.range_end.overlaid(token.fields))
                    self.index += 1
                break
            finer = _with_nth(whole, gap, token) if token.finest == Fineness.DURATION else _with_finer(self.text, whole, gap, token)
            if finer is None:
                break
            whole = finer
            self.index += 1
        token = self.next()
        return _with_short_daypart(self.text, whole, token.start if token else len(self.text))

    def point_or_range(self) -> Expression | None:
        """Return the point or the range that begins here, None where it is no time."""
        if opening := self.opening_days():
            return opening
        first = self.merged()
        last, coarsest, end = None, Fineness.YEAR, first.end
        near = self.next_near(first.end)
        if first.range_end:
            last = first.fields.overlaid(first.range_end)
            coarsest = min(FINENESS_OF.get(name, Fineness.VAGUE) for name in first.range_end.names())
        elif near and not near[1] and near[0].finest == Fineness.VAGUE and self.text[near[0].start : near[0].end] == "至今":
            self.index += 1
            return Expression(first.start, near[0].end, "point", first.fields, None, "since")
        elif near and (ending := self.range_end(*near)):
            second, end = ending
            coarsest = second.coarsest
            last = first.fields.coarser_than(coarsest).overlaid(second.fields)
            if last.month or not last.day:
                last = last.without("needs_month")
            if coarsest > first.coarsest or not last.needs_month:
                first = first._replace(fields=first.fields.without("needs_month"))
        if not _holds(self.text, first, last, end):
            return None
        if self.text.startswith("以来", end) and last is None and first.finest <= Fineness.DAY:
            return Expression(first.start, end + 2, "point", first.fields, None, "since")
        return Expression(first.start, end, "point", first.fields, last, coarsest=coarsest)

    def range_end(self, token: Token, gap: str) -> tuple[Token, int] | None:
        """Return the end of a range across the gap, and where that ends: 至|4月30日, 与9日之间."""
        is_both, between = BOTH.fullmatch(gap), BETWEEN.fullmatch(gap)
        if token.finest > Fineness.CLOCK or not is_both and not between:
            return None
        before = self.index
        second = self.merged()
        closing = BOTH_END.match(self.text, second.end) if is_both else None
        if second.range_end or second.finest < Fineness.YEAR or is_both and not closing:
            self.index = before
            return None
        if between and between["short"] and not second.fields.daypart:
            second = second._replace(fields=second.fields._replace(daypart=SHORT_DAYPARTS[between["short"]]))
        return second, closing.end() if closing else second.end

    # Lengths

    def length(self) -> Expression | None:
        """Return the length of time that begins here with the words that say where it points; None where it is no length (第3天)."""
        start, fields, end = self.summed_length()
        unit = fields.length[-1][1]
        token = self.next()
        if unit == "D" and not fields.high and token and token.start == end and (token.fields.bare_hour or "").startswith("时"):  # 3天5时
            self.index += 1
            fields, end = fields._replace(length=(*fields.length, (parse_number(token.fields.bare_hour[1:]), "H"))), token.end
        minutes = MINUTES.match(self.text, end) if fields.length[-1][1] == "H" and not fields.high else None
        if minutes:
            more = ((parse_number(part), letter) for part, letter in zip(minutes.groups(), "mS", strict=True) if part)
            fields, end = fields._replace(length=(*fields.length, *more)), minutes.end()
        expression = _pointed(self.text, start, end, fields)
        return (
            self.with_hour(expression)
            if expression and expression.direction in ("ago", "later") and fields.length[-1][1] == "D"
            else expression
        )

    def summed_length(self) -> tuple[int, Fields, int]:
        """Return the next lengths as one: 1年|零3个月, 3天|至|5天; where it begins, what it says, where it ends."""
        first = self.tokens[self.index]
        self.index += 1
        fields, end = first.fields, first.end
        while (token := self.next()) and token.finest == Fineness.DURATION and fields.high is None:
            gap, (amount, letter) = self.text[end : token.start], token.fields.length[0]
            is_upper = AT_LEAST.fullmatch(gap) or BETWEEN.fullmatch(gap)
            if gap in ADDED and letter != fields.length[-1][1]:
                fields = fields._replace(length=fields.length + token.fields.length, is_more=fields.is_more or token.fields.is_more)
                end = token.end
                self.index += 1
            elif is_upper and len(fields.length) == 1 and letter == fields.length[0][1] and amount is not None:
                high, end = self.adjoining_lengths()
                fields = fields._replace(high=high)
                end += 2 * bool(AT_LEAST.fullmatch(gap) and AT_MOST.match(self.text, end))
            else:
                break
        return first.start, fields, end

    def adjoining_lengths(self) -> tuple[Length, int]:
        """Return the next lengths that touch one another (一年|六个月), and where they end."""
        token = self.tokens[self.index]
        length, end = token.fields.length, token.end
        self.index += 1
        while (token := self.next()) and token.start == end and token.finest == Fineness.DURATION:
            length, end = length + token.fields.length, token.end
            self.index += 1
        return length, end

    def with_hour(self, expression: Expression) -> Expression:
        """Return the expression with the part of the day or the hour after it: 六天后的下午."""
        token = self.next()
        if (
            token is None
            or token.coarsest not in (Fineness.DAYPART, Fineness.CLOCK)
            or self.text[expression.end : token.start] not in ("", "的")
        ):
            return expression
        hour = self.merged()
        if hour.range_end:
            return expression
        return expression._replace(end=hour.end, fields=expression.fields._replace(daypart=hour.fields.daypart, clock=hour.fields.clock))

    # What recurs

    def opening_days(self) -> Expression | None:
        """Return 周一至周五 where opening hours follow: a rule of every week."""
        first, last = self.tokens[self.index], self.tokens[self.index + 1] if self.index + 1 < len(self.tokens) else None
        if last is None or not first.finest == first.coarsest == last.finest == Fineness.WEEKDAY:
            return None
        if not BETWEEN.fullmatch(self.text[first.end : last.start]) or not OPEN.match(self.text, last.end):
            return None
        self.index += 2
        return Expression(first.start, last.end, "recurring", first.fields._replace(every="P1W"), last.fields)

    def recurring(self) -> Iterator[Expression]:
        """Yield what recurs and goes on in a list: 每年, 每周三, 每天晚上8点, 每年9月到11月, 每月5日|、15日."""
        first = self.tokens[self.index]
        self.index += 1
        unwritable = UNWRITABLE.match(self.text, first.end) if first.fields.every else None
        if unwritable:
            self.skip_to(unwritable.end())
            expression = Expression(
                first.start, unwritable.end(), "unresolved", Fields(unresolved="unresolved: recurs in a way that ISO 8601 cannot write")
            )
        else:
            expression = self.recurring_weekdays(first) or self.recurring_point(first)
        if expression is None and first.fields.every:
            expression = Expression(first.start, first.end, "recurring", first.fields)
        if expression:
            yield expression
            last = yield from self.recurring_bare_weekdays(expression)
            yield from self.recurring_listed(expression, last.end)

    def recurring_weekdays(self, first: Token) -> Expression | None:
        """Return 每周一至周三, 每周三上; 工作日 as it stands."""
        token = self.next()
        gap = self.text[first.end : token.start] if token else "-"
        if first.fields.weekday and token and BETWEEN.fullmatch(gap) and token.fields.weekday and not token.fields.week:
            self.index += 1
            return Expression(first.start, token.end, "recurring", first.fields, first.fields.overlaid(token.fields))
        short = SHORT_DAYPART.match(self.text, first.end) if first.fields.weekday and gap not in SHORT_DAYPARTS else None
        if short:
            return Expression(first.start, short.end(), "recurring", first.fields._replace(daypart=SHORT_DAYPARTS[short[0]]))
        return Expression(first.start, first.end, "recurring", first.fields) if first.fields.word == "工作日" else None

    def recurring_point(self, first: Token) -> Expression | None:
        """Return what recurs with the point or range after it: 每天|晚上8点, 每年|9月到11月."""
        token = self.next()
        gap = self.text[first.end : token.start] if token else "-"
        is_short = gap in SHORT_DAYPARTS and token.coarsest == Fineness.CLOCK
        if token is None or token.finest > Fineness.CLOCK or not is_short and gap not in ("", "的"):
            return None
        fields = token.fields.without("bare_hour", *(("needs_month",) if first.fields.every == "P1M" else ()))
        if is_short and not fields.daypart:
            fields = fields._replace(daypart=SHORT_DAYPARTS[gap])
        self.tokens[self.index] = token._replace(fields=fields)
        before = self.index
        point = self.point_or_range()
        if point and not point.fields.year:
            return Expression(first.start, point.end, "recurring", first.fields.overlaid(point.fields), point.last)
        self.index = before
        return None

    def recurring_bare_weekdays(self, expression: Expression) -> Iterator[Expression]:
        """Yield the weekdays listed without 周 (每周一|、三、五); return the last expression."""
        listed = WEEKDAYS_LISTED.match(self.text, expression.end) if expression.fields.weekday and expression.last is None else None
        for start in range(listed.start() + 1, listed.end(), 2) if listed else ():
            expression = Expression(
                start, start + 1, "recurring", Fields(every=expression.fields.every, weekday=WEEKDAYS[self.text[start]])
            )
            yield expression
        if listed:
            self.skip_to(listed.end())
        return expression

    def recurring_listed(self, expression: Expression, end: int) -> Iterator[Expression]:
        """Yield what goes on a list of what recurs: 每月5日|、15日|、25日, 每周一|、周三上午."""
        name = next((name for name in LISTED_FIELDS if getattr(expression.fields, name)), None)
        while name and (token := self.next()) and RECURRENCES_LISTED.fullmatch(self.text[end : token.start]):
            fields = token.fields
            if not getattr(fields, name) or fields.week or fields.year or fields.every or name == "day" and fields.month:
                return
            nearest = slice(self.index, self.index + 3)
            self.tokens[nearest] = [near._replace(fields=near.fields.without("needs_month", "bare_hour")) for near in self.tokens[nearest]]
            point = self.point_or_range()
            if point is None:
                return
            end = point.end
            yield Expression(point.start, point.end, "recurring", point.fields._replace(every=expression.fields.every), point.last)


def _with_nth(whole: Token, gap: str, token: Token) -> Token | None:
    """Return a year or a month with the part of it that is counted: 今年|前8个月, 2024年|第3周; None where the two do not go together."""
    nth = NTH.fullmatch(gap)
    amount, letter = token.fields.length[0]
    if not nth or whole.finest not in (Fineness.YEAR, Fineness.MONTH) or amount is None or letter not in "MWD":
        return None
    return whole._replace(end=token.end, finest=Fineness.PART, fields=whole.fields._replace(nth=(nth[1], amount, letter)))


def _with_finer(text: str, whole: Token, gap: str, token: Token) -> Token | None:
    """Return a token and the finer one behind it as one; None where the two do not go together."""
    if token.finest > Fineness.CLOCK or token.coarsest <= whole.finest or not _adjoins(gap, whole, token):
        return None
    end = token.end + (gap in CLOSING_BRACKET_OF and text[token.end : token.end + 1] == CLOSING_BRACKET_OF[gap])
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


def _holds(text: str, point: Token, last: Fields | None, end: int) -> bool:
    """Return whether a point says enough to be a time."""
    fields = point.fields
    if fields.needs_month or fields.part and not fields.month and fields.word not in OF_THIS_MONTH:
        return False
    if (fields.period in SEASON_CODES or fields.stands == "year") and not fields.year:
        return False
    if point.coarsest == Fineness.CLOCK:
        return _clock_holds(text, point, last, end)
    if point.coarsest == Fineness.DAYPART and not fields.clock:
        is_title = text[point.start - 1 : point.start] in TITLE_OPENS and text[end : end + 1] in TITLE_CLOSES
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


def _pointed(text: str, start: int, end: int, fields: Fields) -> Expression | None:
    """Return a length with the words around it that say where it points: 近三年, 3年前, 未来5年."""
    before = text[max(start - 5, 0) : start]
    amount, letter = fields.length[0]
    if ORDINAL.search(before):
        return None
    if before.endswith("前") and letter == "M" and amount and not before.endswith(NOT_THE_FIRST):
        return Expression(start - 1, end, "point", Fields(nth=("前", amount, letter)))
    for direction, pattern in (("past", PAST), ("future", FUTURE), ("every", EVERY)):
        pointer = pattern.search(before)
        if pointer and (direction != "past" or letter in PAST_OF.get(pointer[0][0], UNITS_IN_ORDER)):
            since = SINCE.match(text, end) if direction == "past" else None
            return Expression(start - len(pointer[0]), since.end() if since else end, "length", fields, None, direction)
    within = WITHIN.match(text, end)
    if (
        within
        and (letter in "YQM" or PLANNED_BEFORE.search(before))
        and (not start or before[-1] in CLAUSE_STARTS)
        and not HAPPENED.match(text, within.end())
    ):
        return Expression(start, within.end(), "length", fields, None, "within")
    for direction, pattern in (("ago", AGO), ("later", LATER), ("past", SINCE)):
        pointer = pattern.match(text, end)
        if pointer:
            return Expression(start, pointer.end(), "length", fields, None, direction)
    return Expression(start, end, "length", fields)
