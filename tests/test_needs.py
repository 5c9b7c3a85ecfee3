"""What a long query asks for: the rarest of its words, a bound on what is looked for besides, and said so."""

import random
from pathlib import Path

import pytest
import support_search
from support_search import ENGINES

from index.engines.protocol import And, AnyOf, Or, Phrase
from index.matching.needs import MOST, MOST_NEAR, Means, at_most, needs_of
from index.matching.plan import all_of, any_of
from index.search import search_records

KNOWN = {"茶园": 3, "园改": 2, "改造": 5, "的": 90}


def means(looked: list[str]) -> Means:
    """Words of two characters; the counts of KNOWN, of other texts the length of their first character's code."""

    def near(text: str) -> tuple[str, ...]:
        looked.append(text)
        return ()

    def cut(text: str) -> list[str]:
        return [text[i : i + 2] for i in range(0, len(text), 2)]

    return Means(cut, lambda text: KNOWN.get(text, 0), near, 1000, frozenset())


def test_at_most_is_the_rarest_pair() -> None:
    assert at_most("茶园改造", means([])) == 2 and at_most("的", means([])) == 90 and at_most("茶园地", means([])) == 0


@pytest.mark.parametrize("spaced", [True, False])
def test_of_a_long_query_the_rarest_words_count(spaced: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [chr(0x5000 + 2 * i) + chr(0x5001 + 2 * i) for i in range(MOST + 30)]
    for i, word in enumerate(words):
        monkeypatch.setitem(KNOWN, word, 10 + (i * 37) % 90 if i % 10 else 0)
    found = needs_of(words if spaced else ["".join(words)], means([]))
    kept = [need.text for need in found.needs if need.kind != "whole"]
    assert found.words == MOST + 30 and len(kept) == MOST and kept == [word for word in words if word in kept]
    left = [word for word in words if word not in kept]
    assert all(KNOWN[word] for word in kept), "what is nowhere goes first"
    assert max(KNOWN[word] for word in kept) <= min(KNOWN[word] or 1000 for word in left)
    assert found.sentence is not spaced and (spaced or found.needs[-1].kind == "whole")


def test_of_a_short_query_all_words_count() -> None:
    looked: list[str] = []
    words = [chr(0x6000 + 2 * i) + chr(0x6001 + 2 * i) for i in range(MOST)]
    found = needs_of(words, means(looked))
    assert [need.text for need in found.needs] == words and not found.words
    assert looked == words[:MOST_NEAR], "near forms are looked for of the first"


def test_documents_are_asked_for_once() -> None:
    one, other, phrase = AnyOf("doc", ("1", "2", "3")), AnyOf("doc", ("3", "2", "9")), Phrase("text", ("茶",))
    assert all_of((one, phrase, other)) == And((phrase, AnyOf("doc", ("2", "3"))))
    assert any_of((one, phrase, other)) == Or((phrase, AnyOf("doc", ("1", "2", "3", "9"))))
    assert all_of((phrase,)) == And((phrase,)) and any_of((phrase, AnyOf("kind", ("row",)))) == Or((phrase, AnyOf("kind", ("row",))))
    assert all_of((one, AnyOf("doc", ("7",)))) == And((AnyOf("doc", ()),)), "no document is both"


def test_a_pasted_page_finds_its_clauses_and_says_what_counted(tmp_path: Path) -> None:
    texts = [text for rows in support_search.TEXTS.values() for _, kind, text in rows if kind == "item"]
    page = "\n".join(random.Random(2).sample(texts, len(texts)))
    answers = []
    for name in ENGINES:
        opened = support_search.indexed(tmp_path / name, name)
        found = search_records(*opened, page)
        assert found["expanded"][0].endswith(f"只按其中最少见的 {MOST} 个查找") and found["total"] > 5
        answers.append([hit["id"] for hit in found["hits"]])
        few = search_records(*opened, texts[0])
        assert not any("最少见" in said for said in few["expanded"]) and few["hits"][0]["text"] == texts[0]
    assert all(each == answers[0] for each in answers)
