"""Quick looks that spare most texts the rest: where one says no, the long way finds nothing either."""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Callable
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from kb import targets
from kb.derivation.fingerprints import EVERY, GRAM, fingerprint, measure_folding, runs, runs_of_each
from kb.duties import marks as duty_marks
from kb.duties import phrases as duty_phrases
from kb.duties import rules as duty_rules
from kb.layout.wrapping import measure
from kb.model import Clause, Document
from kb.quantities import figures
from kb.quantities.figures import find_figures, find_whens, may_hold_figure
from kb.units import load_units

PIECES = (
    "第十二条 ", "第3条", "十二条", "不超过", "三年", "三 个月", "以内", "两次", "百分之五", "1.5万亩", "2021年底前", "到2025年", "年内", "二〇二一年", "明年上半年", "6月底前", "一九", "19", "年度末", "“十四五”期末", "全覆盖", "处以罚款", "自2021年6月1日起施行",
    "本办法", "由", "市水利局", "市财政局、县民政局", "牵头", "牵头，", "配合", "负责", "会同", "责任单位：", "责任单位为", "完成时限:", "（", "）", "（以下简称协会）", "(一)", "此项工作", "其中", "列首位的为牵头单位，下同",
    "以下均需各镇落实，不再列出", "渡船应当定期检修", "渠道由村集体管护", "一", "。", "；", "，", "\n", " ", "“", "Ａ", "A", "〔", "１", "—",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)
quick = settings(max_examples=250, derandomize=True, deadline=None)
ANY = re.compile("")


class Everything:
    """A set that holds whatever is asked for."""

    def __contains__(self, item: object) -> bool:
        return True


def a_clause(text: str, path: str = "第一条") -> Clause:
    return Clause(f"here#{path}", "here", None, path, path, "article", None, text, ((0, len(text)),) if text else (), 1, 1)


@quick
@given(TEXTS)
def test_what_holds_no_figure_and_no_date(text: str) -> None:
    assert may_hold_figure(text) or not find_figures(text)
    found = find_whens(text, 2021)
    with patch.object(figures, "_when_signs", lambda: (ANY,) * 4), patch.object(figures, "_dates", lambda: ANY):
        assert find_whens(text, 2021) == found


@quick
@given(TEXTS, st.sampled_from(["条例", "意见"]))
def test_aims_are_those_of_the_long_way(text: str, genre: str) -> None:
    document = Document("here", "样例.txt", "样例", None, (), None, None, "2021", genre, None, None, 1, 1, 0, 0)
    found = targets.find_targets(document, [a_clause(text)])
    with patch.object(targets, "_may_aim", _always), patch.object(targets, "may_bound", _always):
        assert targets.find_targets(document, [a_clause(text)]) == found


def _always(*_: object) -> bool:
    return True


@quick
@given(TEXTS)
def test_lists_of_bodies_are_those_of_the_long_way(text: str) -> None:
    table = load_units()
    found = duty_marks.find_marks(text, table), list(duty_phrases.labels_in(text))
    everything: Callable[[], object] = Everything
    with patch.object(duty_marks, "_telling", lambda: ANY), patch.object(duty_marks, "_may_name", lambda: ANY), patch.object(duty_marks, "may_speak", _always), patch.object(duty_phrases, "_label_ends", everything):
        assert (duty_marks.find_marks(text, table), list(duty_phrases.labels_in(text))) == found
    duties = duty_phrases.read_duties(text, "responsible", table)
    assert duty_phrases.may_speak(text) or not (duties.spoken or duties.labelled)
    assert duty_rules.find_rules(text) == duty_rules._rules(text)


@quick
@given(st.lists(TEXTS, max_size=3))
def test_a_fingerprint_is_that_of_its_clauses_one_by_one(texts: list[str]) -> None:
    texts = [text + "渡船应当定期检修，渠道由村集体管护" for text in texts]
    folded = [text.translate(measure_folding()) for text in texts]
    plain = [run for text in folded for at in range(len(text) - GRAM + 1) if _counts(run := text[at : at + GRAM])]
    assert [run for text in texts for run in runs(text)] == plain
    assert runs_of_each(texts) == runs_of_each([*texts, "\x1e"])[:-1] == [runs(text) for text in texts]
    numbers = sorted({zlib.crc32(run.encode()) for run in plain})
    assert fingerprint("here", [a_clause(text) for text in texts]).runs == array("I", numbers).tobytes()


def _counts(run: str) -> bool:
    return "\u4e00" <= run[0] < "\ua000" and ord(run[0]) % EVERY == 0 and "\n" not in run


@quick
@given(TEXTS)
def test_print_width_counts_narrow_characters_half(text: str) -> None:
    assert measure(text) == sum(1.0 if ord(c) > 0x2000 else 0.5 for c in text)
