"""Both engines against a plain reading of the trees and of BM25, and against each other."""

import math
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from support_search import ENGINES

from index.engines.choice import engine
from index.engines.protocol import (
    And,
    AnyOf,
    Begins,
    Everything,
    Not,
    Nothing,
    Or,
    Phrase,
    RankTerm,
    Searcher,
    Tree,
    length_steps,
    rounded_length,
)
from index.tokens import bare, bigrams
from kb.errors import KnowledgeBaseError, UsageError
from tests.soak.files import replaced

ALPHABET = "茶园农改造加工，。（）12ab"
COUNT = 180


def _texts() -> list[str]:
    seeded = random.Random(11)
    return ["".join(seeded.choice(ALPHABET) for _ in range(seeded.choice((0, 1, 3, 12, 30, 90)))) for _ in range(COUNT)]


TEXTS = [bare(text) for text in _texts()]
FIELDS = [
    {
        "pairs": bigrams(text), "characters": list(text), "words": list(text), "own": bigrams(text[3:]) if n % 3 else [],
        "head": bigrams(text[:6]), "doc": [str(n // 10)], "kind": ["row", "task"] if n % 2 else ["item"], "unit": [f"单位{n % 4}"] if n % 5 else [],
    }
    for n, text in enumerate(TEXTS)
]  # fmt: skip


def made(name: str, folder: Path, numbers: Sequence[int]) -> Searcher:
    """An index of the entries under these numbers."""
    writer = engine(name).create(folder)
    for number, fields in zip(numbers, FIELDS, strict=True):
        writer.add(number, fields)
    writer.commit()
    return engine(name).open_index(folder)


@pytest.fixture(scope="module", params=ENGINES)
def searcher(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return made(request.param, tmp_path_factory.mktemp(request.param) / "engine", range(COUNT))


def matches(tree: Tree, fields: dict[str, list[str]]) -> bool:
    """What a tree means, entry by entry."""
    match tree:
        case AnyOf(field, tokens):
            return bool(set(tokens) & set(fields.get(field, ())))
        case Phrase(field, tokens):
            held = fields.get(field, [])
            return any(tuple(held[i : i + len(tokens)]) == tokens for i in range(len(held)))
        case Begins(field, head):
            return any(token.startswith(head) for token in fields.get(field, ()))
        case And(parts):
            return all(matches(part, fields) for part in parts)
        case Or(parts, least):
            return sum(matches(part, fields) for part in parts) >= least
        case Not(part):
            return not matches(part, fields)
        case Everything():
            return True
        case Nothing():
            return False


def leaf(seeded: random.Random) -> Tree:
    text = seeded.choice([t for t in TEXTS if len(t) > 4])
    at, size = seeded.randrange(len(text) - 3), seeded.choice((2, 2, 3, 4, 6))
    tokens = tuple(bigrams(text[at : at + size])[:-1])
    field = seeded.choice(("pairs", "pairs", "pairs", "own", "head"))
    kind = seeded.random()
    if kind < 0.1:
        return AnyOf(seeded.choice(("doc", "kind", "unit")), tuple(seeded.sample(["1", "2", "3", "row", "task", "单位1", "单位9"], 3)))
    if kind < 0.2:
        return Begins(field, text[at]) if kind < 0.17 else Phrase(field, (text[at],))
    if kind < 0.25:
        return seeded.choice((Everything(), Nothing(), AnyOf("doc", ())))
    return Phrase(field, tokens) if tokens else Nothing()


def tree_of(seeded: random.Random, depth: int) -> Tree:
    kind = seeded.random()
    if depth == 0 or kind < 0.25:
        return leaf(seeded)
    parts = tuple(tree_of(seeded, depth - 1) for _ in range(seeded.choice((1, 2, 3))))
    if kind < 0.5:
        return And(parts)
    if kind < 0.85:
        return Or(parts, seeded.randint(1, len(parts)))
    return Not(parts[0])


def test_trees_mean_what_they_say(searcher: Searcher) -> None:
    seeded = random.Random(23)
    assert searcher.count == COUNT
    for _ in range(400):
        tree = tree_of(seeded, 3)
        expected = [number for number, fields in enumerate(FIELDS) if matches(tree, fields)]
        assert searcher.match(tree) == expected, tree
        assert searcher.total(tree) == len(expected), tree
        assert searcher.first(tree, 7) == (expected[:7], len(expected)), tree


@pytest.mark.parametrize(("dense", "few", "worth"), [(1, 0, 0), (1, 0, 16), (1, 500, 16), (10**6, 0, 0), (20, 1, 1)])
def test_whoosh_takes_any_way_to_the_same(dense: int, few: int, worth: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Common tokens and rare ones, many candidates and few are looked for in different ways; here all of them with every kind."""
    from index.engines import whoosh, whoosh_postings

    for module, name, value in ((whoosh_postings, "DENSE", dense), (whoosh, "FEW", few), (whoosh, "WORTH", worth), (whoosh, "WORTH_ROWS", few), (whoosh, "RARE", few / 100)):
        monkeypatch.setattr(module, name, value)
    found = made("whoosh", tmp_path / "engine", range(COUNT))
    seeded = random.Random(dense + few + worth)
    terms = [RankTerm("characters", "茶", 1.0), RankTerm("pairs", "茶园", 0.5), RankTerm("words", "农", 0.7)]
    scores = [bm25(terms, number) for number in range(COUNT)]
    for _ in range(60):
        tree = tree_of(seeded, 3)
        expected = [number for number, fields in enumerate(FIELDS) if matches(tree, fields)]
        ranked, total = found.best(tree, terms, COUNT)
        assert found.match(tree) == expected and total == len(expected), tree
        assert {number: score for number, score in ranked} == {number: pytest.approx(scores[number], abs=1e-3) for number in expected}


def bm25(terms: list[RankTerm], number: int) -> float:
    score = 0.0
    for term in terms:
        holding = sum(term.token in fields[term.field] for fields in FIELDS)
        times = FIELDS[number][term.field].count(term.token)
        average = sum(len(fields[term.field]) for fields in FIELDS) / COUNT
        if times:
            idf = math.log(1 + (COUNT - holding + 0.5) / (holding + 0.5))
            length = rounded_length(len(FIELDS[number][term.field]))
            score += term.weight * idf * 2.2 * times / (times + 1.2 * (0.25 + 0.75 * length / average))
    return score


def test_scores_are_bm25(searcher: Searcher) -> None:
    seeded = random.Random(5)
    for _ in range(60):
        tokens = seeded.sample(["茶", "园", "茶园", "改造", "12", "加", "b茶", "没有"], 4)
        terms = [RankTerm("pairs" if len(token) > 1 else "characters", token, seeded.choice((1.0, 0.4))) for token in tokens] + [RankTerm("words", "农", 0.5)]
        tree = tree_of(seeded, 1)
        found = searcher.rank(tree, terms, 50)
        assert searcher.best(tree, terms, 50) == (found, searcher.total(tree))
        expected = {number: bm25(terms, number) for number in searcher.match(tree)}
        assert len(found) == min(50, len(expected))
        for number, score in found:
            assert score == pytest.approx(expected[number], abs=1e-3)
        assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
        worst = found[-1][1] if found else 0.0
        assert all(score <= worst + 1e-3 for number, score in expected.items() if number not in dict(found))


@pytest.mark.parametrize("name", ENGINES)
def test_numbers_may_have_gaps(name: str, searcher: Searcher, tmp_path: Path) -> None:
    """Entries come back under the numbers they were given, in the same order and with the same scores."""
    seeded = random.Random(31)
    numbers = sorted({*seeded.sample(range(10**6), COUNT - 4), 0, 2**40, 2**40 + 1, 2**62})
    apart = made(name, tmp_path / "engine", numbers)
    terms = [RankTerm("characters", "茶", 1.0), RankTerm("pairs", "茶园", 0.5), RankTerm("words", "农", 0.7)]
    assert apart.match(Everything()) == numbers and apart.count == COUNT
    for _ in range(60):
        tree = tree_of(seeded, 2)
        assert apart.match(tree) == [numbers[n] for n in searcher.match(tree)]
        first, total = searcher.first(tree, 5)
        assert apart.first(tree, 5) == ([numbers[n] for n in first], total)
        ranked = [(numbers[n], score) for n, score in searcher.rank(tree, terms, 9)]
        assert apart.rank(tree, terms, 9) == [(n, pytest.approx(score, abs=2e-5)) for n, score in ranked]


def test_numbers_must_ascend(tmp_path: Path) -> None:
    writer = engine("whoosh").create(tmp_path / "engine")
    writer.add(5, FIELDS[5])
    for number in (5, 4):
        with pytest.raises(ValueError, match="comes after"):
            writer.add(number, FIELDS[5])


def test_frequencies(searcher: Searcher) -> None:
    for field, token in (("characters", "茶"), ("words", "园"), ("doc", "3"), ("kind", "task"), ("pairs", "没有")):
        assert searcher.frequency(field, token) == sum(token in fields[field] for fields in FIELDS)


def test_steps_of_lengths() -> None:
    steps = length_steps()
    assert len(steps) == 256 and steps[:41] == tuple(range(41)) and steps[-1] == 2013265944
    assert list(steps) == sorted(set(steps))
    assert [rounded_length(n) for n in (0, 40, 41, 43, 1000)] == [0, 40, 40, 42, 984]


@pytest.mark.parametrize("name", ENGINES)
def test_an_empty_index_can_be_asked(name: str, tmp_path: Path) -> None:
    engine(name).create(tmp_path / "engine").commit()
    found = engine(name).open_index(tmp_path / "engine")
    assert found.count == 0 and found.match(Everything()) == [] and found.total(Phrase("pairs", ("茶园",))) == 0
    assert found.rank(Everything(), [RankTerm("characters", "茶", 1.0)], 5) == []
    assert found.best(Everything(), [], 5) == ([], 0) and found.first(Everything(), 5) == ([], 0)


@pytest.mark.parametrize("name", ENGINES)
def test_a_missing_or_damaged_index_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBaseError, match="检索索引"):
        engine(name).open_index(tmp_path / "nowhere")
    writer = engine(name).create(tmp_path / "engine")
    writer.add(0, FIELDS[5])
    writer.commit()
    for path in sorted((tmp_path / "engine").iterdir()):
        replaced(path, b"")
    with pytest.raises(KnowledgeBaseError, match="检索索引"):
        engine(name).open_index(tmp_path / "engine")


class Evil:
    """A value whose pickle makes a file when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("part", ["schema", "segments"])
def test_a_foreign_index_runs_nothing(tmp_path: Path, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """whoosh reads pickles, in which anything to call may be named."""
    import pickle

    from whoosh import index as whoosh_index

    writer = engine("whoosh").create(tmp_path / "engine")
    writer.add(0, FIELDS[5])
    writer.commit()
    assert engine("whoosh").open_index(tmp_path / "engine").count == 1
    (toc,) = (tmp_path / "engine").glob("*.toc")
    evil = Evil(tmp_path / "it ran")
    stock = whoosh_index.open_dir(str(tmp_path / "engine"))
    read = whoosh_index.TOC.read(stock.storage, "MAIN")
    setattr(read, part, evil if part == "segments" else read.schema)
    if part == "schema":
        dumps = pickle.dumps
        monkeypatch.setattr(pickle, "dumps", lambda value, *rest: dumps(evil, *rest))
        monkeypatch.setattr(whoosh_index, "pickle", pickle)
    toc.unlink()
    read.write(stock.storage, "MAIN")
    monkeypatch.undo()
    assert b"touch" in toc.read_bytes()
    with pytest.raises(KnowledgeBaseError, match="检索索引"):
        engine("whoosh").open_index(tmp_path / "engine")
    assert not evil.path.exists()


def test_choice_of_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine().name in ENGINES
    with pytest.raises(UsageError, match="没有检索引擎"):
        engine("lucene")
    from index.engines import tantivy, whoosh

    monkeypatch.setattr(tantivy, "installed", lambda: False)
    assert engine().name == "whoosh"
    with pytest.raises(UsageError, match="没有安装"):
        engine("tantivy")
    monkeypatch.setattr(whoosh, "installed", lambda: False)
    with pytest.raises(UsageError, match="没有安装"):
        engine()
