"""Whether what a notebook is given shows itself in a few lines."""

import inspect
from collections.abc import Iterator, Mapping
from functools import cached_property

from pydantic import BaseModel

from sim.domain.errors import ChipWarError

LONGEST_TEXT, LONGEST_HTML = 5_000, 20_000
_DEEPEST = 4


def assert_short(whole: object) -> None:
    """Check that an object, and whatever it leads to, shows itself in a few lines."""
    for path, part in _parts(type(whole).__name__, whole, set(), 0):
        shown = repr(part)
        assert len(shown) < LONGEST_TEXT, (path, len(shown))
        as_html = getattr(part, "_repr_html_", None)
        if as_html is not None:
            assert len(as_html()) < LONGEST_HTML, path


def _parts(
    path: str, whole: object, seen: set[int], depth: int
) -> Iterator[tuple[str, object]]:
    """Yield an object of the simulator's and the public attributes it leads to."""
    if depth > _DEEPEST or id(whole) in seen:
        return
    seen.add(id(whole))
    if isinstance(whole, list | tuple | Mapping) and whole:
        first = next(iter(whole.values() if isinstance(whole, Mapping) else whole))
        yield from _parts(f"{path}[0]", first, seen, depth + 1)
    if type(whole).__module__.startswith("sim."):
        yield path, whole
        for name in _attributes(type(whole), whole):
            try:
                part = getattr(whole, name)
            except ChipWarError:
                continue
            yield from _parts(f"{path}.{name}", part, seen, depth + 1)


def _attributes(kind: type, whole: object) -> list[str]:
    """Return the public attributes of an object, methods left out."""
    if isinstance(whole, BaseModel):
        return list(kind.model_fields)  # type: ignore[attr-defined]
    computed = [
        name
        for name, value in inspect.getmembers_static(kind)
        if isinstance(value, property | cached_property)
    ]
    own = {**getattr(whole, "__dict__", {}), **dict.fromkeys(computed)}
    return sorted(name for name in own if not name.startswith("_"))
