"""The last bits of results depend on what is written down, and on nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from sim.domain.ensemble import sum_in_order
from sim.experiments.arithmetic import (
    arithmetic_in_words,
    instruction_sets,
    processor_features,
)

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
    assert _elsewhere() == arithmetic_in_words()


BUILT_FOR, BEYOND = ["X86_V2"], ["X86_V3", "X86_V4"]


@pytest.mark.parametrize(
    ("instructions", "used"),
    [
        ({"baseline": BUILT_FOR, "found": BEYOND}, [*BUILT_FOR, *BEYOND]),
        ({"baseline": BUILT_FOR, "not found": BEYOND}, BUILT_FOR),
        ({"found": BEYOND}, BEYOND),
        ({}, []),
    ],
)
def test_instructions_that_are_switched_off_are_noticed(instructions, used):
    assert instruction_sets({"SIMD Extensions": instructions}) == used


def test_a_numpy_that_names_no_instructions_has_none():
    assert instruction_sets({"Compilers": {}}) == []


def test_the_instructions_are_part_of_the_arithmetic():
    assert f"numpy with {' '.join(processor_features())} " in arithmetic_in_words()


def _elsewhere() -> str:
    code = "from sim.experiments.arithmetic import arithmetic_in_words as f; print(f())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PACKAGE.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()
