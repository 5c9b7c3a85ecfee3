"""What a list of units says about their parts: 牵头单位：A；配合单位：B, A牵头，B、C配合, A会同B负责, 数据提供单位：X.

`read_duties("市教育局牵头，市财政局、市民政局配合", "responsible", table)` gives 市教育局 the role lead and the others cooperating.
Labels and verbs are rows of kb/data/roles.toml. A verb counts only outside the names of bodies (供销合作社联合社 joins nobody).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import field, replace
from functools import lru_cache
from typing import Any

from kb.frozen import dataclass
from kb.model import ListedUnit, UnitMention
from kb.tables import settings
from kb.unit_naming.lists import NONE, label_role, split_list, strength
from kb.units import DROPPED, FOLDED, UnitTable, find_units, squeeze

COLONS = ":：∶﹕"  # the third is a ratio sign, as some pages have it
UNIT_MARKS = "★☆▲△●○◆◇■□※√*＊"  # beside a name: what they mean the document says, or nobody
_BREAKS = "，,；;。、\t\n｡"
_LABEL_LIMIT = 12
_LEAD_LIMIT = 14  # characters before 由 that lead in a list
_BRACKET_LIMIT = 24  # characters of a bracket behind a label
_BODY_CHARACTERS = "局委办部会厅行院署社联府队校司心区县市镇乡）)"


@dataclass(frozen=True, slots=True)
class Duties:
    """The units of a list with their roles, in printed order, and what else the list says."""

    units: tuple[ListedUnit, ...]  # role set; places in the text that was read
    open_ended: bool
    deadline: str | None
    labelled: bool  # a label such as 责任单位： stands in it
    spoken: bool  # a verb such as 牵头 or 负责 stands in it
    weakest: int  # strength of the name that is least surely a body (kb/unit_naming/lists.py)


@dataclasses.dataclass(slots=True)
class _Draft:
    units: list[ListedUnit] = field(default_factory=list)
    open_ended: bool = False
    deadline: str | None = None
    labelled: bool = False
    spoken: bool = False
    weakest: int = 9


def _roles() -> dict[str, Any]:
    return settings("roles")


@lru_cache(maxsize=1)
def _verbs() -> tuple[tuple[str, str, bool], ...]:
    """(word, role, joins) of verbs and joining words, longest first; 单位 behind a verb makes it a label, 为 before it a verb."""
    found = [(w, r, False) for w, r in _roles()["verbs"].items()] + [(w, r, True) for w, r in _roles()["joining"].items()]
    found += [(link + w, r, False) for link in ("为", "是", "作为") for w, r in _roles()["labels"].items() if w.endswith(("单位", "部门", "主体"))]
    return tuple(sorted(found, key=lambda t: -len(t[0])))


@lru_cache(maxsize=1)
def _closing_verbs() -> tuple[tuple[str, str], ...]:
    """Words that are verbs only where nothing follows them: 市商务局统筹，各县区实施."""
    return tuple(sorted(_roles()["closing_verbs"].items(), key=lambda t: -len(t[0])))


@lru_cache(maxsize=1)
def _spoken() -> re.Pattern[str]:
    verbs = {word for word, _, joins in _verbs() if not joins} | {word for word, _ in _closing_verbs()}
    return re.compile("|".join(map(re.escape, sorted({*COLONS, *verbs}))))


def may_speak(text: str) -> bool:
    """Whether a text has a colon, as behind a label, or a verb: else what `read_duties` gives is neither labelled nor spoken."""
    return _spoken().search(text) is not None


@lru_cache(maxsize=1)
def _tails() -> tuple[str, ...]:
    return tuple(sorted({*_roles()["words"]["verb_tails"], *_roles()["verbs"]}, key=len, reverse=True))


def read_duties(text: str, default: str, table: UnitTable) -> Duties:
    """The units of a list and their roles. `default` is the role where the list says none (that of its column or label).

    Never fails; what is no body comes out as printed, and `weakest` says so. Linear in the length of the text.
    """
    draft = _Draft()
    for role, start, end, labelled in _sections(text):
        draft.labelled = draft.labelled or labelled
        if role == "skip":
            continue
        if role == "deadline":
            draft.deadline = text[start:end].strip(" 　\n，,；;。") or None
            continue
        _read_section(text, start, end, role or default, table, draft)
    units = _once(draft.units)
    return Duties(units, draft.open_ended, draft.deadline, draft.labelled, draft.spoken, draft.weakest if units else NONE)


def _once(units: list[ListedUnit]) -> tuple[ListedUnit, ...]:
    """Each name once in each role."""
    seen: dict[tuple[str, str], ListedUnit] = {}
    for unit in units:
        seen.setdefault((unit.printed, unit.role), unit)
    return tuple(seen.values())


# --- labels ---------------------------------------------------------------------------------------------------------


def _sections(text: str) -> Iterator[tuple[str, int, int, bool]]:
    """(role, start, end, whether labelled): the text before the first label, then what follows each label."""
    marks = list(labels_in(text))
    first = marks[0][0] if marks else len(text)
    if text[:first].strip(" 　，,；;。、"):
        yield "", 0, first, False
    for number, (_, behind, role) in enumerate(marks):
        end = marks[number + 1][0] if number + 1 < len(marks) else len(text)
        yield role, behind, end, True


def labels_in(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, role) of every label with its colon: 责任单位：. Other labels (完成时限：) have the role deadline or skip."""
    if not any(colon in text for colon in COLONS):
        return
    last = -1
    for found in _colon().finditer(text):
        colon = found.start()
        if text[max(0, colon - _LABEL_LIMIT - _BRACKET_LIMIT) : colon].rstrip(DROPPED)[-1:] not in _label_ends():
            continue
        low = max(0, colon - _LABEL_LIMIT - (_BRACKET_LIMIT if text[colon - 1] in "）)" else 0))
        places = [at for at in range(low, colon) if at == 0 or _may_begin(text, at)]
        places += [at for at in range(low, colon - 2) if at not in places]  # 市公安局数据提供单位：
        if 0 < last < colon - 2 and text[colon - 3] in _BODY_CHARACTERS and "。" not in text[last:colon]:
            places.append(colon - 2)  # 牵头：市数据局配合：市民政局
        for start in places:
            role = _label(squeeze(text[start:colon]))
            if role:
                begin, said = _whole_label(text, start, role)
                yield begin, colon + 1, said
                last = colon + 1
                break


@lru_cache(maxsize=1)
def _colon() -> re.Pattern[str]:
    return re.compile(f"[{COLONS}]")


@lru_cache(maxsize=1)
def _label_ends() -> frozenset[str]:
    """What a label ends in, or the bracket behind it: before nearly every colon of running text stands something else."""
    words = _roles()["words"]
    labels = (*_roles()["labels"], *words["deadline_labels"], *words["other_labels"])
    brackets = [chr(code) for code, folded in FOLDED.items() if folded == "）"]
    printed = (word[-1] for word in _roles()["misprinted"])
    return frozenset([*printed, *(label[-1] for label in labels), *brackets, "）"])


def _may_begin(text: str, start: int) -> bool:
    return text[start - 1] in " 　\t\n，,；;。、|（(〔[【）)〕]】.：:"


def _whole_label(text: str, start: int, role: str) -> tuple[int, str]:
    """A label with an unknown word before it (协同责任单位：): where it begins, and the role that the word makes of it."""
    for begin in range(start - 1, max(-1, start - 5), -1):
        if not "\u4e00" <= text[begin] <= "\u9fff":
            return start, role
        if begin == 0 or _may_begin(text, begin):
            break
    else:
        return start, role
    head = text[begin:start]
    if head[-1] in _BODY_CHARACTERS:
        return start, role
    for words, said in ((("配合", "协同", "协助", "协办", "参与", "参加"), "cooperating"), (("牵头", "主办"), "lead"), (("指导", "督导"), "guiding")):
        if any(word in head for word in words):
            return begin, said
    return begin, role


def _label(word: str) -> str:
    if word.endswith("）") and "（" in word:  # 责任单位（第一个为牵头单位）：
        word = word[: word.find("（")]
    if role := label_role(word):
        return role
    words = _roles()["words"]
    if word in words["deadline_labels"]:
        return "deadline"
    return "skip" if word in words["other_labels"] else ""


# --- verbs ----------------------------------------------------------------------------------------------------------


def _read_section(text: str, start: int, end: int, role: str, table: UnitTable, draft: _Draft) -> None:
    """One labelled stretch: lists with the verbs behind them."""
    mentions = find_units(text[start:end], table)
    at, begin = start, start
    subject: tuple[int, int] | None = None  # a list before 会同, waiting for its verb
    joined = ""
    while at < end:
        inside = _mention_at(mentions, at - start)
        if inside is not None:
            at = start + inside.end
            continue
        if text[at] in "（(" and _closing(text, at, end):  # a mark behind a name: 市教育局（牵头）
            at = _closing(text, at, end)
            continue
        verb = _verb_at(text, at, end)
        if verb is None:
            at += 1
            continue
        word, verb_role, joins = verb
        follows = _follows_body(text, begin, at, mentions, start)
        if word in _roles()["closing_verbs"] and (not follows or at == begin):
            at += len(word)  # 持续推进
            continue
        if not follows and ((joins and begin < at) or _inside_name(text, begin, at, end, table)):  # 三大运营商 joins nobody
            at += len(word)
            continue
        if joins:
            if joined:
                _take(text, begin, at, joined, table, draft)
            else:
                subject = (begin, at)
            joined = verb_role
            begin = at = at + len(word)
            continue
        if not joined and (part := _said_before(text, begin, at, verb_role, draft.spoken)):
            _take(text, begin, part, role, table, draft)
            begin = part
        draft.spoken = True
        if joined:
            if subject is not None:
                _take(text, *subject, verb_role, table, draft)
            _take(text, begin, at, joined, table, draft)
        else:
            _take(text, begin, at, verb_role, table, draft)
        subject, joined = None, ""
        begin = at = _behind_verb(text, at + len(word), end, mentions, start)
    if joined:
        if subject is not None:
            _take(text, *subject, role, table, draft)
        _take(text, begin, end, joined, table, draft)
    else:
        _take(text, begin, end, role, table, draft)


def _said_before(text: str, begin: int, at: int, role: str, spoken: bool) -> int:
    """Where the part ends that a verb does not reach: A、B；C配合 and A、B，C配合 make only C cooperate; 0 for none."""
    depth = 0
    for place in range(at - 1, begin, -1):
        depth += (text[place] in "）)") - (text[place] in "（(")
        if depth == 0 and (text[place] in "；;。" or (text[place] in "，," and role in ("cooperating", "guiding") and not spoken)):
            return place + 1 if text[place + 1 : at].strip(_BREAKS + " 　") else 0
    return 0


def _closing(text: str, at: int, end: int) -> int:
    """Behind the bracket that closes the one at `at`, when it is short; 0 for none."""
    for behind in range(at + 1, min(at + 30, end)):
        if text[behind] in "）)":
            return behind + 1
    return 0


def _mention_at(mentions: tuple[UnitMention, ...], at: int) -> UnitMention | None:
    low, high = 0, len(mentions)
    while low < high:
        middle = (low + high) // 2
        if mentions[middle].end <= at:
            low = middle + 1
        else:
            high = middle
    return mentions[low] if low < len(mentions) and mentions[low].start <= at else None


_Verbs = tuple[tuple[tuple[str, str, bool], ...], tuple[tuple[str, str], ...]]


@lru_cache(maxsize=1)
def _verbs_by_head() -> dict[str, _Verbs]:
    """The verbs, and the closing ones, that begin with a character."""
    heads = {word[0] for word in [*(v[0] for v in _verbs()), *(v[0] for v in _closing_verbs())]}
    return {head: (tuple(v for v in _verbs() if v[0][0] == head), tuple(v for v in _closing_verbs() if v[0][0] == head)) for head in heads}


def _verb_at(text: str, at: int, end: int) -> tuple[str, str, bool] | None:
    if text[at] not in _verbs_by_head():
        return None
    verbs, closing = _verbs_by_head()[text[at]]
    for word, role, joins in verbs:
        behind = at + len(word)
        if text.startswith(word, at) and behind <= end and (not text.startswith(("单位", "部门", "会", "社", "人"), behind) or text.startswith(("会同", "会商"), behind)):
            return word, role, joins
    for word, role in closing:
        behind = at + len(word)
        if text.startswith(word, at) and (behind == end or text[behind] in _BREAKS):
            return word, role, False
    return None


def _follows_body(text: str, begin: int, at: int, mentions: tuple[UnitMention, ...], offset: int) -> bool:
    """Whether a verb stands right behind a body, but for adverbs, 等 and a bracket; or at the very start."""
    end = _without_adverbs(text, begin, at)
    bare = text[begin:end].rstrip(" 　").removesuffix("等")
    before = begin + len(bare) - offset
    return not bare or bare[-1] in "）)" or any(m.end == before for m in mentions) or text[at - 1] in _BREAKS


def _inside_name(text: str, begin: int, at: int, end: int, table: UnitTable) -> bool:
    """Whether the stretch between marks around a word has the form of a body: 协作 in 粤黔协作工作队."""
    low, high = at, at
    while low > begin and text[low - 1] not in _BREAKS:
        low -= 1
    while high < end and text[high] not in _BREAKS:
        high += 1
    name = squeeze(text[low:high])
    verb = next((word for word in _roles()["verbs"] if name.endswith(word) and low + len(word) < high), "")  # …工作组配合
    return strength(name, table) > NONE or (bool(verb) and at < high - len(verb) and strength(name.removesuffix(verb), table) > NONE)


def _behind_verb(text: str, at: int, end: int, mentions: tuple[UnitMention, ...], offset: int) -> int:
    """Where the next list begins: behind the rest of the verb phrase (牵头负责, 负责落实到位) and its comma."""
    moved = True
    while moved:
        moved = False
        for tail in _tails():
            if text.startswith(tail, at) and at + len(tail) <= end:
                at, moved = at + len(tail), True
                break
    while at < end and text[at] in " 　）)":
        at += 1
    if at < end and text[at] not in _BREAKS and _mention_at(mentions, at - offset) is None and _verb_at(text, at, end) is None:
        while at < end and text[at] not in _BREAKS:
            at += 1
    while at < end and text[at] in _BREAKS + " 　":
        at += 1
    return at


def _take(text: str, start: int, end: int, role: str, table: UnitTable, draft: _Draft) -> None:
    """The names of text[start:end] with this role, without the words that lead in (由) and adverbs (按职责分工)."""
    while start < end and text[start] in _BREAKS + " 　":
        start += 1
    for word in _roles()["words"]["leads_in"]:
        if text.startswith(word, start) and start + len(word) < end:
            start += len(word)
            break
    led = text.find("由", start, min(end, start + _LEAD_LIMIT))
    if led > start and any(word in text[start:led] for word in _roles()["words"]["lead_words"]):
        start = led + 1
    last = max(start, *(text.rfind(c, start, end) + 1 for c in _BREAKS))
    if _is_timing(squeeze(text[last:end])):
        draft.deadline = draft.deadline or squeeze(text[last:end]).removesuffix("完成")
        end = last
    end = _without_adverbs(text, start, end)
    if start >= end:
        return
    found = split_list(text[start:end], table)
    for listed in found.names:
        unit = replace(listed, name=listed.name.strip(UNIT_MARKS)) if listed.name[0] in UNIT_MARKS or listed.name[-1] in UNIT_MARKS else listed
        certain = strength(unit.name, table)
        if certain == NONE and _is_timing(unit.name):
            draft.deadline = draft.deadline or unit.name.removesuffix("完成") or None
            continue
        draft.units.append(replace(unit, start=unit.start + start, end=unit.end + start, role=unit.role or role))
        draft.weakest = min(draft.weakest, certain)
    draft.open_ended = draft.open_ended or found.open_ended


def _is_timing(name: str) -> bool:
    """持续推进, 2023年6月底前完成: how a list goes on that names no body."""
    words = _roles()["words"]
    if name in ("下同", "以下同", "以下相同"):
        return True
    if len(name) < 2 or len(name) > 30:
        return False
    timed = any(word in name for word in words["timing_words"]) or (any(c.isdigit() for c in name) and any(c in name for c in "年月日"))
    return timed and (name.endswith(tuple(words["timing_ends"])) or name[0].isdigit() or name in words["timing_words"])


def _without_adverbs(text: str, start: int, end: int) -> int:
    moved = True
    while moved:
        moved = False
        while end > start and text[end - 1] in " 　":
            end -= 1
        for word in _roles()["words"]["adverbs"]:
            if text.endswith(word, start, end):
                end, moved = end - len(word), True
                break
    return end
