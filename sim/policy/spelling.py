"""Spelling: a legal value in words, so that laws can be told apart by a digest."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

import numpy as np

A_NUMBER = "(a number)"
"""Stands where the size of a number is left out."""

_DIGEST_BYTES = 16


def spelt(value: Any) -> str:
    """Return a legal value in words: equal ones in the same, others in others.

    Raises:
        TypeError: law holds no values of the kind.
    """
    if value is None or isinstance(value, (str, int, float, date)):
        return repr(value)
    if isinstance(value, np.ndarray):
        return f"{value.shape} {value.tobytes().hex()}"
    if isinstance(value, (tuple, frozenset)):
        words = [spelt(part) for part in value]
        ordered = words if isinstance(value, tuple) else sorted(words)
        return f"{type(value).__name__}({', '.join(ordered)})"
    if isinstance(value, Mapping):
        parts = [f"{spelt(key)}: {spelt(part)}" for key, part in value.items()]
        return "{" + ", ".join(parts) + "}"
    if is_dataclass(value) and not isinstance(value, type):
        return spelt({item.name: getattr(value, item.name) for item in fields(value)})
    raise TypeError(f"no word for a {type(value).__name__} in law")


def without_numbers(value: Any) -> Any:
    """Return a legal value with `A_NUMBER` wherever a number stands in it."""
    if isinstance(value, (float, np.ndarray)):
        return A_NUMBER
    if isinstance(value, Mapping):
        return {key: without_numbers(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return tuple(map(without_numbers, value))
    if is_dataclass(value) and not isinstance(value, type):
        named = {item.name: getattr(value, item.name) for item in fields(value)}
        return without_numbers(named)
    return value


def digest(words: Iterable[str]) -> str:
    """Return some words as one of a fixed length, the same for the same words alone."""
    text = "\n".join(words).encode()
    return blake2b(text, digest_size=_DIGEST_BYTES).hexdigest()
