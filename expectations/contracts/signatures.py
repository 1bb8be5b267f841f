"""Sketches of articles, one per article, from which near-duplicates are found."""

from expectations.contract import CRITICAL, contract
from expectations.gx.row_expectations import ExpectRowsToSatisfy

CONTRACT = contract(
    "signatures",
    ExpectRowsToSatisfy(
        column="sketch", condition="r.n_shingles = 0 OR len(r.sketch) > 0", description="an article with shingles has a sketch", **CRITICAL
    ),
    ExpectRowsToSatisfy(
        column="sketch",
        condition="NOT coalesce(list_bool_or(list_transform(r.sketch, lambda x: x IS NULL)), false)",
        description="a sketch has no holes",
        **CRITICAL,
    ),
)
