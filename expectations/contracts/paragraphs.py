"""Paragraphs: repaired text that leads back to the raw text."""

from expectations.rules import contract, critical, has_text, warning

CONTRACT = contract(
    "paragraphs",
    critical("paragraph_id is made of article_id and seq", "r.paragraph_id = format('{}-p{:03d}', r.article_id, r.seq)", "paragraph_id"),
    critical("text is more than white space", has_text("text"), "text"),
    critical("text has no line break", "NOT contains(r.text, chr(10))", "text"),
    warning("an article has no duplicates, furniture or adverts", "r.role NOT IN ('duplicate', 'furniture', 'advert', 'unassigned')", "role"),
)
