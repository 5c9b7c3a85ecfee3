"""The documents that a question sets beside each other, each by what it says of it: year, level, place, who issued it, its matter, or that it is the other one (2021年那份)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from index.asking.catalogue import Catalogue
from index.asking.loosely import ENOUGH, in_order
from index.asking.naming import PAPERS, SIGNS
from index.asking.wording import wording
from index.matching.synonyms import others
from index.tokens import bare
from kb.frozen import dataclass
from kb.regions import Place, level_of

BEFORE = 24  # characters before the word for a document in which stands what it is
MOST = 8  # documents of one side at most
READ = 120  # documents at most of which it is looked up who issued them
BODIES = ("局", "部", "办", "委", "厅", "府", "组", "院")
SHORTEST = 2  # characters of a matter or an issuer
JOINTS = ("和", "与", "跟", "同", "及", "、", "比", "对", "vs", "VS")  # without one of them nothing is set beside anything
TWICE = ("新旧", "前后", "两份", "两版")
CALLED = ("意见", "方案", "文件", "通知", "规划", "清单", "要点", "办法", "条例", "细则", "措施", "计划", "分工", "规定", "法", "十条", "条意见", "条措施", "号", "那份", "那个", "表", "《")  # in one of these ends what a document is called
NO_PAPERS = ("附件", "函", "答记者问")  # what one does not mean by 文件


@dataclass(frozen=True, slots=True)
class Paper:
    """Documents as a question calls them: question[start:end] names `homes`."""

    start: int
    end: int
    homes: tuple[int, ...]
    matter: tuple[str, ...] = ()  # what is said of their titles and issuers
    years: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


@cache
def _word() -> re.Pattern[str]:
    """What a document is called by: its title, a nickname, its kind, or a word that points to it."""
    words = wording()
    kinds = "|".join(sorted((re.escape(k) for k in words.genres if k not in ("法里", "措施", "分工")), key=len, reverse=True))
    nicknames = "|".join(sorted(map(re.escape, words.nicknames), key=len, reverse=True))
    return re.compile(
        rf"(?P<nickname>{nicknames})|《(?P<title>[^《》]{{3,80}})》|[“\"]?(?P<count>(?<!第)[一二三四五六七八九十]{{1,3}}条)[”\"]?(?:意见|措施|规定|政策)?(?=[和与跟同比对里中，,、在后]|$)|(?P<count_of>[一二三四五六七八九十]{{1,3}}条(?=意见|措施|规定|政策))(?:意见|措施|规定|政策)"
        rf"|(?P<kind>{kinds}|(?:措施|计划)(?=[和与跟同比里中,，]))|(?P<serial>(?<![0-9〕\]）)发第])[0-9]{{1,3}}(?=号(?:文|意见|通知|那份)))号(?:文件?|意见|通知|那份)|(?P<plain>文件)|(?P<pointed>[那这]一?[份版个部](?=[，,、：:；;在对里中上和与跟同比相的关]|$))|(?P<law>[一-龥]法(?![律规院治人务]))"
    )


@cache
def _joint() -> re.Pattern[str]:
    """What stands between two documents that are set beside each other."""
    return re.compile(r"^(?:里面|里|中|上)?(?:的)?[，,]?(?:和|与|跟|同|以及|及|、|比|相比|对比|对照|vs|VS)$")


@cache
def _other_year() -> re.Pattern[str]:
    """The same kind of document of another year: …和2021年那份."""
    return re.compile(r"(?:里面|里|中|上)?(?:和|与|跟|同|以及|、|比|相比|对比|对照)(?:后来|之后)?的?((?:19|20)[0-9]{2})年?(?:的|那|这|新|出的|发的|印发的)*(?:份|个|版|部|稿)?(?=[，,：:、在对里中上相比]|$)")


@cache
def _edge() -> re.Pattern[str]:
    return re.compile(r"[，。、；：？！,;:?!（）()\s和与跟比]|同(?!乡村|步|级)|对比|对照|比较|请问|按照|根据|看看|关于")


@cache
def _filler() -> re.Pattern[str]:
    """What says nothing of a document before the word for it."""
    return re.compile(r"的|[那这][份个版部]|后来|之后|以后|后出|原来|原先|当年|当时|先前|之前|早先|新出|最新|旧版|老|现行|出台|印发|下发|发布|制定|公布|发|关于|有关|里|中|上|“|”|\"")


@cache
def _later() -> re.Pattern[str]:
    return re.compile(r"后来|之后|后出|新出|最新|新版|新的")


def side_by_side(question: str, known: Catalogue, places: Sequence[Place], numbers: Sequence[tuple[int, str]], compares: bool) -> list[Paper]:
    """The documents set beside each other, two or more, each other than the rest; [] where the question does not name such.

    `side_by_side("2020年国家防返贫文件和2021年那份，监测范围有什么变化", …)`: the nation's of 2020, and that of 2021.
    """
    named = len(numbers) + sum(question.count(w) for w in CALLED)  # patterns are slow to make, and most questions name one document or none
    if not (compares or any(j in question for j in (*JOINTS, *TWICE))) or (named < 2 and not (named and (question.count("年") > 1 or any(w in question for w in TWICE)))):
        return []
    papers = _papers(question, known, places, numbers)
    if len(papers) == 1:
        return _by_years(question, known, papers[0]) if compares else []
    joined = [p for n, p in enumerate(papers) if (n and _joined(question, papers[n - 1].end, p.start)) or (n + 1 < len(papers) and _joined(question, p.end, papers[n + 1].start))]
    chosen = joined if len(joined) > 1 else papers if compares else []
    return _apart(chosen)


def _joined(question: str, end: int, start: int) -> bool:
    """Whether what ends there is set beside what begins there."""
    return _joint().match(question[end:start]) is not None


def _apart(papers: Sequence[Paper]) -> list[Paper]:
    """Papers none of which means a document of another; [] where two mean the same."""
    out: list[Paper] = []
    for paper in papers:
        before = {n for p in out for n in p.homes}
        rest = tuple(n for n in paper.homes if n not in before)
        if not rest or len(rest) > MOST:
            return []
        out.append(Paper(paper.start, paper.end, rest))
    return out if len(out) > 1 else []


def _papers(question: str, known: Catalogue, places: Sequence[Place], numbers: Sequence[tuple[int, str]]) -> list[Paper]:
    """Every document that a question calls so that it is clear which are meant, in order."""
    found = [Paper(at, at + len(said), (n,)) for n, said in numbers if (at := question.find(said)) >= 0]
    taken = [(p.start, p.end) for p in found]
    for word in _word().finditer(question):
        if any(a < word.end() and word.start() < b for a, b in taken):
            continue
        begin = max([0, word.start() - BEFORE, *(p.end for p in found if p.end <= word.start())])
        before = max((p for p in found if p.end <= word.start()), key=lambda p: p.end, default=None)
        paper = _of_law(question, word, known) if word["law"] else _called(question, word, begin, known, places, before)
        if paper is not None:
            found.append(paper)
            taken.append((paper.start, paper.end))
            other = _other_year().match(question, paper.end)
            again = _of_year(paper, other.group(1), known) if other is not None else ()
            if other is not None and again:
                found.append(Paper(other.start(1), other.end(), again))
                taken.append((paper.end, other.end()))
    return sorted(found, key=lambda p: p.start)


def _of_law(question: str, word: re.Match[str], known: Catalogue) -> Paper | None:
    """The one law whose name ends so: 促进法."""
    for start in range(max(0, word.end() - 24), word.end() - 2):
        homes = known.law_tails.get(question[start : word.end()], ())
        if 0 < len(homes) <= MOST and len({known.titles[n] for n in homes}) == 1:
            return Paper(start, word.end(), tuple(homes))
    return None


def _called(question: str, word: re.Match[str], begin: int, known: Catalogue, places: Sequence[Place], before: Paper | None) -> Paper | None:
    """The documents that stand under a word, with what is said of them before it; None where that is not clear."""
    nickname = word["nickname"]
    window = question[begin : word.start()]
    both = _two_before().search(window)  # 2020年和2021年的指导意见
    cut = both.start() if both is not None else max((m.end() for m in _edge().finditer(window)), default=0)
    start, window = begin + cut, window[cut:]
    here = [p for p in places if start <= p.start and p.end <= word.start()]
    years = tuple(f"{year}-{int(month):02}" if month else year for year, month in re.findall(r"((?:19|20)[0-9]{2})(?:年([0-9]{1,2})月|(?=年|[^0-9%]))", window + " "))
    plain = _blank(window, [(p.start - start, p.end - start) for p in here] + [m.span() for m in re.finditer(r"(?:19|20)[0-9]{2}年?(?:[0-9]{1,2}月)?", window)])
    levels, plain = _levels(plain, word)
    among = _of_word(word, known)
    regions = tuple(p.region for p in here)
    pointed = bool(word["pointed"]) or _later().search(window) is not None
    if before is not None and not regions and not levels:
        regions, levels = before.regions, before.levels
    among = _of_place(among, known, regions, levels)
    among = _dated(among, known, years)
    matter, at = _matter(plain, among, known)
    for piece in matter:
        among = _saying(piece, among, known)
    if before is not None and not matter and (pointed or not here):
        among = _saying_all(before.matter, among, known) or among
    among = [n for n in _without_notices(among, known, word["kind"] == "通知") if before is None or n not in before.homes]
    if before is not None and _later().search(window) is not None:
        since = min((known.cards.dates[n] for n in before.homes), default="")
        among = [n for n in among if not known.cards.dates[n] or known.cards.dates[n] > since]
    sure = bool(matter or years or here or levels or nickname or word["title"] or word["count"] or word["count_of"] or (before is not None and (pointed or _joined(question, before.end, word.start()))))
    if not among or len(among) > MOST or not sure:
        return None
    first = min([start + at, *(p.start for p in here), *(start + m.start() for m in re.finditer(r"(?:19|20)[0-9]{2}", window))]) if at < len(window) or here or years else word.start()
    first = min(first, start) if levels and first > start else first
    return Paper(first, word.end(), tuple(among), tuple(matter), years, regions, levels)


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for a, b in spans:
        text = text[:a] + " " * (b - a) + text[b:]
    return text


def _levels(window: str, word: re.Match[str]) -> tuple[tuple[str, ...], str]:
    """The levels that a window names, and the window without them: 国家, 省委省政府, 省 right before the kind."""
    out = []
    for level, names in wording().levels.items():
        for name in sorted((n for n in names if len(n) > 1 and "、" not in n and n not in ("省和", "省跟")), key=len, reverse=True):
            if name in window:
                out.append(level)
                window = window.replace(name, " " * len(name))
    for level, sign in SIGNS.items():
        if word["kind"] and window.endswith(sign) and level not in out:
            out.append(level)
            window = window[:-1] + " "
    return tuple(dict.fromkeys(out)), window


def _of_word(word: re.Match[str], known: Catalogue) -> list[int]:
    """The documents that a word may mean."""
    if word["nickname"]:
        parts, genres = wording().nicknames[word["nickname"]]
        return sorted({n for part in parts for n in known.titled(part) if any(g in known.cards.genres[n] for g in genres)})
    if word["title"]:
        return known.titled(bare(word["title"]))
    if count := word["count"] or word["count_of"]:
        return known.titled(count)
    if word["serial"]:
        return [n for _, _, serial, n in known.spoken_numbers if serial == word["serial"]]
    if word["kind"]:
        return known.of_kind(wording().genres.get(word["kind"], (word["kind"], "方案")))
    return [n for n in range(len(known.titles)) if known.cards.genres[n] not in NO_PAPERS]


def _of_place(among: Sequence[int], known: Catalogue, regions: Sequence[str], levels: Sequence[str]) -> list[int]:
    """Of some documents those of the places or levels."""
    levels = [level for level in levels if level not in {level_of(region) for region in regions}]
    return [n for n in among if not (regions or levels) or known.cards.regions[n] in regions or known.cards.levels[n] in levels]


def _dated(among: Sequence[int], known: Catalogue, years: Sequence[str]) -> list[int]:
    """Of some documents those of the years; one without a date by the year of its number or title."""
    if not years:
        return list(among)
    exactly = [n for n in among if any("-" in year and known.cards.dates[n].startswith(year) for year in years)]
    return exactly or [n for n in among if any(_is_of(n, year, known) for year in years)]


def _is_of(n: int, year: str, known: Catalogue) -> bool:
    date = known.cards.dates[n]
    return date.startswith(year) if date else year[:4] in known.cards.numbers[n] or year[:4] in known.titles[n]


def _of_year(paper: Paper, year: str, known: Catalogue) -> tuple[int, ...]:
    """Other documents than those of a paper of which the same is said, of another year."""
    among = _dated([n for n in range(len(known.titles)) if known.cards.genres[n] not in NO_PAPERS and n not in paper.homes], known, [year])
    among = _of_place(among, known, paper.regions, paper.levels)
    titles = [known.titles[n] for n in paper.homes]
    among = _saying_all(paper.matter, among, known) if paper.matter else [n for n in among if any(_shared(known.titles[n], t) for t in titles)]
    same = [n for n in among if known.cards.genres[n] in {known.cards.genres[m] for m in paper.homes}]
    return tuple(_without_notices(same or among, known, False))


def _shared(one: str, other: str) -> bool:
    pairs = {one[i : i + 2] for i in range(len(one) - 1)}
    return bool(pairs) and sum(p in other for p in pairs) >= ENOUGH * len(pairs)


def _matter(window: str, among: Sequence[int], known: Catalogue) -> tuple[list[str], int]:
    """What a window says of documents' titles and issuers, from its end on, and where that begins."""
    out: list[str] = []
    first = len(window)
    pieces = [(m.start(), m.group()) for m in re.finditer(r"[^\s]+", _filler().sub(lambda m: " " * len(m.group()), window))]
    for at, piece in reversed(pieces):
        held, meant = next(((i, said) for i in range(len(piece) - SHORTEST + 1) if (said := _saying(piece[i:], among, known))), (None, []))
        if held is None:
            break
        among = meant
        out.append(piece[held:])
        first = at + held
        if held:
            break
    return out, first


def _saying_all(pieces: Sequence[str], among: Sequence[int], known: Catalogue) -> list[int]:
    """The documents of which all pieces are said."""
    for piece in pieces:
        among = _saying(piece, among, known)
    return list(among)


def _saying(piece: str, among: Sequence[int], known: Catalogue) -> list[int]:
    """The documents whose titles say a matter, by itself or another name of it, or that were issued by what one calls so (中农组)."""
    here, out = set(among), set()
    for form in (piece, *(o.text for o in others(piece) if o.kind in ("synonym", "related"))):
        pairs = [form[i : i + 2] for i in range(len(form) - 1)]
        near = {n for pair in pairs for n in known.pairs.get(pair, ())} & here
        out |= {n for n in near if sum(p in known.titles[n] for p in pairs) >= ENOUGH * len(pairs) and in_order(form, known.titles[n])}
    if piece.endswith(BODIES) and len(here) <= READ:
        issuers = {n: known.documents[n].issuers for n in here - out}
        out |= {n for n, by in issuers.items() if any(_is_called(bare(issuer), piece) for issuer in ("".join(by), *by))}
    return [n for n in among if n in out]


def _is_called(issuer: str, said: str) -> bool:
    """Whether one calls an issuer so: 中农组 the 中央农村工作领导小组, not its office."""
    return in_order(said, issuer) and (issuer[-1:] == said[-1] or (said[-1] == "办" and issuer.endswith(("办公室", "办公厅"))))


def _without_notices(among: Sequence[int], known: Catalogue, asked: bool) -> list[int]:
    """Documents without the notices that only issue others; with `asked` without what these issue."""
    held = set(among)
    if asked:
        return [n for n in among if known.cards.genres[n] == "通知"] or list(among)
    issue = {n for n in among if known.cards.genres[n] in PAPERS and known.attached.get(known.cards.ids[n], ())}
    rest = [n for n in among if n not in issue and known.cards.genres[n] not in NO_PAPERS]
    return sorted({*rest, *(m for n in issue for m in known.attached[known.cards.ids[n]] if known.cards.genres[m] not in NO_PAPERS and m not in held)})


@cache
def _two() -> re.Pattern[str]:
    """That two documents are meant by one name: 前后两版, 新旧两份."""
    return re.compile(r"(?:前后|新旧|先后|这)?[两二](?:份|版|个(?:文件|意见|通知|办法|方案))|前后|新旧|新老")


@cache
def _both_years() -> re.Pattern[str]:
    """The years of two documents behind the name of both."""
    return re.compile(r"(?:的)?(?:前后|新旧|先后)?(?:[两二](?:份|版|个))?[（(，,的]?(?:(?:19|20)[0-9]{2}年?版?的?(?:和|与|跟|同|、|到)?){1,2}[）)]?(?:前后|新旧)?(?:[两二](?:份|版|个))?")


@cache
def _two_before() -> re.Pattern[str]:
    """Two years before the name of what there is of both: 2020年和2021年两份…."""
    return re.compile(r"(?:19|20)[0-9]{2}年?的?(?:和|与|跟|同|、)(?:19|20)[0-9]{2}年(?!底|末|前)[^,，。、；;：:和与跟比]{0,12}$")


def _by_years(question: str, known: Catalogue, paper: Paper) -> list[Paper]:
    """One name that means two documents of two years, apart: 防返贫指导意见2020年和2021年两版."""
    years = list(dict.fromkeys(re.findall(r"(?:19|20)[0-9]{2}(?=年)", question)))
    if len(years) == 2:
        each = [tuple(_dated(paper.homes, known, [year])) for year in years]
    elif len(paper.homes) == 2 and _two().search(question):
        each = [(n,) for n in sorted(paper.homes, key=lambda n: known.cards.dates[n] or "9")]
    else:
        return []
    behind = _both_years().match(question, paper.end)
    return _apart([Paper(paper.start, behind.end() if behind is not None else paper.end, homes) for homes in each])
