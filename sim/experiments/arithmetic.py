"""Arithmetic: what of a machine the last bits of results depend on."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
from scipy.special import expit, logit, ndtri

_PROBES = 2048
"""Arguments at which functions are compared; two versions differ at one in hundreds."""

_GOLDEN_RATIO = 0.6180339887498949
_EXPONENT = 0.37


@lru_cache(maxsize=1)
def arithmetic() -> dict[str, Any]:
    """Return what of this machine the last bits of results may depend on.

    Processes in which all of it is the same give the same bytes (docs/outputs.md says
    for which results).

    Returns:
        `python`, its version without the last number; `machine`, the kind of processor;
        `numpy_targets`, the instruction sets that numpy uses here; `c_library`; and
        `functions`, a digest of what the functions that the model calls return at fixed
        arguments.
    """
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "machine": platform.machine(),
        "numpy_targets": processor_features(),
        "c_library": " ".join(platform.libc_ver()).strip(),
        "functions": _functions_digest(),
    }


def processor_features() -> list[str]:
    """Return the instruction sets that numpy uses here."""
    configuration: Any = np.show_config(mode="dicts")
    return instruction_sets(configuration)


def instruction_sets(configuration: Mapping[str, Any]) -> list[str]:
    """Return the instruction sets that numpy uses by what it says of itself.

    It names no empty list: one that has nothing beyond those it was built for, because
    the processor lacks it or it was switched off, has none that was `found`.

    Args:
        configuration: what ``numpy.show_config`` returns.
    """
    instructions = configuration.get("SIMD Extensions", {})
    return [*instructions.get("baseline", []), *instructions.get("found", [])]


def arithmetic_in_words() -> str:
    """Return the arithmetic of this machine as one line."""
    facts = arithmetic()
    targets = " ".join(facts["numpy_targets"])
    return (
        f"Python {facts['python']}, {facts['machine']}, {facts['c_library']}, "
        f"numpy with {targets} instructions, functions {facts['functions']}"
    )


def _functions_digest() -> str:
    """Return a digest of elementary functions at arguments spread over their range."""
    shares = np.arange(1, _PROBES + 1) * _GOLDEN_RATIO % 1.0
    amounts = 20.0 * shares
    arrays = [
        np.exp(-amounts),
        np.exp2(-amounts),
        np.expm1(shares),
        np.log(amounts),
        np.log1p(shares),
        np.log2(amounts),
        np.power(amounts, _EXPONENT),
        expit(amounts),
        logit(shares),
        ndtri(shares),
    ]
    # Plain numbers go through the C library, whatever numpy does with arrays.
    plain = [(math.exp(-x), math.log(x), x**_EXPONENT) for x in amounts.tolist()]
    together = np.concatenate([*arrays, np.ravel(plain)])
    return sha256(together.tobytes()).hexdigest()[:12]
