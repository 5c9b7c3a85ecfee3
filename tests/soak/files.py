"""Small policy files made from a seed: enough documents, tasks and links for every stage to have work."""

from __future__ import annotations

import random
from pathlib import Path

TOPICS = ["助餐点建设", "家庭床位", "护理员培训", "适老化改造", "探访关爱", "康复辅具租赁", "老年大学", "应急呼叫", "日间照料", "志愿服务"]
UNITS = ["县民政局", "县财政局", "县卫生健康局", "县住建局", "县教育局", "县人社局", "县医保局", "县残联", "县妇联", "团县委"]
VERBS = ["建立健全", "稳步推进", "全面摸清", "优化完善", "规范开展"]


def text(number: int, random: random.Random) -> str:
    """One notice with sections, clauses and lists of responsible units."""
    lines = [f"柳溪县关于做好第{number}批社区养老服务工作的通知", "", f"柳政办发〔2022〕{number}号", "", "各乡镇人民政府，县直有关单位：", ""]
    for section, mark in enumerate("一二三"[: random.randint(1, 3)]):
        lines += [f"{mark}、第{section + 1}部分工作", ""]
        for clause in range(random.randint(1, 4)):
            topic = random.choice(TOPICS)
            units = random.sample(UNITS, random.randint(1, 4))
            lines += [
                f"（{'一二三四'[clause]}）{random.choice(VERBS)}{topic}。到2025年{topic}覆盖率达到{random.randint(30, 99)}%以上，"
                f"每年检查不少于{random.randint(1, 6)}次。（责任单位：{'、'.join(units)}）",
                "",
            ]
    lines += ["柳溪县人民政府办公室", "", f"2022年{random.randint(1, 12)}月{random.randint(1, 28)}日", ""]
    return "\n".join(lines)


def replaced(path: Path, data: bytes) -> None:
    """Other bytes in a file's place, in a new file: who has the old one open or mapped keeps it.

    Damage to files is done with this. A file cut short in place takes its memory away from whoever has it mapped, and the
    system ends that process (SIGBUS).
    """
    beside = path.with_name(f"{path.name}.replaced")
    beside.write_bytes(data)
    beside.replace(path)


def write(folder: Path, count: int, seed: int) -> list[Path]:
    """`count` files below the folder, the same for the same seed."""
    source = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(1, count + 1):
        path = folder / f"{number:03d}.txt"
        path.write_text(text(number, source), encoding="utf-8")
        paths.append(path)
    return paths
