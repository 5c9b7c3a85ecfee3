"""A pdf page → what it shows: pieces of text and ruling lines, each with its place.

Follows the operators of the page's content (text, matrices, paths, forms); colours, images and shading do not matter
here. Coordinates come out as on the page that is seen: x to the right, y upwards, turned pages turned upright.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from kb.formats.pdf_fonts import Font, read_font

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
MAX_FORM_DEPTH = 12
MAX_OPERATIONS = 2_000_000
MAX_GLYPHS = 200_000
MAX_RULES = 20_000


@dataclass(frozen=True, slots=True)
class Glyph:
    """A piece of text: from x to x1 on the baseline y, of this size; `turn` is its direction in quarters."""

    text: str
    x: float
    x1: float
    y: float
    size: float
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight ruling line, horizontal (y == y1) or vertical (x == x1)."""

    x: float
    y: float
    x1: float
    y1: float


@dataclass
class Shown:
    """What a page shows."""

    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    operations: int = 0
    cut: bool = False  # there was more than the limits allow


@dataclass
class _State:
    ctm: Matrix = IDENTITY
    font: Font | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


def multiply(a: Matrix, b: Matrix) -> Matrix:
    """The matrix that applies a, then b."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def read_page(page: Any) -> Shown:
    """What a pypdf page shows. Operators that are wrong are passed over; errors of pypdf itself come through."""
    shown = Shown()
    contents = page.get_contents()
    if contents is not None:
        _Interpreter(shown, page.pdf).run(contents, page.get("/Resources"), IDENTITY, 0)
    return _upright(shown)


class _Interpreter:
    """Runs content streams; one for a page, forms included."""

    def __init__(self, shown: Shown, pdf: Any) -> None:
        self.shown, self.pdf = shown, pdf
        self.fonts: dict[int, Font] = {}
        self.state = _State()
        self.stack: list[_State] = []
        self.matrix = self.line = IDENTITY
        self.path: list[tuple[float, float, float, float]] = []
        self.here = self.begun = (0.0, 0.0)
        self.resources: Any = {}
        self.depth = 0

    def run(self, stream: Any, resources: Any, ctm: Matrix, depth: int) -> None:
        """One content stream with its resources."""
        from pypdf.generic import ContentStream

        content = stream if isinstance(stream, ContentStream) else ContentStream(stream, self.pdf)
        outer = self.resources, self.state, self.stack, self.depth
        self.resources = _resolved(resources) or outer[0]
        self.state, self.stack, self.depth = _copy(self.state, ctm=ctm), [], depth
        for operands, operator in content.operations:
            self.shown.operations += 1
            if self.shown.operations > MAX_OPERATIONS or len(self.shown.glyphs) > MAX_GLYPHS:
                self.shown.cut = True
                break
            handler = _HANDLERS.get(operator)
            if handler is not None:
                try:
                    handler(self, operands)
                except (TypeError, ValueError, IndexError, KeyError, AttributeError, OverflowError, ZeroDivisionError):
                    continue  # a wrong operand spoils one operator, not the page
        self.resources, self.state, self.stack, self.depth = outer

    def save(self, _: Any) -> None:
        if len(self.stack) < 1000:
            self.stack.append(_copy(self.state))

    def restore(self, _: Any) -> None:
        if self.stack:
            self.state = self.stack.pop()

    def transform(self, operands: Any) -> None:
        self.state.ctm = multiply(_six(operands), self.state.ctm)

    def begin_text(self, _: Any) -> None:
        self.matrix = self.line = IDENTITY

    def set_font(self, operands: Any) -> None:
        self.state.size = float(operands[1])
        resource = _resolved(_resolved(self.resources.get("/Font"))[operands[0]])
        key = id(resource)
        if key not in self.fonts:
            self.fonts[key] = read_font(resource)
        self.state.font = self.fonts[key]

    def graphics_state(self, operands: Any) -> None:
        entry = _resolved(_resolved(self.resources.get("/ExtGState"))[operands[0]])
        font = _resolved(entry.get("/Font"))
        if font:
            self.state.font, self.state.size = read_font(_resolved(font[0])), float(font[1])

    def set_char_space(self, operands: Any) -> None:
        self.state.char_space = float(operands[0])

    def set_word_space(self, operands: Any) -> None:
        self.state.word_space = float(operands[0])

    def set_scale(self, operands: Any) -> None:
        self.state.scale = float(operands[0]) / 100

    def set_leading(self, operands: Any) -> None:
        self.state.leading = float(operands[0])

    def set_rise(self, operands: Any) -> None:
        self.state.rise = float(operands[0])

    def move(self, operands: Any) -> None:
        self.line = self.matrix = multiply((1, 0, 0, 1, float(operands[0]), float(operands[1])), self.line)

    def move_and_lead(self, operands: Any) -> None:
        self.state.leading = -float(operands[1])
        self.move(operands)

    def set_matrix(self, operands: Any) -> None:
        self.line = self.matrix = _six(operands)

    def next_line(self, _: Any) -> None:
        self.move((0, -self.state.leading))

    def show(self, operands: Any) -> None:
        self._show(operands[0])

    def show_next(self, operands: Any) -> None:
        self.next_line(None)
        self._show(operands[0])

    def show_spaced(self, operands: Any) -> None:
        self.state.word_space, self.state.char_space = float(operands[0]), float(operands[1])
        self.show_next(operands[2:])

    def show_array(self, operands: Any) -> None:
        for item in operands[0]:
            if isinstance(item, (int, float)):
                self._advance(-float(item) / 1000 * self.state.size)
            else:
                self._show(item)

    def _advance(self, width: float) -> None:
        """Moves the pen by a width of text space, sideways or (in a vertical font) down."""
        vertical = self.state.font is not None and self.state.font.vertical
        step = (1, 0, 0, 1, 0, width) if vertical else (1, 0, 0, 1, width * self.state.scale, 0)
        self.matrix = multiply(step, self.matrix)

    def _show(self, string: Any) -> None:
        state = self.state
        if state.font is None:
            return
        data = string if isinstance(string, bytes) else getattr(string, "original_bytes", str(string).encode("latin-1", "replace"))
        for text, width, blank in state.font.decode(data):
            step = width / 1000 * state.size + state.char_space + (state.word_space if blank else 0.0)
            seen = multiply((1, 0, 0, 1, 0, state.rise), multiply(self.matrix, state.ctm))
            across = (seen[0] ** 2 + seen[1] ** 2) ** 0.5
            size = state.size * (seen[2] ** 2 + seen[3] ** 2) ** 0.5
            wide = width / 1000 * state.size * state.scale * across
            if state.font.vertical:
                step, wide = -state.size + state.char_space, size
            if text and abs(size) < 10_000:
                x, y = seen[4], seen[5]
                self.shown.glyphs.append(Glyph(text, x, x + wide, y, abs(size), _turn(seen)))
            self._advance(step)

    def do_form(self, operands: Any) -> None:
        form = _resolved(_resolved(self.resources.get("/XObject"))[operands[0]])
        if str(form.get("/Subtype")) != "/Form" or self.depth >= MAX_FORM_DEPTH:
            return
        ctm = multiply(_six(form["/Matrix"]) if "/Matrix" in form else IDENTITY, self.state.ctm)
        text = self.matrix, self.line
        self.run(form, form.get("/Resources"), ctm, self.depth + 1)
        self.matrix, self.line = text

    def move_to(self, operands: Any) -> None:
        self.here = self.begun = (float(operands[0]), float(operands[1]))

    def line_to(self, operands: Any) -> None:
        point = (float(operands[0]), float(operands[1]))
        self.path.append((*self.here, *point))
        self.here = point

    def close_path(self, _: Any) -> None:
        self.line_to(self.begun)

    def rectangle(self, operands: Any) -> None:
        x, y, w, h = (float(v) for v in operands[:4])
        self.path += [(x, y, x + w, y), (x + w, y, x + w, y + h), (x, y + h, x + w, y + h), (x, y, x, y + h)]
        self.here = self.begun = (x, y)

    def drop_path(self, _: Any) -> None:
        self.path.clear()

    def paint(self, _: Any) -> None:
        """Straight lines of the path; a thin filled rectangle gives two lines side by side, which count as one later."""
        a, b, c, d, e, f = self.state.ctm
        for x, y, x1, y1 in self.path[:MAX_RULES]:
            p = (x * a + y * c + e, x * b + y * d + f, x1 * a + y1 * c + e, x1 * b + y1 * d + f)
            wide, high = abs(p[2] - p[0]), abs(p[3] - p[1])
            if len(self.shown.rules) < MAX_RULES and min(wide, high) < 1.0 and max(wide, high) > 1.0:
                self.shown.rules.append(Rule(min(p[0], p[2]), min(p[1], p[3]), max(p[0], p[2]), max(p[1], p[3])))
        self.path.clear()


_HANDLERS: dict[bytes, Any] = {
    b"q": _Interpreter.save, b"Q": _Interpreter.restore, b"cm": _Interpreter.transform, b"BT": _Interpreter.begin_text,
    b"Tf": _Interpreter.set_font, b"gs": _Interpreter.graphics_state, b"Tc": _Interpreter.set_char_space,
    b"Tw": _Interpreter.set_word_space, b"Tz": _Interpreter.set_scale, b"TL": _Interpreter.set_leading,
    b"Ts": _Interpreter.set_rise, b"Td": _Interpreter.move, b"TD": _Interpreter.move_and_lead,
    b"Tm": _Interpreter.set_matrix, b"T*": _Interpreter.next_line, b"Tj": _Interpreter.show, b"'": _Interpreter.show_next,
    b'"': _Interpreter.show_spaced, b"TJ": _Interpreter.show_array, b"Do": _Interpreter.do_form,
    b"m": _Interpreter.move_to, b"l": _Interpreter.line_to, b"h": _Interpreter.close_path, b"re": _Interpreter.rectangle,
    b"n": _Interpreter.drop_path,
    **{operator: _Interpreter.paint for operator in (b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*")},
}  # fmt: skip


def _copy(state: _State, ctm: Matrix | None = None) -> _State:
    return _State(ctm or state.ctm, state.font, state.size, state.char_space, state.word_space, state.scale, state.leading, state.rise)


def _six(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(v) for v in operands[:6])
    return (a, b, c, d, e, f)


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _turn(m: Matrix) -> int:
    """Direction of writing: 0 to the right, 1 upwards, 2 to the left, 3 downwards, -1 askew."""
    if abs(m[1]) < 0.05 * abs(m[0]):
        return 0 if m[0] > 0 else 2
    if abs(m[0]) < 0.05 * abs(m[1]):
        return 1 if m[1] > 0 else 3
    return -1


def _upright(shown: Shown) -> Shown:
    """The page turned so that most of its text runs to the right; text in other directions (watermarks) is left out."""
    turns = Counter(g.turn for g in shown.glyphs if g.turn >= 0)
    turn = turns.most_common(1)[0][0] if turns else 0
    glyphs = [g for g in shown.glyphs if g.turn == turn]
    rules = shown.rules
    for _ in range(turn):  # a quarter clockwise: what ran upwards runs to the right
        glyphs = [Glyph(g.text, g.y, g.y + (g.x1 - g.x), -g.x, g.size) for g in glyphs]
        rules = [Rule(min(r.y, r.y1), min(-r.x, -r.x1), max(r.y, r.y1), max(-r.x, -r.x1)) for r in rules]
    return Shown(glyphs, rules, shown.operations, shown.cut)
