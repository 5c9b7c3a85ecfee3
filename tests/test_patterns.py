"""Every regular expression of the program is quick on long runs of its own characters; see tests/soak/patterns.py."""

import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.soak import growth
from tests.soak.patterns import Found, atoms, ratio, seconds, strings, worst

LENGTH = 4_000  # `python -m tests.soak.patterns` takes 100,000 and looks at the growth too


def test_every_pattern_is_quick() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.patterns", "--length", str(LENGTH), "--limit", "0.5", "--few"],
        capture_output=True, text=True, encoding="utf-8", cwd=Path(__file__).parent.parent, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[0]) > 80, "the patterns are found"


@pytest.mark.parametrize("bad", [r"(a+)+b", r"(?:字+、?)+。", r"\s+$", r"[（(](.+?(?:、.+?)*)(?:牵头|负责)[）)]"])
def test_the_stress_finds_slow_patterns(bad: str) -> None:
    assert worst(Found(re.compile(bad), "here"), 30_000, 1, most=2, limit=0.1)[0] >= 0.1


def test_the_stress_lets_quick_ones_pass() -> None:
    assert worst(Found(re.compile(r"第[一二三四五六七八九十]{1,4}条"), "here"), 10_000, 1)[0] < 0.5


def test_growth_is_seen() -> None:
    quick, slow = Found(re.compile("一"), "here"), Found(re.compile(r"二+$"), "here")
    tries = range(3)  # a busy machine disturbs single measurements
    assert max(ratio(slow, "二" * 4_000 + "一") for _ in tries) > 2.5 > min(ratio(quick, "二一" * 200_000) for _ in tries)


def test_atoms_are_the_patterns_own_characters() -> None:
    found = atoms(re.compile(r"第[一二]条|《([^》]{2,9})》\s?(?:见附件|\d+)"))
    assert {"第", "一", "条", "《", "》", "见附件", " ", "1"} <= set(found)
    texts = list(strings(re.compile("甲|乙"), 100, random.Random(1), 3))
    assert any(set(t) == {"甲"} for t in texts) and all(len(t) >= 100 for t in texts)


def test_a_paragraph_that_never_ends_takes_time_in_proportion() -> None:
    """Lines of a contents page without end, joined to one paragraph: its end was sought from its beginning each time."""
    assert growth.run(60_000, ["contents", "wrapped lines that end in digits"])[1] == []
    from kb.layout.line_looks import stands_alone

    block = "第9章总则……" * 20_000
    begin = time.process_time()
    assert stands_alone(f"{block}31") and not any(stands_alone(f"{block}甲{number}") for number in range(300))
    assert time.process_time() - begin < 1.0


def test_a_search_that_never_ends_is_cut_off() -> None:
    assert seconds(re.compile(r"(a+)+b"), "a" * 40, 0.1) == 0.1
