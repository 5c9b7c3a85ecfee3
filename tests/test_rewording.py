"""What a question writes otherwise than the texts: numbers in words, names with a word that says nothing, words that name nothing."""

from pathlib import Path

import pytest

from index.matching.rewording import in_figures, with_names
from index.matter.oneness import in_passing
from index.matter.parts import Part, Topic, partly
from index.words import WordsFile, save, with_own_words

TEXT = "茶园机采率达到60%以上，培训期不少于3个月，每户补助两头，供应标准地5宗"


def frequency(text: str) -> int:
    return TEXT.count(text)


@pytest.mark.parametrize(
    ("asked", "as_printed"),
    [
        ("机采率六成", "机采率60%"),
        ("培训三个月", "培训3个月"),
        ("机采率七成", "机采率七成"),  # 70% is nowhere
        ("补助两头", "补助两头"),
        ("两头", "两头"),
        ("一事一议", "一事一议"),
        ("", ""),
    ],
)
def test_numbers_are_put_as_the_texts_have_them(asked: str, as_printed: str) -> None:
    assert in_figures(asked, frequency) == as_printed


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        (["标准", "地", "供应"], ["标准地", "供应"]),
        (["标准", "的", "供应"], ["标准", "的", "供应"]),
        (["标准", "厂", "房"], ["标准", "厂", "房"]),  # 标准厂 is nowhere
        (["供应", "地"], ["供应", "地"]),  # a word that says something stands by itself
        ([], []),
    ],
)
def test_a_word_that_says_nothing_may_begin_a_name(words: list[str], joined: list[str]) -> None:
    assert with_names(words, {"标准"}, frequency) == joined


def test_the_dictionary_knows_what_names_something(tmp_path: Path) -> None:
    words, _ = with_own_words(("采茶机", "打包"))
    save(words, tmp_path / "words.txt")
    filed = WordsFile(tmp_path / "words.txt")
    assert all(map(filed.is_name, ("幼儿园", "采茶机", "打包")))  # own words are names, whatever the dictionary says
    assert not any(map(filed.is_name, ("进去", "出来", "儿落", "")))
    assert filed.look("进去") == words.look("进去") and filed.look("幼儿园")


@pytest.mark.parametrize(
    ("topic", "text", "passing"),
    [
        ("种业发展", "做好粮食储备、种业发展、灌区改造等重点领域的金融服务。", True),
        ("种业发展", "抓好种业发展、灌区改造等重点工作。", False),
        ("种业发展", "推进种业发展。做好种业发展等领域的金融服务。", False),
        ("金融服务", "做好种业发展等领域的金融服务。", False),
        ("种业发展", "做好粮食储备。", False),
    ],
)
def test_what_is_only_an_example_is_not_the_matter(topic: str, text: str, passing: bool) -> None:
    assert in_passing(Topic(topic, (topic,), (), ()), text) is passing


def test_words_that_only_say_that_something_is_done_make_no_compound() -> None:
    part = Part("营养改善计划", (), 5.0, True)
    assert partly(part, "改善学校条件，落实培训计划", "") == 0.0
    assert partly(part, "实施营养改善行动", "") > 0.0
