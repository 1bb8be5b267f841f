"""One raw file as rows of the warehouse's tables: bytes in, rows out.

This is the whole reading of a file, top to bottom: decode, read the page, date it, and find the facts of each article.
Finders see the text of one article (its paragraphs, one per line) and know nothing of raw files; here their offsets are
carried back to the raw text, through seams, and every row gets its id.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from transforms.dating import Dating, date_page, read_masthead
from transforms.decoding import decode
from transforms.duplicates import sketch
from transforms.events import find_events
from transforms.identities import organization_id, person_id, place_id
from transforms.misprints import find_misprints
from transforms.names import find_names_of
from transforms.pages import read_page
from transforms.pages.corrections import Correction
from transforms.quantities import find_quantities
from transforms.quotes import find_quotes
from transforms.records import Article, Name, Page
from transforms.sentences import split_sentences
from transforms.spans import Piecewise, Span, lay
from transforms.terms import find_terms
from transforms.times import find_times

Row = dict[str, object]
Rows = dict[str, list[Row]]

ENTITY_ID = {"person": person_id, "organization": organization_id, "place": place_id}


@dataclass(frozen=True, slots=True)
class RawFileFacts:
    """What is known of a raw file before it is read: where it was found, what its path says, and the encodings its source is said to be in."""

    source: str
    path: str
    paper: str | None = None
    issue_on: date | None = None
    page: str | None = None
    encodings: tuple[str, ...] = ()


def file_id_of(data: bytes) -> str:
    """Return the id of a raw file: the first 16 hex digits of the SHA-256 of its bytes.

    >>> file_id_of("云渡日报".encode())
    '9325bc4b746a9a60'
    """
    return sha256(data).hexdigest()[:16]


def read_file(data: bytes, known: RawFileFacts, corrections: Sequence[Correction] = ()) -> Rows:
    """Return the rows that one raw file gives, by table; columns of runs and corpus are left to those who know them.

    ``corrections`` are what reviewers decided about its page. Raises ``transforms.decoding.UndecodableError`` where the bytes
    are no text, ``transforms.pages.corrections.CorrectionError`` where a correction does not fit the page.
    """
    file_id = file_id_of(data)
    decoded = decode(data, known.encodings)
    masthead = read_masthead(decoded.text)
    issue_on = known.issue_on or masthead.issue_on
    page = read_page(decoded.text, corrections)
    datings = date_page(page.articles, issue_on)
    rows: Rows = {
        "raw_files": [{
            "file_id": file_id,
            "source": known.source,
            "path": known.path,
            "n_bytes": len(data),
            "encoding": decoded.encoding,
            "n_chars": len(decoded.text),
            "n_replaced": decoded.n_replaced,
            "paper": known.paper or masthead.paper,
            "issue_on": issue_on,
            "issue_basis": issue_basis(known, masthead),
            "page": known.page or masthead.page,
            "status": "loaded",
            "reason": decoded.doubtful,
        }],
        "blocks": list(block_rows(file_id, page)),
        "edits": list(edit_rows(file_id, page)),
    }
    located = [Locator(f"{file_id}-a{article.seq:02d}", page.text, article) for article in page.articles]
    named = find_names_of([at.whole.text for at in located])
    for article, dating, at, names in zip(page.articles, datings, located, named, strict=True):
        for table, some in article_facts(file_id, article, dating, at, names).items():
            rows.setdefault(table, []).extend(some)
    return rows


def issue_basis(known: RawFileFacts, masthead) -> str | None:
    """Return where paper and date of the issue come from: ``path``, ``masthead``, both, or None."""
    path = known.paper or known.issue_on
    found = (not known.paper and masthead.paper) or (not known.issue_on and masthead.issue_on)
    return ", ".join(name for name, holds in (("path", path), ("masthead", found)) if holds) or None


def block_id_of(file_id: str, seq: int | None) -> str | None:
    """Return the id of a block, None for no block.

    >>> block_id_of("9325bc4b746a9a60", 7)
    '9325bc4b746a9a60-b0007'
    """
    return None if seq is None else f"{file_id}-b{seq:04d}"


def article_id_of(file_id: str, seq: int | None) -> str | None:
    """Return the id of an article, None for no article."""
    return None if seq is None else f"{file_id}-a{seq:02d}"


def block_rows(file_id: str, page: Page) -> Iterator[Row]:
    """Yield the rows of ``blocks``."""
    for block in page.blocks:
        yield {
            "block_id": block_id_of(file_id, block.seq),
            "file_id": file_id,
            "seq": block.seq,
            "char_start": block.char_start,
            "char_end": block.char_end,
            "role": block.role,
            "article_id": article_id_of(file_id, block.article),
            "text": block.text,
            "duplicate_of": block_id_of(file_id, block.duplicate_of),
            "duplicate_kind": block.duplicate_kind,
            "continues": block_id_of(file_id, block.continues),
            "space_before": block.space_before,
            "space_after": block.space_after,
        }


def edit_rows(file_id: str, page: Page) -> Iterator[Row]:
    """Yield the rows of ``edits``."""
    for number, edit in enumerate(page.edits, 1):
        yield {
            "edit_id": f"{file_id}-e{number:03d}",
            "file_id": file_id,
            "article_id": article_id_of(file_id, edit.article),
            "kind": edit.kind,
            "block_id": block_id_of(file_id, edit.block),
            "target_block_id": block_id_of(file_id, edit.target),
            "confidence": edit.confidence,
            "evidence": edit.evidence,
        }


def span_rows(spans: Iterable[Span]) -> list[dict[str, int]]:
    """Return spans as the warehouse stores them."""
    return [{"char_start": start, "char_end": end} for start, end in spans]


class Locator:
    """Carries offsets in an article's text back to the raw text and to its sentences."""

    def __init__(self, article_id: str, raw_text: str, article: Article) -> None:
        self.article_id = article_id
        self.whole: Piecewise = lay([paragraph.spans for paragraph in article.paragraphs], raw_text)
        self.sentence_starts: list[int] = []
        self.paragraph_rows: list[Row] = []
        self.sentence_rows: list[Row] = []
        at = 0
        for paragraph in article.paragraphs:
            paragraph_id = f"{article_id}-p{paragraph.seq:03d}"
            self.paragraph_rows.append({
                "paragraph_id": paragraph_id,
                "article_id": article_id,
                "seq": paragraph.seq,
                "role": paragraph.role,
                "text": paragraph.text,
                "spans": span_rows(paragraph.spans),
            })
            for start, end in split_sentences(paragraph.text):
                self._add_sentence(paragraph_id, at + start, at + end)
            at += len(paragraph.text) + 1

    def _add_sentence(self, paragraph_id: str, start: int, end: int) -> None:
        self.sentence_starts.append(start)
        seq = len(self.sentence_starts)
        self.sentence_rows.append({
            "sentence_id": f"{self.article_id}-s{seq:03d}",
            "article_id": self.article_id,
            "paragraph_id": paragraph_id,
            "seq": seq,
            "text": self.whole.text[start:end],
            "spans": self.spans(start, end),
        })

    def spans(self, start: int, end: int) -> list[dict[str, int]]:
        """Return where ``text[start:end]`` of the article stands in the raw text."""
        return span_rows(self.whole.raw_spans(start, end))

    def place(self, record) -> Row:
        """Return the columns that every fact has: article, sentence, text, spans."""
        seq = bisect_right(self.sentence_starts, record.char_start)
        return {
            "article_id": self.article_id,
            "sentence_id": f"{self.article_id}-s{seq:03d}" if seq else None,
            "text": record.text,
            "spans": self.spans(record.char_start, record.char_end),
        }


def article_facts(file_id: str, article: Article, dating: Dating, at: Locator, names: Sequence[Name]) -> Rows:
    """Return the rows that one article gives, by table; ``names`` are those in its text."""
    article_id, text = at.article_id, at.whole.text
    body = body_of(article)
    times = find_times(text, dating.anchor)
    shingles = sketch(body)
    return {
        "articles": [article_row(article_id, file_id, article, dating, body)],
        "paragraphs": at.paragraph_rows,
        "sentences": at.sentence_rows,
        "mentions": list(mention_rows(at, names)),
        "person_titles": list(title_rows(at, names, dating.published_on)),
        "times": [
            {"time_id": f"{article_id}-t{n:03d}", **at.place(time), "value": time.value, "start_on": time.start_on,
             "end_on": time.end_on, "granularity": time.granularity, "basis": time.basis}
            for n, time in enumerate(times, 1)
        ],
        "quantities": [
            {"quantity_id": f"{article_id}-n{n:03d}", **at.place(found), "value": found.value, "low": found.low,
             "high": found.high, "unit": found.unit, "kind": found.kind, "base_value": found.base_value,
             "base_unit": found.base_unit, "qualifier": found.qualifier, "per": found.per, "of": found.of}
            for n, found in enumerate(find_quantities(text), 1)
        ],
        "quotes": list(quote_rows(at, names)),
        "events": list(event_rows(at, names, find_events(text, names, times))),
        "terms": [
            {"article_id": article_id, "term": term.term, "n": term.n} for term in find_terms(text, article.headline, names)
        ],
        "signatures": [{"article_id": article_id, "n_shingles": shingles.n_shingles, "sketch": list(shingles.values)}],
        "suspected_misprints": [
            {"misprint_id": f"{article_id}-x{n:03d}", **at.place(found), "suggestion": found.suggestion,
             "evidence": found.evidence, "confidence": found.confidence}
            for n, found in enumerate(find_misprints(text, names), 1)
        ],
    }


def body_of(article: Article) -> str:
    """Return the body paragraphs of an article, one per line; of photo news, that has none, the caption."""
    texts = {role: [p.text for p in article.paragraphs if p.role == role] for role in ("body", "caption")}
    return "\n".join(texts["body"] or texts["caption"])


def article_row(article_id: str, file_id: str, article: Article, dating: Dating, body: str) -> Row:
    """Return the row of ``articles``; ``cluster_id`` and ``is_canonical`` are known to the corpus only."""
    return {
        "article_id": article_id,
        "file_id": file_id,
        "seq": article.seq,
        "headline": article.headline,
        "subheads": list(article.subheads),
        "kind": article.kind,
        "reporters": list(article.reporters),
        "photographers": list(article.photographers),
        "agency": article.agency,
        "dateline_place": article.dateline_place,
        "dateline_on": dating.dateline_on,
        "published_on": dating.published_on,
        "published_basis": dating.published_basis,
        "body": body,
        "n_chars": len(body),
        "is_headless": article.is_headless,
        "is_truncated": article.is_truncated,
    }


def mention_id_of(article_id: str, number: int) -> str:
    """Return the id of the article's mention of that number, counted from 1."""
    return f"{article_id}-m{number:03d}"


def mention_rows(at: Locator, names: Sequence[Name]) -> Iterator[Row]:
    """Yield the rows of ``mentions``; a person's id is that of the name until the corpus knows better."""
    for number, name in enumerate(names, 1):
        yield {
            "mention_id": mention_id_of(at.article_id, number),
            **at.place(name),
            "kind": name.kind,
            "name": name.name,
            "entity_id": ENTITY_ID[name.kind](name.name),
            "title": name.title,
            "role": name.role,
            "level": name.level,
            "adcode": name.adcode,
            "parent": name.parent,
            "organization_kind": name.organization_kind,
            "confidence": name.confidence,
        }


def title_rows(at: Locator, names: Sequence[Name], held_on: date | None) -> Iterator[Row]:
    """Yield the rows of ``person_titles``; a title printed twice in an article is kept where it stands first."""
    seen = set()
    for number, name in enumerate(names, 1):
        for title in name.titles:
            key = (name.name, title.text, title.organization)
            if name.kind != "person" or key in seen:
                continue
            seen.add(key)
            row = at.place(title)
            yield {
                "person_id": person_id(name.name),
                "mention_id": mention_id_of(at.article_id, number),
                "title": row.pop("text"),
                "organization": title.organization,
                "held_on": held_on,
                **row,
            }


def quote_rows(at: Locator, names: Sequence[Name]) -> Iterator[Row]:
    """Yield the rows of ``quotes``; the speaker is a person where the article names one so."""
    people = {name.name for name in names if name.kind == "person"}
    for number, quote in enumerate(find_quotes(at.whole.text, names), 1):
        yield {
            "quote_id": f"{at.article_id}-q{number:03d}",
            **at.place(quote),
            "speaker": quote.speaker,
            "person_id": person_id(quote.speaker) if quote.speaker in people else None,
            "verb": quote.verb,
            "is_direct": quote.is_direct,
            "confidence": quote.confidence,
        }


def event_rows(at: Locator, names: Sequence[Name], events) -> Iterator[Row]:
    """Yield the rows of ``events``; the place is one of the article's mentions where it is named so."""
    places = {name.text: name.name for name in names if name.kind == "place"}
    for number, event in enumerate(events, 1):
        yield {
            "event_id": f"{at.article_id}-v{number:03d}",
            **at.place(event),
            "kind": event.kind,
            "trigger": event.trigger,
            "on_date": event.on_date,
            "place_id": place_id(places[event.place]) if event.place in places else None,
            "place": event.place,
            "actors": list(event.actors),
            "objects": list(event.objects),
            "confidence": event.confidence,
        }
