"""Which of two papers holds where they differ, and what became of an older one that is not there: said where another clause says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.matching.plan import literal
from index.replies.reply import Matter, Reply, best_sentences, clause_name, quote
from index.tokens import bare
from kb.model import Clause

ASKING = ("为准", "听谁", "听哪", "按哪", "按谁", "照哪", "依哪", "按照哪", "说了算", "优先")  # without one of them nobody asks which paper holds
OLDER = ("还能用", "还有用", "还管用", "管用", "作废", "废止", "失效", "有效", "还执行", "继续执行", "还在用", "还算数")
STATED = ("不一致", "抵触", "冲突", "不符", "相违", "矛盾")
MOST = 60  # clauses that are looked at
SHORTEST = 6  # characters of an older paper's title that a question says
SAID = 220  # characters that are quoted


@cache
def _asks() -> re.Pattern[str]:
    return re.compile(
        r"以(?:哪|谁|什么)[一-龥]{0,4}为准|听(?:谁|哪[一-龥]{0,2})的|(?:按照?|照|依)(?:哪|谁)[一-龥]{0,3}(?:的|来|办|执行|算|走)?(?=$|[？?，,。])"
        r"|(?:不一致|冲突|矛盾|打架|不一样|不符)[^。？?]{0,14}(?:哪|谁)[一-龥]{0,2}(?:说了算|为准|算数|优先|管用)|(?:哪|谁)[一-龥]{0,3}(?:优先|说了算)"
    )


def prevails(matter: Matter) -> Reply | None:
    """The clause that says which paper holds where two differ (新旧标准不一致按哪个); None where that is not asked or nowhere said."""
    text = matter.question.text
    if not any(w in text for w in ASKING) or _asks().search(text) is None or not any(w in text for w in (*STATED, "打架", "不一样", "新", "旧", "老", "以前", "原来")):
        return None
    numbers = [bare(t) for t in matter.question.titles if t.endswith("号")]
    homes = {matter.documents[n].id for n in matter.homes or ()}
    held = [c for c in _clauses(matter, "为准") if any(w in c.text for w in STATED)]
    cited = [c for c in held if any(n in bare(c.text) for n in numbers)]
    own = [c for c in held if c.document in homes] if not numbers else []
    best = next(iter(cited or own), None)
    if best is None:
        return None
    said = best_sentences(best.text.strip(), ["为准", *numbers], SAID)
    return Reply(f"{clause_name(matter, best)}写明：“{said}”", clauses=(best.id,), evidence=(quote(matter, best, ["为准", *numbers]),), more=(f"policykb show {best.id}",))


def older(matter: Matter) -> Reply | None:
    """That a paper which is not there itself, and which a question names, is repealed by one that is (老的资金管理办法还能用吗); None where none says so."""
    text = bare(matter.question.text)
    if not any(w in text for w in OLDER):
        return None
    here = {matter.documents[n].title for n in matter.homes or ()}
    for clause in _clauses(matter, "废止"):
        for title in re.findall(r"《([^《》]{4,60})》", clause.text):
            name = _said_of(bare(title), text)
            if name and title not in here:
                said = best_sentences(clause.text.strip(), [bare(title), "废止"], SAID)
                return Reply(f"库中没有《{title}》本身，{clause_name(matter, clause)}写明：“{said}”", clauses=(clause.id,), evidence=(quote(matter, clause, [bare(title), "废止"]),), more=(f"policykb show {clause.id}",))
    return None


def _said_of(title: str, text: str) -> str:
    """The end of a title, with what it is about, that a question says."""
    return next((title[i:] for i in range(len(title) - SHORTEST + 1) if title[i:] in text), "")


def _clauses(matter: Matter, word: str) -> Sequence[Clause]:
    return list(matter.index.clauses(matter.index.engine.match(literal(word))[:MOST]).values())
