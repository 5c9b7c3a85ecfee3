"""The note in brackets under a title: who issued the document, when, under which number, in any order.

（中共中央办公厅 国务院办公厅 2021年12月5日）, （2021年7月6日 某省财政厅 某财农〔2021〕56号）, （某州人民政府 2021年12月20日印发）.
"""

from __future__ import annotations

from kb.frozen import dataclass
from kb.numerals import find_dates
from kb.splitting.titles import find_number, is_name

LONGEST = 200
DONE = ("印发", "发布", "公布", "下发", "发")  # what the note says was done on that day


@dataclass(frozen=True, slots=True)
class Note:
    """Issuers (as printed, one behind the other), date and number of a note."""

    names: str
    date: str
    number: str | None


def note_of(text: str) -> Note | None:
    """The note that a line is; None for a line that is something else, or names no issuer or no date.

    `note_of("（谷禾市人民政府 2021年12月20日印发）")` has the names 谷禾市人民政府 and the date 2021年12月20日.
    """
    text = text.strip()
    if len(text) > LONGEST or text[:1] not in "（(" or text[-1:] not in "）)" or "年" not in text:
        return None
    inner = text[1:-1].strip()
    dates = find_dates(inner)
    if len(dates) != 1 or "-" not in dates[0].value:
        return None
    before, behind = inner[: dates[0].start], inner[dates[0].end :]
    number = find_number(before) or find_number(behind)
    if number is not None:
        before, behind = _without_number(before), _without_number(behind)
    before, behind = before.strip(" \u3000，,、以"), behind.strip(" \u3000，,、以")
    done = next((w for w in DONE if behind == w or behind.startswith((f"{w} ", f"{w}\u3000")) or (before and behind.endswith(w))), "")
    behind = behind.removeprefix(done).removesuffix(done).strip(" \u3000，,、")
    names = " ".join(part for part in (before, behind) if part)
    return Note(names, inner[dates[0].start : dates[0].end], None if number is None else number[0]) if is_name(names) else None


def _without_number(text: str) -> str:
    found = find_number(text)
    return text if found is None else f"{text[: found[1]]} {text[found[2] :]}"
