"""After a change of some files a store is what it would be if written anew, and only what the change touches is traced."""

from __future__ import annotations

import pickle
import random
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import kb.relinking
from kb.model import Clause, Document, Problem, Records
from kb.pipeline import FileRecords, gather, link, read_and_parse
from kb.reading import find_files
from kb.relinking import amendment
from kb.saving import NoRoom, amend, save
from kb.spans import cut
from kb.store import FILE, Store


@pytest.fixture(scope="module")
def files() -> list[FileRecords]:
    """Some files of the sample corpus, parsed, and one that could not be read."""
    found, _ = find_files([Path(__file__).parent.parent / "corpus"])
    read = [read_and_parse(path, name) for path, name in found if path.suffix == ".txt"]
    return [*read, FileRecords(problems=(Problem("坏.pdf", "加密文件"),))]


def test_records_come_from_another_process_as_they_were(files: list[FileRecords]) -> None:
    assert pickle.loads(pickle.dumps(files)) == files


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that were traced since."""
    seen: list[str] = []
    original = kb.relinking.trace

    def watch(documents: Sequence[Document], clauses: object, plan: dict[str, object], prints: object) -> object:
        seen.extend(plan)
        return original(documents, clauses, plan, prints)  # type: ignore[arg-type]

    monkeypatch.setattr(kb.relinking, "trace", watch)
    return seen


def written(files: Sequence[FileRecords], folder: Path) -> tuple[Path, Records]:
    folder.mkdir(exist_ok=True)
    (folder / FILE).unlink(missing_ok=True)
    records = link(gather(files))
    save(records, folder / FILE, {})
    return folder / FILE, records


def changed(path: Path, new: Sequence[FileRecords], gone: Collection[str]) -> Records:
    """The records of a store after a change in place."""
    store = Store(path)
    change = amendment(store, new, gone)
    store.close()
    amend(path, change)
    store = Store(path)
    assert store.is_whole()
    records = store.records()
    store.close()
    return records


def name(part: FileRecords) -> str:
    return part.source.file if part.source else part.problems[0].file


def digest(path: Path) -> str:
    store = Store(path)
    store.close()
    return store.meta["digest"]


def halved(clause: Clause) -> Clause:
    half = len(clause.text) // 2
    return replace(clause, text=clause.text[:half], spans=cut(clause.spans, 0, half))


def test_every_file_can_come_and_go(files: list[FileRecords], traced: list[str], tmp_path: Path) -> None:
    every, whole = written(files, tmp_path / "every")
    told = digest(every)
    for at, part in enumerate(files):
        fewer, alone = written(files[:at] + files[at + 1 :], tmp_path / "fewer")
        expected = digest(fewer)
        assert changed(every, [], {name(part)}) == alone, name(part)
        assert digest(every) == expected
        traced.clear()
        assert changed(every, [part], {name(part)}) == whole, name(part)
        assert digest(every) == told
        assert len(traced) < len(whole.documents)


def test_in_any_order(files: list[FileRecords], tmp_path: Path) -> None:
    rng = random.Random(5)
    parts = files[:]
    rng.shuffle(parts)
    path, _ = written(parts[:2], tmp_path / "kb")
    held = {name(p): p for p in parts[:2]}
    for _ in range(12):
        gone = set(rng.sample(sorted(held), rng.randint(0, min(2, len(held) - 1))))
        new = rng.sample(parts, rng.randint(0, 3))
        gone |= {name(p) for p in new}
        now = {f: p for f, p in held.items() if f not in gone} | {name(p): p for p in new}
        if not any(p.source for p in now.values()):
            continue
        held = now
        expected, records = written(list(held.values()), tmp_path / "anew")
        assert changed(path, new, gone) == records
        assert digest(path) == digest(expected)


def test_what_rests_on_a_changed_text_is_traced_anew(files: list[FileRecords], traced: list[str], tmp_path: Path) -> None:
    path, every = written(files, tmp_path / "kb")
    upper = next(d for d in every.documents if any(x.target.startswith(f"{d.id}#") for x in every.links))
    number = next(n for n, f in enumerate(files) if upper in f.documents)
    texts = tuple(halved(c) if c.document == upper.id else c for c in files[number].clauses)
    other = replace(files[number], clauses=texts)
    _, alone = written([*files[:number], other, *files[number + 1 :]], tmp_path / "anew")
    assert alone.links != every.links
    assert changed(path, [other], {upper.file}) == alone
    assert traced


def test_a_full_gap_says_so_and_changes_nothing(files: list[FileRecords], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.saving.ROOM", 1)
    path, _ = written([files[0], files[2]], tmp_path / "kb")
    before = path.read_bytes()
    store = Store(path)
    change = amendment(store, [files[1]], set())
    store.close()
    with pytest.raises(NoRoom):
        amend(path, change)
    assert path.read_bytes() == before


def test_rows_of_no_file_are_noticed(files: list[FileRecords], tmp_path: Path) -> None:
    path, _ = written(files[:2], tmp_path / "kb")
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO locals VALUES (1, 'a#1', 'x', '0-1')")
    connection.commit()
    connection.close()
    store = Store(path)
    assert not store.is_whole()
    store.close()


def test_rows_beyond_the_room_of_a_file_disturb_no_other(files: list[FileRecords], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may have more rows than numbers are kept for: what comes beside it keeps away, or the store is written anew."""
    monkeypatch.setattr("kb.saving.SPARE", 1)
    monkeypatch.setattr("kb.saving.EACH", 1)
    expected, whole = written(files[:4], tmp_path / "anew")
    told, outcomes = digest(expected), set()
    for room in (60, 80, 100, 130, 4000):
        monkeypatch.setattr("kb.saving.ROOM", room)
        for at in (1, 2):
            path, _ = written(files[:at] + files[at + 1 : 4], tmp_path / "kb")
            try:
                assert changed(path, [files[at]], set()) == whole
                assert digest(path) == told
                outcomes.add("in place")
            except NoRoom:
                outcomes.add("anew")
    assert outcomes == {"in place", "anew"}


def test_what_left_is_no_more_in_the_file(files: list[FileRecords], tmp_path: Path) -> None:
    path, _ = written(files[:3], tmp_path / "kb")
    text = max((c.text for c in files[1].clauses), key=len).encode()[:60]
    assert text in path.read_bytes()
    changed(path, [], {name(files[1])})
    assert text not in path.read_bytes()
