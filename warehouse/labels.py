"""Chinese words for what the schema says in English, and figures as people write them, for the pages that people read.

A word that is missing stands in English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NAMES = {"person": "人物", "organization": "机构", "place": "地点"}
LEVELS = {
    "country": "国家", "province": "省", "city": "市", "county": "县区", "town": "镇街", "village": "村", "community": "社区", "street": "道路",
    "address": "门牌", "site": "场所", "region": "区域", "water": "水域", "mountain": "山",
}
ROLES = {
    "headline": "标题", "subhead": "小标题", "byline": "署名", "body": "正文", "caption": "图片说明", "credit": "图片署名", "furniture": "版面要素",
    "advert": "广告", "duplicate": "重复文字", "unassigned": "未归类", "between blocks": "空白",
}
QUANTITIES = {
    "money": "金额", "count": "数目", "percent": "百分比", "fraction": "分数", "multiple": "倍数", "duration": "时长", "age": "年龄", "length": "长度",
    "area": "面积", "volume": "体积", "mass": "重量", "speed": "速度", "temperature": "温度", "pressure": "压强", "energy": "能量", "power": "功率",
    "voltage": "电压", "current": "电流", "charge": "电量", "frequency": "频率", "sound": "声级", "concentration": "浓度", "angle": "角度", "data": "数据量",
    "bandwidth": "带宽", "computing": "算力", "standard_coal": "标准煤", "points": "点数", "score": "比分", "level": "等级", "alcohol_strength": "酒精度",
    "optical_power": "屈光度",
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
    **QUANTITIES, **NAMES, "title": "头衔", "time": "时间", "quote": "引语", "event": "事件",
    "misprint": "疑似误字",
}
EVENTS = {
    "accident": "事故", "activity": "活动", "appointment": "任免", "award": "获奖", "case": "案件", "ceremony": "仪式", "competition": "比赛", "death": "逝世",
    "donation": "捐赠", "inspection": "调研检查", "investment": "投资", "meeting": "会议", "opening": "启用", "performance": "演出", "policy": "政策",
    "publication": "发布", "signing": "签约", "training": "培训", "visit": "走访", "volunteering": "志愿服务",
}
EVENT_SUBTYPES = {
    "collapse": "坍塌", "contract": "合同纠纷", "corruption": "贪腐", "counterfeit": "制假售假", "drowning": "溺水", "drugs": "毒品", "drunk_driving": "酒驾",
    "earthquake": "地震", "environment": "污染环境", "explosion": "爆炸", "fall": "坠落", "fire": "火灾", "flood": "洪涝", "food_poisoning": "食物中毒",
    "fraud": "诈骗", "gambling": "赌博", "labour": "劳动纠纷", "landslide": "滑坡", "leak": "泄漏", "mine": "矿难", "price": "价格违法",
    "property_damage": "毁坏财物", "ship": "船舶事故", "storm": "风灾", "theft": "盗窃", "traffic": "交通事故", "violence": "暴力", "work": "生产安全事故",
}
TENURES = {"current": "现任", "former": "曾任", "acting": "代理", "designate": "拟任"}
JOB_CHANGES = {**TENURES, "new title": "新职务", "appointment": "任免消息"}
SECTORS = {
    "transport": "交通", "energy": "能源", "water": "水利", "agriculture": "农业", "education": "教育", "health": "卫生养老", "housing": "住房",
    "culture": "文旅体育", "environment": "生态环保", "technology": "科技", "industry": "工业", "commerce": "商贸", "finance": "金融", "welfare": "救助保障",
    "unknown": "行业不详",
}
FILES = {"loaded": "已入库", "quarantined": "已隔离", "superseded": "已被取代"}
DUPLICATES = {"exact": "全同", "contained": "包含", "near": "近似"}
STAGES = {"read": "读入", "audit": "校验"}
SEVERITIES = {"critical": "严重", "warning": "警告", "info": "提示"}
GRANULARITIES = {
    "year": "年", "halfyear": "半年", "quarter": "季度", "month": "月", "week": "周", "day": "日", "daypart": "时段", "hour": "小时", "minute": "分钟",
    "duration": "时长", "vague": "不确指",
}
RUNS = {
    "loaded": "已入库", "loaded with warnings": "已入库，有警告", "nothing new": "无新内容", "blocked": "被拦下", "failed": "失败", "crashed": "崩溃",
}
EDITS = {"unwrap": "并行", "join": "接合", "drop_duplicate": "去重", "move": "移位", "correct": "更正"}
RELATIONS = {"same": "相同", "revised": "改写", "contains": "包含"}
SIGNED = {"reporter": "记者", "correspondent": "通讯员", "photographer": "摄影", "editor": "编辑"}
BASES = {"issue date": "出版日期", "dateline": "电头"}
"""What a day of publication stands on; the dates of a dateline say more, in English."""
OF_COLUMN: Mapping[str, Mapping[str, str]] = {
    "raw_files.status": FILES, "blocks.role": ROLES, "blocks.duplicate_kind": DUPLICATES, "edits.kind": EDITS, "articles.kind": ARTICLES,
    "paragraphs.role": ROLES, "mentions.kind": NAMES, "mentions.role": SIGNED, "mentions.roles": SIGNED, "mentions.level": LEVELS, "mentions.organization_kind": ORGANIZATIONS,
    "person_titles.tenure": TENURES, "organizations.kind": ORGANIZATIONS, "places.level": LEVELS, "times.granularity": GRANULARITIES,
    "quantities.kind": QUANTITIES, "events.kind": EVENTS, "events.subtype": EVENT_SUBTYPES, "near_duplicates.relation": RELATIONS, "quarantine.stage": STAGES,
    "validations.severity": SEVERITIES, "runs.status": RUNS,
}
"""The words for every closed vocabulary of the schema, by table and column."""


def label(name: str | None, names: Mapping[str, str]) -> str:
    """Return the Chinese word for a name of the schema, the name itself where there is none, nothing for null.

    >>> label("body", ROLES), label("new_role", ROLES), label(None, ROLES)
    ('正文', 'new_role', '')
    """
    return names.get(name, name) if name else ""


def chinese_number(value: float) -> str:
    """Return a number as a Chinese paper prints it, in 万 and 亿 where it is large.

    >>> [chinese_number(value) for value in (30, 26000, 1.2e9, 1234.5, 3.5e12)]
    ['30', '2.6万', '12亿', '1,234.5', '3.5万亿']
    """
    for unit, name in ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")):
        if abs(value) >= unit:
            return f"{value / unit:,.4g}{name}" if abs(value / unit) < 1000 else f"{value / unit:,.0f}{name}"
    return f"{value:,.10g}"


def ranges_text(spans: Sequence[Mapping[str, int]] | None) -> str:
    """Return spans as people write ranges.

    >>> ranges_text([{"char_start": 3, "char_end": 9}, {"char_start": 20, "char_end": 22}])
    '3–9, 20–22'
    """
    return ", ".join(f"{span['char_start']}–{span['char_end']}" for span in spans or ())
