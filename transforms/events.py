"""Events: what happened, who did it, to what, where and when.

How it works. What stands in quotation marks or book-title marks, and the names of persons, are masked, so that speech and slogans trigger nothing.
Each sentence is searched for the words of ``data/event_triggers.tsv``, which take one of four forms: a *gathering* that
is held (座谈会…召开, 举行签约仪式), a *verb* that someone does to something (视察学校), something that *happens* (大桥通车), a
*pair* of verb and noun (签署…协议). A trigger counts only where its clause tells a fact: no word of
``data/event_context.tsv`` makes it future, wished, habitual or a slogan before it, no 强调, or 指出, leads to it, no
noun is made of it after it. Who did it are the persons and organisations before the trigger; the day is that of the
sentence, else that of the article's lead; the place is what 在 or 来到 brings.

One row stands for one thing that happened: the headline and the lead that tell the same are one event, and so are the
stations of one visit. ``confidence`` is the share of events of the same evidence that were judged right.

Kinds: meeting, inspection (officials look at something), visit (meeting or calling on people), signing, opening (also
start of building, launch, completion), award, appointment, competition, accident, case (police and courts),
volunteering, policy (rules and decisions issued), investment, training, performance (also exhibitions and festivals),
publication, donation, death, ceremony, activity (a public event that is none of these).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from transforms.lexicons import read_groups, read_table
from transforms.records import Event, Name, Time
from transforms.text.characters import finds_in_reading_text
from transforms.text.patterns import one_of
from transforms.text.sentences import sentences_of

QUOTED = re.compile("“[^”\n]{0,600}”|「[^」\n]{0,600}」|《[^》\n]{0,100}》")
MASK = "\ue000"
STATEMENT = re.compile("[^。！？!?；;\n]{1,600}[。！？!?；;]?[”」』]?")
CLAUSE_BREAK = re.compile("[，,：:（）()。！？!?；;\n]")
BYLINE = re.compile("^[^。，,\n]{0,40}?(?:讯|电|消息)(?:[（(][^）)\n]{0,60}[）)])?(?:[^。：:\n]{0,80}?报道[：:])?[ 　:：]*|^[（(][^）)\n]{0,40}[）)]")
VAGUE_GRAINS = frozenset(("vague", "week"))
DAY_GRAINS = frozenset(("day", "daypart", "hour", "minute"))
HEADLINE_LONGEST, PROSE_ENDS = 60, ("。", "！", "；", "？", "”", "：", ".", "!", ";", "?")
EVIDENCE_LONGEST = 400
OBJECT_LONGEST = 40
CLAUSE_LONGEST = 120
LATEST = 40
RECENT, TO_COME = timedelta(days=45), timedelta(days=21)
LEAD_SENTENCES = 2
NEAR = 600
CONFIDENCE = {"lead": 0.9, "recent": 0.9, "headline": 0.8, "dated": 0.8, "day of the lead": 0.8, "body": 0.7, "undated": 0.7}
LEAST_CONFIDENCE = 0.7
FILLER = re.compile("^(?:自(?!治|来|然|由|行)|为期.{1,4}的|首次|再次|了|着|过|并|还|也|又|就|到(?!访|会|任|场|期)|在|由|对|向|和|与|、|的|等|先后|正式|共同|现场|一行)+")
ADVERBS = re.compile("(?:[已正]?在[^，,]{1,25}$|宣告|宣布|正式|已经?|全线|顺利|于|近日|昨日|今天|昨天|在|日前|成功|圆满|全面|如期|同时|也|全部|集中|突然|相继|又|先后|隆重|今日|昨夜|当天|并|后|现已|均)+$")
REMAINDER = re.compile("^(?:(?:在|于|昨|今|近|日前|正式|隆重|圆满|顺利|同步|如期|成功|同时|\\d|拉开|再次|首次|联合|共同)|$)")
ONLY_NAMED = ("的", "次", "国事", "友好", "正式友好", "正式", "被", "参加", "参加了", "出席", "出席了", "作", "作了", "书面", "接受", "接受了", "陪同", "应邀", "通过", "进行", "表示", "致以", "组织", "观看", "观看了", "欣赏", "欣赏了", "听取")
OBJECT_END = re.compile("并(?!非)|[时后]$|时(?=[题说讲指表强])")
TITLE_LONGEST, TITLE_BREAK = 16, re.compile("[，,。与和]")
UNDERGONE = re.compile("通过|接受|经过|受到|避免|逃避|配合|迎接|免于")
NOT_YET = re.compile("来临|前夕|前后|到来|将至|临近|即将|[之以]?前")
NAMED_DAY = re.compile("[节夕旦]$|(?<![0-9０-９一二三四五六七八九十今昨前当同次翌即本该])日$")
REPORTERS = ("记者", "记者从", "记者于", "笔者")
ANNOUNCED = re.compile("宣[布告](?:正式)?$")
PERSON = re.compile(f"{MASK}+")
BY = ("已由", "将由", "现由", "均由", "已于", "已在", "并在", "现已", "又于")
CITED = ("根据", "按照", "依据", "遵照", "应", "受", "据")
NEGATED = re.compile("(?:没有|没|未|未能|不能|不会|不再|不予)$")
NO_SUBJECT = ("在", "于", "经", "随着", "对", "据", "按")
HEAD_TO_COME = re.compile(f"[一-龥]{{0,4}}{MASK}|[一-龥]{{1,8}}的")
PRIZES = re.compile("$|[，。的、了]")
ABSTRACT = re.compile("的(?:信心|决心|勇气|能力|机会|希望|愿望|力量)")
SUBJECT_ENDS = re.compile("项目|工程(?!公司|局|师|队|院|学)|大桥|公路|铁路|隧道|医院|学校|小学|中学|大学|学院|中心|车站|航线|线路|码头|博物馆|图书馆|体育馆|公园|小区|厂房|工厂|基地|景区|机场|平台")
NOT_OBJECT = re.compile("[的于之社及和与、以后前时周仪式典大会活资电程试键期率费金按器类中“]|至今|[仅已满近约长]|[0-9０-９一二三四五六七八九十]+(?:周年|年|多年)|第|以来|后")
NOT_HOPE = "(?!小学|工程|中学)"
ORGANIZED = re.compile("(?:主办|举办|组织|承办|发起|联合开展|主持召开|召开|举行)的")


class Trigger(NamedTuple):
    """A word found in a sentence, and what it would say: offsets are of the text."""

    kind: str
    word: str
    start: int
    end: int
    object_start: int
    object_end: int
    form: str


class Lexicon(NamedTuple):
    """The data files, ready for use."""

    first: re.Pattern
    gathering: re.Pattern
    kinds: dict[str, str]
    verbs: dict[str, str]
    happens: dict[str, str]
    transitive: frozenset[str]
    generic: frozenset[str]
    pairs: dict[str, tuple[tuple[str, str], ...]]
    holds: frozenset[str]
    unreal: re.Pattern
    future: re.Pattern
    same_day: re.Pattern
    request: re.Pattern
    said: re.Pattern
    nominal: tuple[str, ...]
    place: re.Pattern
    attends: re.Pattern
    body: re.Pattern


@cache
def _lexicon() -> Lexicon:
    forms: dict[str, dict[str, str]] = {"gathering": {}, "verb": {}, "happens": {}}
    pairs: dict[str, list[tuple[str, str]]] = {}
    for kind, form, words in read_table("event_triggers.tsv"):
        for word in words.split():
            if form == "pair":
                verb, noun = word.split("+")
                pairs.setdefault(verb, []).append((noun, kind))
            else:
                forms[form][word] = kind
    context = read_groups("event_context.tsv")
    # A search is ten times as fast where every alternative begins with a letter: so what must not stand before it comes after it.
    short_meeting = "会(?<![社机工商学协员金理事教都国法省市区县体委合奥运博总]会)"
    nouns = "|".join([one_of(word for word in forms["gathering"] if word != "会"), short_meeting])
    first = one_of([*context["hold"], *forms["verb"], *forms["happens"], *pairs])
    modal = "要(?<![重主首必纪摘概只]要)(?!求|闻|素|点|员)|应(?<![适响反供效对相因]应)(?![用急邀对])|在(?<!正在)[建研]"
    return Lexicon(
        first=re.compile(first),
        gathering=re.compile(f"(?:{nouns})(?=$|[、和与并暨及在于昨今近日正隆圆顺同如成拉再首联共的.{MASK}\\d])"),
        kinds=forms["gathering"],
        verbs=forms["verb"],
        happens=forms["happens"],
        transitive=frozenset(context["transitive"]),
        generic=frozenset(context["generic"]),
        pairs={verb: tuple(nouns) for verb, nouns in pairs.items()},
        holds=frozenset(context["hold"]),
        unreal=re.compile(f"{one_of([*context['unreal'], *context['future']])}{NOT_HOPE}|{modal}"),
        future=re.compile(f"{one_of(context['future'])}{NOT_HOPE}|决定(?![，,：:。；])"),
        request=re.compile(one_of(context["request"])),
        same_day=re.compile(f"会上(?<![一-龥]会上)|{one_of(word for word in context['same_day'] if word != '会上')}"),
        said=re.compile(f"{one_of(context['said'])}(?:说|道)?[，,：:]"),
        nominal=tuple(context["nominal"]),
        place=re.compile(f"(?<![利对关由至基属善等处大小高低]){one_of(context['place'])}了?"),
        body=re.compile(f"(?!.*[0-9０-９的在对为向将把被和与、进到往赴])[一-龥A-Za-z0-9“”]{{1,18}}{one_of(context['body'])}"),
        attends=re.compile(f"{one_of(context['attends'])}了?(?:本次|此次|这次|当天的?)?(?:{one_of(forms['gathering'])}|会见|会谈)"),
    )


@finds_in_reading_text
def find_events(text: str, names: Sequence[Name], times: Sequence[Time]) -> list[Event]:
    """Return the things that happened according to an article, in reading order, one row each.

    ``names`` and ``times`` are those of the same text. ``text`` of an event is the sentence that tells it; ``place`` is as
    printed; ``objects`` are as printed; ``on_date`` is None where neither sentence nor lead names a day.

    >>> found = find_events("清浦大桥昨日通车。", (), ())[0]
    >>> found.kind, found.trigger, found.objects
    ('opening', '通车', ('清浦大桥',))
    >>> find_events("云渡区将加快推进清浦大桥建设，力争明年通车。", (), ())
    []
    """
    article = _Article(text, names, times)
    found = [event for sentence in article.sentences for event in article.events_of(*sentence)]
    events = [_dated(item, article.lead_day) for item in _merge(found) if item.event.confidence >= LEAST_CONFIDENCE]
    return article.with_attendance(events)


def _dated(item: _Found, lead_day: date | None) -> Event:
    """Return the event; what only the headline tells happened on the day of the lead."""
    return item.event._replace(on_date=lead_day) if item.position == "headline" and not item.event.on_date else item.event


class _Found(NamedTuple):
    event: Event
    position: str


class _Article:
    """An article laid out for the search: masked text, sentences with their position, names and times by offset."""

    def __init__(self, text: str, names: Sequence[Name], times: Sequence[Time]) -> None:
        self.text = text
        self.names = sorted(names, key=lambda name: name.char_start)
        self.quoted = QUOTED.sub(lambda found: MASK * len(found[0]), text)
        self.masked = _without_persons(self.quoted, self.names)
        self.name_starts = [name.char_start for name in self.names]
        self.times = sorted(times, key=lambda time: time.char_start)
        self.time_starts = [time.char_start for time in self.times]
        self.headline_end = self._headline_end()
        self.sentences = list(self._sentences())
        dated = (time for time in self.times if time.granularity in DAY_GRAINS and time.start_on and time.char_start >= self.headline_end)
        self.lead_day = next((time.start_on for time in dated if self._is_day_of_news(time)), None)

    def _is_day_of_news(self, time: Time) -> bool:
        """Return whether a day may be that of the lead: a date, not a feast or a day still to come."""
        return not NAMED_DAY.search(time.text) and not NOT_YET.match(self.masked, time.char_end)

    def _headline_end(self) -> int:
        """Return where the lines above the first prose end: short, and without a stop; 0 where there is no prose."""
        at = 0
        while at < len(self.text):
            end = self.text.find("\n", at)
            line = self.text[at : end if end >= 0 else len(self.text)].strip()
            if len(line) > HEADLINE_LONGEST or line.endswith(PROSE_ENDS):
                return at
            if end < 0:
                break
            at = end + 1
        return 0

    def _sentences(self) -> Iterator[tuple[int, int, str]]:
        """Yield the statements of sentences, parted by semicolons, that have a trigger: start, end, position (headline, lead, body)."""
        lexicon, seen, headline_end = _lexicon(), 0, self.headline_end
        for found in STATEMENT.finditer(self.masked):
            start, end = found.span()
            start += len(found[0]) - len(found[0].lstrip())
            position = "headline" if end <= headline_end else "lead" if seen < LEAD_SENTENCES else "body"
            seen += position != "headline" and end - start > 12
            if lexicon.first.search(self.masked, start, end):
                yield start, end, position

    def events_of(self, start: int, end: int, position: str) -> Iterator[_Found]:
        """Yield the events that one sentence tells."""
        if self.masked[end - 1] in "？?":
            return
        byline = BYLINE.match(self.masked[start:end]) if position != "headline" else None
        begin = start + byline.end() if byline else start
        lexicon = _lexicon()
        stop = min(found.start() if found else end for found in (
            lexicon.said.search(self.masked, begin, end), lexicon.future.search(self.masked, begin, end)
        ))
        same_day = lexicon.same_day.search(self.masked, begin, end) is not None
        for trigger in self._triggers(begin, stop, end):
            actors = self._actors(begin, trigger) or self._printed_actor(begin, trigger)
            if trigger.form == "verb" and not actors and position == "body":
                continue
            day, dated = self._day(begin, end, trigger)
            if day and self.lead_day and day - self.lead_day > TO_COME:
                continue
            if day is None and dated == "long ago" and position != "headline":
                continue
            evidence = self._evidence(position, day, dated)
            if evidence == "undated" and trigger.form in ("verb", "pair"):
                continue
            if evidence == "body" and not actors and not same_day:
                continue
            if not dated and trigger.word in lexicon.generic and trigger.object_end - trigger.object_start <= len(trigger.word):
                continue
            objects = (self.text[trigger.object_start : trigger.object_end],) if trigger.object_end > trigger.object_start else ()
            whole_start, whole_end = sentences_of(self.text).sentence_at(start)
            is_short = trigger.end <= whole_start + EVIDENCE_LONGEST
            char_start, char_end = (whole_start, min(whole_end, whole_start + EVIDENCE_LONGEST)) if is_short else (start, min(end, start + EVIDENCE_LONGEST))
            yield _Found(Event(
                kind=trigger.kind, trigger=trigger.word, text=self.text[char_start:char_end], char_start=char_start, char_end=char_end,
                on_date=day if dated or position == "headline" else self.lead_day if same_day or position == "lead" else None, place=self._place(begin, end, trigger), actors=actors, objects=objects,
                confidence=CONFIDENCE[evidence],
            ), position)

    def _evidence(self, position: str, day: date | None, dated: str) -> str:
        """Return what the trust in an event rests on, a key of CONFIDENCE: where it is told, and what tells its day."""
        if position == "headline":
            return position
        if position == "lead":
            return "lead" if day else "recent" if dated else "day of the lead" if self.lead_day else "undated"
        return "dated" if day else "body"

    def with_attendance(self, events: list[Event]) -> list[Event]:
        """Return the events, the first one with those among its actors of whom the article says that they took part."""
        found = _lexicon().attends.search(self.masked) if events else None
        if not found:
            return events
        start = max(self.masked.rfind("。", 0, found.start()), self.masked.rfind("\n", 0, found.start())) + 1
        if abs(start - events[0].char_start) > NEAR or _lexicon().unreal.search(self.masked, start, found.start()):
            return events
        attending = [name.name for name in self._names_between(start, found.start()) if name.kind == "person" and name.role is None]
        return [events[0]._replace(actors=tuple(dict.fromkeys([*events[0].actors, *attending]))), *events[1:]]

    def _triggers(self, begin: int, stop: int, end: int) -> Iterator[Trigger]:
        """Yield the triggers of a sentence that tell a fact; from ``stop`` on it tells none."""
        lexicon, done = _lexicon(), begin
        for found in lexicon.first.finditer(self.masked, begin, stop):
            if found.start() < done:
                continue
            low, high = self._clause(begin, end, found.start(), found.end())
            before, after = self.masked[low : found.start()], self.masked[found.end() : high]
            if lexicon.request.search(before) or NEGATED.search(before):
                continue
            word = found[0]
            trigger = None
            if word in lexicon.holds:
                trigger = self._gathering(begin, low, found, before, after)
            if not trigger and word in lexicon.pairs:
                trigger = self._pair(low, found, before, high)
            if not trigger and word in lexicon.verbs:
                trigger = self._verb(low, found, before, after, high)
            if not trigger and word in lexicon.happens:
                trigger = self._happening(begin, low, found, before, after)
            if trigger:
                done = max(trigger.end, found.end())
                yield trigger

    def _clause(self, begin: int, end: int, start: int, stop: int) -> tuple[int, int]:
        """Return the clause around a trigger, at most CLAUSE_LONGEST characters to either side."""
        low, high = max(begin, start - CLAUSE_LONGEST), min(end, stop + CLAUSE_LONGEST)
        for mark in CLAUSE_BREAK.finditer(self.masked, low, start):
            low = mark.end()
        mark = CLAUSE_BREAK.search(self.masked, stop, high)
        return low, mark.start() if mark else high

    def _subject_low(self, begin: int, low: int, before: str) -> int:
        """Return where the clause of the subject begins: one clause earlier where nothing but adverbs stands in this one."""
        if low - 1 <= begin or self.masked[low - 1] not in "，," or ADVERBS.sub("", self._without_times(low, low + len(before))):
            return low
        return self._clause(begin, low - 1, low - 1, low - 1)[0]

    def _without_times(self, low: int, high: int) -> str:
        """Return the text between two places, the times left out."""
        parts = []
        for time in self.times[bisect_left(self.time_starts, low) : bisect_left(self.time_starts, high)]:
            parts.append(self.masked[low : time.char_start])
            low = max(low, time.char_end)
        return "".join([*parts, self.masked[low:high]])

    def _gathering(self, begin: int, low: int, found: re.Match, before: str, after: str) -> Trigger | None:
        """Return the gathering that a verb of holding is about: 座谈会在…召开, 举行了…座谈会."""
        if after.startswith(("的", "仪式", "式", "典礼", "大会", "会", "活动")):
            return None
        return self._held(low, found, after, before) or self._gathered(begin, low, found, before)

    def _held(self, low: int, found: re.Match, after: str, before: str) -> Trigger | None:
        """Return the gathering after its verb: 举行了座谈会."""
        lexicon = _lexicon()
        nouns = [noun for noun in lexicon.gathering.finditer(after) if not after[noun.end() :].startswith(("在", "的", "上"))]
        if not nouns or lexicon.unreal.search(before) or before.endswith(ONLY_NAMED):
            return None
        start, stop = found.end() + nouns[0].start(), found.end() + nouns[0].end()
        if self._in_organization(start, stop):
            return None
        word = nouns[0][0]
        return Trigger(lexicon.kinds.get(word, "meeting"), word, found.start(), stop, found.end() + _filler(after), stop, "gathering")

    def _gathered(self, begin: int, low: int, found: re.Match, before: str) -> Trigger | None:
        """Return the gathering before its verb, also a clause before it: 座谈会在云渡区召开, 大会在完成议程后，昨天闭幕."""
        lexicon = _lexicon()
        nouns = [noun for noun in lexicon.gathering.finditer(before) if REMAINDER.match(before[noun.end() :])]
        if not nouns and (earlier := self._subject_low(begin, low, before)) < low:
            nouns = list(lexicon.gathering.finditer(self.masked[earlier : low - 1]))[:1]
            low, before = earlier, self.masked[earlier : found.start()]
        if not nouns or lexicon.unreal.search(before, nouns[-1].end()):
            return None
        word, begin, stop = nouns[-1][0], low + nouns[-1].start(), low + nouns[-1].end()
        start = self._object_start(low, begin)
        if self._in_organization(begin, stop) or lexicon.unreal.match(self.masked, start):
            return None
        return Trigger(lexicon.kinds.get(word, "meeting"), word, begin, found.end(), start, stop, "gathering")

    def _pair(self, low: int, found: re.Match, before: str, high: int) -> Trigger | None:
        """Return what a verb and a noun of its clause say together: 签署…协议."""
        lexicon = _lexicon()
        if lexicon.unreal.search(self._after_actor(low, found.start())):
            return None
        after = self.text[found.end() : high]
        for noun, kind in lexicon.pairs[found[0]]:
            at = after.find(noun)
            if noun == "奖" and at >= 0 and not PRIZES.match(after, at + 1):
                continue
            if 0 <= at <= OBJECT_LONGEST and not after.startswith("的") and not after[at + len(noun) :].startswith(("的", "率", "金", "者")):
                start = found.end() + _filler(after)
                start += len(noun) == 1 and start + 1 == found.end() + at + 1
                stop = max(start, high if noun == "为" else found.end() + at + len(noun))
                return Trigger(kind, found[0], found.start(), found.end(), start, stop, "pair")
        return None

    def _verb(self, low: int, found: re.Match, before: str, after: str, high: int) -> Trigger | None:
        """Return what someone did to something: 李某某视察了学校."""
        lexicon = _lexicon()
        if lexicon.verbs[found[0]] == "appointment" and HEAD_TO_COME.match(after):
            return None
        if after.startswith(lexicon.nominal) or before.endswith(ONLY_NAMED) or lexicon.unreal.search(self._after_actor(low, found.start())):
            return None
        if UNDERGONE.search(before) or "记者" in before or ABSTRACT.search(after):
            return None
        if any(word in after for word in lexicon.holds) and lexicon.gathering.search(after):
            return None
        start = found.end() + _filler(after)
        stop = min(high, start + OBJECT_LONGEST)
        cut = OBJECT_END.search(self.masked, start, stop)
        stop = cut.start() if cut else stop
        return Trigger(lexicon.verbs[found[0]], found[0], found.start(), found.end(), start, stop, "verb")

    def _happening(self, begin: int, low: int, found: re.Match, before: str, after: str) -> Trigger | None:
        """Return what came about: 大桥通车, 启用了新校区, 云渡港开通航线; its subject may stand a clause earlier."""
        lexicon = _lexicon()
        if lexicon.unreal.search(before) or before.endswith(("计划", "规划", "准备", "打算", "批准", "申请")):
            return None
        is_whole = after == "" or after[0] in "了。." or after.startswith(("运营", "使用"))
        if not is_whole and not (found[0] in lexicon.transitive and len(after) >= 2 and not NOT_OBJECT.match(after) and before):
            return None
        start, stop = self._subject(low, found.start())
        if not is_whole or after.startswith("了") and len(after) > 1 and (found[0] in lexicon.transitive or stop - start < 2):
            start = found.end() + after.startswith("了")
            stop = min(found.end() + len(after), start + OBJECT_LONGEST)
        elif stop - start < 2 and (earlier := self._subject_low(begin, low, before)) < low:
            start, stop = self._subject_before(earlier, low - 1)
        elif ANNOUNCED.search(self.masked, start, found.start()):
            return None
        if stop - start < 3 or self.masked[stop - 1] == "的":
            return None
        return Trigger(lexicon.happens[found[0]], found[0], found.start(), found.end(), max(start, stop - OBJECT_LONGEST), stop, "happens")

    def _subject(self, low: int, stop: int) -> tuple[int, int]:
        """Return the noun that a clause from ``low`` to its verb begins with, empty where it begins with 在 or 经."""
        start = self._object_start(low, stop)
        if "在" in self.masked[low:start] or self.masked.startswith(BY, start):
            return start, start
        times = self.times[bisect_left(self.time_starts, start) : bisect_left(self.time_starts, stop)]
        stop = next((time.char_start for time in times if time.granularity in DAY_GRAINS | VAGUE_GRAINS), stop)
        by = self.masked.find("由", start + 2, stop)
        stop = by if by > 0 else stop
        stop = start + len(ADVERBS.sub("", self.masked[start:stop]))
        if "由" in self.masked[low:start]:
            start = self.masked.rfind("的", start, stop) + 1 or stop
        if self.masked.startswith(NO_SUBJECT, start):
            return start, start
        return max(start, self.masked.rfind(" ", start, stop) + 1), stop

    def _subject_before(self, low: int, stop: int) -> tuple[int, int]:
        """Return the noun that the clause before begins with: as far as it names a work or a person, else what follows 的."""
        start = self._object_start(low, stop)
        ends = SUBJECT_ENDS.search(self.masked, start, stop) or PERSON.search(self.masked, start, stop)
        if self.masked.startswith("由", start) or not ends:
            of = self.masked.rfind("的", start, stop) + 1
            return (of, stop) if of else (start, start)
        return start, ends.end()

    def _after_actor(self, low: int, start: int) -> str:
        """Return what stands between the last name of the clause and the trigger, else the clause up to the trigger."""
        at = bisect_left(self.name_starts, start) - 1
        if at >= 0 and self.names[at].kind != "place" and low <= self.names[at].char_end <= start:
            low = self.names[at].char_end
        return self.masked[low:start]

    def _object_start(self, low: int, stop: int) -> int:
        """Return where the noun phrase before a trigger begins: after times, after 由…举办的, after fillers."""
        low = min(low + _filler(self.masked[low:stop]), stop)
        for time in self.times[bisect_left(self.time_starts, low) : bisect_left(self.time_starts, stop)]:
            if time.char_end > stop or self.masked[low : time.char_start].strip(" \u3000"):
                break
            low = min(time.char_end + _filler(self.masked[time.char_end : stop]), stop)
        for organized in ORGANIZED.finditer(self.masked, low, stop):
            low = organized.end()
        return min(low + _filler(self.masked[low:stop]), stop)

    def _in_organization(self, start: int, end: int) -> bool:
        at = bisect_left(self.name_starts, end) - 1
        return at >= 0 and self.names[at].kind == "organization" and self.names[at].char_end >= end and self.names[at].char_start < start

    def _names_between(self, low: int, high: int) -> list[Name]:
        return [
            name for name in self.names[bisect_left(self.name_starts, low) : bisect_left(self.name_starts, high)] if name.char_end <= high
        ]

    def _actors(self, begin: int, trigger: Trigger) -> tuple[str, ...]:
        """Return the persons and organisations before the trigger that are neither its object nor a place to be at."""
        limit = min(trigger.start, trigger.object_start) if trigger.form in ("gathering", "happens") else trigger.start
        named = [
            name
            for name in self._names_between(begin, max(limit, begin))
            if name.kind != "place" and not self.masked[max(begin, name.char_start - 2) : name.char_start].endswith(("在", "来到", "走进", "前往", "到", "赴"))
        ]
        named = [name for name in named if not self._is_only_cited(begin, name)]
        if trigger.form in ("verb", "pair") or trigger.word in _lexicon().holds:
            named += [name for name in self._names_between(begin, limit) if name.kind == "place" and self._acts(name, limit)]
        people = [name for name in named if name.kind == "person" and name.role is None]
        nested = [name for name in named if name.kind != "person" and not self._in_title(name, people)]
        parties = self._names_between(trigger.object_start, trigger.object_end) if trigger.kind in ("signing", "appointment", "death") else []
        sides = ("person", "organization") if trigger.kind == "signing" else ("person",)
        chosen = sorted([*people, *nested, *(name for name in parties if name.kind in sides)], key=lambda name: name.char_start)
        return tuple(dict.fromkeys(name.name for name in chosen))

    def _is_only_cited(self, begin: int, name: Name) -> bool:
        """Return whether a name stands in quotation marks, or in a clause that says by whose word something is done (根据…安排, 应…邀请)."""
        if self.quoted[name.char_start] == MASK:
            return True
        low = self._clause(begin, name.char_start, name.char_start, name.char_start)[0]
        return self.masked.startswith(CITED, low)

    def _printed_actor(self, begin: int, trigger: Trigger) -> tuple[str, ...]:
        """Return the body that stands as subject before the trigger though nothing names it (区委理论学习中心组|举行)."""
        if trigger.form == "happens" or trigger.object_start < trigger.start:
            return ()
        low = self._clause(begin, trigger.end, trigger.start, trigger.start)[0]
        start, stop = self._subject(low, trigger.start)
        printed = self.text[start:stop]
        return (printed,) if _lexicon().body.fullmatch(printed) else ()

    def _acts(self, name: Name, limit: int) -> bool:
        """Return whether a place is the subject of what follows (清浦镇举行运动会): adverbs aside it stands before the trigger."""
        is_placed = self.masked[name.char_start - 1 : name.char_start] not in ("", "，", ",", " ", "\n", "。", "）", ")")
        return not is_placed and not ADVERBS.sub("", self._without_times(name.char_end, limit))

    def _in_title(self, name: Name, people: Sequence[Name]) -> bool:
        """Return whether an organisation is only there to say what a person is (云渡集团董事长李明)."""
        return any(
            0 <= person.char_start - name.char_end <= TITLE_LONGEST and not TITLE_BREAK.search(self.text, name.char_end, person.char_start)
            for person in people
        )

    def _day(self, start: int, end: int, trigger: Trigger) -> tuple[date | None, str]:
        """Return the day that the sentence names for the trigger, and how fine its time is: day, vague (近日), long ago (去年) or none.

        A month or year that holds the day of the lead says nothing more (2025年春季招聘会).
        """
        at = max(trigger.end, trigger.object_end)
        clause = self._clause(start, end, trigger.end, trigger.end)[0]
        inside = self.times[bisect_left(self.time_starts, start) : bisect_left(self.time_starts, end)]
        dated = ""
        for time in reversed([time for time in inside if time.char_start <= at and self._is_when(time, trigger)]):
            if time.granularity in DAY_GRAINS and time.start_on:
                return time.start_on, "day"
            is_vague = time.granularity in VAGUE_GRAINS or self._is_recent(time)
            kind = "vague" if is_vague else "" if self._holds_lead(time) else "long ago"
            if kind and time.char_start >= clause:
                return None, kind
            dated = dated or kind
        return None, dated

    def _is_recent(self, time: Time) -> bool:
        """Return whether a month or less ended shortly before the day of the lead (12月下旬)."""
        is_month = time.granularity == "month" and self.lead_day and time.end_on
        return bool(is_month and timedelta(0) < self.lead_day - time.end_on <= RECENT)

    def _is_when(self, time: Time, trigger: Trigger) -> bool:
        """Return whether a time tells when a thing happened: not part of its name, no day that is only near, not when a reporter heard of it."""
        if time.granularity == "duration" or time.granularity in DAY_GRAINS and not time.start_on:
            return False
        if trigger.object_start <= time.char_start < trigger.object_end or NOT_YET.match(self.masked, time.char_end):
            return False
        return not self.masked.endswith(REPORTERS, max(time.char_start - 4, 0), time.char_start)

    def _holds_lead(self, time: Time) -> bool:
        return bool(self.lead_day and time.start_on and time.end_on and time.start_on <= self.lead_day <= time.end_on)

    def _place(self, begin: int, end: int, trigger: Trigger) -> str | None:
        """Return the place that 在 or 来到 brings in the trigger's sentence, as printed."""
        stop = CLAUSE_BREAK.search(self.masked, trigger.end, end)
        for found in _lexicon().place.finditer(self.masked, begin, stop.start() if stop else end):
            at = bisect_left(self.name_starts, found.end())
            follows = at < len(self.names) and self.names[at].char_start <= found.end() + 1 and self.names[at].kind != "person"
            if follows and not trigger.object_start <= found.start() < trigger.object_end:
                return self.names[at].text
        return None


def _without_persons(text: str, names: Sequence[Name]) -> str:
    """Return the text with the names of persons masked: a name may hold any word (沈若水)."""
    parts, at = [], 0
    for name in names:
        if name.kind == "person" and name.char_start >= at:
            parts += [text[at : name.char_start], MASK * (name.char_end - name.char_start)]
            at = name.char_end
    return "".join([*parts, text[at:]])


def _filler(text: str) -> int:
    found = FILLER.match(text)
    return found.end() if found else 0


ONE_PER_ARTICLE = frozenset(("inspection", "meeting", "visit", "volunteering", "performance", "training", "activity", "competition", "case", "accident"))


ONE_PER_DAY = frozenset(("signing", "award"))


def _merge(found: Sequence[_Found]) -> list[_Found]:
    """Return one event for each thing that happened: what is told twice becomes one row, the body's sentence its evidence."""
    merged: list[_Found] = []
    for late in found:
        for at in range(max(len(merged) - LATEST, 0), len(merged)):
            early = merged[at]
            if _same(early, late):
                merged[at] = _join(early, late)
                break
        else:
            merged.append(late)
    return merged


def _same(early: _Found, late: _Found) -> bool:
    one, other = early.event, late.event
    if one.on_date and other.on_date and one.on_date != other.on_date:
        return False
    alike = _alike("".join(one.objects), "".join(other.objects))
    if early.position == "headline":
        return late.position == "lead" and (one.kind == other.kind or alike >= 0.4)
    if one.kind != other.kind:
        return False
    shares_actors = bool(set(one.actors) & set(other.actors))
    if one.kind in ONE_PER_DAY and one.on_date == other.on_date and shares_actors:
        return True
    return alike >= 0.5 or (one.kind in ONE_PER_ARTICLE and (shares_actors or not other.actors))


def _join(early: _Found, late: _Found) -> _Found:
    one, other = early.event, late.event
    first, second = (other, one) if early.position == "headline" else (one, other)
    kind = first.kind if first.kind != "activity" else second.kind
    return _Found(first._replace(
        kind=kind,
        on_date=first.on_date or second.on_date,
        place=first.place or second.place,
        actors=tuple(dict.fromkeys([*first.actors, *second.actors])),
        objects=first.objects or second.objects,
        confidence=max(one.confidence, other.confidence),
    ), late.position if early.position == "headline" else early.position)


def _alike(text: str, other: str) -> float:
    """Return the share of the shorter text's pairs of characters that the other one has too."""
    one, two = ({piece[at : at + 2] for at in range(len(piece) - 1)} for piece in (text, other))
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0
