"""The schema of the warehouse, declared once.

Arrow schemas, Parquet metadata, DuckDB DDL with comments, the base expectations and the data dictionary all derive from
``TABLES``. A column has one of the few types below; ``spans`` are half-open ranges of code points of the raw text, in
reading order, so that ``"".join(raw_text[s.char_start:s.char_end] for s in spans) == text``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA_VERSION = 4  # counts up where tables or columns change so that an earlier lake cannot be read

Row = dict[str, object]
"""A row of a table, by column."""

TEXT, INTEGER, BIGINT, DOUBLE = "VARCHAR", "INTEGER", "BIGINT", "DOUBLE"
BOOLEAN, DATE, TIMESTAMP = "BOOLEAN", "DATE", "TIMESTAMP"
TEXTS, BIGINTS = "VARCHAR[]", "BIGINT[]"
SPANS = "STRUCT(char_start INTEGER, char_end INTEGER)[]"

ROLES = ("headline", "subhead", "byline", "body", "caption", "credit", "furniture", "advert", "duplicate", "unassigned")
ARTICLE_KINDS = ("news", "feature", "photo", "brief", "notice", "other")
EDIT_KINDS = ("unwrap", "drop_duplicate", "join", "move", "correct")
DUPLICATE_KINDS = ("exact", "contained", "near")
FILE_STATUSES = ("loaded", "quarantined", "superseded")
MENTION_KINDS = ("person", "organization", "place")
BYLINE_ROLES = ("reporter", "correspondent", "photographer", "editor")
TENURES = ("current", "former", "acting", "designate")
ORGANIZATION_KINDS = (
    "party", "government", "military", "court", "company", "school", "hospital", "community", "media", "association", "team", "other",
)
PLACE_LEVELS = (
    "country", "province", "city", "county", "town", "village", "community", "street", "address", "site", "region", "water", "mountain",
)
QUANTITY_KINDS = (
    "money", "count", "percent", "fraction", "multiple", "duration", "age", "length", "area", "volume", "mass", "speed", "temperature", "pressure",
    "energy", "power", "voltage", "current", "charge", "frequency", "sound", "concentration", "angle", "data", "bandwidth", "computing",
    "standard_coal", "points", "score", "level", "alcohol_strength", "optical_power",
)
EVENT_KINDS = (
    "accident", "activity", "appointment", "award", "case", "ceremony", "competition", "death", "donation", "inspection", "investment", "meeting",
    "opening", "performance", "policy", "publication", "signing", "training", "visit", "volunteering",
)
EVENT_SUBTYPES = (
    "collapse", "contract", "corruption", "counterfeit", "drowning", "drugs", "drunk_driving", "earthquake", "environment", "explosion", "fall", "fire",
    "flood", "food_poisoning", "fraud", "gambling", "labour", "landslide", "leak", "mine", "price", "property_damage", "ship", "storm", "theft", "traffic",
    "violence", "work",
)
RUN_STATUSES = ("loaded", "loaded with warnings", "nothing new", "blocked", "failed", "crashed")
QUARANTINE_STAGES = ("read", "audit")
RELATIONS = ("same", "revised", "contains")
SEVERITIES = ("critical", "warning", "info")
GRANULARITIES = ("year", "halfyear", "quarter", "month", "week", "day", "daypart", "hour", "minute", "duration", "vague")


@dataclass(frozen=True)
class Column:
    """One column: its type, what it means, and what must hold of every value."""

    name: str
    type: str
    doc: str
    zh: str
    required: bool = True
    values: tuple[str, ...] = ()
    references: str = ""
    low: float | None = None
    high: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """One table: one row per what, its key, its columns, and who fills it.

    ``layer`` is ``page`` (rows made from one raw file alone), ``corpus`` (made in SQL from all pages) or ``run``
    (what a pipeline run says about itself).
    """

    name: str
    one_row_per: str
    zh: str
    key: tuple[str, ...]
    layer: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return the column of that name. Raises KeyError naming the table where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}; it has {', '.join(c.name for c in self.columns)}")

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def _optional(name: str, type: str, doc: str, zh: str, **rest: Any) -> Column:
    return Column(name, type, doc, zh, required=False, **rest)


FILE_ID = Column("file_id", TEXT, "raw file: first 16 hex digits of the SHA-256 of its bytes", "原始文件编号", references="raw_files.file_id")
ARTICLE_ID = Column("article_id", TEXT, "article, <file_id>-a0015", "文章编号", references="articles.article_id")
SENTENCE_ID = _optional("sentence_id", TEXT, "sentence that holds it, <article_id>-s012", "句子编号", references="sentences.sentence_id")
SEQ = Column("seq", INTEGER, "position, counted from 1", "序号", low=1)
SPANS_COLUMN = Column("spans", SPANS, "where the text stands in the raw text", "原文位置", unit="code points")
CONFIDENCE = Column("confidence", DOUBLE, "share of rows like this one that are right", "置信度", low=0, high=1)
MAYBE_CONFIDENCE = Column("confidence", DOUBLE, f"{CONFIDENCE.doc}; null where that was not measured", CONFIDENCE.zh, required=False, low=0, high=1)
RULE = Column("rule", TEXT, "short name of the rule that found it, as it stands in the code; null where a finder names none", "规则", required=False)
RUN_ID = Column("run_id", TEXT, "pipeline run", "运行编号")

TABLES: Mapping[str, Table] = {table.name: table for table in (
    Table("raw_files", "raw file ever seen", "原始文件", ("file_id",), "page", (
        Column("file_id", TEXT, FILE_ID.doc, FILE_ID.zh),
        Column("source", TEXT, "what the user gave to dibao run", "来源"),
        Column("path", TEXT, "path of the file, relative to its source; a member of an archive follows '!'", "路径"),
        Column("n_bytes", BIGINT, "size of the raw file", "字节数", low=0, unit="bytes"),
        _optional("encoding", TEXT, "encoding the bytes were decoded with; null where none fits", "编码"),
        _optional("n_chars", INTEGER, "length of the raw text", "字符数", low=0, unit="code points"),
        _optional("n_replaced", INTEGER, "byte sequences that could not be decoded and stand as U+FFFD", "替换数", low=0),
        _optional("paper", TEXT, "newspaper, from the path pattern or the masthead", "报纸"),
        _optional("issue_on", DATE, "date of the issue, from the path pattern or the masthead", "出版日期"),
        _optional("issue_basis", TEXT, "where paper and date come from: path, masthead", "出版日期依据"),
        _optional("page", TEXT, "page within the issue", "版面"),
        _optional("form", TEXT, "how the extractor left the page: wrapped, indented, spaced, tagged; null where nothing was undone", "版面形态"),
        Column("status", TEXT, "loaded, quarantined, or superseded by a later file at the same path", "状态", values=FILE_STATUSES),
        _optional("reason", TEXT, "why it was quarantined or superseded", "原因"),
        _optional("batch_id", TEXT, "batch it was processed in: hash of file contents and code version", "批次"),
        Column("ingested_at", TIMESTAMP, "when the run that read it started (UTC)", "入库时间"),
        RUN_ID,
    )),
    Table("file_paths", "path at which a raw file was found", "文件路径", ("path",), "run", (
        Column("path", TEXT, "absolute path or URL; a member of an archive follows '!'", "路径"),
        _optional("file_id", TEXT, "raw file; null where its bytes could not be had", FILE_ID.zh),
        Column("fingerprint", TEXT, "size and time of change, or the store's own tag: an unchanged file is not read again", "指纹"),
        Column("run_id", TEXT, "run that read it last", RUN_ID.zh),
        Column("code_version", TEXT, "version of what makes its file's rows: the code, then hashes of what path and source say, and of corrections", "版本"),
        _optional("source", TEXT, "what the user gave to dibao run", "来源"),
        _optional("relative_path", TEXT, "path relative to the source; of several paths to a file the first speaks for its page", "相对路径"),
        _optional("paper", TEXT, "newspaper, as the path or the source says", "报纸"),
        _optional("issue_on", DATE, "date of the issue, as the path says", "出版日期"),
        _optional("page", TEXT, "page within the issue, as the path says", "版面"),
        _optional("encodings", TEXTS, "encodings that the source is said to be in", "声明的编码"),
        _optional("declaration", TEXT, "hash of all that decides what its source's paths say", "声明指纹"),
    )),
    Table("blocks", "block of a loaded file: one run of raw text between line breaks", "文本块", ("block_id",), "page", (
        Column("block_id", TEXT, "<file_id>-b0007", "块编号"),
        FILE_ID, SEQ,
        Column("char_start", INTEGER, "first code point in the raw text", "起始", low=0, unit="code points"),
        Column("char_end", INTEGER, "one past the last code point", "结束", low=0, unit="code points"),
        Column("role", TEXT, "what the block is on the page", "角色", values=ROLES),
        _optional("article_id", TEXT, "article it belongs to", "文章编号", references="articles.article_id"),
        Column("text", TEXT, "raw_text[char_start:char_end]", "文本"),
        _optional("duplicate_of", TEXT, "block that says the same", "与何块重复", references="blocks.block_id"),
        _optional("duplicate_kind", TEXT, "exact, contained or near", "重复种类", values=DUPLICATE_KINDS),
        _optional("continues", TEXT, "block whose cut sentence goes on here", "续接何块", references="blocks.block_id"),
        Column("space_before", TEXT, "white space between the block before and this one, as it came", "前空白"),
        Column("space_after", TEXT, "white space after the last block of the file; of the others, nothing", "后空白"),
    )),
    Table("edits", "step that repaired a page", "修复步骤", ("edit_id",), "page", (
        Column("edit_id", TEXT, "<file_id>-e004", "修复编号"),
        FILE_ID,
        _optional("article_id", TEXT, "article that was repaired", "文章编号", references="articles.article_id"),
        Column("kind", TEXT, "unwrap (lines of one paragraph), drop_duplicate, join, move, or correct (a reviewed correction)", "种类", values=EDIT_KINDS),
        Column("block_id", TEXT, "block that was dropped, joined on or moved", "块编号", references="blocks.block_id"),
        _optional("target_block_id", TEXT, "block it repeats, continues or was put after", "目标块", references="blocks.block_id"),
        CONFIDENCE,
        Column("evidence", TEXT, "what spoke for it", "依据"),
    )),
    Table("articles", "article", "文章", ("article_id",), "page", (
        Column("article_id", TEXT, "<file_id>-a0015, the number of the raw block in which it begins: a correction moves only what it touches", "文章编号"),
        FILE_ID,
        _optional("paper", TEXT, "newspaper, as in raw_files", "报纸"),
        _optional("issue_on", DATE, "date of the issue, as in raw_files", "出版日期"),
        _optional("page", TEXT, "page within the issue, as in raw_files", "版面"),
        Column("seq", INTEGER, "position on the page, counted from 1", "序号", low=1),
        _optional("headline", TEXT, "headline lines, joined by a space; null where the page prints none", "标题"),
        Column("subheads", TEXTS, "subheads inside the article", "小标题"),
        Column("kind", TEXT, "news, feature, photo, brief, notice, other", "体裁", values=ARTICLE_KINDS),
        Column("reporters", TEXTS, "reporters as the byline names them", "记者"),
        Column("photographers", TEXTS, "photographers as the credit names them", "摄影"),
        _optional("agency", TEXT, "news agency of the dateline", "通讯社"),
        _optional("dateline_place", TEXT, "place of the dateline", "电头地点"),
        _optional("dateline_on", DATE, "date of the dateline; null where the year has no evidence", "电头日期"),
        _optional("published_on", DATE, "date of the issue, else the newest dateline of the page", "见报日期"),
        _optional("published_basis", TEXT, "which of them, and where the year came from", "见报日期依据"),
        Column("body", TEXT, "repaired body paragraphs, one per line", "正文"),
        Column("n_chars", INTEGER, "length of the body", "正文字数", low=0, unit="code points"),
        Column("is_headless", BOOLEAN, "the beginning is missing from the raw file", "缺头"),
        Column("is_truncated", BOOLEAN, "the end is missing from the raw file", "缺尾"),
        _optional("cluster_id", TEXT, "smallest article_id among its near-duplicates (itself where it has none)", "同文组"),
        _optional("is_canonical", BOOLEAN, "the article that stands for its cluster", "组代表"),
    )),
    Table("paragraphs", "repaired paragraph", "段落", ("paragraph_id",), "page", (
        Column("paragraph_id", TEXT, "<article_id>-p004", "段落编号"),
        ARTICLE_ID, SEQ,
        Column("role", TEXT, "role of its blocks", "角色", values=ROLES),
        Column("text", TEXT, "repaired text", "文本"),
        SPANS_COLUMN,
    )),
    Table("sentences", "sentence", "句子", ("sentence_id",), "page", (
        Column("sentence_id", TEXT, "<article_id>-s012", "句子编号"),
        ARTICLE_ID,
        Column("paragraph_id", TEXT, "paragraph it stands in", "段落编号", references="paragraphs.paragraph_id"),
        SEQ,
        Column("text", TEXT, "repaired text", "文本"),
        SPANS_COLUMN,
    )),
    Table("mentions", "naming of a person, organisation or place", "提及", ("mention_id",), "page", (
        Column("mention_id", TEXT, "<article_id>-m012", "提及编号"),
        ARTICLE_ID, SENTENCE_ID,
        Column("kind", TEXT, "person, organization or place", "种类", values=MENTION_KINDS),
        Column("text", TEXT, "the name as printed", "文本"),
        _optional("name", TEXT, "the name it stands for: full form of an abbreviation, without inner spaces", "全名"),
        _optional("entity_id", TEXT, "row of people, organizations or places", "实体编号"),
        _optional("title", TEXT, "persons: the role as printed, without the name", "头衔"),
        _optional("role", TEXT, "the first of roles", "首要署名角色", values=BYLINE_ROLES),
        _optional("roles", TEXTS, "persons who sign: as what the byline names them, which may be several (文/图)", "署名角色", values=BYLINE_ROLES),
        _optional("level", TEXT, "places: level, as in places.level", "级别", values=PLACE_LEVELS),
        _optional("adcode", TEXT, "places: administrative division code (GB/T 2260)", "行政区划代码"),
        _optional("adcode_candidates", TEXTS, "places: the codes that fit, where several do and adcode is empty", "候选代码"),
        _optional("parent", TEXT, "places: name of the place it lies in, where the text or its code says so", "上级地点"),
        _optional("organization_kind", TEXT, "organisations: kind, as in organizations.kind", "机构类别", values=ORGANIZATION_KINDS),
        SPANS_COLUMN, CONFIDENCE, RULE,
    )),
    Table("people", "person", "人物", ("person_id",), "corpus", (
        Column("person_id", TEXT, "hash of name and, where one name is two people, of what tells them apart", "人物编号"),
        Column("name", TEXT, "name", "姓名"),
        _optional("disambiguated_by", TEXT, "organisation, title, year of birth or home, where several people bear the name", "区分依据"),
        Column("n_mentions", INTEGER, "times named, bylines and reprints included", "提及次数", low=1),
        Column("n_articles", INTEGER, "articles whose text names the person; those that repeat one another count once", "文章数（重复刊登只计一次，不计署名）", low=0),
        Column("n_bylines", INTEGER, "articles and pictures that the person signed, counted likewise", "署名数", low=0),
        _optional("first_on", DATE, "earliest published_on", "最早"),
        _optional("last_on", DATE, "latest published_on", "最近"),
        _optional("latest_title", TEXT, "title as printed in the latest article that prints one", "最近头衔"),
    )),
    Table("person_titles", "person x title x article", "人物头衔", ("person_id", "title", "organization", "article_id"), "page", (
        _optional("person_id", TEXT, "person", "人物编号", references="people.person_id"),
        Column("mention_id", TEXT, "mention that the title was printed with", "提及编号", references="mentions.mention_id"),
        Column("title", TEXT, "one title, without organisation and name", "头衔"),
        _optional("organization", TEXT, "organisation printed before the title", "机构"),
        _optional("organization_id", TEXT, "that organisation, where the article names it so", "机构编号", references="organizations.organization_id"),
        Column("tenure", TEXT, "whether the article says that the title is held, was held (原, 前, 时任), is held in place of another (代) or will be (拟任)",
               "任职状态", values=TENURES),
        ARTICLE_ID, SENTENCE_ID,
        _optional("held_on", DATE, "published_on of the article: the day on which the article tells of it", "见报日期"),
        SPANS_COLUMN, CONFIDENCE, RULE,
    )),
    Table("organizations", "organisation", "机构", ("organization_id",), "corpus", (
        Column("organization_id", TEXT, "hash of the name", "机构编号"),
        Column("name", TEXT, "fullest form of the name", "名称"),
        _optional("kind", TEXT, "what it is, by the words of its name", "类别", values=ORGANIZATION_KINDS),
        Column("n_mentions", INTEGER, "times named, reprints included", "提及次数", low=1),
        Column("n_articles", INTEGER, "articles that name it; those that repeat one another count once", "文章数（重复刊登只计一次）", low=1),
        Column("aliases", TEXTS, "other forms of the name", "别名"),
    )),
    Table("places", "place", "地点", ("place_id",), "corpus", (
        Column("place_id", TEXT, "hash of the name", "地点编号"),
        Column("name", TEXT, "name", "名称"),
        _optional("level", TEXT, "what it is, and of which rank a division is; null where its name does not say", "级别", values=PLACE_LEVELS),
        _optional("adcode", TEXT, "administrative division code (GB/T 2260)", "行政区划代码"),
        _optional("parent_id", TEXT, "place it lies in", "上级地点", references="places.place_id"),
        Column("n_mentions", INTEGER, "times named, reprints included", "提及次数", low=1),
        Column("n_articles", INTEGER, "articles that name it; those that repeat one another count once", "文章数（重复刊登只计一次）", low=1),
    )),
    Table("times", "time expression", "时间", ("time_id",), "page", (
        Column("time_id", TEXT, "<article_id>-t003", "时间编号"),
        ARTICLE_ID, SENTENCE_ID,
        Column("text", TEXT, "as printed", "文本"),
        _optional("value", TEXT, "ISO 8601 / TIMEX3; null where it stays unresolved", "值"),
        _optional("start_on", DATE, "first day", "开始"),
        _optional("end_on", DATE, "last day, inclusive", "结束"),
        Column("granularity", TEXT, "how fine it is", "粒度", values=GRANULARITIES),
        Column("basis", TEXT, "how it was resolved, or unresolved and why", "依据"),
        SPANS_COLUMN, MAYBE_CONFIDENCE, RULE,
    )),
    Table("quantities", "quantity with a unit", "数量", ("quantity_id",), "page", (
        Column("quantity_id", TEXT, "<article_id>-n003", "数量编号"),
        ARTICLE_ID, SENTENCE_ID,
        Column("text", TEXT, "as printed", "文本"),
        _optional("value", DOUBLE, "in the printed unit; null where the words name no number (数十)", "值"),
        _optional("low", DOUBLE, "lowest value it can stand for", "下限"),
        _optional("high", DOUBLE, "highest value it can stand for; null where open", "上限"),
        _optional("unit", TEXT, "as printed", "单位"),
        Column("kind", TEXT, "what is measured", "种类", values=QUANTITY_KINDS),
        _optional("base_value", DOUBLE, "in the base unit", "基准值"),
        _optional("base_unit", TEXT, "CNY, m2, m, kg, s, 1, ...", "基准单位"),
        _optional("qualifier", TEXT, "近, 约, 余, 多, 超, ...", "限定词"),
        _optional("per", TEXT, "每年, 人均, ...", "每"),
        _optional("of", TEXT, "what is counted", "所计"),
        _optional("change", TEXT, "how it says that something changed, and since when: 同比增长, 环比下降", "增减"),
        _optional("part_of", TEXT, "the total it is a part of", "所属合计", references="quantities.quantity_id"),
        SPANS_COLUMN, MAYBE_CONFIDENCE, RULE,
    )),
    Table("quotes", "quotation", "引语", ("quote_id",), "page", (
        Column("quote_id", TEXT, "<article_id>-q003", "引语编号"),
        ARTICLE_ID, SENTENCE_ID,
        _optional("speaker", TEXT, "who says it: a name where the text allows, else as printed", "说话人"),
        _optional("person_id", TEXT, "the speaker, a person", "人物编号", references="people.person_id"),
        _optional("organization_id", TEXT, "the speaker, an organisation", "机构编号", references="organizations.organization_id"),
        Column("candidates", TEXTS, "who may say it, where the text does not decide", "可能的说话人"),
        _optional("verb", TEXT, "verb of saying", "引述动词"),
        Column("text", TEXT, "what is said", "内容"),
        Column("is_direct", BOOLEAN, "within quotation marks", "直接引语"),
        SPANS_COLUMN, CONFIDENCE, RULE,
    )),
    Table("events", "thing that happened", "事件", ("event_id",), "page", (
        Column("event_id", TEXT, "<article_id>-v003", "事件编号"),
        ARTICLE_ID, SENTENCE_ID,
        Column("kind", TEXT, "what happened", "种类", values=EVENT_KINDS),
        _optional("subtype", TEXT, "what happened, more closely, of accidents and cases", "细类", values=EVENT_SUBTYPES),
        Column("trigger", TEXT, "word that names it", "触发词"),
        _optional("on_date", DATE, "when", "日期"),
        _optional("place_id", TEXT, "where", "地点编号", references="places.place_id"),
        _optional("place", TEXT, "where, as printed", "地点"),
        Column("actors", TEXTS, "who", "施事"),
        Column("actor_ids", TEXTS, "persons and organisations among the actors, in their order; rows of people and organizations", "施事编号"),
        Column("objects", TEXTS, "whom or what", "受事"),
        _optional("deaths", INTEGER, "people who died, where the text says how many", "死亡人数", low=0),
        _optional("injuries", INTEGER, "people who were hurt, where the text says how many", "受伤人数", low=0),
        Column("text", TEXT, "the evidence", "依据原文"),
        SPANS_COLUMN, CONFIDENCE, RULE,
        _optional("story_id", TEXT, "smallest event_id among the reports of one story", "报道组"),
    )),
    Table("terms", "article x candidate term, unweighted", "词频", ("article_id", "term"), "page", (
        ARTICLE_ID,
        Column("term", TEXT, "phrase", "词"),
        Column("n", INTEGER, "times it stands in the article", "次数", low=1),
    )),
    Table("keywords", "article x term", "关键词", ("article_id", "term"), "corpus", (
        ARTICLE_ID,
        Column("term", TEXT, "phrase", "词"),
        Column("weight", DOUBLE, "weight in the article against the whole warehouse", "权重", low=0),
    )),
    Table("signatures", "article: its min-hash sketch, from which near-duplicates are found", "指纹", ("article_id",), "page", (
        ARTICLE_ID,
        Column("n_shingles", INTEGER, "distinct shingles of the body", "片段数", low=0),
        Column("sketch", BIGINTS, "min-hash sketch", "指纹"),
    )),
    Table("near_duplicates", "pair of articles", "近似重复", ("article_id", "other_id"), "corpus", (
        ARTICLE_ID,
        Column("other_id", TEXT, "the other article", "另一篇", references="articles.article_id"),
        Column("similarity", DOUBLE, "share of text they have in common", "相似度", low=0, high=1),
        Column("relation", TEXT, "same, revised, or article_id contains other_id", "关系", values=RELATIONS),
    )),
    Table("suspected_misprints", "doubtful piece of text, with a suggestion", "疑似误字", ("misprint_id",), "page", (
        Column("misprint_id", TEXT, "<article_id>-x001", "误字编号"),
        ARTICLE_ID, SENTENCE_ID,
        Column("text", TEXT, "as printed", "文本"),
        Column("suggestion", TEXT, "what was probably meant", "建议"),
        Column("evidence", TEXT, "what speaks for it", "依据"),
        SPANS_COLUMN, CONFIDENCE, RULE,
    )),
    Table("quarantine", "rejected record or file", "隔离区", ("quarantine_id",), "run", (
        Column("quarantine_id", TEXT, "hash of file, table, record and reason", "隔离编号"),
        _optional("file_id", TEXT, "raw file; null where its bytes could not be had", FILE_ID.zh),
        Column("path", TEXT, "path of the file, relative to its source", "路径"),
        Column("stage", TEXT, "stage that rejected it", "阶段", values=QUARANTINE_STAGES),
        Column("record_table", TEXT, "table the record was meant for; raw_files for a whole file", "表"),
        _optional("record_id", TEXT, "key of the record", "记录编号"),
        Column("reason", TEXT, "rule it broke", "原因"),
        Column("detail", TEXT, "what was found and what was expected", "详情"),
        _optional("excerpt", TEXT, "the text in question, cut short", "摘录"),
        _optional("char_start", INTEGER, "where in the raw text", "起始"),
        _optional("char_end", INTEGER, "one past its end", "结束"),
        RUN_ID,
    )),
    Table("validations", "expectation x run", "校验结果", ("run_id", "record_table", "expectation", "column_name"), "run", (
        RUN_ID,
        Column("record_table", TEXT, "table", "表"),
        Column("expectation", TEXT, "what must hold", "期望"),
        Column("column_name", TEXT, "column, or empty for a rule over the table", "列"),
        Column("severity", TEXT, "critical, warning or info", "严重程度", values=SEVERITIES),
        Column("success", BOOLEAN, "whether it held", "是否通过"),
        Column("n_evaluated", BIGINT, "rows looked at", "检查行数", low=0),
        Column("n_unexpected", BIGINT, "rows that broke it", "不符行数", low=0),
        Column("examples", TEXTS, "keys of rows that broke it, at most ten", "示例"),
        Column("checked_at", TIMESTAMP, "when the run started (UTC)", "检查时间"),
    )),
    Table("runs", "pipeline run", "运行", ("run_id",), "run", (
        RUN_ID,
        _optional("flow_run_id", TEXT, "flow run in Prefect", "Prefect 运行编号"),
        Column("started_at", TIMESTAMP, "start (UTC)", "开始"),
        _optional("ended_at", TIMESTAMP, "end of loading (UTC)", "结束"),
        Column("status", TEXT, "how it ended", "状态", values=RUN_STATUSES),
        _optional("reason", TEXT, "why it was blocked, failed or crashed, and where", "原因"),
        Column("code_version", TEXT, "version of the code that made the rows", "代码版本"),
        Column("n_files_seen", INTEGER, "files found", "发现文件数", low=0),
        Column("n_files_new", INTEGER, "files read for the first time", "新文件数", low=0),
        Column("n_articles", INTEGER, "articles loaded by the run", "文章数", low=0),
        Column("n_quarantined", INTEGER, "files and records quarantined by the run", "隔离数", low=0),
    )),
)}


def of_layer(layer: str) -> tuple[Table, ...]:
    """Return the tables of one layer, in order of declaration."""
    return tuple(table for table in TABLES.values() if table.layer == layer)


PLUMBING = ("paragraphs", "sentences", "blocks", "edits", "terms", "signatures", "raw_files", "file_paths", "quarantine", "validations", "runs")
"""Tables that say how facts came about, not what a newspaper says."""


def facts_first() -> tuple[Table, ...]:
    """Return all tables, those that say what a newspaper says before the plumbing."""
    return (*(table for table in TABLES.values() if table.name not in PLUMBING), *(TABLES[name] for name in PLUMBING))


def owner(table: Table) -> str:
    """Return the SQL expression for the file that a row of a page table was read from."""
    return "file_id" if "file_id" in table.column_names else "left(article_id, 16)"
