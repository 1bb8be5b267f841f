"""What every function of the transforms promises of every text, written down once: hypothesis, the fuzzer and the bench of growth use it.

``LAWS`` holds one check per public function, those of the contract and those that other rooms call. Each takes any text at all,
runs the function and asserts: what is found stands where it says, in order, within the text; nothing is lost; the same text
gives the same result again. A check raises AssertionError where a law is broken and lets no other exception pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date

from transforms.clusters import cluster
from transforms.dating import date_page
from transforms.decoding import UndecodableError, decode
from transforms.duplicates import compare_texts, find_candidates, find_near_duplicates, sketch
from transforms.events import find_events
from transforms.identities import PersonEvidence, disambiguate, organization_id, person_id, place_id
from transforms.misprints import find_misprints
from transforms.names import find_names, find_names_of, organization_kind
from transforms.pages import read_page
from transforms.pages.corrections import CorrectionError, lines_by_file, parse_corrections
from transforms.pages.masthead import read_masthead
from transforms.pages.rebuild import rebuild_raw_text
from transforms.paths import PatternError, compile_pattern
from transforms.quantities import find_quantities
from transforms.quotes import find_quotes
from transforms.records import Page
from transforms.rows import RawFileFacts, file_id_of, read_file
from transforms.stories import Told, group_stories
from transforms.terms import find_terms
from transforms.text.characters import UNPRINTED
from transforms.text.numerals import parse_int, parse_number
from transforms.text.segmentation import segmented
from transforms.text.sentences import split_sentences
from transforms.text.spans import concatenate
from transforms.times import find_times

ANCHOR = date(2025, 3, 4)
PATTERN = compile_pattern("{paper}/{*}/{date:%Y-%m-%d}/{page}.txt")


def twice(function: Callable, *arguments: object):
    """Return what the function returns, having asked it twice."""
    found = function(*arguments)
    assert function(*arguments) == found, f"{function.__name__} says something else the second time"
    return found


def check_places(text: str, records: Iterable, *, apart: bool) -> None:
    """Assert that records slice the text, none empty, in order; ``apart``: none overlaps another."""
    start = end = 0
    for record in records:
        assert 0 <= record.char_start < record.char_end <= len(text), record
        assert text[record.char_start : record.char_end] == record.text, record
        assert record.char_start >= (end if apart else start), record
        start, end = record.char_start, record.char_end


def check_sure(records: Iterable) -> None:
    """Assert that every record says how sure it is, as a share."""
    assert all(0 < record.confidence <= 1 for record in records)


def visible(text: str) -> str:
    """Return what of a text is seen."""
    return re.sub(f"[\\s{UNPRINTED}]", "", text)


# --- pages ------------------------------------------------------------------------------------------------------------


def check_accounting(text: str, page: Page) -> None:
    """Assert that every character is in one block or white space between blocks, and every block in one place."""
    assert page.text == text
    end = 0
    for seq, block in enumerate(page.blocks, 1):
        assert block.seq == seq and block.text == text[block.char_start : block.char_end] != ""
        assert block.space_before == text[end : block.char_start] and not visible(block.space_before)
        end = block.char_end
    assert not visible(text[end:])
    assert rebuild_raw_text(page.blocks) == (text if page.blocks else "")


def check_articles(page: Page) -> None:
    """Assert that paragraphs are made of raw characters alone, each block once, and that spans lead back across seams."""
    spans = [span for article in page.articles for paragraph in article.paragraphs for span in paragraph.spans]
    kept = [(block.char_start, block.char_end) for block in page.blocks if block.role != "duplicate" and block.article]
    assert sorted(spans) == sorted(kept) or left_out_within(spans, kept)
    assert {block.role for block in page.blocks if not block.article} <= {"furniture", "advert", "unassigned", "duplicate"}
    blocks_of: dict[int | None, set[int]] = {}
    for block in page.blocks:
        blocks_of.setdefault(block.article, set()).add(block.seq)
    for article in page.articles:
        assert set(article.blocks) == blocks_of[article.seq]
        whole = concatenate([paragraph.spans for paragraph in article.paragraphs], page.text)
        assert whole.text == article.text == "\n".join(paragraph.text for paragraph in article.paragraphs)
        for start, stop in split_sentences(whole.text):
            raw = "".join(page.text[low:high] for low, high in whole.raw_spans(start, stop))
            assert raw == whole.text[start:stop].replace("\n", "")


def left_out_within(spans: list, kept: list) -> bool:
    """Return whether spans lie in the blocks of articles, none over another, each block with one at least."""
    spans, kept = sorted(spans), sorted(kept)
    apart = all(low[1] <= high[0] for low, high in zip(spans, spans[1:], strict=False))
    holds = [sum(start <= low and high <= end for low, high in spans) for start, end in kept]
    return apart and all(holds) and sum(holds) == len(spans)


def check_edits(page: Page) -> None:
    """Assert that the edits say what was done and nothing else."""
    by_kind = {
        kind: {(edit.block, edit.target) for edit in page.edits if edit.kind == kind}
        for kind in ("join", "unwrap", "drop_duplicate", "move")
    }
    assert by_kind["join"] | by_kind["unwrap"] == {(block.seq, block.continues) for block in page.blocks if block.continues}
    assert not by_kind["join"] & by_kind["unwrap"]
    assert by_kind["drop_duplicate"] == {(block.seq, block.duplicate_of) for block in page.blocks if block.duplicate_of}
    assert by_kind["move"] <= by_kind["join"]
    assert all(0 < edit.confidence <= 1 and edit.evidence for edit in page.edits)


def law_of_pages(text: str) -> None:
    page = twice(read_page, text)
    check_accounting(text, page)
    check_articles(page)
    check_edits(page)


def law_of_datings(text: str) -> None:
    masthead = twice(read_masthead, text)
    end = 0
    for span in masthead.spans:
        assert end <= span.char_start < span.char_end <= len(text)
        end = span.char_end
    assert masthead.paper or masthead.issue_on or masthead.page or not masthead.spans
    articles = read_page(text).articles
    for issue_on in (None, ANCHOR):
        days = twice(date_page, articles, issue_on)
        assert len(days) == len(articles) and all(day.published_on == issue_on for day in days if issue_on)


# --- bytes and files ----------------------------------------------------------------------------------------------------


def law_of_bytes(text: str) -> None:
    """Bytes of every form that a text can have are read or refused in words; UTF-8 comes back to the letter."""
    for data in (
        text.encode("utf-8", "surrogatepass"),
        text.encode("gb18030", "replace"),
        text.encode("utf-16-le", "surrogatepass"),
        text.encode("latin-1", "ignore"),
    ):
        try:
            found = decode(data)
        except UndecodableError as error:
            assert str(error)
            continue
        assert decode(data) == found
        found.text.encode("utf-8")
        assert 0 <= found.n_replaced <= found.text.count("\ufffd")
        assert found.doubtful or not found.n_replaced


def law_of_rows(text: str) -> None:
    """The rows of a file stand in its raw text, every id once, every reference answered."""
    data = text.encode("utf-8", "replace")
    with suppress(UndecodableError):
        rows = twice(read_file, data, RawFileFacts("s", "p"))
        check_rows(decode(data).text, rows)


def check_rows(raw: str, rows: Mapping[str, list[dict]]) -> None:
    """Assert that spans lead to what the row says, that keys are unique, and that what a row refers to is there."""
    ids = {
        name: [row[key] for row in rows.get(name, ())]
        for name, key in (
            ("blocks", "block_id"),
            ("edits", "edit_id"),
            ("articles", "article_id"),
            ("paragraphs", "paragraph_id"),
            ("sentences", "sentence_id"),
            ("mentions", "mention_id"),
            ("times", "time_id"),
            ("quantities", "quantity_id"),
            ("quotes", "quote_id"),
            ("events", "event_id"),
            ("suspected_misprints", "misprint_id"),
        )
    }
    assert all(len(some) == len(set(some)) for some in ids.values())
    there = {
        "article_id": set(ids["articles"]),
        "sentence_id": set(ids["sentences"]),
        "paragraph_id": set(ids["paragraphs"]),
        "mention_id": set(ids["mentions"]),
        "block_id": set(ids["blocks"]),
    }
    for table, some in rows.items():
        for row in some:
            for column, known in there.items():
                assert row.get(column) is None or row[column] in known, (table, column, row)
            if "spans" in row:
                pieces = [raw[start:end] for start, end in row["spans"]]
                assert all(pieces), row
                text = row.get("text", row.get("title"))
                assert "".join(pieces) == text.replace("\n", ""), (table, row)


# --- facts ------------------------------------------------------------------------------------------------------------


def law_of_sentences(text: str) -> None:
    end = 0
    for start, stop in twice(split_sentences, text):
        assert not text[end:start].strip() and text[start:stop].strip() == text[start:stop] != ""
        end = stop
    assert not visible(text[end:])


def law_of_times(text: str) -> None:
    for anchor in (None, ANCHOR):
        found = twice(find_times, text, anchor)
        check_places(text, found, apart=True)
        for time in found:
            assert (time.value is None) == time.basis.startswith("unresolved"), time
            assert time.start_on is None or time.end_on is None or time.start_on <= time.end_on, time
            assert anchor or "anchor" not in time.basis, time


def law_of_quantities(text: str) -> None:
    found = twice(find_quantities, text)
    check_places(text, found, apart=True)
    for quantity in found:
        bounds = [bound for bound in (quantity.low, quantity.value, quantity.high) if bound is not None]
        assert all(-float("inf") < bound < float("inf") for bound in [*bounds, quantity.base_value or 0]), quantity
        assert all(low <= high + abs(high) * 1e-9 for low, high in zip(bounds, bounds[1:], strict=False)), quantity


def law_of_names(text: str) -> None:
    found = twice(find_names, text)
    check_places(text, found, apart=False)
    check_sure(found)
    assert find_names_of([text, "区长李云川。", text]) == [found, find_names("区长李云川。"), found]
    for name in found:
        check_places(text, name.titles, apart=False)
        assert name.kind in ("person", "organization", "place") and name.name, name
        organization_kind(name.name)


def law_of_quotes(text: str) -> None:
    for names in ((), find_names(text)):
        found = twice(find_quotes, text, names)
        for is_direct in (True, False):
            check_places(text, [quote for quote in found if quote.is_direct == is_direct], apart=True)
        check_sure(found)


def law_of_events(text: str) -> None:
    found = twice(find_events, text, find_names(text), find_times(text, ANCHOR))
    check_places(text, found, apart=False)
    check_sure(found)


def law_of_terms(text: str) -> None:
    names = find_names(text)
    found = twice(find_terms, text, text[:20], names)
    assert len({term.term for term in found}) == len(found)
    assert all(term.term in text and term.n > 0 for term in found)


def law_of_misprints(text: str) -> None:
    found = twice(find_misprints, text, find_names(text))
    check_places(text, found, apart=True)
    check_sure(found)
    assert all(len(doubt.suggestion) == len(doubt.text) and doubt.suggestion != doubt.text and doubt.evidence for doubt in found)


def law_of_segments(text: str) -> None:
    assert "".join(segmented(text).words) == text.encode("utf-8", "replace").decode()


def law_of_duplicates(text: str) -> None:
    found = twice(sketch, text)
    assert list(found.values) == sorted(set(found.values)) and len(found.values) <= found.n_shingles
    assert all(0 <= value < 2**63 for value in found.values)
    half = text[: len(text) // 2]
    there, back = twice(compare_texts, text, half), compare_texts(half, text)
    assert (there and there[:2]) == (back and back[:2])
    pairs = twice(find_near_duplicates, [text, half, text])
    assert pairs == sorted(pairs) and (not found.n_shingles or (0, 2, 1.0, "same") in pairs)
    owners = [number for number in (0, 1) for _ in found.values]
    assert find_candidates(owners, [*found.values, *found.values], [found.n_shingles] * 2) == ([(0, 1)] if found.values else [])


# --- small ones, and what reads the words of users ---------------------------------------------------------------------------


def law_of_numerals(text: str) -> None:
    number, whole = twice(parse_number, text), twice(parse_int, text)
    assert whole is None or number == whole
    assert number is None or number.is_finite() and number >= 0


def law_of_ids(text: str) -> None:
    ids = [twice(make, text) for make in (person_id, organization_id, place_id)]
    ids += [person_id(text, "记者"), file_id_of(text.encode("utf-8", "surrogatepass"))]
    assert all(len(each) == 16 and int(each, 16) >= 0 for each in ids)
    organization_kind(text)
    told = twice(
        disambiguate,
        text,
        [PersonEvidence("a1", text), PersonEvidence("a2", role="reporter"), PersonEvidence("a3", "区长", text), PersonEvidence("a4")],
    )
    assert set(told) in (set(), {"a1", "a2", "a3", "a4"})


def law_of_stories(text: str) -> None:
    parts = [text[at : at + 12] for at in range(0, min(len(text), 240), 12)]
    told = [Told(f"{n:02d}", f"a{n // 2}", "opening", ANCHOR, part[:4] or None, (part[4:6],), (part,)) for n, part in enumerate(parts)]
    story = twice(group_stories, told)
    assert set(story) == {one.event_id for one in told} and all(story[of] == of for of in story.values())
    found = twice(cluster, list(zip(parts, parts[1:], strict=False)))
    assert set(found.values()) <= ({min(parts)} if len(parts) > 1 else set())


def law_of_paths(text: str) -> None:
    twice(PATTERN.match, text)
    PATTERN.match(f"云渡日报/{text}/2025-03-04/01.txt")
    try:
        compile_pattern(text).match(text)
        compile_pattern("{paper}" + text)
    except PatternError as error:
        assert repr(text)[1:-1][:8] in str(error) or str(error)


def law_of_corrections(text: str) -> None:
    lines = (
        text,
        json.dumps({"file_id": text, "block": 1, "role": "body", "by": text}),
        json.dumps({"file_id": "f", "block": 1, "role": text, "by": "周明远"}),
    )
    for line in lines:
        try:
            assert set(parse_corrections(line)) == set(lines_by_file(line))
        except CorrectionError as error:
            assert str(error)


LAWS: dict[str, Callable[[str], None]] = {
    "decode": law_of_bytes,
    "read_page": law_of_pages,
    "date_page": law_of_datings,
    "read_file": law_of_rows,
    "split_sentences": law_of_sentences,
    "find_times": law_of_times,
    "find_quantities": law_of_quantities,
    "find_names": law_of_names,
    "find_quotes": law_of_quotes,
    "find_events": law_of_events,
    "find_terms": law_of_terms,
    "find_misprints": law_of_misprints,
    "find_near_duplicates": law_of_duplicates,
    "segmented": law_of_segments,
    "parse_number": law_of_numerals,
    "identities": law_of_ids,
    "group_stories": law_of_stories,
    "compile_pattern": law_of_paths,
    "parse_corrections": law_of_corrections,
}
"""The check of each function, by its name."""
