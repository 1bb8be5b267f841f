"""Candidate keywords of an article, unweighted."""

from expectations.rules import contract, critical, has_text, warning

CONTRACT = contract(
    "terms",
    critical("term is more than white space", has_text("term"), "term"),
    warning("a term is shorter than 30 characters", "length(r.term) < 30", "term"),
)
