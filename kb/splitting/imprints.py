"""The line in brackets under a title that says who issued the document, when and under which number.

`read_imprint("（某某县水利局 2022年3月4日 某水发〔2022〕7号）")` has the name, the date and the number; any one of the three may be missing, and
a newspaper or website may stand in the name's place.
"""

from __future__ import annotations

from kb.frozen import dataclass
from kb.numerals import find_dates
from kb.splitting.titles import find_number, is_name
from kb.tables import settings

_LONGEST = 240  # characters: eight bodies with their full names


@dataclass(frozen=True, slots=True)
class Imprint:
    """What is printed: names of bodies, a date as it stands there, a 发文字号; "" and None for what is missing."""

    names: str
    date: str
    number: str | None


def read_imprint(text: str) -> Imprint | None:
    """The imprint that a line is; None for every other line, and for one that has but one of name, date and number."""
    if len(text) > _LONGEST or text[:1] not in ("（", "(") or text[-1:] not in ("）", ")"):
        return None
    said = text[1:-1]
    dates = [d for d in find_dates(said) if "-" in d.value]
    if len(dates) > 1:
        return None
    date = said[dates[0].start : dates[0].end] if dates else ""
    words = settings("document_words")["head"]
    pieces, number = [], None
    for piece in (said[: dates[0].start], said[dates[0].end :]) if dates else (said,):
        with_number = max(piece.rfind("以"), 0)  # 以某财农〔2021〕56号印发
        found = find_number(piece[with_number:].lstrip("以 \u3000"))
        if found and number is None:
            rest = piece[with_number:].lstrip("以 \u3000")
            number, piece = found[0], f"{piece[:with_number]} {rest[: found[1]]} {rest[found[2] :]}"
        pieces.append(piece.strip(" \u3000，,、以"))
    if len(pieces) > 1:
        done = next((w for w in words["beside_date"] if w and pieces[1].startswith(w)), "") or next((w for w in words["beside_date"] if w and pieces[1].endswith(w)), "")
        pieces[1] = pieces[1].removeprefix(done).removesuffix(done).strip(" \u3000，,、")
    names = " ".join(p for p in pieces if p)
    if not date and number is None:
        return None
    if is_name(names):
        return Imprint(names, date, number)
    sourced = names.endswith(tuple(words["sources"])) and len(names) <= 20 and not any(c in "，。；：" for c in names)
    return Imprint("", date, number) if date and (sourced or (not names and number)) else None
