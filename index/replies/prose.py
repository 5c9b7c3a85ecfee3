"""Who leads or answers for a work of which running text says so, without a list of bodies: 应急部门牵头监测…, 由县级领导牵头."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.wording import wording
from index.matching.synonyms import others
from index.matter.figures import sentences, weight
from index.matter.parts import Topic, plain
from index.matter.topic import Fit, judge
from index.replies.reply import Matter, Reply, clause_name, home, quote
from index.tokens import bare
from kb.frozen import dataclass
from kb.model import Clause
from kb.records import Record

TRIED = 8  # clauses looked at
SAID = 0.34  # share of the topic that the stretch, with its heading, says
FEW = 4  # documents whose clauses are all looked at
POSTS = ("组长", "主任", "总指挥", "召集人", "路长", "河长", "林长")
OWN = 0.2  # and that it says itself
LONG = 160
LISTED = ("责任单位", "责任部门", "牵头单位", "牵头部门", "配合单位", "参与单位")  # these ask for a list of bodies
SHARED = ("牵头抓总", "负总责", "主体责任", "总牵头", "统筹协调", "负责统筹", "政治责任", "首要责任", "直接责任", "第一责任", "监管责任", "属地责任")  # a part in the very words of the question
ENDS = "部门单位机构机关组织政府委员会小组局办厅党委领导干部公司企业合作社银行协会工会妇联残联共青团委队社员会站所院校镇乡街道村县市区人者户"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is named in a stretch, as printed, and in what part."""

    names: tuple[str, ...]
    role: str  # lead or responsible
    stretch: str


@cache
def _forms() -> tuple[tuple[tuple[tuple[str, ...], ...], str, str], ...]:
    """The ways to name who acts: lists of words of each of which one is there, the pattern, the part. A pattern is compiled when such words are met."""
    item = rf"(?:[^，。；：:、,;\s由()（）]|[（(][^()（）]{{1,20}}[)）]){{1,21}}?[{ENDS}](?:[（(][^()（）]{{1,16}}[)）])?"
    who = rf"(?P<who>{item}(?:、{item}){{0,7}})"
    modal = r"(?:要|应当?|需|须|可以?|负责|共同|联合|主要|具体){0,3}(?:会同[^，。；]{0,20})?"
    done = (*wording().acts["after"], *wording().acts["first"], "承担", "落实", "牵线", "召集", "确定", "录入", "拍板", "研究", "兑现", "核实", "核查", "梳理", "编制", "申报", "公告", "比对", "提出", "开展", "入户", "推送", "汇总", "报送", "建设")
    verbs = "|".join(map(re.escape, done))
    return (
        ((("牵头",),), rf"(?:由|支持|发挥|明确)?{who}{modal}牵头", "lead"),
        ((("由",),), rf"由{who}{modal}(?:{verbs})(?!人|同志|[厅局委部])", "responsible"),  # not 住房城乡|建设厅
        ((("责", "统筹"),), rf"{who}(?:对[^。；]{{2,60}}?)?(?:要|应当?|须)?(?:切实|认真|依法|具体|主要)?(?:做好[^，。；]{{0,6}}统筹|负责(?!人|同志)|负总责|负主要责任|(?:承担|履行|落实|扛起|负起?)[^，。；]{{0,40}}责任|是[^，。；]{{0,12}}责任(?:主体|人|单位))", "responsible"),
        ((("等",), ("部门",)), r"(?P<who>[^，。；：:、,;\s]{2,20}(?:、[^，。；：:、,;\s]{2,8}){1,9})等(?:相关|有关|行业|职能)?部门(?:要|应当?|按照|根据|依法|在|负责|和|及)", "several"),
        ((("根据", "按照", "结合", "对照"), ("择优", "选择", "编制", "制定", "确定", "提出", "组织", "开展")), rf"(?:^|[，,。；;])(?:每年[^，,]{{0,12}}[，,])?{who}(?:根据|按照|结合|对照)[^。；]{{2,60}}[，,]并?(?:从[^，,。；]{{2,16}})?(?:择优|选择|编制|制定|确定|提出|组织|开展)", "responsible"),
        ((("发挥", "履行"),), rf"{who}(?:要|应当?)?(?:切实|充分)?(?:发挥|履行)好?[^，。；]{{0,12}}(?:作用|职能|职责)", "responsible"),
        ((("责任",),), r"(?:落实|压实|夯实|强化|明确|督促)(?P<who>[^，。；：:、,;\s由]{1,18}?(?:部门|单位|政府|党委|机构|委员会|企业|乡镇|村级组织))[^，。；]{0,30}?(?:主体|监管|属地|领导|管理|管护)责任", "responsible"),
        (((*POSTS, "负责人"), ("由",)), rf"由{who}(?:担任|兼任|任|为)(?:[^，。；]{{0,10}})(?:组长|主任|总指挥|召集人|负责人|路长|河长|林长)", "responsible"),
        ((tuple(end + modal for end in ("部门", "政府", "机构", "小组", "单位", "局", "委", "厅") for modal in ("要", "应")),), r"^(?:[（(]?[一二三四五六七八九十]{1,2}[）)是、])?(?P<who>[^，。；：:,;\s由]{2,60}?(?:部门|政府|机构|小组|单位|[局委厅]))(?:要|应当?)(?:切实|认真|严格|积极|主动|及时|充分|共同|联合)?(?:按照|根据|结合|依据|依法|会同|配合|加强|做好|抓好|履行|[把将对])", "responsible"),
        (((*(f"{modal}{verb}" for modal in ("要", "应", "应当", "具体", "按职责", "组织") for verb in done),),), rf"(?:^|[，,。；：:])(?:经|报|提交)?{who}(?:要|应当?|具体|按职责|组织)+(?:{verbs})(?![厅局委部])", "responsible"),
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _trimmed() -> re.Pattern[str]:
    """What stands before the name of a body and is none of it."""
    return re.compile(r"^(?:其中|充分|切实|原则上|一般|并|且|也|都|可|要|应当?|须|需|及时|鼓励|支持|引导|由|经(?![办营济贸信开])|报|对|让|请|以|在|按照|根据|依托|发挥|建立|坚持|实行|健全|形成|明确)+")


def actors(stretch: str) -> list[Actor]:
    """The bodies that a stretch of running text names as leading or answering for something."""
    out: list[Actor] = []
    for signs, pattern, role in _forms():
        for found in _compiled(pattern).finditer(stretch) if all(any(sign in stretch for sign in some) for some in signs) else ():
            named = re.split(r"(?<=.)向(?!导)", found["who"])[0]  # 经办银行向…发放: to whom is no actor
            parts = re.split(r"(?:、|和(?![谐平睦]|政府$|政府[、和])|与|及)(?![^（(]{0,16}[）)])", named)
            names = [_function(part) for part in parts] if role == "several" else [n for n in map(_name, parts) if n]
            role = "responsible" if role == "several" else role
            if names:
                out.append(Actor(tuple(dict.fromkeys(names)), role, stretch))
    return out


def _function(part: str) -> str:
    """The function that one of several departments has: 发展改革 of 县级以上人民政府发展改革、财政…等部门."""
    return re.sub(r"^(?:.*?政府|各级|县级以上|有关|由)+", "", part.strip())


def _name(part: str) -> str:
    """A body's name of a part of a list; "" where it is none."""
    name = _trimmed().sub("", part.strip())
    name = re.sub(r"(?:要|应当?|须|需|可|积极|负责|共同|联合|具体|主要|的?作用|等)+$", "", name)
    core = re.sub(r"[（(][^（）()]{0,20}[）)]", "", name)
    return name if 2 <= len(core) <= 20 and core[-1] in ENDS and not re.search(r"[0-9%为以把将]|.向[^导]|工作$|任务$|^(?:各方面|有关方面)", core) else ""


def who_in_prose(matter: Matter, topic: Topic, texts: Sequence[Fit]) -> Reply | None:
    """The body that running text about the topic names in the part asked for; None where it names none or a list of bodies is asked for."""
    question = matter.question
    if any(w in question.text for w in LISTED) or question.kind not in ("leads", "responsible"):
        return None
    whole = weight(topic.text, topic)
    best: tuple[float, Fit, Actor] | None = None
    offered = [form for name in question.units for form in (bare(name), *(o.text for o in others(bare(name)) if o.kind == "unit"))]
    posts = [word for word in POSTS if word in question.text]
    for fit in (*texts[:TRIED], *_saying(matter, topic, texts)):
        head = weight(f"{fit.clause.heading or ''}", topic)
        national = 0.15 * whole * (not question.places and home(matter, fit.clause.document).level == "national")
        for piece in sentences(fit.clause.text.strip()):
            own = weight(piece, topic)
            literal = any(word in question.text and word in piece for word in SHARED)
            if not whole or (not literal and (own < OWN * whole or own + head / 2 < SAID * whole)):
                continue
            for actor in actors(piece):
                close = weight(around(piece, actor), topic)
                value = own + 0.5 * close + head / 2 + national + whole * (0.3 if actor.role == "lead" and question.kind == "leads" else 0.0) + whole * 0.2 * fit.fit
                value += whole * (1.0 if posts and any(re.search(rf"{re.escape(actor.names[-1])}[^，。；]{{0,3}}{word}", piece) for word in posts) else 0.0)
                value += whole * (0.6 if literal and any(re.search(rf"{re.escape(actor.names[-1])}[^，。；、]{{0,40}}{word}", piece) for word in SHARED) else 0.0)
                value += whole * 0.4 if any(form[:2] in name for name in actor.names for form in offered) else 0.0
                if best is None or value > best[0]:
                    best = value, fit, actor
    return _said(matter, *best[1:]) if best is not None else None


def _saying(matter: Matter, topic: Topic, texts: Sequence[Fit]) -> list[Fit]:
    """In the few documents that a question names, the further clauses that say a part in its very words (统筹协调)."""
    said = [word for word in SHARED if word in matter.question.text]
    homes = matter.homes or ()
    if not said or not 0 < len(homes) <= FEW:
        return []
    ids = [matter.documents[n].id for n in homes]
    have = {f.clause.id for f in texts[:TRIED]}
    found = matter.store.read(Clause, f"document IN ({','.join('?' * len(ids))})", tuple(ids))
    return [judge(topic, c, -1, plain(c.text)) for c in found if c.id not in have and any(w in c.text for w in said)]


def around(piece: str, actor: Actor) -> str:
    """The stretch between commas in which an actor stands, with the one behind it."""
    parts = re.split(r"(?<=[，,])", piece)
    at = next((n for n, part in enumerate(parts) if actor.names[0] in part), 0)
    own, behind = parts[at], "".join(parts[at + 1 : at + 2])
    return own if "牵头" in behind or "负责" in behind else own + behind  # what another one does is not around


def _said(matter: Matter, fit: Fit, actor: Actor) -> Reply:
    question, clause = matter.question, fit.clause
    units: tuple[Record, ...] = tuple({"printed": name, "name": name, "role": actor.role} for name in actor.names)
    listed = "、".join(actor.names)
    stretch = actor.stretch if len(actor.stretch) <= LONG else _cut(actor.stretch, actor.names[0])
    where = clause_name(matter, clause)
    if actor.role == "lead":
        head = f"由{listed}牵头（{where}）" if question.kind == "leads" else f"{where}：牵头：{listed}"
    else:
        head = f"{where}没有写明由谁牵头，写的是{listed}" if question.kind == "leads" else f"{where}：{listed}"
    return Reply(
        f"{head}：“{stretch}”（正文写明，没有单列责任单位）", units=units, clauses=(clause.id,), evidence=(quote(matter, clause, [bare(actor.stretch), *actor.names]),),
        more=(f"policykb show {clause.id}",),
    )  # fmt: skip


def _cut(stretch: str, name: str) -> str:
    """The part of a long stretch in which a body stands, from a comma on."""
    at = stretch.find(name)
    begin = max(stretch.rfind(mark, 0, max(0, at - 20)) for mark in "，,；") + 1
    return stretch[begin : begin + LONG]
