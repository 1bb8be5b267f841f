"""Expectations that the contracts of several tables share."""

from collections.abc import Iterator

from expectations.contract import CRITICAL, HAS_TEXT, WARNING
from expectations.gx import Expectation, gxe
from expectations.gx.row_expectations import ExpectIdsToExtend, ExpectRowsToSatisfy


def fact_expectations(key: str, letter: str, text: str = "text") -> Iterator[Expectation]:
    """Yield what holds of every fact: its id is its article's, its sentence is of the same article, its text is not empty."""
    yield ExpectIdsToExtend(column=key, extended="article_id", letter=letter, description=f"{key} is made of article_id", **CRITICAL)
    yield from stands_in_article(text)


def stands_in_article(text: str = "text") -> Iterator[Expectation]:
    """Yield that a fact's sentence is of its article, and that its text is not empty."""
    yield ExpectIdsToExtend(
        column="sentence_id", extended="article_id", letter="s", description="the sentence is of the same article", **CRITICAL
    )
    yield not_blank(text, f"{text} is more than white space")


def not_blank(column: str, sentence: str = "") -> Expectation:
    """Return that a text, where there is one, is more than white space."""
    return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=HAS_TEXT, description=sentence or f"{column} is not empty", **CRITICAL)


def no_blank_members(column: str, sentence: str) -> Expectation:
    """Return that no text of a list is empty."""
    return ExpectRowsToSatisfy(column=column, condition=f"NOT list_contains(r.{column}, '')", description=sentence, **CRITICAL)


def shorter_than(column: str, n_chars: int, sentence: str) -> Expectation:
    """Return that a text has fewer characters than given."""
    return gxe.ExpectColumnValueLengthsToBeBetween(column=column, max_value=n_chars - 1, description=sentence, **WARNING)
