"""Bodies that a question offers to choose between: 归民政还是医保管, 是住建局还是水利局牵头, 交通、邮政两家哪家负责."""

from __future__ import annotations

import re
from functools import cache

from index.asking.wording import wording
from index.matching.synonyms import unit_families
from kb.frozen import dataclass
from kb.units import UnitTable, find_units

DECIDES = ("确定", "审定", "核定", "认定", "批准", "审批", "审核", "拍板", "决定", "审议")
LONGEST = 14  # characters of a body's name
ENDS = ("局", "委", "厅", "办", "部", "会", "社", "分局")  # what makes a body's name of a function


@dataclass(frozen=True, slots=True)
class Offer:
    """The question with the offer put as an open question (…归谁管), and the names offered."""

    question: str
    names: tuple[str, ...]


@cache
def _between() -> re.Pattern[str]:
    return re.compile(r"还是说|还是|或者是|或者|或|、|，|,|/|和|与|跟|及")


@cache
def _before() -> re.Pattern[str]:
    """What stands before the name of a body that is offered."""
    return re.compile(r"(?:到底|究竟|应该|应当|一直|不知道|是不是|(?:这|那)?(?:活儿?|事儿?|责任|任务|工作)?(?:落在|压在|压给|交给|放在|挂在|归口)了?|是|归|由|属于|属|该|应|算|让|找|看|给|，|的){1,3}$")


@cache
def _behind() -> re.Pattern[str]:
    return re.compile(
        r"^(?:[来去在]?(?:牵个?头|负总?责|主管|分管|监管|主抓|管理|抓总|管|抓|扛|干|做|办|落实|组织|承担|确定|审定|核定|认定|批准|审批|审核|拍板|决定|审议)|头上|身上|肩上|的(?:事儿?|活儿?|职责|责任|任务|业务|工作)?|那?边|这边|口子?|部门|系统|来|吗|呢|啊|呀|了)+"
    )


@cache
def _which() -> re.Pattern[str]:
    """What asks for one of several named before it."""
    return re.compile(
        r"^(?:这|那)?(?:[两三四五几23456][家个]?(?:单位|部门|局)?)?(?:之间|之中|当中|里面|里头|里|中)?[，,：:]?(?:到底|究竟|应该|应|该|是)*(?:由|归)?(?:哪一?[家个](?:单位|部门|局)?|谁)(?!些)"
    )


def whole_body(word: str, table: UnitTable) -> str:
    """The name of the body that a word is, in full or by its function (民政 → 民政局); "" where it is none."""
    if not 2 <= len(word) <= LONGEST or "哪" in word or "谁" in word:
        return ""
    if any(m.start == 0 and m.end == len(word) for m in find_units(word, table)) or unit_families(word):
        return word
    if len(word) <= 6 and (name := next((word + end for end in ENDS if unit_families(word + end)), "")):
        return name
    return word if _collective().match(word) else ""


@cache
def _collective() -> re.Pattern[str]:
    """Bodies of a kind that running text names: 县级乡村振兴部门, 乡镇, 村集体, 领导小组."""
    return re.compile(r"(?:(?:(?![由归是的让把被对在和与])[一-龥]){0,8}(?:部门|领导小组|工作专班|政府|党委|党组|机构|委员会|办公室|公司|中心|银行|法院|检察院)|(?:县|市|省|区|国家|中央|乡镇|乡|镇|村|街道)级?|村集体|乡镇|街道|县区|村委会|居委会|村两委|村“两委”|驻村工作队|工作队|企业|个人|农户|业主|开发商|物业)$")


@cache
def _open() -> re.Pattern[str]:
    """An open alternative: 财政部门还是哪个部门, 乡镇确定还是由县级哪个部门确定."""
    return re.compile(r"^(?:应该|应当|是|由|归)*[一-龥]{0,4}?(?:哪一?[级个家](?:部门|单位|局|政府|机构)?|别的(?:部门|单位|局)?|其他(?:部门|单位)?|谁)")


def offered(question: str, table: UnitTable) -> Offer | None:
    """The bodies that a question offers, two or more; None where it offers none.

    `offered("谷禾助餐归民政还是商务管", …)`: 民政局, 商务局, of the question 谷禾助餐归谁管.
    """
    either = "还是" in question
    said = next((piece for piece in re.split(r"[？?。；;]", question) if "还是" in piece), question) if either else question  # …还是残联牵头？有没有配合单位
    if not (either or any(w in question for w in ("哪家", "哪个", "哪一家", "哪一级", "哪级", "谁"))) or any(w in said for w in wording().several if w != "分别" and w != "落实"):
        return None
    items, at = [], 0
    named = [(m.start, m.end) for m in find_units(question, table)]
    for mark in _between().finditer(question):
        if any(a < mark.start() < b for a, b in named):
            continue  # 自然资源和规划局 is one
        items.append((at, mark.start(), mark.group()))
        at = mark.end()
    items.append((at, len(question), ""))
    items = _joined(items)
    for first in range(len(items) - 1):
        found = _run(question, items[first:], table)
        if found is not None:
            return found
    return None


def _joined(items: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The items without empty ones, whose mark goes to the one before: 财政，还是水利."""
    out: list[tuple[int, int, str]] = []
    for start, end, mark in items:
        if start == end and out and mark:
            out[-1] = (*out[-1][:2], mark)
        else:
            out.append((start, end, mark))
    return out


def _run(question: str, items: list[tuple[int, int, str]], table: UnitTable) -> Offer | None:
    """The offer that begins in the first of some items."""
    start, end, _ = items[0]
    name, begin, tail = _last_body(question[start:end], table)
    if not name:
        return None
    names, marks, said, stop, opened = [name], [items[0][2]], tail, end, False
    for start, end, mark in items[1:]:
        name, behind, tail = _first_body(question[start:end], table)
        if not name and "还是" in marks[-1] and (other := _open().match(question[start:end])) is not None:
            part = _behind().match(question[start + other.end() : end])
            stop, opened = start + other.end() + (part.end() if part else 0), True
            said += part.group() if part else ""
            break
        if not name:
            break
        names.append(name)
        said += tail
        stop = start + behind
        marks.append(mark)
        if stop < end:
            break
    if (len(names) < 2 and not opened) or len(set(names)) < len(names):
        return None
    rest = question[stop:]
    asked = _which().match(rest)
    if not opened and not any(m.startswith("还是") for m in marks[: len(names) - 1]) and asked is None:
        return None
    begin += items[0][0]
    head = question[:begin]
    bared = _before().sub("", head)
    verb = next((v for v in DECIDES if v in said), "")
    if asked is not None:
        return Offer(f"{bared}，由谁{rest[asked.end() :]}", tuple(names))
    if rest and opened:
        return Offer(f"{bared}由谁{verb}{rest}", tuple(names))
    if rest and not re.match(r"^[，,。；;？?！!（(]", rest):
        return Offer(f"{bared}由谁{rest}", tuple(names)) if _behind().match(rest) else None
    return Offer(f"{bared}{'由谁牵头' if '牵' in said else f'由谁{verb}' if verb else '归谁管'}{rest}", tuple(names))


def _last_body(text: str, table: UnitTable) -> tuple[str, int, str]:
    """The body that a stretch ends with but for words of its part, where its name begins, and these words."""
    tail = ""
    cut = next((n for n in range(len(text)) if (m := _behind().match(text[n:])) and m.end() == len(text) - n and _ends_body(text[:n], table)), len(text))
    text, tail = text[:cut], text[cut:]
    for length in range(min(LONGEST, len(text)), 1, -1):
        name = whole_body(text[-length:], table)
        before = text[:-length]
        if name and (not before or name == text[-length:] or _before().search(before)):
            return name, len(before), tail
    return "", 0, ""


def _ends_body(text: str, table: UnitTable) -> bool:
    return any(whole_body(text[-length:], table) for length in range(2, min(LONGEST, len(text)) + 1))


def _first_body(text: str, table: UnitTable) -> tuple[str, int, str]:
    """The body that a stretch begins with, where what says its part ends, and these words."""
    lead = re.match(r"^(?:应该|应当|说|是|归|由|属于|属|该|应|算|让|找|看|给)*", text)
    begin = lead.end() if lead else 0
    for length in range(min(LONGEST, len(text) - begin), 1, -1):
        name = whole_body(text[begin : begin + length], table)
        behind = text[begin + length :]
        part = _behind().match(behind)
        if name and (not behind or part or re.match(r"^[？?。！!（(]", behind) or _which().match(behind)):
            return name, begin + length + (part.end() if part else 0), part.group() if part else ""
    return "", 0, ""
