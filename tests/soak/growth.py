"""Parses long texts made of one form repeated; twice the length must not take much more than twice the time.

    python -m tests.soak.growth --length 200000

A file may have twelve million characters. Whatever is repeated in it (ordinals, titles, duties, tables, brackets, blank lines,
paragraphs that never end), parsing takes time in proportion to its length, however foolish the text.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from kb.model import Source
from kb.pipeline import parse_source

STEEP = 2.9  # times longer for twice the length
SLOW = 0.001  # seconds for ten characters
FLOOR = 0.4  # seconds below which times say nothing
HAN = "一二三四五六七八九十"


def counted(form: str) -> Callable[[int], str]:
    """A text of so many characters that repeats a form with {} as a running number and {h} as a Chinese one."""

    def make(length: int) -> str:
        out: list[str] = []
        size = number = 0
        while size < length:
            number += 1
            out.append(form.format(number, h=HAN[number % 10], c=chr(0x4E00 + number % 9999)))
            size += len(out[-1])
        return "".join(out)

    return make


def headed(head: str, form: str, tail: str = "") -> Callable[[int], str]:
    """The same between a head and a tail."""
    make = counted(form)
    return lambda length: head + make(length) + tail


TEXTS: dict[str, Callable[[int], str]] = {
    "brackets with numbers": counted("（{}）甲\n"),
    "brackets with Chinese numbers": counted("（{h}）推进工作。\n"),
    "numbers with dots": counted("{}.推进工作。\n"),
    "decimal numbers": counted("{0}.{0}.{0} 甲\n"),
    "sections": counted("{h}、推进工作\n"),
    "articles": counted("第{}条 推进工作。\n"),
    "chapters, sections, articles": counted("第{0}章 甲\n第{0}节 乙\n第{0}条 丙\n"),
    "all levels": counted("一、甲\n（一）乙\n1.丙\n（1）丁\n①戊\n"),
    "the same ordinal": counted("一、甲\n"),
    "the same title": counted("关于做好工作的通知\n\n"),
    "many documents": counted("某县人民政府关于做好第{0}项工作的通知\n某政发〔2022〕{0}号\n\n各单位：\n一、甲。\n\n"),
    "attachments": counted("附件{0}\n\n第{0}项任务分工表\n\n一、甲\n"),
    "letterheads": counted("某县人民政府办公室文件\n某政办发〔2022〕{}号\n"),
    "signatures": counted("某县人民政府办公室\n2022年3月4日\n"),
    "duties": counted("（一）推进{}。（责任单位：县水利局、县财政局）\n"),
    "duties in one line": counted("推进甲，（责任单位：县水利局、县财政局）"),
    "leads in one line": headed("推进甲。", "由县水利局牵头，县财政局配合；"),
    "terms and figures in one line": counted("2025年3月底前完成，2026年达到55%以上，"),
    "one long list of bodies": headed("一、甲。（责任单位：", "县{c}{h}局、", "县水利局）\n"),
    "one long sentence of duties": headed("由", "县水利局牵头，县财政局配合，"),
    "half-sentences": headed("", "推进甲；", "由县水利局负责。"),
    "citations": counted("根据《某省第{0}号条例》（某发〔2021〕{0}号）规定，"),
    "titles never closed": counted("《甲"),
    "brackets never closed": counted("（甲"),
    "quotations never closed": counted("“甲"),
    "dates": counted("2022年3月4日，"),
    "figures": counted("到2025年，覆盖率达到95%以上，"),
    "a table": headed("任务\t牵头单位\t责任单位\n", "建站\t县水利局\t县财政局\n"),
    "a numbered table": headed("序号\t任务\t牵头单位\n", "{}\t建站\t县水利局\n"),
    "a table of bars": headed("|任务|单位|\n|---|---|\n", "|建站|县水利局|\n"),
    "a table of spaces": headed("任务    牵头单位    责任单位\n", "建站    县水利局    县财政局\n"),
    "a table of HTML": headed("<table>", "<tr><td>建站</td><td>水利局</td></tr>", "</table>"),
    "one row of cells": counted("甲\t"),
    "short lines": counted("词{}\n"),
    "blank lines": headed("", "\n", "甲"),
    "wide blanks": headed("", "　", "甲"),
    "pages": counted("推进工作推进工作\n- {} -\n\f"),
    "footnotes": counted("推进工作①。\n①注释{}\n"),
    "contents": headed("目录\n", "第{0}章 总则……{0}\n"),
    "wrapped lines": counted("推进工作推进工作推进工作推进工作推进工作推进\n"),
    "wrapped lines that end in digits": counted("推进工作推进工作推进工作推进工作推进工作{}\n"),
    "wrapped lines with commas": counted("推进工作，推进工作，推进工作推进工作推进工作推\n"),
    "questions": counted("问：甲是什么？\n答：乙。\n"),
    "boxes": counted("专栏{} 重点\n"),
    "bodies": counted("县水利局"),
    "places": counted("湖南省衡阳市耒阳市"),
    "digits": counted("1"),
    "dots": counted("…"),
}


def seconds(text: str) -> float:
    """CPU time to parse a text."""
    begin = time.process_time()
    parse_source(Source("样例.txt", "txt", "utf-8", text, "0" * 64))
    return time.process_time() - begin


def growth(make: Callable[[int], str], length: int) -> tuple[float, float]:
    """Seconds for a text of this length, and how many times longer than for one of half of it (the least of three trials)."""
    spent, least = 0.0, float("inf")
    for _ in range(3):
        half, spent = seconds(make(length // 2)), seconds(make(length))
        least = min(least, spent / max(half, FLOOR / 4))
        if spent < FLOOR or least < STEEP:
            break
    return spent, least


def run(length: int, names: list[str]) -> tuple[tuple[float, str], list[str]]:
    """The slowest text, and what is wrong."""
    seconds("一、甲。\n")  # reads the tables
    slowest, wrong = (0.0, ""), []
    for name in names:
        spent, times = growth(TEXTS[name], length)
        slowest = max(slowest, (spent, name))
        if spent > FLOOR and times > STEEP:
            wrong.append(f"{name}: x {times:.1f} for twice the length ({spent:.2f} s)")
        elif spent > length * SLOW / 10:
            wrong.append(f"{name}: {spent:.2f} s")
    return slowest, wrong


def main() -> int:
    """Runs and prints the figure; 1 when something was wrong."""
    ap = argparse.ArgumentParser()
    ap.add_argument("--length", type=int, default=200_000)
    ap.add_argument("--seed", type=int, default=1, help="not used: nothing is left to chance")
    args = ap.parse_args()
    (spent, name), wrong = run(args.length, list(TEXTS))
    print(f"{len(TEXTS)} forms repeated to {args.length} characters: slowest {spent:.2f} s ({name}), {len(wrong)} wrong", *wrong, sep="\n  ")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
