"""The year of a date printed without one, and what else of times local news prints: a sentence for each rule and more of its kind."""

from datetime import date

import pytest

from transforms.times import find_times
from transforms.times.tokens import pattern_of_kinds, plain, token_rules

NOVEMBER = "2024-11-29"


@pytest.mark.parametrize(
    ("anchor", "text", "values"),
    [
        # a newspaper means its own year
        (NOVEMBER, "项目3月1日开工,11月28日贯通。", ["2024-03-01", "2024-11-28"]),
        (NOVEMBER, "4月开工,10月完工。", ["2024-04", "2024-10"]),
        ("2025-04-01", "新学期9月1日开学。", ["2025-09-01"]),
        # too far ahead to be told of: last year's
        ("2025-01-10", "12月28日,新桥通车。", ["2024-12-28"]),
        ("2020-01-10", "11月完成投资3亿元,12月完成4亿元。", ["2019-11", "2019-12"]),
        ("2020-01-10", "截至12月31日,全县处理案件137起。", ["2019-12-31"]),
        ("2025-02-20", "三季度,工业用电量增长。", ["2024-Q3"]),
        # planned, or lasting: to come
        ("2025-04-10", "活动持续到10月31日。", ["2025-10-31"]),
        ("2020-01-10", "力争12月底前完成。", ["2020-12"]),
        (NOVEMBER, "展会将于5月20日开幕,6月5日闭幕。", ["2025-05-20", "2025-06-05"]),
        (NOVEMBER, "展会定于12月10日开幕,1月5日闭幕。", ["2024-12-10", "2025-01-05"]),
        ("2024-12-20", "新规自1月1日起施行。", ["2025-01-01"]),
        ("2024-12-20", "寒假从1月18日开始,2月16日开学。", ["2025-01-18", "2025-02-16"]),
        ("2024-10-18", "3月1日后参保的,须同时补缴。", ["2025-03-01"]),
        # planned before, and over
        ("2024-12-20", "新规自3月1日起施行,已受理350件。", ["2024-03-01"]),
        (NOVEMBER, "警方3月1日将嫌疑人抓获。", ["2024-03-01"]),
        # a year that goes on in the story
        (NOVEMBER, "去年3月开工,10月完工。", ["2023-03", "2023-10"]),
        (NOVEMBER, "2018年,他考上大学,9月报到。", ["2018", "2018-09"]),
        (NOVEMBER, "2008年5月12日,地震;5月14日他赶到现场,6月返回。", ["2008-05-12", "2008-05-14", "2008-06"]),
        (NOVEMBER, "明年一季度开工,6月封顶。", ["2025-Q1", "2025-06"]),
        # and goes over into the next
        (NOVEMBER, "去年11月动迁,2月签约,5月腾空。", ["2023-11", "2024-02", "2024-05"]),
        (NOVEMBER, "去年底开工,3月封顶,6月完工。", ["2023", "2024-03", "2024-06"]),
        # a year of something else
        (NOVEMBER, "始建于1956年的学堂11月27日开放。", ["1956", "2024-11-27"]),
        (NOVEMBER, "光绪三十二年创办,11月27日修缮一新。", ["1906", "2024-11-27"]),
        (NOVEMBER, "2023年度名单11月22日公布。", ["2023", "2024-11-22"]),
        (NOVEMBER, "面向2030年目标,11月20日召开动员会。", ["2030", "2024-11-20"]),
        (NOVEMBER, "自2021年启动以来,已有3000人受益,11月27日又开新班。", ["2021", "2024-11-27"]),
        (NOVEMBER, "2008年奥运会火炬手何敬之11月27日开讲。", ["2008", "2024-11-27"]),
        ("2024-05-10", "工程2023年底开工,目前主体已封顶,预计8月竣工。", ["2023", "PRESENT_REF", "2024-08"]),
    ],
)
def test_years(anchor, text, values):
    assert [time.value for time in find_times(text, date.fromisoformat(anchor))] == values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # decimals are no clock
        ("早盘低开百分之一点五七,平均每户一点三五个车位,误差二十三点零四毫米。", {}),
        ("比上次快零点五秒,晚上八点零五到家。", {"零点五秒": "PT0.5S", "晚上八点零五": "T20:05"}),
        # lengths told whole
        ("用时2小时15分28秒,又用1小时2分3秒。", {"2小时15分28秒": "PT2H15M28S", "1小时2分3秒": "PT1H2M3S"}),
        ("成绩是1分52秒03,他跑出九秒八三。", {"1分52秒03": "PT1M52.03S", "九秒八三": "PT9.83S"}),
        ("判处八年至一年六个月不等。", {"八年至一年六个月": "P8Y/P1Y6M"}),
        ("住了两晚,割了一天一夜,响一整天。", {"两晚": "P2D", "一天一夜": "P1D", "一整天": "P1D"}),
        # a price and what it is for
        ("停车费三百一个月,房租三千一年。", {}),
        # lists of what recurs
        ("每周二、周四、周六开放。", {"每周二": "XXXX-WXX-2", "周四": "XXXX-WXX-4", "周六": "XXXX-WXX-6"}),
        ("每周一、三、五开放。", {"每周一": "XXXX-WXX-1", "三": "XXXX-WXX-3", "五": "XXXX-WXX-5"}),
        ("每月5日、15日、25日办理。", {"每月5日": "XXXX-XX-05", "15日": "XXXX-XX-15", "25日": "XXXX-XX-25"}),
        ("每年3月、9月招生,每年三四月间采茶。", {"每年3月": "XXXX-03", "9月": "XXXX-09", "每年三四月间": "XXXX-03/XXXX-04"}),
        ("每周一、周三上午10时30分至13时。", {"每周一": "XXXX-WXX-1", "周三上午10时30分至13时": "XXXX-WXX-3T10:30/XXXX-WXX-3T13"}),
        ("每周六晚免费,周末常有孩子来。", {"每周六晚": "XXXX-WXX-6TEV", "周末": "XXXX-WXX-WE"}),
        ("每月第一、第三个周六上午办公。", {"每月第一、第三个周六上午": None}),
        # the evening goes on
        ("昨晚11时许离开,11时20分到家。", {"昨晚11时许": "2024-11-28T23", "11时20分": "2024-11-28T23:20"}),
        ("昨天下午3时开会,4时30分散会。", {"昨天下午3时": "2024-11-28T15", "4时30分": "2024-11-28T16:30"}),
        # set scores
        ("以25:22、25:19、20:25、25:21取胜。", {}),
        ("8:00、10:00、14:30各有一班。", {"8:00": "T08:00", "10:00": "T10:00", "14:30": "T14:30"}),
        # eras, in both scripts
        ("民國110年5月動工,民国二十六年七月停工。", {"民國110年5月": "2021-05", "民国二十六年七月": "1937-07"}),
        ("113年度總預算,預計114年6月完工。", {"113年度": "2024", "114年6月": "2025-06"}),
        # the same months of another year
        ("前8月进口增长3%,高于去年同期。", {"前8月": "2024-01/2024-08", "去年同期": "2023-01/2023-08"}),
        ("一季度增长17.9%,去年同期基数低。", {"一季度": "2024-Q1", "去年同期": "2023-Q1"}),
        ("去年,优良天数比上年多。", {"去年": "2023", "上年": "2022"}),
        # a speaker's days count from the scene
        ("昨天她也来了。“今天够着了,明天再来。”她说。", {"昨天": "2024-11-28", "今天": "2024-11-28", "明天": "2024-11-29"}),
        ("“海蛎明天还能卖。”他说。", {"明天": "FUTURE_REF"}),
        # hours of every day
        ("5月1日起新开三路,首班车8时,末班车21时30分。", {"5月1日": "2024-05-01", "8时": "2024-05-01T08", "21时30分": "2024-05-01T21:30"}),
        ("服务时间10时至14时、15时30分至19时30分。", {"10时至14时": "T10/T14", "15时30分至19时30分": "T15:30/T19:30"}),
        # ranges of parts of months
        ("8月中旬至9月底停工。", {"8月中旬至9月底": "2024-08-11/2024-09-30"}),
        # printed in brackets, and years without 年
        ("昨（28）日开会,2024亚太邀请赛落幕。", {"昨（28）日": "2024-11-28", "2024": "2024"}),
        # of nothing that is told
        ("夜间门诊,问年轻人晚上干什么。", {}),
    ],
)
def test_kinds(text, found):
    assert {time.text: time.value for time in find_times(text, date.fromisoformat(NOVEMBER))} == found


@pytest.mark.parametrize(("name", "example"), [(rule.name, example) for rule in token_rules().values() for example in rule.examples])
def test_every_rule_of_tokens_reads_its_examples_whole(name, example):
    text = plain(example) + ("亚太邀请赛" if name == "named" else "")
    match = pattern_of_kinds(name).match(text)
    assert match and match.lastgroup == name
    token = token_rules()[name].read(match, text)
    assert token is None if name == "share" else (token.start, token.end) == (0, len(example))
