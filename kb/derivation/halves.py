"""Parallel halves of a clause: which level and which body each of its measures speaks of.

省级护林长每年巡护；市级护林长每季度巡护；县级护林长每月巡护 has three halves that read alike. A lower clause's 县级护林长每半月巡护 comes
from the one of its own level, though another may share more wording.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from kb.derivation.measures import Measure


class Speaks(NamedTuple):
    """Of whom a measure speaks: the level (省 市 县 乡 村, "" for none) and the short name of the body (财政)."""

    level: str
    body: str


NOBODY = Speaks("", "")
LEVELS = {"国家": "国", "中央": "国", "自治区": "省", "州": "市", "盟": "市", "地": "市", "区": "县", "旗": "县", "镇": "乡", "乡镇": "乡", "街道": "乡", "社区": "村"}


@lru_cache(maxsize=1)
def _opening() -> tuple[re.Pattern[str], re.Pattern[str]]:
    level = r"国家|中央|自治区|乡镇|街道|社区|[省市州盟地县区旗乡镇村]"
    bodies = r"人民政府|政府|党委|财政|[一-龥]{1,6}?(?:局|厅|委|办|部门|领导小组|专班|长(?!期|效|远|度))"
    return (
        re.compile(rf"(?:由|其中)?各?(?P<level>{level})(?:（[^（）]{{1,10}}）)?(?:级|直|(?={bodies}))"),
        re.compile(r"(?:由|其中)?各?(?:国家|中央|省|自治区|市|州|县|区|旗|乡镇|乡|镇|街道|村|社区)?级?(?P<body>[一-龥]{2,8}?)(?:行政)?(?:主管)?(?:部门|机关|局|厅|委员会|委|办)(?!法|理|事)"),
    )


def speaks(measures: Sequence[Measure]) -> tuple[Speaks, ...]:
    """Of whom each measure speaks, by how it begins, else as the one before it in the same sentence or half of one."""
    level, body = _opening()
    out: list[Speaks] = []
    for number, measure in enumerate(measures):
        named, who = level.match(measure.folded), body.match(measure.folded)
        if named or who:
            word = named["level"] if named else ""
            out.append(Speaks(LEVELS.get(word, word), who["body"] if who else ""))
        else:
            goes_on = number and measures[number - 1].sentence == measure.sentence
            out.append(out[-1] if goes_on else NOBODY)
    return tuple(out)


def agree(one: Speaks, other: Speaks) -> bool | None:
    """Whether two measures speak of the same level or body; None where nothing is known of one of them."""
    same_body = bool(one.body and other.body) and (one.body.endswith(other.body) or other.body.endswith(one.body))
    if (one.level and other.level and one.level != other.level) or (one.body and other.body and not same_body):
        return False
    return True if same_body or (one.level and other.level) else None
