"""Documents that a question names: by number, 《title》, a law's name, a nickname, by place and kind; and how the question calls them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.asking.catalogue import MOST, Catalogue, spoken_kinds
from index.asking.loosely import Called
from index.asking.wording import wording
from index.document_numbers import number_keys
from index.matching.synonyms import others
from index.tokens import bare
from kb.model import UnitMention
from kb.regions import Place, level_of

SIGNS = {"provincial": "省", "municipal": "市", "county": "县"}  # right before the name of a kind: 省行动计划
WHOLE = 20  # what it counts that a title holds the kind's name with what stands before it: 十条意见


def blanked(question: str, stretches: Sequence[Place | UnitMention]) -> str:
    """The question with stretches of it made blank."""
    for s in stretches:
        question = question[: s.start] + " " * (s.end - s.start) + question[s.end :]
    return question


def named_documents(question: str, known: Catalogue, places: Sequence[Place], titles: Sequence[str], levels: Sequence[str], numbers: Sequence[int], loose: Called | None) -> tuple[str, ...]:
    """Documents that the question names: by number, by 《title》, by a law's name or nickname, or by place (or level) and kind (衡阳清单)."""
    folded = bare(question)
    found = [n for key in sorted(number_keys(folded.replace("年", ""))) for n in known.by_number.get(key, ())]
    found = found or list(numbers)
    compares = next(k for k in wording().kinds if k.name == "compare").shown_by(question)
    if numbers and (compares or next(k for k in wording().kinds if k.name == "source").shown_by(question)):
        found += _by_kind(question, folded, known, places, levels)  # 十条意见跟后来的5号文
    for title in titles:
        found += known.titled(bare(title))
    found += known.law_in(folded)
    here = {p.region for p in places}
    if not found and not titles:
        called = [n for n in known.law_called(folded) if not here or known.cards.regions[n] in (*here, "中国")]
        found = _nicknamed(question, known, places, levels) + called
        if found and compares:
            found += [n for n in _by_kind(question, folded, known, places, levels) if n not in found]  # 一号文件和衔接规划
    if not found and not titles:
        found = list(loose.homes) if loose is not None else _by_kind(question, folded, known, places, levels)
    years = set(re.findall(r"20[0-9]{2}(?=年)", question)) if found and "年" in question else set()
    dated = [n for n in found if known.cards.dates[n][:4] in years or n in numbers] if years else []
    if compares and dated and len({known.cards.dates[n][:4] for n in dated}) < len(years):
        dated = [n for n in found if n in dated or not known.cards.dates[n]]  # one of the years may be that of a document without a date
    return tuple(dict.fromkeys(known.cards.ids[n] for n in dated or found))


def _nicknamed(question: str, known: Catalogue, places: Sequence[Place], levels: Sequence[str]) -> list[int]:
    out: list[int] = []
    for nickname, (parts, genres) in wording().nicknames.items():
        if nickname in question:
            found = [n for part in parts for n in known.titled(part) if any(g in known.cards.genres[n] for g in genres)]
            here = {p.region for p in places} | ({"中国"} if "national" in levels else set())
            out += [n for n in found if not here or known.cards.regions[n] in here]
    return out


def _by_kind(question: str, folded: str, known: Catalogue, places: Sequence[Place], levels: Sequence[str]) -> list[int]:
    """Documents by place and kind (衡阳清单), by level and kind (国家意见), by a kind that nobody names loosely, or as 规划里."""
    words = wording()
    here = {p.region for p in places}
    levels = [level for level in levels if level not in {level_of(region) for region in here}]
    blank = blanked(question, places)
    out: list[int] = []
    said_kinds = [said for said in spoken_kinds(question) if not question[: said[2]].endswith("号")]  # 5号实施意见 is named by its number
    side_by_side = len(said_kinds) > 1 and next(k for k in words.kinds if k.name == "compare").shown_by(question)  # 规划跟实施意见一致吗
    for word, genres, at in said_kinds:
        of_kind = known.of_kind(genres)
        before = blank[max(0, at - 10) : at + len(word)]
        said = [level for level in levels if any(n in before for n in words.levels[level]) or blank[:at].endswith(SIGNS.get(level, "〇"))]
        if word in words.loose:  # every place has notices: only one whose title says what stands before
            some = [n for n in of_kind if not (here or said) or known.cards.regions[n] in here or known.cards.levels[n] in said]
            out += _meant(blank, at, word, known, some, True)
        elif here:
            out += _meant(blank, at, word, known, [n for n in of_kind if known.cards.regions[n] in here or known.cards.levels[n] in said])
        elif word in words.strict and (not levels or any(known.cards.levels[n] in levels for n in of_kind)):
            out += known.closest(folded, of_kind)
        elif said:
            out += _meant(blank, at, word, known, [n for n in of_kind if known.cards.levels[n] in said])
        elif question[at + len(word) :].startswith(words.inside) or side_by_side or (at == 0 and question[len(word) :].startswith("的")):
            found = [n for n in of_kind if known.cards.levels[n] in levels] or of_kind
            out += _meant(blank, at, word, known, found, len(found) > MOST)
    return out


def _meant(question: str, at: int, word: str, known: Catalogue, among: Sequence[int], only: bool = False) -> list[int]:
    """Of documents of a kind those whose title says what stands before the kind's name: 后续管理实施意见, 十条意见, 防返贫方案; else all, with `only` none."""
    window = bare(re.split(r"[，。、；：？！,;:?!“”（）()和与跟同\s]|对应|对照|落实|依据|根据|出自|来自|源自|照着|按照|贯彻", question[max(0, at - 14) : at])[-1]).rstrip("的那份个")
    window = next((window.removesuffix(n) for names in wording().levels.values() for n in names if len(n) > 1 and window == n), window)
    if not among or len(window) < 2 or (len(among) < 2 and not only):
        return [] if only else list(among)
    forms = {window, *(o.text for i in range(len(window) - 1) for o in others(window[i:]) if o.kind in ("synonym", "related"))}
    near = {n: max(_held_end(form, bare(word), known.titles[n]) for form in forms) for n in among}
    most = max(near.values())
    return [n for n in among if near[n] == most] if most >= 2 else [] if only else list(among)


def _held_end(window: str, word: str, title: str) -> int:
    """How much of what stands before a kind's name a title holds: its end counts from two characters, any stretch from three."""
    for length in range(len(window), 1, -1):
        if window[-length:] in title:
            return length + (WHOLE if window[-length:] + word in title else 0) + _longest(window[:-length], title)
    return _longest(window, title)


def _longest(window: str, title: str) -> int:
    """The length of the longest stretch, of three characters or more, that a title holds."""
    return max((n for n in range(len(window), 2, -1) for i in range(len(window) - n + 1) if window[i : i + n] in title), default=0)


SHORTEST, LONGEST = 4, 12  # characters of a title that name its document
PAPERS = ("通知", "答记者问")  # what only goes with a document or speaks of it, and has its title


def entitled(said: str, among: Sequence[int], titles: Sequence[str]) -> tuple[int | None, str]:
    """The one document whose title has the longest end of what is said, of four characters or more, with that end."""
    said = bare(said)
    for length in range(len(said), SHORTEST - 1, -1):
        held = [n for n in among if said[-length:] in titles[n]]
        if held:
            return (held[0], said[-length:]) if len(held) == 1 else (None, "")
    return None, ""


def table_named(question: str, known: Catalogue, places: Sequence[Place]) -> tuple[int | None, str]:
    """The table of a place that a question calls by the end of its title, with that end: 推进计划表第9项."""
    here = {p.region for p in places}
    among = [n for n in range(len(known.titles)) if known.cards.regions[n] in here and known.cards.genres[n] not in PAPERS] if here else []
    for found in re.finditer(r"表(?![现示决述达明彰扬率])|台账|目录", question) if among and any(w in question for w in ("表", "台账", "目录")) else ():
        n, said = entitled(question[max(0, found.end() - LONGEST) : found.end()], among, known.titles)
        if n is not None:
            return n, said
    return None, ""


def missing_kind(question: str, known: Catalogue, places: Sequence[str]) -> str:
    """The kind of document that the question names and the place has none of (谷禾市养老服务条例); "" when there is no such."""
    for word in wording().strict:
        if places and word in question and not any(known.cards.regions[n] in places for n in known.of_kind(wording().genres[word])):
            return word
    return ""


def spoken_names(question: str, named: Sequence[int], known: Catalogue) -> list[str]:
    """How the question calls the documents that it names: 社区养老服务条例 for 澜川省社区养老服务条例."""
    out = [n for n in wording().nicknames if n in question and named]
    ends = [*wording().genres, "法"]
    for n in named[:8]:
        law, title = known.cards.laws[n], known.titles[n]
        out += [law] if law else []
        for word in ends:
            at = question.find(word)
            while at > 0 and word in title:
                start = at
                while start > 0 and question[start - 1 : at + len(word)] in title:
                    start -= 1
                if at - start >= 2:
                    out.append(question[start : at + len(word)])
                at = question.find(word, at + 1)
    return sorted(set(out), key=len, reverse=True)
