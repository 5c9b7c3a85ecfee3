"""What is said to a user who typed something that cannot be answered: what is wrong, what there is, what to type instead."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cli.demo import next_steps
from cli.main import run
from index.keeping import generations
from index.library import Library

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("hints") / "kb"
    assert run(["build", str(ROOT / "corpus"), "--data", str(ROOT / "corpus" / "data"), "--kb", str(home), "--quiet"]) == 0
    return str(home)


def output(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(list(args))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_demo_ends_with_commands_that_can_be_typed(kb: str, capsys: pytest.CaptureFixture[str]) -> None:
    steps = next_steps(".venv/bin/policykb", kb, [["search", "老年助餐", "--limit", "3"], ["tasks", "民政局"]])
    typed = [shlex.split(line) for line in steps if line.startswith("  .venv")]
    assert typed[0][1:] == ["search", "老年助餐", "--kb", kb] and typed[1][1:] == ["build", "文件夹"]
    assert output(capsys, *typed[0][1:])[0] == 0


def test_adding_where_there_was_nothing_says_that_a_new_one_was_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, home = str(ROOT / "corpus" / "06-省工作要点.txt"), str(tmp_path / "kb")
    code, out, _ = output(capsys, "add", file, "--kb", home)
    assert code == 0 and out.startswith(f"{home} 原来没有知识库，已新建一个")
    code, out, _ = output(capsys, "add", file, "--kb", home)
    assert code == 0 and "新建" not in out
    assert "made" not in json.loads(output(capsys, "add", file, "--kb", home, "--json")[1])


def test_gaps_with_the_levels_reversed_are_refused(kb: str, capsys: pytest.CaptureFixture[str]) -> None:
    library = Library(Path(kb))
    high = next(d for d in library.documents() if d["level"] == "national" and d["genre"] == "意见")
    low = next(d for d in library.documents() if d["level"] == "provincial" and d["genre"] == "实施意见")
    library.close()
    code, out, err = output(capsys, "gaps", high["id"], "--under", low["id"], "--kb", kb)
    assert code == 2 and not out and f"policykb gaps {low['id']} --under {high['id']}" in err
    assert output(capsys, "gaps", low["id"], "--under", high["id"], "--kb", kb)[0] == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["docs", "--region", "火星"], "库里没有“火星”的文件，有的是：澜川省"),
        (["docs", "--genre", "实施"], "库里没有“实施”这一文种，相近的有：实施意见"),
        (["search", "老年助餐", "--region", "谷和市"], "库里没有“谷和市”的文件，相近的有：澜川省谷禾市\n"),
        (["search", "老年助餐", "--genre", "怪"], "库里没有“怪”这一文种，有的是："),
        (["targets", "--region", "火星"], "库里没有“火星”的文件"),
        (["indicators", "--region", "火星"], "库里没有“火星”的文件"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_place_or_genre_that_is_not_there_is_told(kb: str, args: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = output(capsys, *args, "--kb", kb)
    assert code == 1 and said in err
    code, out, err = output(capsys, *args, "--kb", kb, "--json")
    assert code == 1 and said in err and not (json.loads(out) if out.startswith("[") else json.loads(out)["hits"])


def test_nothing_is_told_of_places_that_are_there(kb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert output(capsys, "targets", "--region", "谷禾", "--match", "没有这样的指标", "--kb", kb)[2] == ""
    assert output(capsys, "docs", "--region", "谷禾", "--genre", "实施意见", "--level", "市", "--kb", kb)[2] == ""


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        (["docs", "--level", "市"], ["docs", "--level", "municipal"]),
        (["docs", "--level", "国家级"], ["docs", "--level", "national"]),
        (["search", "老年助餐", "--level", "县级"], ["search", "老年助餐", "--level", "county"]),
        (["tasks", "谷禾市民政局", "--role", "牵头"], ["tasks", "谷禾市民政局", "--role", "lead"]),
        (["tasks", "谷禾市民政局", "--role", "责任"], ["tasks", "谷禾市民政局", "--role", "responsible"]),
        (["tasks", "谷禾市民政局", "--role", "全部"], ["tasks", "谷禾市民政局"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_levels_and_roles_can_be_given_in_chinese(kb: str, chinese: list[str], english: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    one, other = output(capsys, *chinese, "--kb", kb), output(capsys, *english, "--kb", kb)
    assert one == other and one[0] == 0


def test_a_wrong_level_names_those_there_are(kb: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = output(capsys, "docs", "--level", "火星", "--kb", kb)
    assert code == 2 and "只能是 national（国家）、provincial（省）" in err


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        ("完全无关的一段文字", False),
        ("红烧肉先把五花肉切成小块焯水，再放冰糖炒出糖色，加生抽、老抽和料酒，小火慢炖一个小时。", False),
        ("航天员在空间站出舱活动约六小时，完成了机械臂辅助舱外设备安装，各项工作按计划推进。", False),
        ("“光合作用”（photosynthesis）是绿色植物吸收光能，把二氧化碳和水合成有机物并释放氧气的过程。", False),
        ("老小区没有养老用房的，可以买、可以租，也可以拿别的房子改建", True),
        ("给失能老年人家里装上呼叫和监测设备，按时上门护理，算作家庭照护床位", True),
        ("老年助餐", True),
    ],
)
def test_a_text_that_nothing_is_like_is_not_traced(kb: str, text: str, alike: bool, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = output(capsys, "trace", text, "--kb", kb)
    assert ("按最接近的条款追溯" in out) is alike
    assert alike or (code == 1 and not out and err.startswith("错误：没有与“") and err.count("\n") == 1)


def test_each_refusal_says_what_to_do(kb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls = [
        (["remove", "没有.txt", "--kb", kb], "用 policykb docs --files 看全部文件名"),
        (["remove", "01-国家意见稿.txt", "--kb", kb], "相近的有 01-国家意见.txt"),
        (["--kb", "x", "docs"], "--kb 要写在命令后面，如 policykb docs --kb 文件夹"),
        (["--json", "docs"], "--json 要写在命令后面"),
        (["--nonsense", "docs"], "没有选项 --nonsense"),
        (["backup", str(tmp_path / "没有" / "目录" / "x"), "--kb", kb], f"{tmp_path / '没有' / '目录'}：没有这个文件夹"),
        (["graph", "--out", str(tmp_path / "没有" / "图.svg"), "--kb", kb], f"{tmp_path / '没有'}：没有这个文件夹"),
        (["restore", str(tmp_path), "--kb", kb], "这是文件夹，不是备份文件"),
    ]
    for args, said in calls:
        code, out, err = output(capsys, *args)
        assert code == 2 and not out and said in err and err.count("\n") == 1, (args, err)
    code, out, _ = output(capsys, "docs", "--files", "--kb", kb)
    assert code == 0 and "01-国家意见.txt\n  " in out and "共 13 个文件" in out


def test_files_that_cannot_be_read_say_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "好.txt").write_text("关于修路的意见\n一、修路。各村要修好村道。\n", encoding="utf-8")
    bad = {"空.txt": b"", "白.txt": b" \n", "坏.docx": b"PK\x03\x04xxx", "坏.pdf": b"%PDF-1.4\ngarbage", "空.html": b"<html><body></body></html>"}
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    code, out, _ = output(capsys, "build", str(tmp_path), "--kb", str(tmp_path / "kb"), "--json")
    told = {p["file"]: p["reason"] for p in json.loads(out)["problems"]}
    assert code == 0 and sorted(told) == sorted(bad)
    assert all("请" in reason and "Error" not in reason for reason in told.values()), told


@pytest.mark.parametrize("name", ["澜川省社区养老服务条例第三条", "《澜川省社区养老服务条例》 第3条", "9ef59ab8#第三条"])
def test_an_article_by_the_name_of_its_statute(name: str, kb: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = output(capsys, "show", name, "--kb", kb)
    assert code == 0 and out.startswith("《澜川省社区养老服务条例》") and "第三条" in out.splitlines()[0]
    code, out, _ = output(capsys, "trace", name, "--kb", kb)
    assert "第三条" in out.splitlines()[0]


def test_an_article_that_a_statute_has_not_is_refused(kb: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("show", "trace"):
        code, out, said = output(capsys, command, "澜川省社区养老服务条例第九百条", "--kb", kb)
        assert (code, out) == (2, "") and "里没有第九百条" in said and "policykb show 9ef59ab8" in said


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = output(capsys, "--version")
    assert code == 0 and out.startswith("policykb ") and out.strip()[-1].isdigit()


def test_a_unit_is_found_by_its_printed_name_and_told_where_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, home = tmp_path / "乐山市护林工作要点.txt", str(tmp_path / "kb")
    file.write_text("乐山市护林工作要点\n一、巡护\n1.开展巡护。（责任单位：乐山云台景区管委会、成都铁路局乐山车务段、市林业局）\n2.宣传教育。（责任单位：市林业局）\n", encoding="utf-8")
    assert run(["build", str(file), "--kb", home, "--quiet"]) == 0
    code, out, _ = output(capsys, "tasks", "乐山云台景区管委会", "--kb", home)
    assert code == 0 and "共 1 项任务" in out
    code, _, said = output(capsys, "tasks", "成都铁路局乐山车务段", "--region", "乐山市", "--kb", home)
    assert code == 1 and "有“成都铁路局乐山车务段”这个单位，归在四川省成都市，不在乐山市" in said


def test_a_backup_takes_the_place_of_no_file_unless_told_to(kb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "库.备份"
    file.write_bytes("我的另一份文件".encode())
    code, out, err = output(capsys, "backup", str(file), "--kb", kb)
    assert code == 2 and not out and err == f"错误：{file}：已有这个文件，没有备份；请换一个名称，或加 --force 替换它\n"
    assert file.read_bytes() == "我的另一份文件".encode()
    assert output(capsys, "backup", str(file), "--kb", kb, "--force")[0] == 0 and file.read_bytes()[:2] == b"\x1f\x8b"
    (tmp_path / "空").write_bytes(b"")
    assert output(capsys, "backup", str(tmp_path / "空"), "--kb", kb)[0] == 0


@pytest.mark.parametrize("command", [["graph", "--out"], ["tasks", "--xlsx"], ["export"]], ids=lambda c: c[0])
def test_what_is_replaced_is_told_in_the_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "被替换" in "".join(output(capsys, command[0], "-h")[1].split())


def test_dates_the_wrong_way_round_are_refused(kb: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = output(capsys, "search", "老年助餐", "--since", "2023-05", "--until", "2021", "--kb", kb)
    assert code == 2 and not out and err == "错误：起始日期 2023-05 晚于截止日期 2021，没有这样的文件；请把 --since 和 --until 对调\n"
    assert output(capsys, "search", "老年助餐", "--since", "2022-05", "--until", "2022", "--kb", kb)[0] == 0


def test_an_offset_behind_the_last_hit_is_told(kb: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = output(capsys, "search", "老年助餐", "--offset", "9999", "--kb", kb)
    assert code == 1 and err.startswith("第 9999 条以后没有了，共 ") and err.count("\n") == 1


def test_the_tasks_of_a_role_are_counted_beside_all(kb: str, capsys: pytest.CaptureFixture[str]) -> None:
    every = output(capsys, "tasks", "谷禾市民政局", "--kb", kb)[1].splitlines()[1]
    for role, name in (("lead", "牵头"), ("responsible", "责任")):
        listed = output(capsys, "tasks", "谷禾市民政局", "--role", role, "--kb", kb)[1]
        count = listed.count(f"\n  [{name}] ")
        assert f"\n列出 {count} 项（{name}）；不分角色{every}\n" in listed and f"{name} {count} 项" in every
    none = output(capsys, "tasks", "谷禾市财政局", "--role", "lead", "--kb", kb)[1]
    assert "[牵头]" in none or "列出 0 项，没有这一角色的任务；不分角色共 " in none


def test_places_without_permission_are_told_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "不许看's.txt"
    file.write_text("关于修路的意见\n", encoding="utf-8")
    monkeypatch.setattr(os, "access", lambda *_: False)
    for args in (["build", str(file)], ["add", str(tmp_path)], ["restore", str(file)], ["export", str(tmp_path)], ["graph", "--out", str(file)]):
        code, out, err = output(capsys, *args)
        assert code == 2 and not out and err == f"错误：{args[-1]}：没有权限读取；请检查权限，或换一个位置\n"

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(generations, "_read_pointer", refused)
    assert output(capsys, "docs", "--kb", str(tmp_path)) == (3, "", f"错误：{tmp_path}：没有权限读取这里的知识库；请检查权限，或用 --kb 指明位置\n")
    monkeypatch.undo()
    monkeypatch.setattr(Path, "is_dir", refused)
    assert output(capsys, "restore", str(file)) == (2, "", f"错误：{file}：没有权限；请检查权限，或换一个位置\n")


@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        ("units.csv", "林业,department,county", "应有 10 列，实为 3 列"),
        ("units.csv", "林业,怪,county,林业局,,,,,,", "类别“怪”不认识"),
        ("regions.csv", "云台郡,planet,中国,,", "“云台郡”的级别“planet”不在"),
        ("synonyms.csv", "只有一个词", "应有 3 列，实为 1 列"),
    ],
)
def test_a_bad_row_of_ones_own_is_told_with_the_whole_path(tmp_path: Path, name: str, row: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    shipped = (ROOT / "corpus" / "data" / name) if name == "regions.csv" else ROOT / "kb" / "data" / name
    (tmp_path / "表").mkdir()
    own = tmp_path / "表" / name
    own.write_text(f"{shipped.read_text(encoding='utf-8').rstrip()}\n{row}\n", encoding="utf-8")
    line = len(own.read_text(encoding="utf-8").splitlines())
    code, out, err = output(capsys, "build", str(ROOT / "corpus" / "06-省工作要点.txt"), "--data", str(own.parent), "--kb", str(tmp_path / "kb"), "--quiet")
    assert code == 2 and not out and err.startswith(f"错误：{own}:{line}：{said}") and err.count("\n") == 1 and err.count(name) == 1


def test_an_interruption_while_the_modules_are_read_gives_one_line() -> None:
    script = """
import sys
from importlib.abc import MetaPathFinder
class Interrupted(MetaPathFinder):
    def find_spec(self, name, *_):
        if name == "click":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
from cli.entry import main
main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "已中断；原有的知识库没有改动\n")


def test_why_a_short_clause_has_no_source_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, home = tmp_path / "乐山市护林工作方案.txt", str(tmp_path / "kb")
    file.write_text("乐山市护林工作方案\n一、巡护\n（一）开展巡护。各村要定期开展巡护，及时上报火情，落实看护责任。\n（二）修路。\n二、附则\n本方案自2023年1月1日起施行，有效期三年。\n", encoding="utf-8")
    assert run(["build", str(file), "--kb", home, "--quiet"]) == 0
    (document,) = Library(Path(home)).documents()
    told = {path: output(capsys, "trace", f"{document['id']}#{path}", "--kb", home)[1] for path in ("一/（一）", "一/（二）", "二", "一")}
    assert [path for path, text in told.items() if "不单独追溯" in text] == ["一/（二）", "二"] and f"可追溯它的上一级 {document['id']}#一" in told["一/（二）"]
