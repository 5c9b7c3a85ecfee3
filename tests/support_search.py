"""A small collection written for the search tests, saved and indexed like a real one."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from index.build import build_index, index_entries
from index.engines.choice import NAMES
from index.opening import Index
from kb.model import Assignment, Clause, Document, Records, Task, Unit
from kb.saving import clause_places, save
from kb.store import Store

ENGINES = tuple(name for name in NAMES if import_module(f"index.engines.{name}").installed())  # those that are here
OPINION, COUNTY, PLAN, LAW = "a1000001", "b2000002", "c3000003", "d4000004"

DOCUMENTS = {
    OPINION: ("关于推进山区茶产业发展的意见", "云岭农发〔2021〕10号", "provincial", "云岭省", "2021-03-02", "意见"),
    COUNTY: ("清溪县推进山区茶产业发展实施方案", "清办发〔2022〕7号", "county", "云岭省南山市清溪县", "2022-05-16", "方案"),
    PLAN: ("云岭省养老服务规划", None, "provincial", "云岭省", "2021-12-01", "规划"),
    LAW: ("中华人民共和国茶叶法", None, "national", "中国", "2019-06-01", "法律"),
}

TEXTS = {
    OPINION: [
        ("", "preamble", "关于推进山区茶产业发展的意见\n各市人民政府：依据《中华人民共和国茶叶法》，提出以下意见。"),
        ("一", "section", "一、总体要求"),
        ("一/（一）", "item", "（一）健全防返贫机制。对采茶为生的低保对象按月走访，发现困难及时纳入最低生活保障。"),
        ("一/（二）", "item", "（二）改造“ 低 产 ”茶园。到2025年改造18万亩，由省农业农村厅牵头，省林业局、省财政厅配合。"),
        ("二", "section", "二、保障措施"),
        ("二/（三）", "item", "（三）加大投入。每年安排30%以上的衔接资金用于茶叶加工，支持乡镇建设冷链仓库。"),
    ],
    COUNTY: [
        ("", "preamble", "清溪县推进山区茶产业发展实施方案\n为落实《关于推进山区茶产业发展的意见》（云岭农发〔2021〕10号），制定本方案。"),
        ("1", "item", "1．改造低产茶园6000亩，新建茶青交易市场2处。责任单位：县住房和城乡建设局、县农业农村局"),
        ("2", "item", "2．开展茶农技能培训，每年不少于40场，培训茶农3000人次。责任单位：县人力资源和社会保障局"),
        ("3", "item", "3．对因旱受灾的茶农，上地补偿按标准发放，乡镇千部逐户核实。责任单位：县民政局"),
        ("4", "item", "4．推进茶旅融合，打造3条采茶步道。责任单位：县文化和旅游局"),
    ],
    PLAN: [
        ("", "preamble", "云岭省养老服务规划\n为应对人口老龄化，制定本规划。"),
        ("第一章", "chapter", "第一章 居家养老"),
        ("第一章/一", "item", "一、为独居老人安装呼叫设备，家庭医生每季度上门一次，重点随访慢性病患者。"),
        ("第一章/二", "item", "二、支持村小闲置校舍改为养老驿站，乡村小规模学校撤并后的校舍优先移交。"),
        ("第二章", "chapter", "第二章 机构养老"),
        ("第二章/三", "item", "三、到2025年，护理型床位占比不低于55%，特困人员集中供养率达到60%。"),
    ],
    LAW: [
        ("第一章", "chapter", "第一章 总则"),
        ("第一章/第三条", "article", "第三条 国家保护茶树种质资源。"),
        ("第一章/第十三条", "article", "第十三条 茶叶加工者应当具备下列条件："),
        ("第一章/第十三条/（一）", "item", "（一）有固定的加工场所；"),
        ("第一章/第十三条/（二）", "item", "（二）有检验合格的设备。"),
        ("第一章/第二十三条", "article", "第二十三条 违反本法规定的，由市场监督管理部门处以罚款。"),
    ],
}

COUNTY_UNITS = {
    "云岭省南山市清溪县住房和城乡建设局": ("住房城乡建设", ("县住建局", "清溪县住房和城乡建设局")),
    "云岭省南山市清溪县农业农村局": ("农业农村", ("县农业农村局",)),
    "云岭省南山市清溪县民政局": ("民政", ("县民政局",)),
}


def _documents() -> tuple[Document, ...]:
    rows = []
    for id, (title, number, level, region, date, genre) in DOCUMENTS.items():
        rows.append(Document(id, f"{id}.txt", title, number, (), level, region, date, genre, None, None, 1, 40, 0, 9999))
    return tuple(rows)


def _clauses() -> tuple[Clause, ...]:
    rows = []
    for document, texts in TEXTS.items():
        at = 0
        for line, (path, kind, text) in enumerate(texts, 1):
            above = path.rpartition("/")[0]
            id = f"{document}#{path or '序'}"
            heading = text[:20] if kind in ("section", "chapter") else None
            parent = f"{document}#{above}" if above else None
            rows.append(Clause(id, document, parent, path, path.rpartition("/")[2], kind, heading, text, ((at, at + len(text)),), line, line))
            at += len(text) + 1
    return tuple(rows)


def _tasks() -> tuple[Task, ...]:
    names = list(COUNTY_UNITS)
    first = (Assignment("县住房和城乡建设局", names[0], "lead"), Assignment("县农业农村局", names[1], "responsible"))
    text = TEXTS[COUNTY][1][2]
    one = Task(f"{COUNTY}@1", COUNTY, f"{COUNTY}#1", "1", text, ((0, len(text)),), first, "first_listed", False, "", "", 2, 2)
    text = TEXTS[COUNTY][3][2]
    units = (Assignment("县民政局", names[2], "responsible"),)
    two = Task(f"{COUNTY}@3", COUNTY, f"{COUNTY}#3", "3", text, ((0, len(text)),), units, "none", False, "", "", 4, 4)
    return (one, two)


def records() -> Records:
    """The collection."""
    units = tuple(
        Unit(name, name, "county", "云岭省南山市清溪县", family, "department", aliases) for name, (family, aliases) in COUNTY_UNITS.items()
    )
    return Records(documents=_documents(), clauses=_clauses(), tasks=_tasks(), units=units)


def indexed(folder: Path, engine: str) -> tuple[Index, Store]:
    """The collection in a store and an index of this engine."""
    every = records()
    folder.mkdir(parents=True, exist_ok=True)
    digest = save(every, folder / "store.sqlite", {"engine": engine})
    build_index(folder / "index", index_entries(every.documents, every.clauses, every.tasks, every.units, clause_places(every)), engine, digest)
    store = Store(folder / "store.sqlite")
    return Index(folder / "index", store), store
