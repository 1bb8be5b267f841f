"""Sketches of articles, one per article, from which near-duplicates are found."""

from expectations.rules import contract, critical

CONTRACT = contract(
    "signatures",
    critical("an article with shingles has a sketch", "r.n_shingles = 0 OR len(r.sketch) > 0", "sketch"),
    critical("a sketch has no holes", "NOT coalesce(list_bool_or(list_transform(r.sketch, lambda x: x IS NULL)), false)", "sketch"),
)
