"""Where else a matter is said that a place's own documents do not hold: in its cities and counties, or above it. Only for refusals."""

from __future__ import annotations

from index.asking.catalogue import catalogue
from index.matter.parts import Topic
from index.matter.topic import find, is_here
from index.replies.reply import Matter, clause_name, home

ENOUGH = 0.4  # share of the topic that a clause there says
STRANGE = 0.42  # see index/replies/units.py


def elsewhere(matter: Matter, topic: Topic) -> str:
    """The place next to the one asked for whose documents say the matter, with the clause: 青禾市的文件写到了：《…》三（二）; "" where none does."""
    question, known = matter.question, catalogue(matter.index.scope)
    if len(question.places) != 1 or question.named or not topic.words:
        return ""
    place = question.places[0]
    near = {region: at for region, at in known.by_region.items() if region not in ("", place) and (region.startswith(place) or place.startswith(region))}
    for regions in ([r for r in near if r.startswith(place)], [r for r in near if not r.startswith(place)]):  # below it first, as a city knows more than a province
        homes = tuple(sorted(n for region in regions for n in near[region]))
        found = [f for f in find(matter.index, topic, homes) if f.fit >= ENOUGH and f.words >= ENOUGH and f.strange < STRANGE and is_here(topic, f)] if homes else []
        if found:
            return f"{home(matter, found[0].clause.document).region}的文件写到了：{clause_name(matter, found[0].clause)}"
    return ""
