"""Saved web pages: the document without the page around it, tables kept, in time that grows with the length alone."""

import sys
import tomllib
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from support_files import html

from kb.errors import UnreadableFile
from kb.formats import html_tree
from kb.formats.html import read
from kb.formats.html_tree import parse, tokens
from kb.tables import settings

CASES = tomllib.loads((Path(__file__).parent / "cases" / "html.toml").read_text(encoding="utf-8"))["case"]
TITLE = "关于做好救灾工作的通知"


def lines(data: bytes) -> list[str]:
    return read(data, "甲.html")[0].removesuffix("\n").split("\n")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_pages(case: dict) -> None:  # type: ignore[type-arg]
    if "page" in case:
        assert lines(case["page"].encode()) == case["lines"]
    else:
        assert lines(html(case["body"], title=TITLE)) == [TITLE, *case["lines"]]


def test_a_page_as_sites_show_it() -> None:
    data = html(f"<p>{TITLE}</p><p>一、甲。</p>", TITLE, {"索 引 号": "A1/2022", "发文字号": "民发〔2022〕3号", "成文日期": "2022年5月6日"})
    assert lines(data) == ["索引号：A1/2022", "发文字号：民发〔2022〕3号", "成文日期：2022年5月6日", TITLE, "一、甲。"]


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16"])
def test_encodings(encoding: str) -> None:
    data = html("<p>一、辦理程序</p><p>於十日內辦理。</p>", "關於辦理救助工作的通知", site="網站").decode().replace("当前位置", "位置").replace("要闻", "新聞")
    for simplified, traditional in (("首页", "首頁"), ("政务公开", "公開"), ("脚本", "x"), ("来源：本网　发布时间", "來源"), ("字体", "字體"), ("打印", "列印"), ("主办单位：示例政府网　网站标识码", "主辦單位")):
        data = data.replace(simplified, traditional)
    found = read(data.encode(encoding), "甲.html")
    assert "一、辦理程序\n於十日內辦理。" in found[0]
    assert found[1] == {"utf-16": "utf-16-le"}.get(encoding, encoding)


def test_what_the_page_says_of_itself_counts_last() -> None:
    page = '<meta charset="shift_jis"><p>通則</p><p>ﾃｽﾄ第一条について</p>' * 30
    assert read(page.encode("shift_jis"), "甲.html")[1] == "shift_jis"
    lying = f'<meta charset="big5"><p>{TITLE}</p><p>一、甲。</p>'
    assert read(lying.encode(), "甲.html")[1] == "utf-8"


HOSTILE = (
    ["<", "<!", "<!--", "</", "<a ", '<a b="', "<a b='x", "<p>", "<div>", "</p>", "<table><tr><td>", "<b><i>", "&#", "&amp", "<![CDATA[",
     "<script>", "<ol><li>", "<a>", "<td rowspan=9999 colspan=9999>x", "<?", "<a <a=", "\x00", "<title>", "<li><ul>",
     "<p hidden>x</p>", "x<script></script>", "<p class=nav>x</p>", "<br>x<input hidden>", "<tr>", "<a href=x>x</a>", "<pre>x</pre>"]
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_markup_takes_more_than_linear_work(piece: str) -> None:
    """Counted, not timed: the tokens of a page twice as long are no more than twice as many, and it can be read."""
    small, large = (sum(1 for _ in tokens(piece * count)) for count in (500, 1000))
    assert large <= 2 * small + 2
    try:
        read((f"<p>一、甲。做好工作。</p>{piece * 5000}").encode(), "甲.html")
    except UnreadableFile as error:
        assert error.message


def steps(data: bytes) -> int:
    """How many lines of Python reading a page takes, those of bs4 included."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read(data, "甲.html")
    except UnreadableFile:
        pass
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("piece", HOSTILE)
def test_reading_takes_no_more_than_linear_work(piece: str) -> None:
    """Three times the page, three times the lines of Python run: nothing is looked for among all siblings, nothing again."""
    page = f"<p>一、甲。做好工作。</p>{piece * 110}"  # more than the depth limit, so that nesting has ended
    small, large = steps(page.encode()), steps((page + piece * 220).encode())
    assert large <= 3.2 * small


def test_the_tree_is_that_of_beautifulsoup() -> None:
    tree = parse("<p class='a b'>一、甲<p>二、乙<!-- 注 --><script>x</script>丙</x> &lt; 丁<ruby>字<rt>zì</rt></ruby>", "甲.html")
    assert isinstance(tree, BeautifulSoup)
    assert {type(node) for node in tree.descendants} == {Tag, NavigableString}
    assert [p.get_text() for p in tree.find_all("p")] == ["一、甲", "二、乙丙 < 丁字zì"]
    assert [p.parent is tree for p in tree.find_all("p")] == [True, True]


def test_a_page_of_one_word_gives_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    assert lines("通知.html".encode()) == ["通知.html"]
    assert not recwarn.list


def test_depth_and_number_of_elements_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "底" in parse("<div>" * 5000 + "底", "甲.html").get_text()
    assert max(len(list(node.parents)) for node in parse("<div>" * 5000 + "底", "甲.html").descendants) <= settings("limits")["html"]["max_depth"]
    fewer = {"html": settings("limits")["html"] | {"max_elements": 3000}}
    monkeypatch.setattr(html_tree, "settings", lambda name: fewer)
    parse("<b>" * 3000, "甲.html")
    with pytest.raises(UnreadableFile, match="网页元素多于 3000 个") as refused:
        parse("<b>" * 3001, "甲.html")
    assert refused.value.place == "甲.html"


def test_size_is_limited() -> None:
    with pytest.raises(UnreadableFile, match="超过大小上限"):
        read(b"<p>" + b"a" * 11_000_000, "甲.html")
