"""Wording: a legal value in words, so that laws can be compared by a digest."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

import numpy as np

_A_NUMBER = "(a number)"
"""Stands where the size of a number is left out."""

_DIGEST_BYTES = 16


def canonical_text(value: Any, *, sizes: bool = True) -> str:
    """Return a legal value in words: different ones in different words.

    Args:
        value: the value.
        sizes: whether the size of numbers that may differ by draw is included.
    """
    if isinstance(value, (float, np.ndarray)) and not sizes:
        return _A_NUMBER
    if value is None or isinstance(value, (str, int, float, date)):
        return repr(value)
    if isinstance(value, np.ndarray):
        return f"{value.shape} {value.tobytes().hex()}"
    if isinstance(value, (tuple, frozenset)):
        words = [canonical_text(part, sizes=sizes) for part in value]
        ordered = words if isinstance(value, tuple) else sorted(words)
        return f"{type(value).__name__}({', '.join(ordered)})"
    if isinstance(value, Mapping):
        entries = sorted(
            (canonical_text(key), canonical_text(value[key], sizes=sizes))
            for key in value
        )
        return "{" + ", ".join(f"{key}: {part}" for key, part in entries) + "}"
    if is_dataclass(value) and not isinstance(value, type):
        named = {item.name: getattr(value, item.name) for item in fields(value)}
        return canonical_text(named, sizes=sizes)
    raise TypeError(f"no word for a {type(value).__name__} in law")


def text_digest(words: Iterable[str]) -> str:
    """Return some words as one of a fixed length, the same for the same words alone."""
    text = "\n".join(words).encode()
    return blake2b(text, digest_size=_DIGEST_BYTES).hexdigest()
