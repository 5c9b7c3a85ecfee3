"""Ruling lines of a page → tables: where their rows and columns stand, and which slots of the raster are one cell."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from kb.formats.pdf_page import Rule

NEAR = 3.0  # points within which lines count as one, or as touching
MAX_PAIRS = 1_000_000
MAX_SLOTS = 20_000

Slot = tuple[int, int]  # row, column


@dataclass(frozen=True, slots=True)
class Table:
    """A raster: `ys` from the top down, `xs` from the left; `anchors` leads each slot to the first slot of its cell."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    anchors: dict[Slot, Slot] = field(default_factory=dict)

    def holds(self, x: float, y: float) -> bool:
        """Whether the point stands in the table."""
        return self.xs[0] <= x <= self.xs[-1] and self.ys[-1] <= y <= self.ys[0]

    def cell_at(self, x: float, y: float) -> Slot:
        """The cell that a point of the table stands in, by its first slot."""
        column = min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        row = min(max(bisect_right([-v for v in self.ys], -y) - 1, 0), len(self.ys) - 2)
        return self.anchors[row, column]

    def extent(self, anchor: Slot) -> tuple[float, float]:
        """Left and right border of a cell in its first row."""
        row, column = anchor
        last = column
        while self.anchors.get((row, last + 1)) == anchor:
            last += 1
        return self.xs[column], self.xs[last + 1]


def find_tables(rules: list[Rule]) -> list[Table]:
    """The tables that the lines make, from the top down: lines that touch, at least two of each direction, two cells."""
    level = _merged([(r.y + r.y1) / 2 for r in rules if _is_level(r)], [(r.x, r.x1) for r in rules if _is_level(r)])
    upright = _merged([(r.x + r.x1) / 2 for r in rules if not _is_level(r)], [(r.y, r.y1) for r in rules if not _is_level(r)])
    if len(level) * len(upright) > MAX_PAIRS:
        return []
    tables = [_table(*group) for group in _touching(level, upright)]
    return sorted((t for t in tables if t is not None), key=lambda t: (-t.ys[0], t.xs[0]))


_Segment = tuple[float, float, float]  # where it stands, from, to


def _is_level(rule: Rule) -> bool:
    return abs(rule.x1 - rule.x) > abs(rule.y1 - rule.y)


def _merged(places: list[float], extents: list[tuple[float, float]]) -> list[_Segment]:
    """Lines on nearly the same place that overlap or touch, as one; short strokes (dashes of one line) included."""
    out: list[_Segment] = []
    clusters: list[list[tuple[float, float, float]]] = []
    for place, extent in sorted(zip(places, extents, strict=True)):
        if clusters and place - clusters[-1][0][0] <= NEAR:
            clusters[-1].append((place, *extent))
        else:
            clusters.append([(place, *extent)])
    for cluster in clusters:
        place = sum(c[0] for c in cluster) / len(cluster)
        spans = sorted((c[1], c[2]) for c in cluster)
        low, high = spans[0]
        for a, b in spans[1:]:
            if a <= high + NEAR:
                high = max(high, b)
            else:
                out.append((place, low, high))
                low, high = a, b
        out.append((place, low, high))
    return [s for s in out if s[2] - s[1] > 4.0]


def _touching(level: list[_Segment], upright: list[_Segment]) -> list[tuple[list[_Segment], list[_Segment]]]:
    """Groups of lines that meet one another."""
    parent = list(range(len(level) + len(upright)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, (y, x, x1) in enumerate(level):
        for j, (vx, vy, vy1) in enumerate(upright):
            if x - NEAR <= vx <= x1 + NEAR and vy - NEAR <= y <= vy1 + NEAR:
                parent[root(i)] = root(len(level) + j)
    groups: dict[int, tuple[list[_Segment], list[_Segment]]] = {}
    for i, segment in enumerate(level):
        groups.setdefault(root(i), ([], []))[0].append(segment)
    for j, segment in enumerate(upright):
        groups.setdefault(root(len(level) + j), ([], []))[1].append(segment)
    return [g for g in groups.values() if len(g[0]) >= 2 and g[1]]


def _table(level: list[_Segment], upright: list[_Segment]) -> Table | None:
    """The raster of a group of lines. Sides may be open: the ends of the other lines close them."""
    left, right = min(s[1] for s in level), max(s[2] for s in level)
    xs = _places([s[0] for s in upright] + [left, right])
    ys = _places([s[0] for s in level])[::-1]
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or not 2 <= rows * columns <= MAX_SLOTS:
        return None
    parent: dict[Slot, Slot] = {(r, c): (r, c) for r in range(rows) for c in range(columns)}

    def root(slot: Slot) -> Slot:
        while parent[slot] != slot:
            parent[slot] = parent[parent[slot]]
            slot = parent[slot]
        return slot

    def join(a: Slot, b: Slot) -> None:
        a, b = sorted((root(a), root(b)))
        parent[b] = a

    right_walls = _walls(upright, xs, [(ys[r] + ys[r + 1]) / 2 for r in range(rows)])
    floors = _walls(level, ys, [(xs[c] + xs[c + 1]) / 2 for c in range(columns)])
    for r in range(rows):
        for c in range(columns):
            if c + 1 < columns and (c + 1, r) not in right_walls:
                join((r, c), (r, c + 1))
            if r + 1 < rows and (r + 1, c) not in floors:
                join((r, c), (r + 1, c))
    anchors = {slot: root(slot) for slot in parent}
    return Table(tuple(xs), tuple(ys), anchors) if len(set(anchors.values())) >= 2 else None


def _walls(segments: list[_Segment], places: list[float], middles: list[float]) -> set[tuple[int, int]]:
    """(index of the place, index of the middle) wherever a line on that place passes that middle."""
    out: set[tuple[int, int]] = set()
    for place, low, high in segments:
        index = min(range(len(places)), key=lambda i: abs(places[i] - place))
        out.update((index, k) for k, middle in enumerate(middles) if low <= middle <= high)
    return out


def _places(values: list[float]) -> list[float]:
    """The values in order, those within reach of one another as one."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > NEAR:
            out.append(value)
    return out
