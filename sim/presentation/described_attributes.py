"""What docstrings of classes say of their attributes."""

from __future__ import annotations

import re


def described_attributes(docstring: str) -> dict[str, str]:
    """Return the attributes that the docstring of a class describes, by name."""
    section = docstring.partition("Attributes:\n")[2].partition("\n\n")[0]
    entries = re.findall(r"(?ms)^    (\w+): (.*?)(?=^    \w|\Z)", section)
    return {name: " ".join(text.split()) for name, text in entries}
