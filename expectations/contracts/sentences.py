"""Sentences: pieces of their paragraph, in its order."""

from expectations.rules import contract, critical, has_text, warning

CONTRACT = contract(
    "sentences",
    critical("sentence_id is made of article_id and seq", "r.sentence_id = format('{}-s{:03d}', r.article_id, r.seq)", "sentence_id"),
    critical("text is more than white space", has_text("text"), "text"),
    critical("a sentence stands in a paragraph of its article", "starts_with(r.paragraph_id, r.article_id || '-p')", "paragraph_id"),
    critical("the paragraph has the text of the sentence", "contains(p.text, r.text)", "text"),
    warning("a sentence is shorter than 1,000 characters", "length(r.text) < 1000", "text"),
    beside="LEFT JOIN (SELECT paragraph_id, any_value(text) AS text FROM paragraphs GROUP BY 1) AS p ON p.paragraph_id = r.paragraph_id",
)
