"""The same document in five formats gives the same clause tree; `python -m tests.format_law` does it for all samples."""

from pathlib import Path

import pytest

from tests.format_law import FORMATS, compare

CORPUS = Path(__file__).parent.parent / "corpus"
SAMPLES = sorted(CORPUS.glob("*.txt")) + sorted(CORPUS.glob("*.docx"))


@pytest.mark.parametrize("form", FORMATS[1:])
def test_clause_trees_are_the_same(form: str) -> None:
    same = total = 0
    told: list[str] = []
    for path in SAMPLES[2::4] if form == "pdf" else SAMPLES:  # a pdf takes its time
        one, of, wrong = compare(path, form)
        same, total, told = same + one, total + of, told + wrong
    assert total >= 50
    assert same >= 0.995 * total, told
