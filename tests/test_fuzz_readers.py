"""A few mutated files for every reader; `python -m tests.fuzz_readers --count 10000` is the whole attack."""

import pytest

from kb.errors import UnreadableFile
from kb.formats.pdf import read
from tests.fuzz_readers import READERS, case, run


@pytest.mark.parametrize("reader", READERS)
def test_mutated_files_give_text_or_a_reason(reader: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(reader, 40 if reader == "pdf" else 80, seed=2022) == []
    assert "0 wrong" in capsys.readouterr().out


def test_a_mutated_file_can_be_made_again() -> None:
    assert case("docx", 1, 77) == case("docx", 1, 77) != case("docx", 1, 78)


@pytest.mark.parametrize("number", range(4))
def test_mutated_pdf_in_the_child_process(number: int) -> None:
    try:
        assert read(case("pdf", 7, number), "甲.pdf")[0]
    except UnreadableFile as error:
        assert error.message
