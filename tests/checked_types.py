"""Checks of types and shapes at run time: a plugin of pytest.

    python3 bootstrap.py test -p tests.checked_types tests/mechanisms

Every function of the simulator then checks what it is given and what it returns. Tests
without it are quicker by a third; `tests/invariants/test_types.py` runs whole worlds
with it in a process of their own.
"""

import functools
from collections.abc import Callable
from typing import Any

import pytest
from beartype import BeartypeConf, beartype
from jaxtyping import install_import_hook

FUNCTIONS: dict[tuple[str, str], bool] = {}
"""Functions of the simulator by module and name, and whether one was ever checked."""

_NUMBERS = BeartypeConf(is_pep484_tower=True)


def checker(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that refuses values of another type, and notes its calls."""
    key = (function.__module__, function.__qualname__)
    checked = beartype(conf=_NUMBERS)(function)
    FUNCTIONS.setdefault(key, False)

    @functools.wraps(checked)
    def noted(*arguments: Any, **named: Any) -> Any:
        FUNCTIONS[key] = True
        return checked(*arguments, **named)

    return noted


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Have modules of the simulator checked that are imported from now on.

    Only where this is a plugin: to collect doctests, pytest imports this module too.
    """
    install_import_hook("sim", "tests.checked_types.checker")
