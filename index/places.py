"""The names by which a place is called."""

from __future__ import annotations

ENDS = "省市县区州"


def place_names(region: str) -> list[str]:
    """A place as a whole and by its parts, each also without its 省, 市, 县: 湖南省衡阳市 → itself, 湖南省, 湖南, 衡阳市, 衡阳."""
    parts = []
    start = 0
    for at, c in enumerate(region):
        if c in ENDS and at - start >= 1:
            parts.append(region[start : at + 1])
            start = at + 1
    if start < len(region):
        parts.append(region[start:])
    short = [part[:-1] for part in parts if len(part) > 2 and part[-1] in ENDS]
    return list(dict.fromkeys((region, *parts, *short)))


def whole(place: str) -> str:
    """A place with the short forms of autonomous ones as their names: 临夏州 → 临夏回族自治州; any other place as it is."""
    if "自治" in place or not place.endswith(("州", "县", "旗")):
        return place
    from kb.regions import spelled_out

    return spelled_out(place)
