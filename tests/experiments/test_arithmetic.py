"""The last bits of results depend on what is written down, and on nothing else."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.domain.ensemble import sum_in_order
from sim.experiments.arithmetic import arithmetic_in_words

PACKAGE = Path(__file__).parents[2] / "sim"
NUMBERS = ("domain", "mechanisms", "policy", "agents", "assembly", "outcomes/measures")
"""Packages whose numbers go into results."""

MODULES = [
    *(path for name in NUMBERS for path in (PACKAGE / name).glob("*.py")),
    *PACKAGE.glob("*.py"),
    *(PACKAGE / "outcomes").glob("*.py"),
]


def test_numbers_of_results_are_not_added_by_the_built_in_sum():
    """It corrects rounding from Python 3.12 on, and does not before."""
    calls = [
        f"{module.relative_to(PACKAGE)}:{node.lineno}"
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "sum"
        and "len(" not in ast.unparse(node)
    ]
    assert not calls, "add with total() or sum_in_order() of sim/domain/ensemble.py"


def test_plain_numbers_are_added_one_after_another():
    assert sum_in_order([1e16, 1.0, -1e16]) == 0.0
    assert sum_in_order([0.1] * 10) == 0.9999999999999999
    assert sum_in_order([]) == 0.0


def test_another_process_of_this_machine_has_the_same_arithmetic():
    assert _elsewhere({}) == arithmetic_in_words()


def test_instructions_that_are_switched_off_are_noticed():
    targets = np.show_config(mode="dicts")["SIMD Extensions"].get("found")
    if not targets:
        pytest.skip("numpy has no instruction sets to switch off here")
    without = _elsewhere({"NPY_DISABLE_CPU_FEATURES": " ".join(targets)})
    assert without != arithmetic_in_words()


def _elsewhere(changes: dict[str, str]) -> str:
    code = "from sim.experiments.arithmetic import arithmetic_in_words as f; print(f())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PACKAGE.parent,
        env={**os.environ, **changes},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()
