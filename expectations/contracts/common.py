"""Rules that the contracts of several fact tables share."""

from collections.abc import Iterator

from expectations.rules import Rule, critical, has_text


def fact_rules(key: str, letter: str, text: str = "text") -> Iterator[Rule]:
    """Yield what holds of every fact: its id is its article's, its sentence is of the same article, its text is not empty."""
    yield critical(f"{key} is made of article_id", f"starts_with(r.{key}, r.article_id || '-{letter}')", key)
    yield from stands_in_article(text)


def stands_in_article(text: str = "text") -> Iterator[Rule]:
    """Yield that a fact's sentence is of its article, and that its text is not empty."""
    yield critical("the sentence is of the same article", "starts_with(r.sentence_id, r.article_id || '-s')", "sentence_id")
    yield critical(f"{text} is more than white space", has_text(text), text)
