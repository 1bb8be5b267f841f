"""Phrases: signs that stand together, as one time, a range of two, a length, a vague time or one that recurs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from transforms.text.numerals import parse_number
from transforms.times.signs import WEEKDAYS, Rank, Sign, find_signs
from transforms.times.years import PLANNED_BEFORE

FIELD_RANK = {
    "same": Rank.YEAR, "century": Rank.CENTURY, "decade": Rank.CENTURY, "stage": Rank.CENTURY, "year": Rank.YEAR, "era": Rank.YEAR, "period": Rank.PERIOD,
    "holiday": Rank.PERIOD, "nth_weekday": Rank.PART, "month": Rank.MONTH, "is_lunar": Rank.MONTH, "is_leap": Rank.MONTH, "part": Rank.PART, "nth": Rank.PART,
    "week": Rank.DAY, "day": Rank.DAY, "weekday": Rank.WEEKDAY, "weekend": Rank.WEEKDAY, "daypart": Rank.DAYPART, "clock": Rank.CLOCK,
}
BOTH = re.compile("[与和]")
BOTH_END = re.compile("期?之?间(?!隔|距|接)")
BETWEEN = re.compile(r"[ ]?(?:-{1,2}|[至到]|起至|起到|开始到)[ ]?(?P<short>[早晚])?")
NTH = re.compile("的?(第|前|首|头|最后)[ ]?")
CLOSING = {"(": ")", "（": "）", "“": "”"}
SINCE = re.compile("以来|来(?![自到源往访宾电信函临说看])")
PAST = re.compile("(?:最近的?|刚刚?过去的?|过去的?|这|(?<![将接最附临了达时经])近|(?:^|(?<=[，,。、；比在\n]))[上前](?=[ ]?$))[ ]?$")
FUTURE = re.compile("(?:未来的?|今后的?|接下来的?|下一个)$")
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
MINUTES = re.compile("([0-9]{1,2}|[一二三四五六七八九十]{1,3})分(?!钟|之|数|别)(?:([0-9]{1,2}|[一二三四五六七八九十]{1,3})秒)?")
OF_THIS_MONTH = ("月初", "月底", "月末", "上半月", "下半月")
SEASONS = ("SP", "SU", "FA", "WI")
OPENING_MARKS, CLOSING_MARKS = ("“", "『", "《", "「"), ("”", "』", "》", "」")
AT = set("在于至到从约近晚早车为由，,。；;、（(：:\n \u3000")


class Phrase(NamedTuple):
    """A time phrase in ``text[start:end]``; ``last`` are the fields of the end of a range, ``way`` where it points.

    ``kind``: point, length, vague, set, open (a time that no value can be given). ``way`` of a point: since; of a length: past, future, within, ago, later, every. ``top`` is the
    coarsest that the end of a range prints itself: of 3月28日至2日 the day, the month is that of the beginning.
    """

    start: int
    end: int
    kind: str
    fields: dict[str, object]
    last: dict[str, object] | None = None
    way: str = ""
    top: Rank = Rank.YEAR


def find_phrases(text: str) -> Iterator[Phrase]:
    """Yield the time phrases of a plain text in order; a vague word that a length takes to itself is part of it (未来|三年)."""
    waiting = None
    for phrase in _phrases(text):
        if waiting and phrase.start >= waiting.end:
            yield waiting
        waiting = phrase
    if waiting:
        yield waiting


def _phrases(text: str) -> Iterator[Phrase]:
    signs = list(find_signs(text))
    at = 0
    while at < len(signs):
        sign = signs[at]
        if sign.rank == Rank.VAGUE:
            yield Phrase(sign.start, sign.end, next(name for name in ("vague", "open") if name in sign.fields), sign.fields)
            at += 1
        elif sign.rank == Rank.DURATION:
            at, phrase = _length_at(text, signs, at)
            if phrase:
                yield phrase
        elif sign.rank == Rank.SET:
            at, phrase = _set_at(text, signs, at)
            if phrase:
                at, listed = _set_goes_on(text, signs, at, phrase)
                yield from (phrase, *listed)
        else:
            at, phrase = _point_or_range_at(text, signs, at)
            if phrase:
                yield phrase


def _merged_at(text: str, signs: Sequence[Sign], at: int) -> tuple[int, Sign]:
    """Return the next position and the sign made of the signs from ``at`` on that go from coarse to fine."""
    whole = signs[at]
    at += 1
    while at < len(signs):
        sign = signs[at]
        gap = text[whole.end : sign.start]
        if len(gap) > 4:
            break
        if "until" in whole.fields:
            if gap or sign.top != Rank.MONTH or list(whole.fields["until"]) != ["year"] or "until" in sign.fields:
                break
            whole = whole._replace(end=sign.end, fields=whole.fields | {"until": whole.fields["until"] | sign.fields})
            at += 1
            break
        if sign.rank == Rank.DURATION:
            nth = NTH.fullmatch(gap)
            lengths = sign.fields["length"]
            if not nth or whole.rank not in (Rank.YEAR, Rank.MONTH) or lengths[0][0] is None or lengths[0][1] not in "MWD":
                break
            whole = whole._replace(end=sign.end, rank=Rank.PART, fields=whole.fields | {"nth": (nth[1], *lengths[0])})
        elif sign.rank > Rank.CLOCK or sign.top <= whole.rank or not _adjoins(gap, whole, sign):
            break
        else:
            end = sign.end
            if gap in CLOSING and text[end : end + 1] == CLOSING[gap]:
                end += 1
            fields = {name: value for name, value in whole.fields.items() if name not in ("needs_month", "stands")} | sign.fields
            if "month" in fields:
                fields.pop("needs_month", None)
            if gap in SHORT_DAYPARTS:
                fields["daypart"] = SHORT_DAYPARTS[gap]
            whole = Sign(whole.start, end, whole.top, sign.rank, fields)
        at += 1
    return at, _with_short_daypart(text, whole, signs[at].start if at < len(signs) else len(text))


def _with_short_daypart(text: str, whole: Sign, until: int) -> Sign:
    """Return a day with the 晚 or 早 printed after it."""
    if whole.rank != Rank.DAY or "until" in whole.fields or whole.end >= until:
        return whole
    short = SHORT_DAYPART.match(text, whole.end)
    if short is None:
        return whole
    return whole._replace(end=short.end(), rank=Rank.DAYPART, fields=whole.fields | {"daypart": SHORT_DAYPARTS[short[0]]})


def _adjoins(gap: str, whole: Sign, sign: Sign) -> bool:
    """Return whether a sign may go on a coarser one across the gap between them."""
    if gap in ("", " ") or gap == "“" and "holiday" in sign.fields and whole.rank == Rank.YEAR:
        return True
    if sign.top == Rank.WEEKDAY:
        return gap in ("(", "（", ",", "，", "、")
    if gap in SHORT_DAYPARTS:
        return whole.rank == Rank.DAY and sign.top == Rank.CLOCK
    return gap == "的" and whole.rank in (Rank.YEAR, Rank.PERIOD, Rank.MONTH, Rank.DAY)


def _opening_days(text: str, signs: Sequence[Sign], at: int) -> Phrase | None:
    """Return 周一至周五 where opening hours follow: a rule of every week."""
    if at + 1 >= len(signs) or not signs[at].rank == signs[at].top == signs[at + 1].rank == Rank.WEEKDAY:
        return None
    first, last = signs[at], signs[at + 1]
    if not BETWEEN.fullmatch(text[first.end : last.start]) or not OPEN.match(text, last.end):
        return None
    return Phrase(first.start, last.end, "set", {"set": "P1W"} | first.fields, last.fields)


def _point_or_range_at(text: str, signs: Sequence[Sign], at: int) -> tuple[int, Phrase | None]:
    if opening := _opening_days(text, signs, at):
        return at + 2, opening
    at, first = _merged_at(text, signs, at)
    last, top, end = None, Rank.YEAR, first.end
    if "until" in first.fields:
        until = first.fields["until"]
        fields = {name: value for name, value in first.fields.items() if name != "until"}
        first = first._replace(fields=fields)
        last, top = fields | until, min(FIELD_RANK.get(name, Rank.VAGUE) for name in until)
    elif at < len(signs) and len(text[first.end : signs[at].start]) <= 4:
        gap, sign = text[first.end : signs[at].start], signs[at]
        is_both = BOTH.fullmatch(gap)
        if sign.rank <= Rank.CLOCK and (is_both or BETWEEN.fullmatch(gap)):
            after, second = _merged_at(text, signs, at)
            closing = BOTH_END.match(text, second.end) if is_both else None
            if "until" not in second.fields and second.rank >= Rank.YEAR and (closing or not is_both):
                at, end = after, closing.end() if closing else second.end
                short = not is_both and BETWEEN.fullmatch(gap)["short"]
                if short:
                    second.fields.setdefault("daypart", SHORT_DAYPARTS[short])
                top = second.top
                last = {n: v for n, v in first.fields.items() if FIELD_RANK.get(n, 99) < top} | second.fields
                if "month" in last or "day" not in last:
                    last.pop("needs_month", None)
                if second.top > first.top or not last.keys() & {"needs_month"}:
                    first.fields.pop("needs_month", None)
        elif sign.rank == Rank.VAGUE and text[sign.start : sign.end] == "至今" and not gap:
            return at + 1, Phrase(first.start, sign.end, "point", first.fields, None, "since")
    if not _holds(text, first, last, end):
        return at, None
    since = text.startswith("以来", end) and last is None and first.rank <= Rank.DAY
    if since:
        return at, Phrase(first.start, end + 2, "point", first.fields, None, "since")
    return at, Phrase(first.start, end, "point", first.fields, last, top=top)


def _holds(text: str, point: Sign, last: dict[str, object] | None, end: int) -> bool:
    """Return whether a point says enough to be a time."""
    fields = point.fields
    if "needs_month" in fields or ("part" in fields and "month" not in fields and fields.get("word") not in OF_THIS_MONTH):
        return False
    period = fields.get("period", "")
    if period in SEASONS and "year" not in fields:
        return False
    if fields.get("stands") == "year" and "year" not in fields:
        return False
    if point.top == Rank.CLOCK:
        return _clock_holds(text, point, last, end)
    if point.top == Rank.DAYPART and "clock" not in fields:
        is_title = text[point.start - 1 : point.start] in OPENING_MARKS and text[end : end + 1] in CLOSING_MARKS
        return fields["daypart"][0] != "DT" and not is_title
    return True


def _clock_holds(text: str, point: Sign, last: dict[str, object] | None, end: int) -> bool:
    """Return whether hours with no day and no part of the day are a time: 在9时; neither 3点建议 nor a score of 21:15."""
    before, after = text[point.start - 1 : point.start], text[end : end + 1]
    if point.fields.get("is_score") and last is None:
        return False
    bare = point.fields.get("is_bare")
    if not bare or last is not None:
        return True
    if bare[0] == "时":
        return (not before or before in AT) and (bare[1:].isdigit() and len(bare) > 1)
    return before in set("在于至到从约近晚早") or (not before and (not after or after in "，,。 "))


def _length_at(text: str, signs: Sequence[Sign], at: int) -> tuple[int, Phrase | None]:
    first = signs[at]
    lengths, end, is_more, high = list(first.fields["length"]), first.end, first.fields["is_more"], first.fields["high"]
    at += 1
    order = "CYQMWDHKmS"
    while at < len(signs) and signs[at].rank == Rank.DURATION and high is None:
        sign, gap = signs[at], text[end : signs[at].start]
        amount, letter = sign.fields["length"][0]
        if gap in ("", "零", "又", "加", "余") and order.index(letter) != order.index(lengths[-1][1]):
            lengths += sign.fields["length"]
            end, is_more = sign.end, is_more or sign.fields["is_more"]
        elif (BETWEEN.fullmatch(gap) or AT_LEAST.fullmatch(gap)) and len(lengths) == 1 and letter == lengths[0][1] and amount is not None:
            high, end = sign.fields["length"], sign.end
            while at + 1 < len(signs) and signs[at + 1].start == end and signs[at + 1].rank == Rank.DURATION and gap:
                at, high, end = at + 1, high + signs[at + 1].fields["length"], signs[at + 1].end
            end += 2 * bool(AT_LEAST.fullmatch(gap) and AT_MOST.match(text, end))
        else:
            break
        at += 1
    if at < len(signs) and lengths[-1][1] == "D" and signs[at].start == end and str(signs[at].fields.get("is_bare"))[0] == "时" and high is None:
        lengths.append((parse_number(str(signs[at].fields["is_bare"])[1:]), "H"))
        end, at = signs[at].end, at + 1
    minutes = MINUTES.match(text, end) if lengths[-1][1] == "H" and high is None else None
    if minutes:
        lengths += [(parse_number(part), letter) for part, letter in zip(minutes.groups(), "mS", strict=True) if part]
        end = minutes.end()
    fields = {"length": lengths, "high": high, "is_more": is_more}
    phrase = _pointed(text, first.start, end, fields)
    return _with_hour(text, signs, at, phrase) if phrase and phrase.way in ("ago", "later") and lengths[-1][1] == "D" else (at, phrase)


def _with_hour(text: str, signs: Sequence[Sign], at: int, phrase: Phrase) -> tuple[int, Phrase]:
    """Return the next position and the phrase with the part of the day or the hour after it: 六天后的下午."""
    if at == len(signs) or signs[at].top not in (Rank.DAYPART, Rank.CLOCK) or text[phrase.end : signs[at].start] not in ("", "的"):
        return at, phrase
    at, hour = _merged_at(text, signs, at)
    if "until" in hour.fields:
        return at, phrase
    return at, phrase._replace(end=hour.end, fields=phrase.fields | {n: hour.fields[n] for n in ("daypart", "clock") if n in hour.fields})


def _pointed(text: str, start: int, end: int, fields: dict[str, object]) -> Phrase | None:
    """Return a length with the words around it that say where it points: 近三年, 3年前, 未来5年."""
    before = text[max(start - 5, 0) : start]
    letter = fields["length"][0][1]
    if ORDINAL.search(before):
        return None
    if before.endswith("前") and letter == "M" and fields["length"][0][0] and not before.endswith(("以前", "之前", "目前", "日前", "此前", "提前")):
        return Phrase(start - 1, end, "point", {"nth": ("前", *fields["length"][0])})
    for way, pattern in (("past", PAST), ("future", FUTURE), ("every", EVERY)):
        found = pattern.search(before)
        if found and (way != "past" or letter in PAST_OF.get(found[0][0], "CYQMWDHmSK")):
            start -= len(found[0])
            since = SINCE.match(text, end) if way == "past" else None
            return Phrase(start, since.end() if since else end, "length", fields, None, way)
    within = WITHIN.match(text, end)
    if within and (letter in "YQM" or PLANNED_BEFORE.search(before)) and (not start or before[-1] in CLAUSE_STARTS) and not HAPPENED.match(text, within.end()):
        return Phrase(start, within.end(), "length", fields, None, "within")
    for way, pattern in (("ago", AGO), ("later", LATER), ("past", SINCE)):
        found = pattern.match(text, end)
        if found:
            return Phrase(start, found.end(), "length", fields, None, way)
    return Phrase(start, end, "length", fields)


def _set_at(text: str, signs: Sequence[Sign], at: int) -> tuple[int, Phrase | None]:
    """Return what recurs: 每年, 每周三, 每天晚上8点, 每年9月到11月."""
    first = signs[at]
    at += 1
    unwritable = UNWRITABLE.match(text, first.end)
    if unwritable and first.fields["set"]:
        while at < len(signs) and signs[at].start < unwritable.end():
            at += 1
        return at, Phrase(first.start, unwritable.end(), "open", {"open": "unresolved: recurs in a way that ISO 8601 cannot write"})
    gap = text[first.end : signs[at].start] if at < len(signs) else "-"
    if "weekday" in first.fields and at < len(signs) and BETWEEN.fullmatch(gap) and "weekday" in signs[at].fields and "week" not in signs[at].fields:
        return at + 1, Phrase(first.start, signs[at].end, "set", first.fields, first.fields | signs[at].fields)
    short = SHORT_DAYPART.match(text, first.end) if "weekday" in first.fields and gap not in SHORT_DAYPARTS else None
    if short:
        return at, Phrase(first.start, short.end(), "set", first.fields | {"daypart": SHORT_DAYPARTS[short[0]]})
    if first.fields.get("word") == "工作日":
        return at, Phrase(first.start, first.end, "set", first.fields)
    if at < len(signs) and signs[at].rank <= Rank.CLOCK and (gap in ("", "的") or gap in SHORT_DAYPARTS and signs[at].top == Rank.CLOCK):
        if first.fields["set"] == "P1M":
            signs[at].fields.pop("needs_month", None)
        if gap in SHORT_DAYPARTS:
            signs[at].fields.setdefault("daypart", SHORT_DAYPARTS[gap])
        signs[at].fields.pop("is_bare", None)
        after, phrase = _point_or_range_at(text, signs, at)
        if phrase and "year" not in phrase.fields:
            return after, Phrase(first.start, phrase.end, "set", first.fields | phrase.fields, phrase.last)
    if not first.fields["set"]:
        return at, None
    return at, Phrase(first.start, first.end, "set", first.fields)


UNWRITABLE = re.compile(
    "的?(?:(?:第[一二三四五1-5][、和及]?)+个?|最后一个)(?:周|星期)[一二三四五六日天](?:上午|下午|晚上?)?|的?(?:首月|末月|最后一个月|第[一二三1-3]个月)的?(?:[0-9]{1,2}日(?:[至到—-][0-9]{1,2}日)?)?"
)
OPEN = re.compile("[早晚]?[0-9]{1,2}[:时点]|(?:上午|早上|全天)?(?:[0-9]{1,2}[:时点]|开放|营业|办公|上班|受理)|[（(]")
"""What goes on 周一至周五 where it is a rule of every week: opening hours."""
LISTED = re.compile("[、和及或与，,]|以及")
FINENESS = ("weekday", "month", "day")
WEEKDAYS_LISTED = re.compile("((?:[、,，][一二三四五六日])+)(?![一二三四五六七八九十百千万个月日号次年名位点楼是为])")


def _set_goes_on(text: str, signs: Sequence[Sign], at: int, phrase: Phrase) -> tuple[int, list[Phrase]]:
    """Return the next position and what goes on a list of what recurs: 每月5日|、15日|、25日, 每周一|、周三上午."""
    listed: list[Phrase] = []
    bare = WEEKDAYS_LISTED.match(text, phrase.end) if "weekday" in phrase.fields and phrase.last is None else None
    for place in range(bare.start() + 1, bare.end(), 2) if bare else ():
        listed.append(Phrase(place, place + 1, "set", {"set": phrase.fields["set"], "weekday": WEEKDAYS[text[place]]}))
    while bare and at < len(signs) and signs[at].start < bare.end():
        at += 1
    name = next((name for name in FINENESS if name in phrase.fields), None)
    while name and at < len(signs) and LISTED.fullmatch(text[(listed[-1] if listed else phrase).end : signs[at].start]):
        sign = signs[at]
        if name not in sign.fields or sign.fields.keys() & {"week", "year", "set"} or (name == "day" and "month" in sign.fields):
            break
        for near in signs[at : at + 3]:
            near.fields.pop("needs_month", None)
            near.fields.pop("is_bare", None)
        at, point = _point_or_range_at(text, signs, at)
        if point is None:
            break
        listed.append(Phrase(point.start, point.end, "set", {"set": phrase.fields["set"]} | point.fields, point.last))
    return at, listed


def total(lengths: Sequence[tuple[Decimal | None, str]]) -> dict[str, Decimal] | None:
    """Return a length by ISO 8601 letter (H, m, S of the time part), None where no number is named."""
    found: dict[str, Decimal] = {}
    for amount, letter in lengths:
        if amount is None:
            return None
        factor, name = {"C": (100, "Y"), "Q": (3, "M"), "K": (15, "m")}.get(letter, (1, letter))
        found[name] = found.get(name, Decimal(0)) + amount * factor
    return found
