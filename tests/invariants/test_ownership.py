"""State belongs to one object: only its own methods assign it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SIM = Path(__file__).parents[2] / "sim"
MODULES = (*sorted((SIM / "agents").glob("*.py")), SIM / "world.py", SIM / "model.py")


def foreign_assignments(source: str) -> Iterator[str]:
    """Yield what is assigned to an attribute, or to an item of one, but of self."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Assign(targets=targets):
                pass
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                targets = [target]
            case _:
                continue
        for target in targets:
            yield from filter(None, map(_foreign, _flat(target)))


def _flat(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple | ast.List) else [target]


def _foreign(target: ast.expr) -> str:
    owner = target
    while isinstance(owner, ast.Subscript):
        owner = owner.value
    if not isinstance(owner, ast.Attribute):
        return ""
    is_own = isinstance(owner.value, ast.Name) and owner.value.id == "self"
    return "" if is_own else ast.unparse(target)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_agent_assigns_what_belongs_to_another_object(module):
    assert list(foreign_assignments(module.read_text())) == []


def test_an_assignment_to_another_object_is_found():
    source = (
        "line.price, self.cash = 1, 2\nself.line.chips[0] = 3\nself.stocks[0] = 4\n"
    )
    assert list(foreign_assignments(source)) == ["line.price", "self.line.chips[0]"]


def test_every_private_method_of_an_agent_is_called():
    """An override that keeps a former name would be silently dead."""
    trees = [ast.parse(path.read_text()) for path in MODULES]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    defined = {x.name for x in nodes if isinstance(x, ast.FunctionDef)}
    used = {x.attr for x in nodes if isinstance(x, ast.Attribute)}
    used |= {x.id for x in nodes if isinstance(x, ast.Name)}
    private = {name for name in defined if name[0] == "_" and name[:2] != "__"}
    assert private - used == set()
