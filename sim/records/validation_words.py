"""What a value must be, as messages say it: the faults that pydantic finds in words."""

from collections.abc import Mapping
from typing import Any

from sim.domain.errors import one_line

_LONGEST = 60
"""Characters of a value that a message quotes."""

_EXPECTED = {
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number that is not so large",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_type": "text",
    "string_too_short": "a name, not nothing",
    "dict_type": "names with values, such as {name: 1}",
    "mapping_type": "names with values, such as {name: 1}",
    "list_type": "a list, such as [a, b]",
    "tuple_type": "a name or a list such as [a,b]",
}

_BOUNDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


def expectation(detail: Mapping[str, Any]) -> str:
    """Return what was expected in place of a value, from a fault that pydantic found.

    Example:
        >>> expectation({"type": "float_parsing", "msg": "Input should be a valid ..."})
        'must be a number'
    """
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _EXPECTED:
        return f"must be {_EXPECTED[kind]}"
    for bound, words in _BOUNDS.items():
        if bound in context:
            return f"must be {words} {_plain(context[bound])}"
    if "expected" in context:
        return f"must be {context['expected']}"
    return str(detail["msg"]).removeprefix("Value error, ")


def short(value: object) -> str:
    """Return a value as a message quotes it: on one line and not too long.

    Example:
        >>> short("x" * 100)
        "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'"
    """
    text = one_line(str(value) if isinstance(value, str) else repr(value))
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 4]}..."
    return f"'{text}'" if isinstance(value, str) else text


def _plain(bound: float) -> str:
    return f"{bound:,}".replace(",", " ") if isinstance(bound, int) else f"{bound:g}"
