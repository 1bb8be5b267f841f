"""Chinese words for what the schema says in English, for the pages that people read. A word that is missing stands in English."""

from __future__ import annotations

from collections.abc import Mapping

LEVELS = {
    "country": "国家", "province": "省", "city": "市", "county": "县区", "town": "镇街", "village": "村", "community": "社区", "street": "道路",
    "address": "门牌", "site": "场所", "region": "区域", "water": "水域", "mountain": "山",
}
ROLES = {
    "headline": "标题", "subhead": "小标题", "byline": "署名", "body": "正文", "caption": "图片说明", "credit": "图片署名", "furniture": "版面要素",
    "advert": "广告", "duplicate": "重复文字", "unassigned": "未归类", "between blocks": "空白",
}
QUANTITIES = {
    "age": "年龄", "angle": "角度", "area": "面积", "count": "数目", "data": "数据量", "duration": "时长", "energy": "能量", "fraction": "分数",
    "frequency": "频率", "length": "长度", "mass": "重量", "money": "金额", "multiple": "倍数", "ordinal": "序数", "percent": "百分比",
    "power": "功率", "pressure": "压强", "rank": "名次", "ratio": "比例", "score": "比分", "speed": "速度", "temperature": "温度",
    "voltage": "电压", "volume": "体积",
}
CURRENCIES = {
    "CNY": "人民币", "USD": "美元", "EUR": "欧元", "JPY": "日元", "HKD": "港元", "GBP": "英镑", "TWD": "新台币", "MOP": "澳门元", "KRW": "韩元",
    "RUB": "卢布", "CAD": "加元", "AUD": "澳元", "CHF": "瑞士法郎", "SGD": "新加坡元",
}
MARKS = {
    "no headline": "无标题", "no date": "无日期", "beginning missing": "缺头", "end missing": "缺尾", "repeats another article": "与他文重复",
    "in no role": "未归类的文本块", "repair less sure than 0.5": "把握不足一半的修复", "unresolved": "未能换算的时间", "no number": "无确数的数量",
    "no speaker": "不知出自谁口的引语", "bytes that could not be decoded": "有无法解码的字节", "characters not accounted for": "字符对不上账",
    "suspected misprint": "疑似误字",
}
ARTICLES = {"news": "消息", "feature": "通讯", "photo": "图片新闻", "brief": "简讯", "notice": "启事", "other": "其他"}
ORGANIZATIONS = {
    "party": "党委", "government": "政府", "military": "军队", "company": "企业", "school": "学校", "hospital": "医院", "community": "社区",
    "media": "媒体", "court": "法院", "association": "社团", "team": "队伍", "other": "其他",
}
FACTS = {
    **QUANTITIES, "person": "人物", "organization": "机构", "place": "地点", "title": "头衔", "time": "时间", "quote": "引语", "event": "事件",
    "misprint": "疑似误字",
}
EDITS = {"join": "接合", "drop_duplicate": "去重", "move": "移位", "correct": "更正"}
RELATIONS = {"same": "相同", "revised": "改写", "contains": "包含"}
SIGNED = {"reporter": "记者", "correspondent": "通讯员", "photographer": "摄影", "editor": "编辑"}


def label(name: str | None, names: Mapping[str, str]) -> str:
    """Return the Chinese word for a name of the schema, the name itself where there is none, nothing for null.

    >>> label("body", ROLES), label("new_role", ROLES), label(None, ROLES)
    ('正文', 'new_role', '')
    """
    return names.get(name, name) if name else ""
