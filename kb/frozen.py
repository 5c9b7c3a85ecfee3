"""`dataclass` for small frozen values: what dataclasses.dataclass(frozen=True, slots=True) gives, without its price at import.

The standard decorator compiles six functions for every class when its module is imported (1 ms a class, and a command that
shows one clause imports some sixty); and a frozen value takes 3.5 µs to make where a mutable one takes 0.8. Here nothing is compiled
until some values of a class have been made, and then one function: every value is made as one of a mutable twin with the same slots.
Values compare, hash, print, match and pickle as before; `dataclasses.fields`, `replace` and `is_dataclass` know them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool, slots: bool = True) -> Any:
        """A class decorator. Fields with defaults behind those without, defaults that never change, no base classes.

        `@dataclass(frozen=True, slots=True) class Place: line: int` → Place(3).line = 4 raises FrozenInstanceError.
        """
        if not (frozen and slots):
            raise TypeError("only frozen values with slots; for others use dataclasses.dataclass")
        return _frozen


class Unmade:
    """Stands for `__dataclass_fields__` until somebody asks for it."""

    def __get__(self, value: object, kind: Any) -> Any:
        kind.__dataclass_fields__ = _twin(kind).__dataclass_fields__
        return kind.__dataclass_fields__


def _frozen(plain: type) -> type:
    names = tuple(name for name, what in getattr(plain, "__annotations__", {}).items() if not str(what).startswith("ClassVar"))
    own = {k: v for k, v in plain.__dict__.items() if k not in ("__dict__", "__weakref__")}
    defaults = {name: own.pop(name) for name in names if name in own}
    own |= SHARED
    own |= {"__slots__": names, "__match_args__": names, "__qualname__": plain.__qualname__, "_defaults": defaults, "_made": 0, "__dataclass_fields__": Unmade()}
    read = attrgetter(*names) if len(names) > 1 else (lambda value: tuple(getattr(value, name) for name in names))
    own["_values"] = staticmethod(read)
    return type(plain.__name__, (), own)


@cache
def _twin(kind: Any) -> Any:
    """A mutable class with the same fields, made by the standard library."""
    from dataclasses import dataclass as standard

    own = {"__annotations__": kind.__annotations__, "__module__": kind.__module__, "__doc__": "", **kind._defaults}
    return standard(eq=False, repr=False, slots=True)(type(kind.__name__, (), own))


FEW = 150  # values of a class that are made one attribute at a time, before it is worth compiling how


def _first(kind: Any, /, *args: Any, **named: Any) -> Any:
    """`__new__` of a class's first values."""
    values = {**kind._defaults, **dict(zip(kind.__slots__, args, strict=False)), **named}
    right = len(args) <= len(kind.__slots__) and named.keys().isdisjoint(kind.__slots__[: len(args)])
    if not right or kind._made == FEW or values.keys() != set(kind.__slots__):
        return _compiled(kind)(kind, *args, **named)
    kind._made += 1
    value = object.__new__(kind)
    for name, each in values.items():
        object.__setattr__(value, name, each)
    check = kind.__dict__.get("__post_init__")
    if check:
        check(value)
    return value


def _compiled(kind: Any) -> Any:
    """Compiles how values of a class are made; that is its `__new__` from now on.

    A mutable twin with the same slots is filled, since that is fast, and turned into the frozen class when it is complete.
    """
    names, defaults, check = kind.__slots__, kind._defaults, kind.__dict__.get("__post_init__")
    given = ", ".join(f"{name}=_defaults[{name!r}]" if name in defaults else name for name in names)
    lines = [f"def __new__(_kind, /, {given}):", "_value = _empty(_twin)", *(f"_value.{name} = {name}" for name in names), "_value.__class__ = _frozen"]
    lines += ["_check(_value)"] if check else []
    known: dict[str, Any] = {
        "_empty": object.__new__, "_twin": type(kind.__name__, (), {"__slots__": names}), "_frozen": kind, "_defaults": defaults, "_check": check,
    }  # fmt: skip
    exec("\n ".join((*lines, "return _value")), known)  # the names are those of a class's attributes
    kind.__new__ = known["__new__"]
    return kind.__new__


def _equal(one: Any, other: Any) -> Any:
    return one._values(one) == one._values(other) if other.__class__ is one.__class__ else NotImplemented


def _hash(one: Any) -> int:
    return hash(one._values(one))


def _repr(one: Any) -> str:
    kind = type(one)
    return f"{kind.__qualname__}({', '.join(f'{n}={v!r}' for n, v in zip(kind.__slots__, kind._values(one), strict=True))})"


def _reduce(one: Any) -> tuple[Any, ...]:
    return type(one), one._values(one)


def _refuse(one: Any, name: str, value: object = None) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"{type(one).__name__}.{name} cannot change")


def _replaced(one: Any, /, **changes: Any) -> Any:
    """copy.replace of Python 3.13."""
    kind = type(one)
    return kind(**{**dict(zip(kind.__slots__, kind._values(one), strict=True)), **changes})


def replace(value: T, /, **changes: Any) -> T:
    """The same value with some fields changed, as dataclasses.replace makes it, of one of our classes."""
    made: T = _replaced(value, **changes)
    return made


def rows_of(kind: Any, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The fields of values of one of our classes, in order: as plain tuples they go to another process at half the price."""
    return [*map(kind._values, values)]


def remade(kind: Any, rows: Iterable[Sequence[Any]]) -> tuple[Any, ...]:
    """The values that `rows_of` took apart. They are not checked again: they were when they were first made."""
    make = _twin(kind)
    out = []
    for row in rows:
        value = make(*row)
        value.__class__ = kind
        out.append(value)
    return tuple(out)


SHARED: dict[str, Any] = {
    "__new__": _first, "__eq__": _equal, "__hash__": _hash, "__repr__": _repr, "__reduce__": _reduce, "__setattr__": _refuse,
    "__delattr__": _refuse, "__replace__": _replaced,
}  # fmt: skip
