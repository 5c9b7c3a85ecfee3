"""pdf with a text layer: printed lines page by page; read in a child process with limits on time and memory."""

from __future__ import annotations

from typing import Any

from kb.errors import UnreadableFile
from kb.formats.child import Answer, ask
from kb.formats.pdf_join import join_pages
from kb.model import Problem
from kb.tables import settings

ENDS = {
    "silent": "读取超时（某一页长时间没有结果）",
    "late": "读取超过时间上限",
    "unable": "读取进程无法启动",
    "died": "读取进程中断（内存超过上限或文件已损坏）",
}


def read(data: bytes, file: str) -> tuple[str, str, tuple[Problem, ...]]:
    """(text, encoding, notes) of a pdf: lines as printed, each page but the first begins with \\f, ruled tables as tab rows.

    Running heads and page numbers are still in it. Pages without a text layer, and a file that was read only in part,
    are told in the notes. Raises UnreadableFile: encrypted, damaged, over the limits before the first page, no text at all.
    """
    limits = settings("limits")["pdf"]
    answer = ask("kb.formats.pdf_worker", data, limits["silence"], limits["seconds"])
    pages = [line for line in answer.lines if "page" in line]
    refused = next((line["refused"] for line in answer.lines if "refused" in line), None)
    if refused and not pages:
        raise UnreadableFile(refused, file)
    if not pages:
        told = next((line["note"] for line in answer.lines if "note" in line), ENDS.get(answer.end, "没有页面"))
        raise UnreadableFile("PDF " + told, file)
    text = "\n\f".join(join_pages([page["blocks"] for page in pages]))
    characters = sum(1 for c in text if not c.isspace())
    if not characters:
        raise UnreadableFile(_why_empty(pages), file)
    unknown = sum(page["unknown"] for page in pages)
    if unknown * 2 > characters:
        raise UnreadableFile("PDF 的字体没有文字对应，读出的多是乱码，请先做文字识别（OCR）", file)
    return text + "\n", "pdf", tuple(Problem(file, reason) for reason in _notes(answer, pages, refused))


def _why_empty(pages: list[dict[str, Any]]) -> str:
    if any(page["picture"] for page in pages):
        return "PDF 没有文字层（扫描件），请先做文字识别（OCR）"
    return "PDF 已损坏，读不出文字，请重新下载，或用阅读器打开后另存（打印）为 PDF" if any(page.get("broken") for page in pages) else "PDF 里没有文字，请核对是不是空白文件"


def _notes(answer: Answer, pages: list[dict[str, Any]], refused: str | None) -> list[str]:
    out = []
    silent = [p["page"] for p in pages if not p["blocks"] and not p.get("broken") and p["picture"]]
    if silent:
        out.append(f"{_ranges(silent)}没有文字层（是图片），未读")
    broken = [p["page"] for p in pages if p.get("broken")]
    if broken:
        out.append(f"{_ranges(broken)}已损坏，未读")
    cut = [p["page"] for p in pages if p.get("cut")]
    if cut:
        out.append(f"{_ranges(cut)}内容过多，只读了前面部分")
    unknown = [p["page"] for p in pages if p["unknown"]]
    if unknown:
        out.append(f"{_ranges(unknown)}有字符的字体没有文字对应，以“\ufffd”标出")
    out.extend(line["note"] for line in answer.lines if "note" in line)
    if refused:
        out.append(refused)
    if answer.end in ENDS:
        out.append(f"{ENDS[answer.end]}，只读到第 {pages[-1]['page']} 页")
    return out


def _ranges(numbers: list[int]) -> str:
    """第 3、5—7 页"""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    printed = [str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in runs]
    more = "等" if len(printed) > 20 else ""
    return f"第 {'、'.join(printed[:20])}{more} 页"
