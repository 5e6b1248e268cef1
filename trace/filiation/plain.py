"""Values written as JSON and read back: dataclasses, tuples, moments in time, nested at will.

A dataclass becomes an object that leaves out the fields which hold their default; what an older
version of the program wrote is read with the defaults of the newer one.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

__all__ = ["fits", "from_json", "from_plain", "to_json", "to_plain"]


def to_json(value: object) -> str:
    """Return a value as one line of JSON, as short as it can be."""
    return "[]" if value == () else _WRITER.encode(value)


def from_json(kind: Any, text: str) -> Any:
    """Return the value of type `kind` that `to_json` wrote. Raises `ValueError` for anything else."""
    return from_plain(kind, json.loads(text))


def to_plain(value: object) -> Any:
    """Return a value as dicts, lists, strings, numbers and None."""
    return json.loads(to_json(value))


def _one_level(value: Any) -> Any:
    """Return what JSON does not know, dataclasses and moments, as what it knows at the top."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if is_dataclass(value) and not isinstance(value, type):
        plain = {}
        for name, default in _defaults(type(value)):
            held = getattr(value, name)
            if held is not default and (default is MISSING or held != default):
                plain[name] = held
        return plain
    raise TypeError(f"no plain form for {type(value).__name__}")


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_one_level)


@lru_cache(maxsize=256)
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a dataclass and their defaults, `MISSING` where they have none."""
    return tuple(
        (
            field.name,
            field.default_factory() if field.default_factory is not MISSING else field.default,
        )
        for field in fields(kind)
    )


def from_plain(kind: Any, data: Any) -> Any:
    """Return the value of type `kind` that `to_plain` made `data` of.

    Raises `ValueError` where `data` cannot be one.
    """
    try:
        return _reader(kind)(data)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no {getattr(kind, '__name__', kind)}: {error}") from error


def fits(kind: Any, value: object) -> bool:
    """Whether `value` is of type `kind` throughout: what a stranger's JSON was read into may not be."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return True
    if origin in (UnionType, Union):
        return any(fits(one, value) for one in arguments)
    if origin is Literal:
        return isinstance(value, str) and value in arguments
    if origin is tuple and isinstance(value, tuple):
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return all(fits(arguments[0], item) for item in value)
        return len(arguments) == len(value) and all(map(fits, arguments, value))
    if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, Mapping):
        return all(
            fits(arguments[0], key) and fits(arguments[1], item) for key, item in value.items()
        )
    if origin is not None or (isinstance(value, bool) and kind is not bool):
        return False
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(value, kind):
        return all(fits(hint, getattr(value, name)) for name, hint in _hints(kind))
    return isinstance(value, (int, float) if kind is float else kind)


@lru_cache(maxsize=256)
def _hints(kind: type) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind))


@lru_cache(maxsize=1024)
def _reader(kind: Any) -> Callable[[Any], Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is datetime:
        return datetime.fromisoformat
    if origin in (UnionType, Union):
        return _of_union(arguments)
    if origin is tuple:
        return _of_tuple(arguments)
    if origin is list:
        return _of_list(arguments[0])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _of_mapping(arguments[1])
    if isinstance(kind, type) and is_dataclass(kind):
        return _of_dataclass(kind)
    if origin is Literal or kind in (str, int, float, bool, NoneType, Any):
        return _as_it_is
    raise TypeError(f"no plain form for {kind}")


def _as_it_is(data: Any) -> Any:
    return data


def _of_union(kinds: Sequence[Any]) -> Callable[[Any], Any]:
    """Return the reader of `X | None`: other unions cannot be told apart in JSON."""
    [kind] = [kind for kind in kinds if kind is not NoneType]
    read = _reader(kind)
    return lambda data: None if data is None else read(data)


def _of_tuple(kinds: Sequence[Any]) -> Callable[[Any], Any]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        one = _reader(kinds[0])
        return lambda data: tuple([one(item) for item in data])
    reads = [_reader(kind) for kind in kinds]
    return lambda data: tuple([read(item) for read, item in zip(reads, data, strict=True)])


def _of_list(kind: Any) -> Callable[[Any], Any]:
    one = _reader(kind)
    return lambda data: [one(item) for item in data]


def _of_mapping(kind: Any) -> Callable[[Any], Any]:
    one = _reader(kind)
    return lambda data: {key: one(item) for key, item in data.items()}


def _of_dataclass(kind: type) -> Callable[[Any], Any]:
    reads: dict[str, Callable[[Any], Any]] = {}

    def read(data: Any) -> Any:
        if not reads:  # not before the first use: a type may hold itself
            hints = get_type_hints(kind)
            reads.update({field.name: _reader(hints[field.name]) for field in fields(kind)})
        return kind(**{name: reads[name](item) for name, item in data.items() if name in reads})

    return read
