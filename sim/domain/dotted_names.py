"""Dotted names: what nested mappings hold, each value by the path to it."""

from collections.abc import Iterator, Mapping
from typing import Any


def dotted(content: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the values of nested mappings, with their names joined by dots.

    An empty mapping within is a value.

    Example:
        >>> dict(dotted({"service": {"skill": 0.3, "parts": {}}, "a.b": 1}))
        {'service.skill': 0.3, 'service.parts': {}, 'a.b': 1}
    """
    for name, value in content.items():
        if isinstance(value, Mapping) and value:
            yield from ((f"{name}.{rest}", item) for rest, item in dotted(value))
        else:
            yield str(name), value
