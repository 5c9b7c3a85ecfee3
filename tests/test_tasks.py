"""Tasks: the table of forms, roles in lists, laws of places and ids."""

from __future__ import annotations

import itertools
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import part

from kb.clauses import parse
from kb.duties.marks import find_marks
from kb.duties.phrases import read_duties
from kb.duties.rules import find_rules
from kb.model import ROLES, Issue, Source, Task, Unit
from kb.pipeline import parse_source
from kb.spans import text_at
from kb.tasks import assign
from kb.units import load_units

CASES = tomllib.loads((Path(__file__).parent / "cases" / "tasks.toml").read_text(encoding="utf-8"))["case"]


def tasks_of(text: str) -> tuple[tuple[Task, ...], tuple[Unit, ...], tuple[Issue, ...]]:
    made = part(text)
    document = replace(made.document, level="municipal", region="湖南省永州市", date="2021-05")
    return assign(document, parse(replace(made, document=document)), load_units())


def by_role(task: Task) -> dict[str, list[str]]:
    return {role: names for role in ROLES if (names := [u.printed for u in task.units if u.role == role])}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_forms_in_which_work_is_assigned(case: dict[str, Any]) -> None:
    tasks, units, _ = tasks_of(case["text"])
    assert len(tasks) == len(case["tasks"]), [t.text for t in tasks]
    for task, want in zip(tasks, case["tasks"], strict=True):
        assert task.text.endswith(want["ends"])
        assert by_role(task) == {role: want[role] for role in ROLES if role in want}
        assert task.lead_basis == want.get("basis", "none")
        assert task.open_ended == want.get("open", False)
        assert task.deadline == want.get("deadline")
        assert task.inherited == want.get("inherited", False)
        assert task.remarks == want.get("remarks", "")
        assert "number" not in want or task.number == want["number"]
        assert all(u.unit in {unit.id for unit in units} for u in task.units if u.unit)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_texts_stand_at_their_places_and_ids_are_unique(case: dict[str, Any]) -> None:
    tasks, _, _ = tasks_of(case["text"])
    assert len({t.id for t in tasks}) == len(tasks)
    for task in tasks:
        assert text_at(case["text"], task.spans) == task.text
        assert 1 <= task.first_line <= task.last_line


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("由市水利局牵头，会同市财政局、市林业局", {"lead": ["市水利局"], "cooperating": ["市财政局", "市林业局"]}),
        ("市水利局牵头组织实施，市财政局、市林业局参与", {"lead": ["市水利局"], "cooperating": ["市财政局", "市林业局"]}),
        ("市水利局、市林业局分别牵头，市财政局等协助", {"lead": ["市水利局", "市林业局"], "cooperating": ["市财政局"]}),
        ("市水利局（牵头）、市财政局", {"lead": ["市水利局"], "responsible": ["市财政局"]}),
        ("市水利局联合市财政局负责", {"responsible": ["市水利局"], "cooperating": ["市财政局"]}),
        ("市供销合作社联合社、市精神文明建设指导委员会办公室", {"responsible": ["市供销合作社联合社", "市精神文明建设指导委员会办公室"]}),
        ("川藏协作工作队、市水利局", {"responsible": ["川藏协作工作队", "市水利局"]}),
        ("主办单位：市水利局 协办单位：市林业局", {"lead": ["市水利局"], "cooperating": ["市林业局"]}),
        ("市级责任单位：市水利局", {"responsible": ["市水利局"]}),
        ("市水利局承办，市财政局落实资金", {"responsible": ["市水利局", "市财政局"]}),
        ("市水利局业务指导，各县市区具体负责", {"guiding": ["市水利局"], "responsible": ["各县市区"]}),
        ("牵头单位：市水利局；市财政局等按职责分工负责", {"lead": ["市水利局"], "responsible": ["市财政局"]}),
        ("责任单位：市水利局，市财政局、市林业局配合", {"responsible": ["市水利局"], "cooperating": ["市财政局", "市林业局"]}),
        ("市水利局牵头会同市财政局", {"lead": ["市水利局"], "cooperating": ["市财政局"]}),
        ("市水利局会商市财政局", {"responsible": ["市水利局"], "cooperating": ["市财政局"]}),
        ("市水利局统筹，各县市区具体实施", {"responsible": ["市水利局", "各县市区"]}),
        ("市水利局负总责，市财政局配合", {"responsible": ["市水利局"], "cooperating": ["市财政局"]}),
        ("市水利局为牵头单位，市财政局为配合单位", {"lead": ["市水利局"], "cooperating": ["市财政局"]}),
        ("主要责任单位：市水利局，协同责任单位：市财政局", {"responsible": ["市水利局"], "cooperating": ["市财政局"]}),
        ("第一责任单位：市水利局；其他责任单位：市财政局", {"lead": ["市水利局"], "responsible": ["市财政局"]}),
        ("责任单位（排名不分先后）：市水利局、市财政局", {"responsible": ["市水利局", "市财政局"]}),
        ("以上3项工作由市水利局负责实施", {"responsible": ["市水利局"]}),
        ("三大运营商、市水利局", {"responsible": ["三大运营商", "市水利局"]}),
        ("市水利局牵头；市财政局、市林业局按职责分工负责；各县市区落实", {"lead": ["市水利局"], "responsible": ["市财政局", "市林业局", "各县市区"]}),
    ],
)
def test_roles_in_a_list(text: str, roles: dict[str, list[str]]) -> None:
    found = read_duties(text, "responsible", load_units())
    assert {role: names for role in ROLES if (names := [u.printed for u in found.units if u.role == role])} == roles
    for unit in found.units:
        assert text[unit.start : unit.end].startswith(unit.printed)


@pytest.mark.parametrize(
    ("text", "first", "everyone"),
    [
        ("列第一位者为牵头单位，下同", True, ""),
        ("排名第一位为牵头单位", True, ""),
        ("责任单位排在首位的是牵头单位", True, ""),
        ("（第一个单位为牵头单位）", True, ""),
        ("以下均需试点城市政府落实，不再列出", False, "试点城市政府"),
        ("以下各项均需各县市区配合，不再一一列出", False, "各县市区"),
        ("各项任务均涉及各县（市、区）政府，不再分工", False, "各县（市、区）政府"),
        ("各县市区均为责任单位，不再单独列出", False, "各县市区"),
        ("第一季度由牵头单位汇总", None, ""),
        ("市水利局牵头，市财政局配合", None, ""),
    ],
)
def test_rules_for_the_whole_document(text: str, first: bool | None, everyone: str) -> None:
    rules = find_rules(text)
    if first is None:
        assert rules == ()
    else:
        assert [(r.first_leads, r.everyone) for r in rules] == [(first, everyone)]


def test_an_unknown_name_stays_as_printed_and_is_reported_once() -> None:
    tasks, units, issues = tasks_of("1.整理台账。（责任单位：市水利局、某某）\n2.核对台账。（责任单位：某某、市水利局）")
    assert [[u.printed for u in t.units] for t in tasks] == [["市水利局", "某某"], ["某某", "市水利局"]]
    assert [u.unit for u in tasks[0].units] == ["湖南省永州市水利局", ""]
    assert [i.kind for i in issues] == ["unit_unresolved"] and "某某" in issues[0].message
    assert [u.name for u in units] == ["湖南省永州市水利局"]


def test_the_same_number_twice_gives_two_ids() -> None:
    tasks, _, _ = tasks_of("1.整理台账。（市水利局负责）核对台账。（市林业局负责）")
    assert [t.id.partition("@")[2] for t in tasks] == ["1", "1~2"]


@given(st.text(alphabet="市水利局财政牵头负责单位：、，。（）()〔〕一1. \n\t责任配合等", max_size=120))
@settings(max_examples=120, derandomize=True, deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    tasks, units, _ = tasks_of(text)
    known = {u.id for u in units}
    for task in tasks:
        assert text_at(text, task.spans) == task.text
        assert all(not a.unit or a.unit in known for a in task.units)


@given(st.text(alphabet="市水利局牵头负责：、。（）()[]〔", max_size=200))
@settings(max_examples=80, derandomize=True, deadline=None)
def test_marks_ascend_and_do_not_overlap(text: str) -> None:
    marks = find_marks(text, load_units())
    assert all(a.end <= b.start for a, b in itertools.pairwise(marks))
    assert all(0 <= m.start < m.end <= len(text) for m in marks)


@pytest.mark.parametrize("piece", ["开展（市水利局）。", "（市", "责任单位：", "牵头", "市水利局和", "第一为牵头", "各级", "由市水利局牵头，会同"])
def test_marks_are_found_in_linear_time(piece: str) -> None:
    """Eight times the text takes less than twenty times the steps: counted in calls, not in seconds."""

    def steps(text: str) -> int:
        count = 0

        def trace(frame: object, event: str, arg: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        table = load_units()
        sys.setprofile(trace)
        try:
            find_marks(text, table)
            read_duties(text, "responsible", table)
        finally:
            sys.setprofile(None)
        return count

    assert steps(piece * 320) < steps(piece * 40) * 20


def test_noise_inside_lists_leaves_the_rows_as_they_were() -> None:
    """A sample of the 500 mutations of tests/soak/unit_noise.py."""
    from soak.unit_noise import FLOOR, share_unharmed

    assert share_unharmed(16, 3) >= FLOOR


COLUMNS = """祁东县监测帮扶任务分解表

序号    工作任务                牵头单位        责任单位              完成时限
 1      完善监测，开展集中      县乡村振兴局    县民政局、县医保局、  2022年6月底
        排查2次                                 县残联、各乡镇
 2      新增贷款3000万元        县金融局        县乡村振兴局、农商    2022年12月底
                                                银行
"""


def test_a_task_printed_in_columns_over_several_lines_is_one() -> None:
    first, second = parse_source(Source("表.txt", "txt", "utf-8", COLUMNS, "0" * 64)).tasks
    assert first.text == "完善监测，开展集中排查2次"
    assert by_role(first) == {"lead": ["县乡村振兴局"], "responsible": ["县民政局", "县医保局", "县残联", "各乡镇"]}
    assert by_role(second) == {"lead": ["县金融局"], "responsible": ["县乡村振兴局", "农商银行"]}
    assert (first.deadline, second.deadline) == ("2022年6月底", "2022年12月底")


def test_a_row_whose_number_lost_its_dot_behind_one_in_a_circle() -> None:
    """① is a digit for str.isdigit, and no number for int: the file was given up."""
    text = "序号\t工作任务\t责任单位\n①\t疏浚干渠八公里\t县水利局\n\t2完善排灌档案\t县财政局\n③\t加固堤防三处\t县水利局\n"
    tasks = parse_source(Source("表.txt", "txt", "utf-8", text, "0" * 64)).tasks
    assert [task.number for task in tasks] == ["①", "2", "③"]


def test_a_rule_of_the_notice_holds_for_what_it_issues() -> None:
    notice = parse(part("现将任务分解印发给你们，列首位的为牵头单位。")).clauses
    made = part("1.修渠八公里。\n责任单位：市水利局、市财政局")
    (task,), _, _ = assign(made.document, parse(made), load_units(), notice)
    assert by_role(task) == {"lead": ["市水利局"], "responsible": ["市财政局"]}
    assert task.lead_basis == "first_listed"


def test_lists_one_behind_the_other_are_one_task() -> None:
    tasks, _, _ = tasks_of("一、推进疏浚。（牵头单位：市水利局）（配合单位：市财政局）（完成时限：6月底前；配合单位：市林业局等）整治岸线，（责任单位：市住建局）。")
    assert [(by_role(t), t.open_ended, t.deadline) for t in tasks] == [
        ({"lead": ["市水利局"], "cooperating": ["市财政局", "市林业局"]}, True, "6月底前"), ({"responsible": ["市住建局"]}, False, None),
    ]  # fmt: skip
    assert tasks[0].units_raw == "牵头单位：市水利局；配合单位：市财政局；完成时限：6月底前；配合单位：市林业局等"


def test_marks_are_found_however_many_there_are() -> None:
    """One line of a thousand lists has the thousand, each with its own place, as a line of one has its one."""
    one = "整治岸线，（责任单位：县住建局、县水利局）"
    marks = find_marks(one * 1000, load_units())
    (alone,) = find_marks(one, load_units())
    assert [(m.start, m.end, m.raw) for m in marks] == [(alone.start + n * len(one), alone.end + n * len(one), alone.raw) for n in range(1000)]
