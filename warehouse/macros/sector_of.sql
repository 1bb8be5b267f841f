-- sector_of(words): the sector of the economy or of public services that a text speaks of, by the first of its words that tells one;
-- null where none does.
-- Example:
--   SELECT sector_of('星槎科技公司将建设储能项目');
CREATE OR REPLACE MACRO sector_of(words) AS list_extract(
    list_transform(
        list_sort(list_filter(
            list_transform(
                [
                    ('transport', '公路|铁路|高速|大桥|桥梁|隧道|地铁|轨道|机场|码头|港口|航道|道路|公交|停车'),
                    ('energy', '电站|光伏|风电|储能|充电|电网|变电|输电|燃气|供热|新能源|氢能'),
                    ('water', '水利|水库|河道|堤防|防汛|排涝|供水|水厂|污水|管网|泵站'),
                    ('agriculture', '农业|农田|粮食|种植|养殖|乡村振兴|果园|渔业|畜牧'),
                    ('education', '学校|小学|中学|幼儿园|大学|教育|校舍|教学'),
                    ('health', '医院|医疗|卫生|养老|康养|医药|疾控'),
                    ('housing', '住房|小区|棚户|安置房|老旧|公寓|加装电梯|房地产'),
                    ('culture', '文化|旅游|文旅|景区|博物馆|图书馆|体育|剧院|非遗|公园'),
                    ('environment', '生态|环保|绿化|垃圾|治理工程|湿地|节能'),
                    ('technology', '数字|智慧|数据中心|芯片|半导体|人工智能|机器人|软件|通信|科技园|研发'),
                    ('industry', '工业|制造|工厂|厂房|生产线|产业园|装备|汽车|化工|材料|工业园|开发区|高新区'),
                    ('commerce', '商业|商场|市场|物流|仓储|综合体|酒店|消费|电商|冷链'),
                    ('finance', '基金|信贷|银行|保险|授信|贷款'),
                    ('welfare', '救助|慈善|助学|帮扶|补贴|社会保障|就业|残疾')
                ],
                lambda sector: struct_pack(first_at := instr(words, nullif(regexp_extract(words, sector[2]), '')), name := sector[1])
            ),
            lambda found: found.first_at > 0
        )),
        lambda found: found.name
    ),
    1
);

COMMENT ON MACRO sector_of IS 'Sector that a text speaks of, by its first telling word. 文中所属行业。';
