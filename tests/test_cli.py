"""The command line: exit codes, Chinese messages, help, JSON; on a small knowledge base made from our own files."""

import json
from pathlib import Path

import pytest

from cli.main import COMMANDS, run
from tests.soak.files import write


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("cli")
    write(folder / "files", 6, 7)
    assert run(["build", str(folder / "files"), "--kb", str(folder / "kb"), "--quiet"]) == 0
    return str(folder / "kb")


def output(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(list(args))
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_chinese_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = output(capsys, command, "-h")
    assert code == 0 and out.startswith(f"用法：policykb {command}")
    assert "Show this message" not in out and "Options" not in out


def test_the_list_of_commands(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = output(capsys, "--help")
    assert code == 0 and all(f"  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_chinese_throughout(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = output(capsys, name, "-h")
    assert code == 0
    assert [w for w in ("OPTIONS", "INTEGER", "RANGE", "required", "TEXT", "<=", ">=", "Options", "default") if w in out] == []


BAD_CALLS = [
    (["nonsense"], 2, "没有这个命令：nonsense"),
    (["search", "--nonsense", "x"], 2, "没有选项 --nonsense"),
    (["search", "x", "--level", "planet"], 2, "只能是"),
    (["search"], 2, "缺少检索词"),
    (["search", "   "], 2, "缺少检索词"),
    (["search", "x", "--limit", "zero"], 2, "应为整数"),
    (["ask"], 2, "缺少问题"),
    (["show"], 2, "缺少参数"),
    (["gaps", "x"], 2, "缺少选项 --under 上级文档"),
    (["ask"], 2, "用法见 policykb ask -h"),
    (["ask", "？？？"], 2, "问题是空的"),
    (["search", "x", "--limit", "0"], 2, "选项 --limit 数 的值不对，应在 1—10000 之间"),
    (["show", "ffffffff"], 2, "没有“ffffffff”这份文档"),
    (["show", "ffffffff#一"], 2, "没有编号为"),
    (["trace", "ffffffff@9"], 2, "没有编号为"),
    (["compare", "无此文", "无此文二"], 2, "没有“无此文”这份文档"),
    (["graph", "--format", "png"], 2, "只能是"),
    (["build", "/nowhere/at/all"], 2, "没有这个文件"),
    (["restore", "/nowhere.backup"], 2, "找不到备份文件"),
    (["tasks", "月球管理局"], 1, "没有“月球管理局”这个单位"),
    (["search", "x", "y"], 2, "多出了参数"),
]


@pytest.mark.parametrize(("args", "code", "message"), BAD_CALLS, ids=[" ".join(c[0]) for c in BAD_CALLS])
def test_a_bad_call_gives_one_chinese_line(
    kb: str, args: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = [] if args[0] == "nonsense" else ["--kb", str(tmp_path / "new") if args[0] in ("build", "restore") else kb]
    got, _, err = output(capsys, *args, *place)
    assert got == code
    assert message in err and err.count("\n") == 1 and err.startswith("错误：")


@pytest.mark.parametrize("args", [["docs"], ["search", "x"], ["ask", "x"], ["tasks", "x"], ["trace", "x"], ["check"], ["export", "out"]])
def test_without_a_knowledge_base_the_next_step_is_named(args: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = output(capsys, *args, "--kb", str(tmp_path / "none"))
    assert code == 3 and "policykb build" in err and err.count("\n") == 1


JSON_CALLS = [["docs"], ["search", "助餐"], ["tasks", "县民政局"], ["units"], ["units", "县民政局"], ["targets"], ["check"], ["ask", "助餐点建设由哪些单位负责"]]


@pytest.mark.parametrize("args", JSON_CALLS, ids=[" ".join(a) for a in JSON_CALLS])
def test_json_is_one_value_and_nothing_else(kb: str, args: list[str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run([*args, "--kb", kb, "--json"]) == 0
    said = capfdbinary.readouterr()
    assert json.loads(said.out.decode("utf-8")) and said.err == b""


@pytest.mark.parametrize("args", JSON_CALLS, ids=[" ".join(a) for a in JSON_CALLS])
def test_the_text_for_people_is_there_too(kb: str, args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = output(capsys, *args, "--kb", kb)
    assert code == 0 and any("\u4e00" <= c <= "\u9fff" for c in out) and "None" not in out and "{" not in out


def test_nothing_found_is_exit_code_1(kb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert output(capsys, "search", "量子计算机", "--kb", kb)[0] == 1
    assert output(capsys, "ask", "月球基地由哪个单位牵头", "--kb", kb)[0] == 1


def test_a_batch_answers_line_by_line(kb: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "q.txt").write_text("助餐点建设由哪些单位负责\n\n月球基地谁牵头\n", encoding="utf-8")
    assert run(["ask", "--batch", str(tmp_path / "q.txt"), "--kb", kb]) == 0
    rows = [json.loads(line) for line in capfdbinary.readouterr().out.decode("utf-8").splitlines()]
    assert [r["answered"] for r in rows] == [True, False]


def test_the_ledger_opens_and_keeps_text(kb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from openpyxl import load_workbook

    code, _, err = output(capsys, "tasks", "县民政局", "--kb", kb, "--xlsx", str(tmp_path / "台账.xlsx"))
    assert code == 0 and "已写入" in err
    sheet = load_workbook(tmp_path / "台账.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("序号", "任务", "牵头单位", "责任单位", "配合单位", "完成时限", "依据", "出处")
    assert len(rows) > 3 and all("县民政局" in row[3] for row in rows[1:])


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx"])
def test_exports_are_the_same_bytes_each_time(kb: str, tmp_path: Path, form: str) -> None:
    for name in ("a", "b"):
        assert run(["export", str(tmp_path / name), "--format", form, "--kb", kb]) == 0
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert files and all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)


def test_backup_and_restore_give_the_same_answers(kb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backup", str(tmp_path / "一.backup"), "--kb", kb]) == 0
    assert run(["restore", str(tmp_path / "一.backup"), "--kb", str(tmp_path / "copy")]) == 0
    for args in (["docs"], ["search", "助餐"], ["tasks", "县民政局"]):
        assert output(capsys, *args, "--kb", kb)[1] == output(capsys, *args, "--kb", str(tmp_path / "copy"))[1]


def test_a_broken_backup_changes_nothing(kb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["backup", str(tmp_path / "b"), "--kb", kb])
    run(["restore", str(tmp_path / "b"), "--kb", str(tmp_path / "copy")])
    data = (tmp_path / "b").read_bytes()
    (tmp_path / "b").write_bytes(data[: len(data) // 2])
    code, _, err = output(capsys, "restore", str(tmp_path / "b"), "--kb", str(tmp_path / "copy"))
    assert code in (2, 3) and err.count("\n") == 1
    assert output(capsys, "docs", "--kb", str(tmp_path / "copy"))[0] == 0


def test_control_characters_never_reach_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "坏\x1b[31m名.txt").write_text("关于示例的通知\n\n一、总则\x1b]0;owned\x07\u202e。由县民政局牵头。\n", encoding="utf-8")
    run(["build", str(tmp_path), "--kb", str(tmp_path / ".kb"), "--quiet"])
    for args in (["docs"], ["search", "总则"], ["check"]):
        _, out, err = output(capsys, *args, "--kb", str(tmp_path / ".kb"))
        assert "\x1b" not in out + err and "\x07" not in out + err and "\u202e" not in out + err


def test_the_meter_counts_each_stage_from_its_beginning() -> None:
    from cli.building import Meter

    said: list[str] = []
    now = [0.0]
    meter = Meter(said.append, lambda: None, lambda: now[0])
    for done in range(1, 5):
        now[0] += 0.5
        meter.tell(done, 4, f"{done}.txt")
    assert said == ["\r\x1b[K2/4 2.txt  剩余约 1 秒", "\r\x1b[K3/4 3.txt  剩余约 0 秒", "\r\x1b[K"]
    said.clear()
    now[0] = 100.0
    for done in range(1, 4):
        meter.tell(done, 3, "核对来源关系")
        now[0] += 2
    assert said == ["\r\x1b[K2/3 核对来源关系  剩余约 1 秒", "\r\x1b[K"]
    said.clear()
    meter.tell(0, 0, "写入数据")
    meter.tell(1, 1, "")
    assert said == ["\r\x1b[K写入数据", "\r\x1b[K"]


@pytest.mark.parametrize(("file", "told"), [("意见.txt", "意见.txt 第 3—5 行"), ("意见.docx", "意见.docx 第 3—5 段"), ("a/页.HTM", "a/页.HTM 第 3—5 段"), ("表.pdf", "表.pdf 第 3—5 行")])
def test_places_are_told_by_what_a_file_has(file: str, told: str) -> None:
    from kb.records import source_record, told_place, told_start

    assert told_place(source_record(file, 3, 5)) == told
    assert told_start(source_record(file, 3, 5)) == told.replace("—5", "") == told_place(source_record(file, 3, 3))
