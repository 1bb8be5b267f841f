"""Codes and parents of places, by the places named before and beside them."""

import pytest

from transforms.lexicons.names import divisions
from transforms.names.parents import with_parents
from transforms.records import Name


def place(text: str, start: int, level: str, adcode: str | None = None, parent: str | None = None) -> Name:
    return Name("place", text, start, start + len(text), text, 0.9, level=level, adcode=adcode, parent=parent)


@pytest.mark.parametrize(
    ("province", "code", "county"), [("辽宁省", "210000", "铁西区"), ("江苏省", "320000", "鼓楼区"), ("河北省", "130000", "新华区")]
)
def test_a_name_that_several_divisions_of_a_province_bear_has_no_code(province, code, county):
    fitting = [one.adcode for one in divisions()[county] if one.adcode.startswith(code[:2])]
    found = with_parents([place(province, 0, "province", code), place(county, 3, "county", fitting[0], "某市")])[1]
    assert found.adcode is None and list(found.adcode_candidates) == fitting and len(fitting) > 1


def test_within_a_city_the_one_that_lies_there_is_meant():
    found = with_parents(
        [place("江苏省", 0, "province", "320000"), place("徐州市", 3, "city", "320300"), place("鼓楼区", 6, "county", "320302", "徐州市")]
    )
    assert (found[2].adcode, found[2].adcode_candidates) == ("320302", ())


def test_a_place_right_behind_a_coarser_one_lies_in_it():
    found = with_parents(
        [place("石塘县", 0, "county"), place("霞坑镇", 3, "town"), place("坪头村", 6, "village"), place("东澳湾", 12, "water")]
    )
    assert [one.parent for one in found] == [None, "石塘县", "霞坑镇", None]
