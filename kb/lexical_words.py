"""The words of the lexical side: what is never looked for, and the field's compounds that a general dictionary lacks.

Terms of stored passages were made with these lists: after a change, documents should be ingested again.
"""

from __future__ import annotations

# Question words are rare in statutes, so their IDF would be high: left in, they would outweigh the matter asked about.
_STOP = """
的 了 和 与 或 或者 及 以及 在 是 为 对 由 按 按照 等 其 该 本 应 应当 可以 将 并 并且 而 但 但是 从 向 到 于 以
之 者 也 都 就 被 把 让 给 所 中 上 下 内 会 要 能 能够 这 那 这个 那个 这些 那些 有 没有 关于 对于 由于 因为 所以
如果 以下 以上 下列 有关 相关 根据 依照 其中 其他 以外
什么 怎么 怎么办 怎样 如何 哪 哪些 哪里 哪个 哪种 几 多 多少 多久 吗 呢 吧 啊 呀 请 请问 是否 是不是 有没有
能不能 可不可以 为什么 想 想问 问 问一下 一下 知道 我 我们 你 你们 他 他们 它 咱们
the a an of to and or in is are for on what how
"""
_FIELD = """
药物警戒 附条件批准 优先审评 突破性治疗 生物等效性 真实世界证据 真实世界数据 上市许可持有人 上市后变更 注册人
备案人 注册检验 飞行检查 唯一标识 体外诊断试剂 第一类医疗器械 临床评价 同品种 原料药 中药饮片 中药材 配方颗粒
医疗用毒性药品 放射性药品 麻醉药品 精神药品 疫苗 生物制品 血液制品 细胞治疗 基因治疗 干细胞 人类遗传资源
伦理审查 受试者 知情同意 药品追溯 追溯码 网络销售 药品经营 药品批发 药品零售 连锁 处方药 非处方药 假药 劣药
特殊化妆品 普通化妆品 新原料 儿童化妆品 功效宣称 安全评估 化妆品标签 委托生产 受托生产 技术转让 场地变更
补充申请 再注册 默示许可 药品说明书 召回 不良反应 不良事件 再评价 批签发 关键质量属性 洁净区 验证 质量受权人
企业负责人 生产质量管理规范 经营质量管理规范 临床试验机构 生物安全 实验动物 集中采购 医保目录 产业扶持
高新技术企业 孵化器 研发费用 创新医疗器械 创新药 仿制药 一致性评价 专利链接 数据保护
"""

STOP_WORDS = frozenset(_STOP.split())
FIELD_WORDS = tuple(_FIELD.split())
