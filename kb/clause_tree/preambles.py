"""The title of a document belongs to the text before its first numbered clause: the preamble begins with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kb.model import Clause, Document, Other, Spans
from kb.spans import join, text_at


def entitled(document: Document, clauses: Sequence[Clause], others: Sequence[Other], text: str) -> tuple[Clause, ...]:
    """The clauses with the document's printed title at the start of its preamble, which is made where there is none.

    `others` are the document's stretches, `text` its source. Title lines behind the first clause stay where they are. A notice
    《关于做好抗旱工作的通知》 whose body begins 各镇人民政府： gets the preamble 关于做好抗旱工作的通知⏎各镇人民政府：….
    """
    begin = min((c.spans[0][0] for c in clauses if c.spans), default=document.end)
    title = join(*(((o.start, o.end),) for o in sorted(others, key=lambda o: o.start) if o.kind == "title" and o.end <= begin))
    if not title:
        return tuple(clauses)
    start, end = title[-1]
    if text[end : end + 1] == "\n" and end < begin:
        title = (*title[:-1], (start, end + 1))  # keeps the title apart from what follows
    if clauses and clauses[0].kind == "preamble":
        first = clauses[0]
        return (_headed(first, join(title, first.spans), text), *clauses[1:])
    first_line = text.count("\n", 0, title[0][0]) + 1
    last_line = text.count("\n", 0, title[-1][1] - 1) + 1
    made = Clause(f"{document.id}#序", document.id, None, "", "", "preamble", None, text_at(text, title), title, first_line, last_line)
    return (made, *clauses)


def _headed(clause: Clause, spans: Spans, text: str) -> Clause:
    line = text.count("\n", 0, spans[0][0]) + 1
    return replace(clause, text=text_at(text, spans), spans=spans, first_line=line)
