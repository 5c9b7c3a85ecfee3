"""What a comparison sets beside each other: documents, places and levels; of a place that is named with a year its documents of that year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.catalogue import Catalogue, catalogue, short_names
from index.asking.naming import LONGEST, PAPERS, entitled
from index.replies.reply import LEVEL_WORDS, Matter, document_name
from index.tokens import bare
from kb.model import Document
from kb.regions import level_of

BESIDE = (*PAPERS, "附件")  # what only goes with a document or speaks of it

Side = tuple[str, tuple[int, ...]]


@cache
def _paper() -> re.Pattern[str]:
    """The end of what one calls a document or what is attached to it."""
    return re.compile(r"指标|[表单]|标准|计划|方案|要点|办法|措施|规划|意见|条例|细则|附件|目录|台账")


def sides_of(matter: Matter) -> tuple[list[Side], str]:
    """What is compared: the documents named where they are all that is, else the places and levels named, else what titles say; and the topic
    without the stretches that name them."""
    question, documents = matter.question, matter.documents
    known = catalogue(matter.index.scope)
    if question.beside:
        homes = [[known.at[id] for id in ids] for ids in question.beside]
        return _named(matter, homes), _without_years(matter, question.topic, [n for at in homes for n in at])
    named = [known.at[id] for id in question.named]
    also = _also_named(matter, named)
    named += also
    topic = _unnamed(matter, [*also.values()], [])
    levels = [level for level in question.levels if level not in {level_of(place) for place in question.places}]
    apart = len(question.places) + len(levels)
    if len(named) > 1 and (apart == 0 or (apart == 1 and len({documents[n].region for n in named}) == 1)):
        apart_named = [n for n in sorted(named) if documents[n].parent not in question.named]
        both = _grouped([(document_name(documents[n]), known.with_attached([n])) for n in apart_named], documents)
        if len(both) > 1:
            return both, topic
    out = [(place, _of_year(matter, place, _kept(known.by_region.get(place, ()), named))) for place in question.places]
    for level in levels if apart < 3 else [level for level in levels if not _of_matter(level, question.text)]:
        at = _kept(_above(matter, known.by_level.get(level, ())), named)
        if not any(set(homes) & set(at) for _, homes in out):
            out.append((LEVEL_WORDS[level], at))
    out = [(name, homes) for name, homes in out if homes]
    if len(out) > 1:
        return out, _without_years(matter, topic, [n for _, homes in out for n in homes])
    called = _by_titles(matter)
    return (_apart(matter, [*called]), _unnamed(matter, [*called.values()], [*called])) if len(called) == 2 else (out, topic)


def _of_matter(level: str, question: str) -> bool:
    """Whether a level is only said of what is asked about: 县级 of 县级公益性公墓, a third thing beside two sides."""
    sign = {"national": "国家", "provincial": "省", "municipal": "市", "county": "县"}.get(level, "〇")
    said = re.findall(rf"{sign}级?(.?)", question)
    return f"{sign}级" in question and all(re.match(r"[一-龥]", c) and c not in "和与跟同比的各都里也是要文意条规方" for c in said)


def _named(matter: Matter, sides: Sequence[Sequence[int]]) -> list[Side]:
    """Sides of documents with their names: that of the document, or where two have one name or a side is of several, of their place."""
    known, documents = catalogue(matter.index.scope), matter.documents
    titles = [document_name(documents[at[0]]) for at in sides]
    places = [documents[at[0]].region or "" for at in sides]
    by_place = len(set(places)) == len(sides) and all(places) and (len(set(titles)) < len(sides) or any(len(at) > 1 for at in sides))
    names = [LEVEL_WORDS["national"] if place == "中国" else place for place in places] if by_place else titles
    names = names if len(set(names)) == len(names) else [f"{name}（{documents[at[0]].number or documents[at[0]].date or n}）" for n, (name, at) in enumerate(zip(names, sides, strict=True), 1)]
    forms = any(w in matter.question.text for w in ("附件", "附表", "表"))
    return [(name, tuple(n for n in known.with_attached(at) if forms or n in at or not _is_form(n, known))) for name, at in zip(names, sides, strict=True)]


def _is_form(n: int, known: Catalogue) -> bool:
    """Whether a document is a form that goes with another one than the notice of its standards."""
    parent = known.at.get(known.cards.parents[n])
    return known.cards.genres[n] == "附件" and parent is not None and known.cards.genres[parent] != "通知"


def _also_named(matter: Matter, named: Sequence[int]) -> dict[int, str]:
    """Documents beside those named, of the same place, that the question calls by the end of a stretch of their titles: 省条例、省行动计划."""
    documents, titles = matter.documents, catalogue(matter.index.scope).titles
    here = {documents[n].region for n in named}
    among = [n for n in range(len(documents)) if documents[n].region in here and n not in named and documents[n].genre not in BESIDE] if here else []
    out: dict[int, str] = {}
    for found in _paper().finditer(matter.question.text) if among else ():
        n, said = entitled(matter.question.text[max(0, found.end() - LONGEST) : found.end()], among, titles)
        if n is not None and not any(said in titles[m] for m in named):
            out.setdefault(n, said)
    return out


def _apart(matter: Matter, chosen: Sequence[int]) -> list[Side]:
    """Documents as sides, each with what is attached to it but is no side of its own."""
    known = catalogue(matter.index.scope)
    return [(document_name(matter.documents[n]), tuple(m for m in known.with_attached([n]) if m == n or m not in chosen)) for n in sorted(chosen)]


@cache
def _in_text() -> re.Pattern[str]:
    """Where in a document something stands: 正文和附件里的…."""
    return re.compile(r"^.{0,2}?(?:正文|附件|附表)(?:[和与跟、]?(?:正文|附件|附表))?(?:里面|里|中|上)?的?")


def _unnamed(matter: Matter, said: Sequence[str], sides: Sequence[int]) -> str:
    """The topic without the stretches that only name what is compared."""
    kept = []
    for stretch in (_in_text().sub("", s) for s in matter.question.topic.split()):
        if any(stretch in name for name in said):
            continue
        left = stretch
        for name in said:
            left = left.replace(name, "") if name else left
        if left == stretch or len(re.sub(r"正文|附件|附表|省里?|市里?|县里?|[年的和跟与、]", "", left)) > 1:
            kept.append(stretch)
    return _without_years(matter, " ".join(kept), sides)


def _without_years(matter: Matter, topic: str, homes: Sequence[int]) -> str:
    """The topic without years that say which document of a place is meant."""
    text = bare(matter.question.text)
    years = {s for s in topic.split() if re.fullmatch(r"(?:19|20)[0-9]{2}年?", s) and any(s[:4] in matter.documents[n].title for n in homes)}
    names = {name for n in homes for name in short_names(matter.documents[n].region or "")}
    papers = [m.start() for m in _paper().finditer(text)]
    gone = {y for y in years if any(f"{name}{end}{y[:4]}" in text for name in names for end in ("", "市", "县", "省", "区")) or any(0 <= at - text.find(y[:4]) <= LONGEST for at in papers)}
    gone |= {f"{year}年" for found in _two_years().finditer(text) for year in re.findall(r"[0-9]{4}", found.group())}
    return " ".join(s for s in topic.split() if s not in gone)


@cache
def _two_years() -> re.Pattern[str]:
    """Years that say which documents are meant: 2020年和2021年两份文件, 2020年的和2021年的方案."""
    return re.compile(r"(?:19|20)[0-9]{2}年?的?(?:(?:和|与|跟|同|、)?(?:19|20)[0-9]{2}年?的?){1,2}(?:这|那|前后)?[两三几](?:份|个|部|版|年的?)")


def _above(matter: Matter, homes: Sequence[int]) -> tuple[int, ...]:
    """Of the documents of a level those of the places named or of what these lie in; all where no place is named or none is of these."""
    places, documents = matter.question.places, matter.documents
    held = tuple(n for n in homes if (documents[n].region or "") == "中国" or any(p.startswith(documents[n].region or "?") for p in places))
    return held or tuple(homes)


def _of_year(matter: Matter, place: str, homes: Sequence[int]) -> tuple[int, ...]:
    """Of a place's documents those of the year said behind its name: 广州2019, 广州（2019年）; all where none is said or none is of it."""
    text = bare(matter.question.text)
    names = "|".join(sorted(map(re.escape, short_names(place)), key=len, reverse=True))
    found = re.search(rf"(?:{names})[市省县区]?((?:19|20)[0-9]{{2}})年?(?!底|前|末|以前|之前)", text)
    if found is None:
        return tuple(homes)
    documents = matter.documents
    return tuple(n for n in homes if found.group(1) in documents[n].title or (documents[n].date or "").startswith(found.group(1))) or tuple(homes)


def _by_titles(matter: Matter) -> dict[int, str]:
    """Documents of one place that the question calls by a stretch of their titles, one of which may be attached to the other, each with the
    stretch: 要点正文和推进计划表."""
    known, question = catalogue(matter.index.scope), matter.question
    documents = matter.documents
    genres = known.cards.genres  # by column: none of thousands of documents need be read
    among = [n for n in (matter.homes or range(len(documents))) if genres[n] != "通知"]
    if question.places:
        among = [n for p in question.places for n in known.by_region.get(p, ()) if genres[n] != "通知"]
    chosen: dict[int, str] = {}
    for found in _paper().finditer(question.text):
        n, said = entitled(question.text[max(0, found.end() - LONGEST) : found.end()], among, known.titles)
        if n is not None:
            chosen.setdefault(n, said)
    chosen |= {n: "" for id in question.named if (n := known.at[id]) in among and n not in chosen}
    if len(chosen) == 1 and "正文" in question.text and (with_it := known.attached.get(documents[next(iter(chosen))].id, ())):
        chosen |= dict.fromkeys(with_it[:1], "")
    elif len(chosen) == 1 and "正文" in question.text and (parent := documents[next(iter(chosen))].parent) in known.at:
        chosen |= {known.at[parent]: ""}
    return chosen


def _kept(homes: Sequence[int], named: Sequence[int]) -> tuple[int, ...]:
    """Of the documents of a place or level those that the question names; all where it names none of them."""
    return tuple(n for n in homes if n in named) or tuple(homes)


def _grouped(chosen: list[Side], documents: Sequence[Document]) -> list[Side]:
    """Documents of one kind are one side: two plans of a province against its opinion."""
    sides: dict[str, Side] = {}
    for name, at in chosen:
        genre = documents[at[0]].genre or name
        first, homes = sides.get(genre, (name, ()))
        sides[genre] = (first, (*homes, *at))
    return list(sides.values()) if len(sides) > 1 else chosen


def between(matter: Matter, sides: Sequence[Side]) -> list[Side]:
    """Between the nation and a city that are compared on a figure its province, through which a requirement comes down."""
    question, known = matter.question, catalogue(matter.index.scope)
    if len(sides) != 2 or question.levels != ("national",) or len(question.places) != 1 or question.named:
        return []
    place = question.places[0]
    above = [region for region in known.by_place.get("provincial", {}) if region and region != place and place.startswith(region)]
    return [(region, known.by_place["provincial"][region]) for region in above]
