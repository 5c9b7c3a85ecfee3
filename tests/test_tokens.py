"""Bare text, its places, and words: jieba, rjieba and the file of the index cut alike."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import read_terms
from index.matching.synonyms import read_lookalikes, read_synonyms
from index.tokens import (
    bare,
    bare_with_places,
    bigrams,
    grams,
    same_but_quotes,
    simplified,
    spaced_bigrams,
)
from index.words import WordsFile, cutter, fast_words, save, with_own_words
from kb.errors import DataError, KnowledgeBaseError
from kb.scripts import read_traditional
from kb.tables import TableRow
from tests.soak.files import replaced

TEXTS = (
    "清溪县住房和城乡建设局牵头，县财政局、县乡村振兴局配合，健全防返贫动态监测机制。",
    "到2025年，茶园面积稳定在18.5万亩以上，加工率达到90%，新增5G基站36座",
    "第二十三条 违反本法第十三条规定的，处五千元以上三万元以下罚款；",
    "对低保户、特困人员、脱贫不稳定户开展“一户一策”帮扶ABCabc",
    "研究生命的起源，长春市长春药店，结婚的和尚未结婚的",
)


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("“快递 进村”（ＡＢ）", "快递进村(ab)", "marks and spaces dropped, width and case folded"),
        ("粤农组[２０２１]10号", "粤农组〔2021〕10号", "one kind of brackets"),
        ("醫療救助", "医疗救助", "traditional characters"),
        ("①强化 ㎡", "1强化m2", "compatibility characters, even to two"),
        ("到\n 2025 年—2030年", "到2025年-2030年", "lines, spaces, dashes"),
        ("**第五条**·総", "第五条総", "Markdown and middle dots"),
        ("著作权", "著作权", "著 is no variant here"),
        ("\ud800低\x00保\u200b", "低保", "what is no character"),
        ("𠮷林", "𠮷林", "characters beyond the basic plane"),
        ("", "", "nothing"),
    ],
)
def test_bare(text: str, expected: str, why: str) -> None:
    assert bare(text) == expected, why


@settings(max_examples=300, derandomize=True)
@given(st.text(alphabet=st.characters(), max_size=80))
def test_places_point_at_what_they_come_from(text: str) -> None:
    characters, places = bare_with_places(text)
    assert characters == bare(text) and len(places) == len(characters)
    assert places == sorted(places)
    assert all(characters[i] in bare(text[place]) for i, place in enumerate(places))
    assert bare(characters) == characters, "folding twice changes nothing"


def test_tokens_of_a_text() -> None:
    assert bigrams("防返贫") == ["防返", "返贫", "贫"]
    assert bigrams("") == []
    assert grams("县,乡村") == ["县", "乡", "村", "乡村"], "no pair over a comma"
    assert same_but_quotes("“甲」 乙") == '"甲"乙'


@settings(max_examples=200, derandomize=True)
@given(st.text(alphabet="防返贫，。a1𠮷\ud800", max_size=60))
def test_bigrams_with_spaces_are_the_same(text: str) -> None:
    assert spaced_bigrams(text) == " ".join(bigrams(text))


@settings(max_examples=200, derandomize=True)
@given(st.text(alphabet="防返贫，。a1 “”", max_size=30))
def test_pairs_of_letters_are_among_the_ranked_tokens(text: str) -> None:
    """What index/engines/protocol.py promises to engines."""
    ranked = set(grams(bare(text)))
    for token in bigrams(bare(text)):
        assert token in ranked if token.isalnum() else all(c in ranked for c in token if c.isalnum())


OWN = ("防返贫", "县住建局", "住房和城乡建设局", "脱贫不稳定户", "一户一策", "茶", "A类单位")


def test_words_are_the_same_in_all_forms(tmp_path: Path) -> None:
    words, own = with_own_words(OWN)
    save(words, tmp_path / "words.txt")
    plain, fast, filed = cutter(words), fast_words(words, own), cutter(WordsFile(tmp_path / "words.txt"))
    seeded = random.Random(7)
    pool = "".join(TEXTS)
    mixed = ["".join(seeded.choice(pool) for _ in range(40)) for _ in range(60)]
    for text in (*map(bare, TEXTS), *mixed):
        assert plain(text) == filed(text) and sorted(plain(text)) == sorted(fast(text).split()), text
    assert "县住建局" in plain("清溪县住建局牵头") and "防返贫" in plain("健全防返贫机制")


def test_words_are_those_of_jieba(tmp_path: Path) -> None:
    import jieba

    words, _ = with_own_words(())
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path)
    jieba.setLogLevel(60)
    cut = cutter(words)
    for text in TEXTS:
        han = "".join(c if "\u4e00" <= c <= "\u9fff" else "\n" for c in text)
        assert [w for w in cut(han)] == [w for w in tokenizer.cut(han, HMM=False) if w.strip()]


def test_a_damaged_word_file_is_said(tmp_path: Path) -> None:
    for content in (b"", b"total x\n", b"\xff\xff\xff"):
        replaced(tmp_path / "words.txt", content)
        with pytest.raises(KnowledgeBaseError, match="词表"):
            WordsFile(tmp_path / "words.txt")


def test_modules_import_no_third_party_package() -> None:
    code = "import index.search, sys; print([m for m in ('jieba', 'rjieba', 'whoosh', 'tantivy', 'networkx') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parent.parent, check=True)
    assert done.stdout.strip() == "[]"


def rows(columns: str, *lines: str) -> tuple[TableRow, ...]:
    names = columns.split(",")
    return tuple(TableRow(dict(zip(names, line.split(","), strict=True)), f"t.csv:{n}") for n, line in enumerate(lines, 2))


def test_traditional_table() -> None:
    assert simplified()["醫"] == "医"
    assert read_traditional(rows("simplified,traditional", "台,臺檯", "后,後")) == {"臺": "台", "檯": "台", "後": "后"}


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (("医生,醫",), "一个简体字"),
        (("医,",), "一个简体字"),
        (("医,醫", "医,毉"), "出现两次"),
        (("医,醫醫",), "重复"),
        (("医,醫", "以,医"), "既作简体又作繁体"),
    ],
)
def test_traditional_table_rules(lines: tuple[str, ...], says: str) -> None:
    with pytest.raises(DataError, match=says):
        read_traditional(rows("simplified,traditional", *lines))


@pytest.mark.parametrize(
    ("line", "says"),
    [("低保|最低生活保障,+,", "way 应为"), ("低保,=,", "两个以上"), ("低保|低保,=,", "两个以上"), ("低保|保,=,", "两个以上")],
)
def test_synonym_table_rules(line: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        read_synonyms(rows("words,way,note", line))


def test_ways_of_synonyms() -> None:
    found = read_synonyms(rows("words,way,note", "甲一|甲二,=,", "乙一|乙二|乙三,>,", "丙一|丙二,~,", "甲一|甲二,~,"))
    kinds = {(word, other.text): other.kind for word, others in found.items() for other in others}
    assert kinds[("甲一", "甲二")] == kinds[("甲二", "甲一")] == "synonym", "a name of the same thing stays one"
    assert kinds[("乙一", "乙三")] == "related" and ("乙二", "乙一") not in kinds
    assert kinds[("丙二", "丙一")] == "related"


@pytest.mark.parametrize("line", ["挟贫,扶,", "挟贫,挟贫,", "挟,扶,"])
def test_lookalike_table_rules(line: str) -> None:
    with pytest.raises(DataError, match="等长"):
        read_lookalikes(rows("printed,meant,note", line))


@pytest.mark.parametrize("lines", [("茶,",), ("防返贫,", "防返贫,")])
def test_term_table_rules(lines: tuple[str, ...]) -> None:
    with pytest.raises(DataError, match="太短或重复"):
        read_terms(rows("term,note", *lines))
