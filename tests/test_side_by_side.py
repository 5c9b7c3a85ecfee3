"""Questions that set documents beside each other, each called by its year, issuer, number, matter or as the other one, over invented papers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library, build

PAPERS = Path(__file__).parent / "cases" / "side_by_side"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("beside") / "kb"
    build([PAPERS], home)
    found = Library(home)
    yield found
    found.close()


@pytest.mark.parametrize("question, held", [
    ("2020年国家古树巡查文件和2021年那份，巡查范围的表述有什么变化", ("三百年", "一百年")),
    ("2020年那份古树巡查指导意见同2021年的相比，救护方式怎么变的", ("拉纤", "会诊")),
    ("2020年全国绿委会的古树文件和2021年林草局文件，巡查范围的口径怎么变的", ("三百年", "一百年")),
    ("古树巡查指导意见前后两版（2020年、2021年）在救护方式上有哪些调整", ("拉纤", "会诊")),
    ("2020年和2021年的古树巡查指导意见，巡查范围有什么变化", ("三百年", "一百年")),
    ("云南古树认养“十条”同后来的实施意见，在认养收益上有什么不同", ("四成", "六成")),
    ("云林联2号文和15号文，认养期限怎么写的", ("三年", "五年")),
    ("巡查对象规模：全绿发〔2020〕6号与玉溪古树巡查方案规定一致吗", ("两成左右", "不设规模限制")),
    ("认养期限，云南十条意见和实施意见怎么规定", ("三年", "五年")),
    ("认养期限，十条里怎么写，2021年12月的实施意见怎么写", ("三年", "五年")),
    ("全绿发〔2020〕6号和林生发〔2021〕9号，谁负责巡查的写法区别", ("由乡镇", "由村")),
    ("国家2021年的古树意见与玉溪方案，倾斜古树怎么救护，说法一样吗", ("会诊", "当日上报")),
])  # fmt: skip
def test_each_side_is_told(question: str, held: tuple[str, ...], library: Library) -> None:
    said = library.ask(question)
    assert said["answered"], said["reason"]
    assert said["kind"] == "compare"
    assert [part for part in held if part not in said["answer"]] == []


@pytest.mark.parametrize("question", ["玉溪古树巡查方案依据什么制定的", "玉溪古树巡查方案落实的是国家哪份文件", "玉溪古树巡查方案制定的依据文件是哪些", "玉溪古树巡查方案是落实国家哪份文件"])
def test_what_a_document_as_a_whole_rests_on(question: str, library: Library) -> None:
    said = library.ask(question)
    assert said["kind"] == "source" and "依据的是《国家林业和草原局关于健全古树巡查和救护机制的指导意见》" in said["answer"], said["reason"]


@pytest.mark.parametrize("question, held", [
    ("云南古树认养的新旧规定不一致时按哪个", "以本实施意见为准"),
    ("老的古树名木认养管理办法还能用吗", "云林发〔2016〕3号）同时废止"),
    ("省政府令第228号什么时候施行", "自2023年3月1日起施行"),
    ("云林联〔2021〕15号管到哪年", "自2022年1月1日起执行"),
    ("云南古树认养规定跟以前的冲突了听谁的", "以本实施意见为准"),
])  # fmt: skip
def test_which_paper_holds(question: str, held: str, library: Library) -> None:
    said = library.ask(question)
    assert said["kind"] == "document" and held in said["answer"], said["reason"]


@pytest.mark.parametrize("question", [
    "老的古树砍伐管理办法还能用吗",
    "省政府令第77号什么时候施行",
    "玉溪古树巡查的新旧规定不一致时按哪个",
    "2020年国家古树巡查文件和2018年那份，巡查范围有什么变化",
    "云南古树认养“十条”同后来的实施意见，在保险理赔上有什么不同",
    "2020年国家古树巡查文件和2021年那份，停车收费的表述有什么变化",
])  # fmt: skip
def test_what_is_not_there_is_refused(question: str, library: Library) -> None:
    assert not library.ask(question)["answered"]
