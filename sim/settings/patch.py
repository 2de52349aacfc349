"""Patching: one value of a composed configuration is set, at the cost of a few copies.

What is set is what Hydra's ``++key=value`` would have set; mappings beside the path to
it are shared with the configuration that is patched, which stays as it was.
"""

from collections.abc import Mapping
from typing import Any


def reachable(tree: Mapping[str, Any], key: str) -> bool:
    """Return whether the known part of a dotted key leads through mappings alone."""
    node: Any = tree
    for name in key.split("."):
        if isinstance(node, list):
            return False
        if not isinstance(node, Mapping) or name not in node:
            return True
        node = node[name]
    return True


def patched(tree: Mapping[str, Any], key: str, value: object) -> dict[str, Any]:
    """Return a configuration in which a key has a value.

    What the key held, be it a mapping, is replaced; mappings on the path to it that are
    missing, or are something else, are made.

    Example:
        >>> patched({"a": {"b": 1}, "c": 2}, "a.d.e", 3)
        {'a': {'b': 1, 'd': {'e': 3}}, 'c': 2}
    """
    name, _, rest = key.partition(".")
    if not rest:
        return {**tree, name: value}
    below = tree.get(name)
    inner = below if isinstance(below, Mapping) else {}
    return {**tree, name: patched(inner, rest, value)}
