"""The whoosh engine's own files: sets of entries as bits, postings in a flat file."""

import random
import shutil
from array import array
from collections import Counter
from pathlib import Path

import pytest

from index.engines.whoosh import create, open_index
from index.engines.whoosh_bits import at_least, bits_of, places_of, tally
from index.engines.whoosh_postings import NONE, packed, unpacked
from kb.errors import KnowledgeBaseError
from tests.soak.files import replaced


def some(seeded: random.Random, count: int, most: int) -> list[int]:
    return sorted(seeded.sample(range(count), seeded.randint(0, most)))


def test_bits_are_places() -> None:
    seeded = random.Random(3)
    assert bits_of([], 9) == 0 and places_of(0) == [] and bits_of([0, 3], 9) == 9 and places_of(9) == [0, 3]
    for count in (1, 7, 8, 9, 64, 1000):
        for _ in range(30):
            places = some(seeded, count, count)
            assert places_of(bits_of(places, count)) == places
            assert bits_of(reversed(places), count) == sum(1 << at for at in places)


def test_tally_counts() -> None:
    seeded = random.Random(4)
    for sets in range(12):
        lists = [some(seeded, 50, 50) for _ in range(sets)]
        held = Counter(at for places in lists for at in places)
        digits = tally(bits_of(places, 50) for places in lists)
        for least in range(1, sets + 5):
            assert places_of(at_least(digits, least)) == sorted(at for at, n in held.items() if n >= least)


@pytest.mark.parametrize("most", [1, 2, 255, 256, 65535, 65536, 2**32 - 1])
@pytest.mark.parametrize("held", [1, 30, 31, 32, 500])
def test_postings_come_back(most: int, held: int) -> None:
    seeded = random.Random(most + held)
    count = 1000
    places = array("I", sorted(seeded.sample(range(count), held)))
    times = array("I", [most, *(seeded.randint(1, most) for _ in range(held - 1))])
    file = b"before" + packed(places, times, count) + b"behind"
    found = unpacked(file, 6, held, count)
    assert found.places == places and list(found.both()) == list(zip(places, times, strict=True))
    assert places_of(found.bits) == list(places) and found.dense == (held * 32 > count)


def test_no_postings() -> None:
    assert not NONE.held and not NONE.bits and not NONE.places and not list(NONE.both()) and not NONE.dense


def test_files_cut_off_are_found_when_opened(tmp_path: Path) -> None:
    def made() -> None:
        shutil.rmtree(tmp_path / "engine", ignore_errors=True)
        writer = create(tmp_path / "engine")
        for number in (0, 7, 9):
            writer.add(number, {"characters": ["茶", "园"], "pairs": ["茶园", "园"], "head": ["茶"], "own": ["园"], "kind": ["item"]})
        writer.commit()

    made()
    assert open_index(tmp_path / "engine").frequency("characters", "茶") == 3
    names = sorted(path.name for path in (tmp_path / "engine").iterdir() if path.suffix in (".bin", ".flat", ".lengths", ".starts", ".seg"))
    assert len(names) == 12
    for name in names:
        made()
        (path,) = (tmp_path / "engine").glob("*.seg") if name.endswith(".seg") else [tmp_path / "engine" / name]
        data = path.read_bytes()
        replaced(path, data[:-9])
        with pytest.raises(KnowledgeBaseError, match="检索索引"):
            open_index(tmp_path / "engine")
