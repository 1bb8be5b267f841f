"""Every rule of quantities on its examples, and sentences of each kind that were read wrongly."""

import pytest

from transforms.confidence import confidence_of
from transforms.quantities import find_quantities, without_pieces
from transforms.quantities.exclusions import EXCLUSIONS, PAIRINGS
from transforms.quantities.rules import QUANTITY_RULES, read_unit
from transforms.records import Name
from transforms.text.numerals import read_number
from transforms.times import find_times


@pytest.mark.parametrize(
    ("rule", "text", "wanted"), [(rule.name, text, wanted) for rule in QUANTITY_RULES for text, wanted in rule.examples]
)
def test_every_rule_reads_its_examples(rule, text, wanted):
    first = find_quantities(text)[0]
    value, unit = wanted.split(" ")
    assert (first.rule, first.base_unit) == (rule, unit)
    if "-" in value[1:]:
        assert [first.low, first.high] == [pytest.approx(float(end)) for end in value.split("-")]
    else:
        assert first.base_value == pytest.approx(float(value))


@pytest.mark.parametrize(("name", "text"), [(rule.name, text) for rule in (*EXCLUSIONS, *PAIRINGS) for text in rule.examples])
def test_what_only_looks_like_a_quantity_is_none(name, text):
    assert find_quantities(text) == []


@pytest.mark.parametrize(("name", "text"), [(pairing.name, text) for pairing in PAIRINGS for text in pairing.examples])
def test_the_pairing_of_an_example_is_the_first_that_is_of_it(name, text):
    measured = [found for start in range(len(text)) if (number := read_number(text, start)) and (found := read_unit(text, number))]
    assert name in [next((pairing.name for pairing in PAIRINGS if pairing.is_of(number, unit)), None) for number, unit, _ in measured]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # one grammar of numbers
        (
            "共廿三亩,卅六名,一百九十万零三千九百七十一人,两百五十来本书",
            [("廿三亩", 15333.33334), ("卅六名", 36), ("一百九十万零三千九百七十一人", 1903971), ("两百五十来本", 250)],
        ),
        (
            "１，２００万元,３２６亿５千万元,约2萬3千名",
            [("１，２００万元", 12000000), ("３２６亿５千万元", 32650000000), ("约2萬3千名", 23000)],
        ),
        ("1 2 0 0 万 元,1 0 0 0 平方米", [("1 2 0 0 万 元", 12000000), ("1 0 0 0 平方米", 1000)]),
        # 度
        ("最高气温38度,夜间降到5度。水温37度以上。", [("38度", 38, "degC"), ("5度", 5, "degC"), ("37度以上", 37, "degC")]),
        (
            "全年发电量2000度。东经112度30分。旋转180度。52度白酒。近视500度。",
            [("2000度", 7200000000, "J"), ("112度30分", 112.5, "deg"), ("180度", 180, "deg"), ("52度", 52, "deg"), ("500度", 500, "deg")],
        ),
        ("比分一度拉开,工程一度停工。", []),
        # money as spoken, and blocks
        ("每斤八毛五,油价涨到七块六,一斤挣一块一。", [("八毛五", 0.85, "CNY"), ("七块六", 7.6, "CNY"), ("一块一", 1.1, "CNY")]),
        ("两块石头,花毡640多块,组件112万块", [("两块", 2, "1"), ("640多块", 640, "1"), ("112万块", 1120000, "1")]),
        ("谷段电价每度三毛五分八。", [("三毛五分八", 0.358, "CNY")]),
        # compound units
        (
            "二亩七分地,一斤二两,二里半,一米二宽,一丈二。",
            [("二亩七分", 1800), ("一斤二两", 0.6), ("二里半", 1250), ("一米二", 1.2), ("一丈二", 4)],
        ),
        ("翻了两番,翻三番,收入翻了一番", [("两番", 4), ("三番", 8), ("一番", 2)]),
        # not counts
        ("车行至K1862+300处,省道43公里加200米处,24小时热线,7座以上客车", [("7座以上", 7)]),
        ("前8个月出口增长5%,前两个月10%", [("5%", 0.05), ("10%", 0.1)]),
        ("光绪三十二年建县,2024年3月,下午3时30分", []),
        ("南埔1局上丢1分,完投6局,首次过半。", [("1分", 1), ("6局", 6), ("过半", 0.5)]),
        # money of the place
        ("縣長宣布編列312億元,補助700萬元。", [("312億元", 31200000000, "TWD"), ("700萬元", 7000000, "TWD")]),
    ],
)
def test_kinds(text, found):
    read = [(one.text, pytest.approx(one.base_value, rel=1e-6), one.base_unit) for one in find_quantities(text)]
    assert [one[: len(wanted)] for one, wanted in zip(read, found, strict=True)] == found


def test_a_part_names_its_total_and_a_change_what_it_is_against():
    found = find_quantities("总投资31.5亿元,其中光伏区26.8亿元、储能区4.7亿元。出口812.9亿元,同比增长9.8%,8月环比下降2.2%。")
    assert [(one.text, one.part_of, one.change) for one in found] == [
        ("31.5亿元", None, None),
        ("26.8亿元", 1, None),
        ("4.7亿元", 1, None),
        ("812.9亿元", None, None),
        ("9.8%", None, "同比增长"),
        ("2.2%", None, "环比下降"),
    ]


def test_rows_say_how_sure_they_are_and_a_rule_unknown_to_the_gold_as_its_table():
    (sure,) = find_quantities("购置设备400台。")
    (unsure,) = find_quantities("门票￥99起")
    assert 0.9 < unsure.confidence == confidence_of("quantities", "*") < sure.confidence < 1


def test_a_time_within_the_name_of_a_person_is_none():
    text = "祖国庆、安凤霞为副主任。"
    name = Name("person", "祖国庆", 0, 3, "祖国庆", 0.9)
    assert (
        without_pieces(find_times("祖国庆，天气好。", None), [], [name])
        == []
        == without_pieces(find_times(text, None), find_quantities(text), [name])
    )
