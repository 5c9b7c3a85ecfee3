"""A question as it is told: slips of the pen mended, what the asker takes back left out, and what only tells of the asker."""

from __future__ import annotations

import re
from functools import cache

from index.asking.wording import wording
from index.tokens import same_but_quotes
from kb.regions import find_places

MOST_STORY = 3  # pieces from which a question may tell a story


def tidy(text: str) -> str:
    """Traditional and full-width characters folded, white space out, slips of the pen mended, corrections followed; the punctuation stays."""
    out = "".join(same_but_quotes(_keywords(text)).split())
    for typo, meant in wording().typos:
        out = out.replace(typo, meant)
    out = re.sub(r"(?<!各)县市区", "，县市区", out) if "县市区" in out else out  # 云川县市区 is no county
    out = re.sub(r"(?<=[0-9])块钱?", "元", out) if "块" in out else out
    if out.startswith(("我", "本人", "作为")):
        out = re.sub(r"^(?:我们?是|本人是?|作为|我在|我叫)[^，,。；;？?]{1,16}[，,。；;]", "", out)  # 我是乡镇干部，…
    out = re.sub(r"(?<![0-9〕\]）)年发第])1号文件", "一号文件", out) if "1号文件" in out else out
    out = re.sub(r"一号文(?!件)", "一号文件", out) if "一号文" in out else out
    out = re.sub(r"(?<![一-龥]不)([准够行好全严快])不\1(?![一-龥]不)", "，", out) if "不" in out else out  # 数据准不准由谁负责
    out = _compared(out) if any(w in out for w in "比跟和与同") else out
    out = _person().sub(lambda m: "由谁" if m.group().startswith(("哪", "是哪", "由哪")) else "由谁牵头", out) if asks_person(out) else out
    if any(w in out for w in ("配合", "协助", "协同")):
        out = _joining().sub("配合单位", _besides(out))
    out = _kinds_asked(bodies_asked(out)) if "哪" in out or "几" in out or "牵" in out else out
    return corrected(out) if any(w in out for w in ("不是", "不对", "错", "更正", "口误", "不，", "我是说", "我说的是", "问的是")) else out


@cache
def _gap() -> re.Pattern[str]:
    return re.compile(r"(?<=[一-龥]{2})[ \t\u3000]+(?=[一-龥]{2})")


def _keywords(text: str) -> str:
    """Words that were typed apart stay apart: 云川 送法下乡 法治乡村 牵头. A text that is spaced throughout, as scanning does, is no such thing."""
    pieces = text.split()
    return _gap().sub("，", text) if len(pieces) > 1 and 2 * sum(len(p) > 1 for p in pieces) > len(pieces) else text


@cache
def _bodies() -> re.Pattern[str]:
    """What asks for several bodies, by their number or what they are: 哪两家, 哪几个县区和部门, 哪三家群团组织."""
    body = "部门|单位|厅局|科局|局|厅|委|办|部委|群团组织|群团|县区政府|区县政府|区政府|县政府|市政府|政府|县区|区县|县市区|区市县|机构|高校院所|科研院所|院所|研究院|研究所|大学|学院|医院|学校|高校|院校|企业|公司|银行|组织|法院|检察院"
    count = r"(?:[一二两三四五六七八九十几]|\d{1,2})(?:家|个|所)"
    act = "牵头|负责|配合|参与|参加|落实|承担|协助|协同|联手|共同|一起|具体|来"
    behind = rf"(?=(?:{act})(?!单位|部门)"
    several = rf"(?:{body})(?!里|内|上)(?:和|与|跟|及|、)?"
    return re.compile(rf"哪{count}(?:{several}){{1,3}}{behind}|[？?，,。；;]|$)|哪些(?:{several}){{1,3}}{behind})|哪{count}(?:(?![由归让的任项事指条目])[一-龥]){{0,5}}?{behind})")


def bodies_asked(question: str) -> str:
    """哪两家牵头, 哪几个县区和部门配合 as what they ask: 哪些单位牵头; and 谁来牵 as 谁来牵头.

    `bodies_asked("谷禾助餐是哪两家牵头")`: 谷禾助餐是哪些单位牵头.
    """
    if "牵" in question.replace("牵头", ""):
        question = re.sub(r"(谁|[哪几][一二两三几]?[个家](?:部门|单位|局|厅|委)?)(来|去|在|负责)?牵(?=$|[？?，,。；;的呢啊呀])", r"\1\2牵头", question)
    if "牵头" in question and "还是" in question:
        question = re.sub(r"(?:是|算)?(?:牵头(?:单位)?还是(?:配合|参与|协助|协办|责任|负责)(?:单位)?(?:的)?|(?:配合|参与|协助|协办|责任)(?:单位)?还是牵头(?:单位)?(?:的)?)(?=$|[？?，,。；;])", "是牵头吗", question)
    at = question.find("哪")
    if at < 0:
        return question
    if question[max(0, at - 1) : at] in "省市县国家中央里面" and "哪一条" not in question:  # patterns are slow to make, and most questions need none
        question = re.sub(r"(?<=[省市县国家中央])里?(?:层面)?(?=哪(?:一?[个家]|几[个家]|些)(?:厅|局|委|部|办|单位|机关)(?!分))", "，", question)  # 省里哪个厅负责 asks for no source
    if "哪些" not in question and not any(_counts(question, n + 1) for n in range(at, len(question)) if question[n] == "哪"):
        return question
    question = re.sub(r"((?:配合|牵头|负责|参与|承担|落实|协助)(?:单位|部门)?的?(?:是|有|为))哪(?:[一二两三四五六七八九十几]|[0-9]{1,2})[家个](?=$|[？?，,。；;])", r"\1哪些单位", question)
    return _bodies().sub("哪些单位", question)


def _counts(question: str, at: int) -> bool:
    """Whether a number of bodies stands here: 两家 of 哪两家, not 一条."""
    end = at
    while end < len(question) and (question[end].isdigit() or question[end] in "一二两三四五六七八九十几"):
        end += 1
    return end > at and question[end : end + 1] in ("家", "个", "所")


@cache
def _beside() -> re.Pattern[str]:
    """What asks who works beside a body that leads: 哪些单位配合组织部, 配合农业农村局的还有谁."""
    name = r"(?P<name>[一-龥]{2,14}?(?:局|委|办|部|厅|院|会|队|中心|政府|联|公司|单位))"
    return re.compile(
        rf"(?:哪些|哪几个|哪几家|什么|谁|还有谁)(?:单位|部门|局|委办局)?(?:来|在|要|去|一起|跟着)?(?:配合|协助|协同){name}(?=$|[？?，,。；;呢啊呀吗])"
        r"|(?:配合|协助|协同)(?P<other>[一-龥]{2,14}?(?:局|委|办|部|厅|院|会|队|中心|政府|联|公司))的(?:单位|部门)?(?:还有|都有|有)(?:谁|哪些|哪几个|哪几家|哪些单位|哪些部门|几家)"
    )


@cache
def _joining() -> re.Pattern[str]:
    """Bodies of a kind that join in: 配合的省直部门, 配合的企业和单位."""
    body = "部门|单位|企业|公司|机构|厅局|局委|院所|高校|银行|学校|医院"
    return re.compile(rf"(?:配合|协助|协同)的(?:[一-龥]{{0,4}}(?:{body})(?:和|与|及|、)?){{1,3}}(?=[是有都全分各]|$|[？?，,。；;])")


def _besides(question: str) -> str:
    """Who works beside a body that leads as what it asks: 哪些单位配合水利局 → 除水利局外还有哪些配合单位."""
    return _beside().sub(lambda m: f"除{m['name'] or m['other']}外还有哪些配合单位", question)


@cache
def _person() -> re.Pattern[str]:
    """What asks for a person rather than a body."""
    post = "副?[市县区省]长|(?:[市县区省]|[市县区省][委政]府?)?领导|(?:副)?书记|负责同志"
    return re.compile(
        rf"(?:是|由)?哪一?(?:位|个|名)(?:{post})(?:在|来|负责)?(?=牵头|分管|包保|主抓|挂帅|挂钩|联系|抓|管)|(?:牵头|分管|包保|挂钩|联系)(?:的)?(?:领导|[市县区省]长)(?:是|都?有|叫)?(?:谁|哪一?[位个]|什么名字)|谁是(?:牵头|分管|包保)领导"
    )


def asks_person(question: str) -> bool:
    """Whether a question asks which person leads: 哪位副市长牵头, 分管领导是谁."""
    if not any(w in question for w in ("领导", "书记", "同志", "长")):
        return False
    return ("哪" in question or "谁" in question or "什么" in question) and _person().search(question) is not None


def _kinds_asked(question: str) -> str:
    """分为几类 and 是哪四个 as what they ask: 包括哪些, 指什么."""
    if any(w in question for w in ("类", "种", "档", "等级", "类型")):
        question = re.sub(r"(?:一共|总共|可以|主要|都)?(?:划?分(?:为|成)?|有|包括)(?:哪)?(?:几|多少)(?:大|个)?(?:类别?|种类?|档|等级|类型)(?![一-龥]*(?:单位|部门))", "包括哪些", question)
    if not any(f"哪{n}" in question for n in "二两三四五六七八九十"):
        return question
    return re.sub(r"(?:分别)?(?:是|指的?是?|包括|为)哪[二两三四五六七八九十][一-龥]?(?:[个项条类种张方面大件]+)?[一-龥]{0,3}(?=$|[？?，,。；;吗呢啊])", "指什么", question)


@cache
def _more_than() -> re.Pattern[str]:
    """What asks by how much more a place asks than one above it: 比省里多要求了什么."""
    return re.compile(
        r"(?:比|跟|和|与|同|对照)([一-龥]{1,8}?)(?:的?(?:意见|文件|规定|要求|通知|方案))?(?:比|相比|比起来|比较)?(?:，)?(?:又|还|都)?"
        r"(?:多(?:要求|规定|加|提|写|出|了|列|定|做)[了出些]*(?:什么|哪些|哪几条|啥|几条|哪几项)?[一-龥]{0,4}|(?:严|高|细|宽|多|新|实)在(?:哪里|哪儿|哪|什么地方|何处)|(?:严|细)(?:多少|些什么|了什么))(?=$|[？?，,。])"
    )


def _compared(question: str) -> str:
    """比省里多要求了什么 as what it asks: how the two differ."""
    more = question.replace("多少", "").replace("多久", "").replace("多大", "").replace("多长", "")
    return _more_than().sub(r"，跟\1相比多了什么", question) if any(w in more for w in ("多", "在哪", "在什么", "在何处", "严", "细")) else question


@cache
def _pieces() -> re.Pattern[str]:
    return re.compile(r"([，,。；;！!？?：:…]+|——)")


@cache
def _denied() -> re.Pattern[str]:
    """A piece that only says what is not meant: 不是养老保险, 我问的不是助餐."""
    return re.compile(r"^(?:但|可|而|并|也|我)?(?:(?:我|想)?(?:问|说|指|要|查|要问|想问|要查|想查)的?(?:也|并)?)?不是(?:问|说|指|讲|要)?的?([^？?吗么吧]{2,20}?)(?:那个|那块|那条|那项|这个)?$")


@cache
def _taken_back() -> re.Pattern[str]:
    """A piece that takes back what stands before it."""
    return re.compile(r"^(?:哦|噢|喔|啊|呃|额|唉|哎|诶|嗯)*(?:不不?|不对|不是|错|错了|说错了?|打错了?|写错了?|记错了?|搞错了?|问错了?|口误|更正(?:一下)?|等等|等下)(?:了|啦)?(?=$|应该|是|我|改)")


@cache
def _meant() -> re.Pattern[str]:
    """What stands before the thing that is meant after all."""
    return re.compile(r"^(?:而|应该)?(?:我)?(?:(?:是|要|想)?(?:说|问|指|查|讲|打听)的?(?:其实)?是?|应该是|应是|其实是|改成|而是|是)")


def corrected(question: str) -> str:
    """The question without what its asker takes back: 谷禾，哦不对，是松屏，助餐… → 松屏，助餐…; 不是养老，我是说助餐 → 助餐."""
    question = re.sub(r"不是([^，,。；;？?吗么吧是]{2,14})而是", "", question)
    parts = _pieces().split(question)
    pieces, marks = parts[::2], [*parts[1::2], ""]
    kept: list[tuple[str, str]] = []
    back = False  # whether the piece before was taken back
    for n, (piece, mark) in enumerate(zip(pieces, marks, strict=True)):
        last = n == len(pieces) - 1
        denied = _denied().match(piece)
        if denied is not None and not last and not _said_of_part(denied.group(1)) and (kept or _meant().match(pieces[n + 1])):
            back = True
            continue
        taken = _taken_back().match(piece)
        if taken is not None and kept:
            kept, piece, back = _withdrawn(kept, piece[taken.end() :], pieces[n + 1] if not last else ""), piece[taken.end() :], True
            if not piece:
                continue
        if back or re.match(r"^我?(?:是|要|想)?(?:说|问|指|查)的?(?:其实)?是", piece):
            piece = _meant().sub("", piece)
        back = False
        if piece:
            kept.append((piece, mark))
    return "".join(p + m for p, m in kept) if kept else question


def _said_of_part(said: str) -> bool:
    """Whether what is denied is who leads or is responsible: that is part of the question (不是民政局牵头，那是谁)."""
    return any(w in said for w in ("牵头", "负责", "责任", "主管", "管"))


def _withdrawn(kept: list[tuple[str, str]], rest: str, following: str) -> list[tuple[str, str]]:
    """What was said before without what is taken back: a place where a place follows, else the piece before."""
    said, mark = kept[-1]
    behind = _meant().sub("", rest or following)
    before, now = find_places(said), find_places(behind[:12])
    if now and now[0].start <= 1:
        for place in reversed(before):
            said = said[: place.start] + said[place.end :]
        said = re.sub(r"^(?:我|本来|原来|刚才|之前|起初|想|要|问|说|打听|查|下|一|的|是|请|麻烦|先)+$", "", said.rstrip("市省县的"))
        return [*kept[:-1], (said, mark)] if before and len(said) > 1 else kept[:-1] if before else kept
    places = "".join(said[p.start : p.end] for p in before)
    if any(said.endswith(end) for end in wording().bodies):
        return kept  # 好像是民政局，不，应该是残联: both were named
    return [*kept[:-1], (places, mark)] if places else kept[:-1]


def without_story(question: str) -> str:
    """The question without the pieces that tell of the asker (我们要写汇报，领导问…); the question itself where there are none."""
    words = wording()
    parts = _pieces().split(question)
    pieces, marks = parts[::2], [*parts[1::2], ""]
    if len([p for p in pieces if p]) < MOST_STORY:
        return question
    kept = []
    for n, (piece, mark) in enumerate(zip(pieces, marks, strict=True)):
        tells = any(w in piece for w in words.story) and not any(k.shown_by(piece) for k in words.kinds) and n < len(pieces) - 1
        places = "".join(piece[p.start : p.end] for p in find_places(piece)) if tells else ""
        if not tells or places:
            kept.append((places or piece) + mark)
    out = "".join(kept)
    return out if any(c.isalnum() for c in out) else question
