"""Several figures asked for at once: how much and by when (补助多少，什么时候拨付); of several things each its own (县道、乡道各补多少)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from index.asking.measures import dates, wanted_measure, when
from index.asking.moments import without_times
from index.matter.amounts import brief, point
from index.matter.figures import figure_pattern, find_figure, sentences, unnumbered, weight
from index.matter.parts import Topic
from index.matter.topic import Fit
from index.replies.reply import Matter, Reply, clause_name, home, place_of, together
from index.tokens import bare
from kb.frozen import replace
from kb.model import Clause
from kb.records import evidence_record

LEAST = 0.25  # share of the matter that a sentence beside the first figure says which states the second
FAR = 48  # characters between a thing and its figure
LONG = 14  # characters of the name of one of several things
Target = Callable[[Matter], Reply]
_ASKS = re.compile(r"多少|几|什么时候|何时|哪年|哪天|期限|多大")


def asked_apart(matter: Matter, target: Target) -> Reply | None:
    """The answers to two questions in one, how much and by when (补助多少，什么时候拨付); None where one is asked, or none is answered."""
    question = matter.question
    pieces = [p for p in re.split(r"[，,、；;？?]", question.text) if p.strip()]
    asks = [p for p in pieces if _ASKS.search(p) or when().search(p)]
    timed = [p for p in asks if wanted_measure(p) is dates()]
    others = [p for p in asks if p not in timed]
    if len(asks) == 1 and (one := _in_one(asks[0])) is not None:  # 什么时候到多少
        pieces, timed, others = [p for p in pieces if p != asks[0]], [one[0]], [one[1]]
        pieces, asks = [*pieces, *timed, *others], [*timed, *others]
    if not timed or not others:
        return None
    alone = [replace(matter, question=replace(question, text="，".join(p for p in pieces if p not in other))) for other in ((others, timed) if asks[0] in timed else (timed, others))]
    said = [target(one) for one in alone]
    if sum(r.answered for r in said) == 1:
        first = next(n for n, r in enumerate(said) if r.answered)
        said[1 - first] = target(replace(alone[1 - first], told=said[first].clauses))
    answered = [r for r in said if r.answered]
    if len(answered) == 1:  # what is told stays told, and of the other that nothing states it
        return replace(answered[0], text=f"{answered[0].text}\n没有条款写明所问的{'时间' if (said[0].answered) != (asks[0] in timed) else '数额'}。")
    return together(said) if answered and said[0].text != said[1].text else None


def _in_one(piece: str) -> tuple[str, str] | None:
    """(the question for the time, that for the figure) of a stretch that asks for both: 到什么时候达到多少; None where it asks for one."""
    time, figure = when().search(piece), re.search(r"(?:要|得|应)?(?:达到?|到|是|为)多少[^，,]{0,3}", piece)
    if time is None or figure is None:
        return None
    of_figure = piece.replace(time.group(), "")
    return piece.replace(figure.group(), ""), of_figure


def beside_told(matter: Matter, topic: Topic) -> Reply | None:
    """What the clause that the first of two questions was answered from states to the second, in a sentence that need not say the whole matter again.

    Of 每县5000万元。援助资金6月底前拨付 the second sentence answers 什么时候拨完; None where no sentence there has the measure and says some of it.
    """
    wanted = wanted_measure(matter.question.text) if matter.told else None
    if wanted is None:
        return None
    least = LEAST * weight(topic.text, topic)
    for clause in matter.store.read_many(Clause, matter.told).values():
        said = [(weight(s, topic), s) for s in sentences(clause.text.strip()) if wanted.search(unnumbered(s))]
        own, sentence = max(said, default=(0.0, ""))
        if sentence and own >= least:
            figure = brief(point(sentence, topic, matter.question.text), matter.question.text)
            if wanted.search(figure):
                return _told(matter, clause, [figure], [sentence])
    return None


def _told(matter: Matter, clause: Clause, figures: Sequence[str], said: Sequence[str]) -> Reply:
    """Figures of a clause, with the sentences that state them."""
    document, at = home(matter, clause.document), place_of(matter.store, clause)
    evidence = tuple(evidence_record(clause.id, document, at, s, (clause.first_line, clause.last_line)) for s in dict.fromkeys(said))
    whole = "".join(dict.fromkeys(said))
    return Reply(f"{'；'.join(figures)}（{clause_name(matter, clause)}：“{whole}”）。", clauses=(clause.id,), evidence=evidence, more=(f"policykb show {clause.id}",))


@cache
def _each() -> re.Pattern[str]:
    """The things of which each has its own figure, as the question lists them."""
    return re.compile(r"(?P<things>[^，,。；;？?]{3,60}?)(?:各自?|分别)(?:[^，,。；;？?多几]{0,8})(?:多少|几)")


def things(question: str) -> tuple[str, ...]:
    """The several things of which a question asks each its own figure: 县道、乡道和村道各多少元; () where it asks of one."""
    if "各" not in question and "分别" not in question:
        return ()
    found = _each().search(question)
    items = re.split(r"以?及|[、和与跟]", found["things"]) if found is not None else []
    return tuple(items) if 1 < len(items) < 7 and all(len(i) > 1 for i in items) else ()


def each_its_own(matter: Matter, found: Sequence[Fit], target: Target) -> Reply | None:
    """The figure of each of several things (重点镇和一般镇各多少个), from the one clause that states them all, else from where each is stated; None where one is not."""
    question = matter.question
    items = things(question.text)
    if not items:
        return None
    wanted = wanted_measure(question.text)
    for f in found[:6]:
        said = _stretches(f.clause.text.strip(), items, wanted)
        if len(said) == len(items):
            return _told(matter, f.clause, [" ".join(figure.split()) for figure, _ in said], [sentence for _, sentence in said])
    if any(bare(i) not in question.topic for i in items[1:-1]) or not found:
        return None
    alone = []
    for n, item in enumerate(items):
        others = [o for m, o in enumerate(items) if m != n]
        text, topic = question.text, question.topic
        for other in others:
            text, topic = text.replace(other, ""), topic.replace(bare(other), " ")
        text = re.sub(r"各自?|分别|、|(?<![一-龥])[和与跟及]|[和与跟及](?=的?[是有为要])", "", text)
        if item not in text:
            return None
        alone.append(target(replace(matter, question=replace(question, text=text, topic=topic.strip("和与跟及 "), kind="target"))))
    return together(alone) if all(r.answered for r in alone) and len({r.text for r in alone}) == len(alone) else None


def _stretches(text: str, items: Sequence[str], wanted: re.Pattern[str] | None) -> list[tuple[str, str]]:
    """(stretch with the figure, its sentence) of each of the things, in their order; those of which the text states none left out.

    Of the first thing its end is looked for, of the last its beginning: what stands around a list belongs to all of it.
    """
    forms = [(_unshared(item, text, items[0]) if n and item not in text else "") or _named(item, text, n == 0, n == len(items) - 1) for n, item in enumerate(items)]
    if not all(forms) or len(set(forms)) < len(forms):
        return []
    out = []
    for form in forms:
        stretch = next((s for at in _places(form, text) if (s := _figure_behind(text, at, form, forms, wanted))), "")
        if stretch:
            sentence = next((s for s in sentences(text) if stretch in s), stretch)
            out.append((stretch, sentence))
    return out if len({s for s, _ in out}) == len(out) else []


def _places(form: str, text: str) -> list[int]:
    return [m.start() for m in re.finditer(re.escape(form), text)]


def _named(item: str, text: str, first: bool, last: bool) -> str:
    """The part of a thing's name as the question lists it that a text says; "" where it says none."""
    if item in text:
        return item
    tries = [item[n:] for n in range(1, len(item) - 1)] if first else []
    tries += [item[:n] for n in range(len(item) - 1, 2 if len(item) > 4 else 1, -1)] if last else []
    return next((t for t in tries if t in text and len(t) <= LONG), "")


def _unshared(item: str, text: str, first: str) -> str:
    """A thing's name without what the first one says as well: 产量 of 粮食播种面积和粮食产量; "" where a text does not say it."""
    return next((item[n:] for n in range(2, len(item) - 1) if item[:n] in first and item[n:] in text), "")


def _figure_behind(text: str, at: int, form: str, forms: Sequence[str], wanted: re.Pattern[str] | None) -> str:
    """The stretch from a thing to its figure, which stands behind it before another of the things is named; "" where none does."""
    end = at + len(form)
    stops = [i for stop in "。；;\n" if (i := text.find(stop, end)) >= 0] + [i for other in forms if other != form and (i := text.find(other, end)) >= 0]
    behind = text[end : min([*stops, end + FAR, len(text)])]
    for found in figure_pattern().finditer(without := without_times(behind)):
        if len(without) == len(behind) and find_figure(behind[max(0, found.start() - 1) : found.end() + 1]) is None:
            continue
        tail = re.match(r"(?:/[^\W\d]{1,3}|[^\W\d]{0,2}?)?(?:以上|以下|以内|左右)", without[found.end() :]) or re.match(r"/[^\W\d]{1,3}", without[found.end() :])
        stretch = form + without[: found.end()] + (tail.group() if tail else "")
        if wanted is None or wanted.search(stretch[len(form) :]):
            return stretch if "〓" not in stretch else ""
    return ""
