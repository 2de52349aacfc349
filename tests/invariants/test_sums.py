"""Sums over things: only those that have the same bits whatever draws are beside."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SIM = Path(__file__).parents[2] / "sim"
MODULES = [
    *sorted((SIM / "agents").glob("*.py")),
    *sorted((SIM / "mechanisms").glob("*.py")),
    *sorted((SIM / "outcomes" / "measures").glob("*.py")),
    SIM / "world.py",
]

DEPENDS_ON_DRAWS = frozenset(
    {
        *("sum", "nansum", "mean", "nanmean", "average", "std", "var", "trace"),
        *("dot", "vdot", "inner", "matmul", "tensordot", "einsum"),
        *("prod", "nanprod", "convolve", "correlate"),
    }
)
"""Functions and methods of NumPy that add in an order set by the shape of an array."""


def sums_in_any_order(source: str) -> Iterator[str]:
    """Yield what adds or multiplies things in an order that depends on the draws."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in DEPENDS_ON_DRAWS:
                yield ast.unparse(node)
            case ast.Call(func=ast.Name(id=name)) if name in DEPENDS_ON_DRAWS:
                yield ast.unparse(node)
            case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()):
                yield ast.unparse(node)


@pytest.mark.parametrize("module", MODULES, ids=lambda x: f"{x.parent.name}.{x.stem}")
def test_things_are_added_by_total_alone(module):
    """`total` adds a draw's things one after another; `sum_in_order` plain numbers."""
    assert list(sums_in_any_order(module.read_text("utf-8"))) == []


def test_a_sum_whose_order_depends_on_the_draws_is_found():
    source = "table.sum(axis=0)\nnp.einsum('kn,nr->kr', w, x)\nsum(rows)\nw @ x\n"
    found = ["table.sum(axis=0)", "np.einsum('kn,nr->kr', w, x)", "sum(rows)", "w @ x"]
    assert sorted(sums_in_any_order(source)) == sorted(found)
