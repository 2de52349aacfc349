"""Formulas over measures: read without running anything that a text may hold.

A formula is arithmetic over selections ``measure[actor, ...]``. An actor is an id, an
id with a part in quotes (``"china:grey"``), or the alpha-3 code of a country, which
stands for all its actors that the measure covers.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from sim.domain.errors import choices
from sim.outcomes.measures.measure import Quantity
from sim.outcomes.results import Key, Series

LONGEST = 500
"""Characters that a formula may have."""

_DEEPEST = 30
"""Levels of brackets and operators that it may nest."""

_TOO_DEEP = f"nests deeper than {_DEEPEST} levels"

_LARGEST = 1e100
"""The largest number that may stand in it."""

Operation = Callable[[Series, Series], Series]

_OPERATORS: Mapping[type[ast.operator], Operation] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}
_SAME_UNIT = (ast.Add, ast.Sub)
"""Operators that leave a unit as it is."""


def _mean(values: list[Series]) -> Series:
    return reduce(np.add, values) / len(values)


_FUNCTIONS: Mapping[str, Callable[[list[Series]], Series]] = {
    "sum": lambda values: reduce(np.add, values),
    "mean": _mean,
    "min": lambda values: reduce(np.minimum, values),
    "max": lambda values: reduce(np.maximum, values),
}
"""What may be done with all series of a selection, one after another."""

_HINT = "such as sum(revenue[asml, tel])"


@dataclass(frozen=True)
class Covered:
    """Whom the measures cover.

    Attributes:
        quantities: what each measure means, by name.
        actors: the actors of each measure, by its name.
        countries: the alpha-3 code of the country of each actor, by id.
    """

    quantities: Mapping[str, Quantity]
    actors: Mapping[str, Collection[str]]
    countries: Mapping[str, str]

    def keys(self, measure: str, names: Collection[str]) -> list[Key]:
        """Return the series that a selection means.

        Raises:
            ValueError: there is no such measure, or it does not cover an actor.
        """
        if measure not in self.actors:
            hint = choices(measure, self.actors, "task=measures")
            raise ValueError(f"there is no measure called {measure!r}{hint}")
        keys: list[Key] = []
        for name in names:
            own = [(measure, actor) for actor in self._meant(measure, name)]
            if not own:
                hint = choices(name, self.actors[measure])
                raise ValueError(f"{measure} does not cover {name!r}{hint}")
            keys += own
        if len(set(keys)) < len(keys):
            raise ValueError(f"{measure}[{', '.join(names)}] names an actor twice")
        return keys

    def _meant(self, measure: str, name: str) -> list[str]:
        """Return the actors that a name stands for: one, or those of a country."""
        if name in self.actors[measure]:
            return [name]
        return sorted(x for x in self.actors[measure] if self.countries.get(x) == name)


@dataclass(frozen=True)
class Formula:
    """Arithmetic over measures.

    Attributes:
        text: as it was written.
        tree: as it was read; it holds nothing but what a formula may.
    """

    text: str
    tree: ast.expr

    @classmethod
    def parse(cls, text: str) -> Formula:
        """Return the formula that a text holds.

        Raises:
            ValueError: it holds anything else than arithmetic over measures.

        Example:
            >>> sorted(Formula.parse("sum(revenue[USA]) / 1000").measures)
            ['revenue']
        """
        if len(text) > LONGEST:
            raise ValueError(f"is longer than {LONGEST} characters")
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ValueError(f"cannot be read; write a formula {_HINT}") from None
        try:
            _check(tree)
        except RecursionError:
            raise ValueError(_TOO_DEEP) from None
        if not list(_selections(tree)):
            raise ValueError(f"names no measure; write a formula {_HINT}")
        return cls(text.strip(), tree)

    @property
    def measures(self) -> set[str]:
        """The measures that it reads."""
        return {measure for measure, _ in _selections(self.tree)}

    def keys(self, covered: Covered) -> list[Key]:
        """Return the series that it reads, each once.

        Raises:
            ValueError: a measure or an actor is not there, or several actors are named
                where there is room for one.
        """
        _check_single(self.tree, covered)
        read = (covered.keys(*selection) for selection in _selections(self.tree))
        return list(dict.fromkeys(key for keys in read for key in keys))

    def unit(self, covered: Covered) -> str:
        """Return its unit, if it adds up quantities of one unit; else nothing."""
        units = {
            covered.quantities[name].unit_by_year for name in sorted(self.measures)
        }
        return units.pop() if len(units) == 1 and _keeps_unit(self.tree) else ""

    def values(self, series: Mapping[Key, Series], covered: Covered) -> Series:
        """Return its value in every month and draw; not finite where it divides by 0.

        Args:
            series: by measure and actor, an array of months by draws each.
            covered: whom the measures cover.
        """
        with np.errstate(all="ignore"):
            [value] = _evaluate(self.tree, series, covered)
        return value


def _check(node: ast.expr, depth: int = 0) -> None:
    """Refuse whatever is not arithmetic over measures."""
    if depth > _DEEPEST:
        raise ValueError(_TOO_DEEP)
    for part in _parts(node):
        _check(part, depth + 1)


def _parts(node: ast.expr) -> list[ast.expr]:
    """Return the parts that a node of a formula is made of, and refuse other nodes."""
    match node:
        case ast.Constant(value=int() | float() as value) if type(value) is not bool:
            if value > _LARGEST:
                raise ValueError(f"{ast.unparse(node)[:20]} is too large a number")
            return []
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return [operand]
        case ast.BinOp(left=left, op=operator, right=right):
            if type(operator) in _OPERATORS:
                return [left, right]
        case ast.Call(func=ast.Name(id=name), args=[*arguments], keywords=[]):
            if name not in _FUNCTIONS:
                hint = choices(name, _FUNCTIONS)
                raise ValueError(f"there is no function {name!r}{hint}")
            if not arguments:
                raise ValueError(f"{name}() is given nothing; write it {_HINT}")
            return arguments
        case ast.Subscript(value=ast.Name()):
            _actors(node)
            return []
        case ast.Name(id=name):
            raise ValueError(
                f"{name} stands alone; say whose, in brackets, such as {name}[china]"
            )
    raise ValueError(
        f"{ast.unparse(node)[:40]!r} is not arithmetic over measures; + - * / and "
        f"{', '.join(_FUNCTIONS)} may be used"
    )


def _actors(node: ast.Subscript) -> list[str]:
    """Return the actors that a selection names."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    names: list[str] = []
    for part in parts:
        match part:
            case ast.Name(id=name) | ast.Constant(value=str(name)):
                names.append(name)
            case _:
                raise ValueError(
                    f"{ast.unparse(part)[:40]!r} is not an actor; names of actors and "
                    "countries stand in brackets, parts in quotes, such as "
                    "[asml, tel] or ['china:grey']"
                )
    if not names:
        raise ValueError("the brackets after a measure are empty; name an actor")
    return names


def _selections(tree: ast.expr) -> Iterator[tuple[str, list[str]]]:
    """Yield the measure and the actors of every selection."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            yield node.value.id, _actors(node)


def _check_single(
    node: ast.expr, covered: Covered, *, in_function: bool = False
) -> None:
    """Refuse several actors outside a function, where it is not clear what is meant."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        if not in_function and len(covered.keys(node.value.id, _actors(node))) > 1:
            shown = ast.unparse(node)
            raise ValueError(
                f"{shown} names several actors; write sum({shown}) or mean({shown})"
            )
        return
    is_call = isinstance(node, ast.Call)
    for child in _operands(node):
        _check_single(child, covered, in_function=is_call)


def _operands(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.Call(args=arguments):
            return arguments
    return []


def _keeps_unit(node: ast.expr) -> bool:
    """Return whether nothing in a formula multiplies, divides or adds plain numbers."""
    match node:
        case ast.Constant():
            return False
        case ast.BinOp(op=operator) if not isinstance(operator, _SAME_UNIT):
            return False
    return all(map(_keeps_unit, _operands(node)))


def _evaluate(
    node: ast.expr, series: Mapping[Key, Series], covered: Covered
) -> list[Series]:
    """Return the value of a part; of a selection, one for each actor."""

    def value(part: ast.expr) -> Series:
        [only] = _evaluate(part, series, covered)
        return only

    match node:
        case ast.Constant(value=int() | float() as number):
            return [np.full(next(iter(series.values())).shape, float(number))]
        case ast.UnaryOp(operand=operand):
            return [-value(operand)]
        case ast.BinOp(left=left, op=operator, right=right):
            return [_OPERATORS[type(operator)](value(left), value(right))]
        case ast.Call(func=ast.Name(id=name), args=arguments):
            parts = [x for each in arguments for x in _evaluate(each, series, covered)]
            return [_FUNCTIONS[name](parts)]
        case ast.Subscript(value=ast.Name(id=measure)):
            return [series[key] for key in covered.keys(measure, _actors(node))]
    raise AssertionError(ast.dump(node))
