"""What two runs were made from: how code, data, libraries and machines differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_SHORT_COMMIT = 7
_NAMES_SHOWN = 5


def origin_differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what is not as it was, a line each; nothing if all is.

    Args:
        before: the provenance of a run.
        now: the provenance of another, or of what would be run.
    """
    return [*_code(before, now), *_data(before, now), *_machine(before, now)]


def _code(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    if "code" in before:
        is_same = before["code"] == now["code"]
    else:
        is_same = _version(before) == _version(now)
    if "manifest" not in before:
        yield "an earlier version wrote it, which kept no digests of its files"
    if not is_same:
        yield f"code: {_version(before)}, now {_version(now)}"


def _version(origin: Mapping[str, Any]) -> str:
    """Return version and commit of the code, in words."""
    source = origin.get("source") or {}
    commit = str(source.get("commit", ""))[:_SHORT_COMMIT]
    words = f"version {origin.get('version')}" + f" at commit {commit}" * bool(commit)
    return words + " with changes" * bool(source.get("dirty"))


def _data(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for kind in ("data", "own_law", "scenarios"):
        old, new = before.get(kind) or {}, now.get(kind) or {}
        unlike = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        if unlike:
            more = len(unlike) - _NAMES_SHOWN
            names = ", ".join(unlike[:_NAMES_SHOWN])
            yield f"{kind.replace('_', ' ')}: {names}" + f" and {more} more" * (
                more > 0
            )


def _machine(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for kind in ("libraries", "platform"):
        old, new = before.get(kind) or {}, now.get(kind) or {}
        for name in old:
            if name in new and old[name] != new[name]:
                yield _change(name.replace("_", " "), old[name], new[name])


def _change(name: str, old: object, new: object) -> str:
    if not isinstance(old, list) or not isinstance(new, list):
        return f"{name}: {old}, now {new}"
    gone = [f"without {item}" for item in old if item not in new]
    added = [f"with {item}" for item in new if item not in old]
    return f"{name}: now {', '.join([*gone, *added])}"
