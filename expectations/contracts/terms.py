"""Candidate keywords of an article, unweighted."""

from expectations.contract import contract
from expectations.contracts.common import not_blank, shorter_than

CONTRACT = contract(
    "terms",
    not_blank("term", "term is more than white space"),
    shorter_than("term", 30, "a term is shorter than 30 characters"),
)
