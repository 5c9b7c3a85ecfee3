"""Labels of units: the printed name of each body in a document with its full name, level, place and family.

Names of one place and one ending are told by `units.psv`; what is particular (银保监分局, 各县区) is said below. Printed names that
neither knows get no label: whoever writes a sample decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .labels import ROLES
from .questions import lines

Row = dict[str, Any]
LEVEL = {"省": "provincial", "市": "municipal", "县": "county", "区": "county"}


def unit_rows(path: Path, tasks: list[Row], documents: list[Row]) -> Iterator[Row]:
    """One label for each printed unit of a document that the tables know."""
    known = {name: (full, family, kind) for name, full, family, kind in lines(path)}
    region = {d["doc"]: d["region"] for d in documents}
    seen = set()
    for task in tasks:
        for printed in (u for role in ROLES.values() for u in task[role]):
            if (task["doc"], printed) in seen:
                continue
            seen.add((task["doc"], printed))
            label = _label(printed, region[task["doc"]], known)
            if label:
                yield {"doc": task["doc"], "printed": printed, **label}


def _label(printed: str, region: str, known: dict[str, tuple[str, str, str]]) -> Row | None:
    last = region.split("省")[-1].split("市")[-1] or region.split("省")[-1] or region
    sign = region[-1]
    names = {"{}": region, "{last}": last, "{bare}": last[:-1]}
    level = LEVEL[sign]
    if printed == f"团{sign}委":
        return _row(f"共青团{region}委员会", level, region, "共青团", "mass_org")
    if printed == f"{last[:-1]}银保监分局":
        return _row(f"中国银行保险监督管理委员会{last[:-1]}监管分局", level, region, "银保监", "department")
    if printed.startswith("人民银行") and printed.endswith("中心支行"):
        return _row("中国" + printed, level, region, "人民银行", "bank")
    if printed == "中国农业发展银行谷禾市分行":
        return _row(printed, level, region, "农业发展银行", "bank")
    if printed == f"国家统计局{last[:-1]}调查队":
        return _row(printed, level, region, "国家统计局调查队", "department")
    if printed == "各县区":
        return _row(f"{region}各县区", "county", region, "县市区", "collective")
    if printed in ("苇溪县", "云亭县"):
        return _row(region + printed, "county", region + printed, "县市区", "collective")
    bare = printed[1:] if printed.startswith(sign) and printed not in known else printed
    if bare not in known:
        return None
    full, family, kind = known[bare]
    if full.startswith("!"):
        name = full[1:]
        for slot, text in names.items():
            name = name.replace(slot, text)
    else:
        name = region + full
    return _row(name, level, region, family, kind)


def _row(canonical: str, level: str, place: str, family: str, kind: str) -> Row:
    return {"canonical": canonical, "level": level, "place": place, "family": family, "kind": kind}
