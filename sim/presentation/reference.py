"""The reference of names: every public name of the package, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path

from sim.presentation.described_attributes import described_attributes
from sim.presentation.names import capitalised
from sim.presentation.rendering import render

PACKAGE = Path(__file__).parents[1]
"""The folder of the package `sim`."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_PROPERTIES = {"property", "cached_property"}


@dataclass(frozen=True)
class NamedObject:
    """A public class, function, method or attribute.

    Attributes:
        meaning: the summary of its docstring.
        members: of a class, its public methods and attributes.
        bases: of a class, the names of the classes it derives from.
        returns: of a function, the name of the class it returns.
    """

    name: str
    kind: str
    meaning: str
    members: Mapping[str, NamedObject] = field(default_factory=dict)
    bases: Sequence[str] = ()
    returns: str = ""


@dataclass(frozen=True)
class ModuleNames:
    """The public names of a module."""

    name: str
    meaning: str
    objects: Sequence[NamedObject]

    @property
    def package(self) -> str:
        """The package that the module belongs to: the first two parts of its name."""
        return ".".join(self.name.split(".")[:2])


class NameReference:
    """The public names of a package, by module."""

    def __init__(self, package: Path = PACKAGE) -> None:
        self.modules = [_module(file, package) for file in _files(package)]
        self.exports = _exports(package / "__init__.py")

    @cached_property
    def objects(self) -> dict[str, NamedObject]:
        """Every class and function by its full name."""
        return {
            f"{module.name}.{item.name}": item
            for module in self.modules
            for item in module.objects
        }

    @cached_property
    def _classes(self) -> dict[str, NamedObject]:
        return {x.name: x for x in self.objects.values() if x.kind == "class"}

    def interface(self) -> Iterator[tuple[NamedObject, Sequence[NamedObject]]]:
        """Yield what a notebook calls, each with the members of what it returns."""
        modules = {module.name: module for module in self.modules}
        for name, home in self.exports.items():
            module = modules.get(f"{home}.{name}")
            if module is not None:
                yield NamedObject(name, "module", module.meaning), module.objects
                continue
            function = self.objects[f"{home}.{name}"]
            result = self._classes.get(function.returns)
            yield function, sorted(self._members(result), key=lambda item: item.name)

    def _members(self, result: NamedObject | None) -> list[NamedObject]:
        """Return the members of a class and of the classes it derives from."""
        if result is None:
            return []
        inherited = [
            item
            for base in result.bases
            for item in self._members(self._classes.get(base))
        ]
        members = {item.name: item for item in inherited} | dict(result.members)
        return list(members.values())

    def undescribed(self) -> list[str]:
        """Return the full names of all that have no docstring."""
        modules = [module.name for module in self.modules if not module.meaning]
        return modules + [name for name, x in self.objects.items() if not x.meaning]


def names_page(reference: NameReference) -> str:
    """Return the page that lists every public name with its meaning."""
    packages = groupby(reference.modules, key=lambda module: module.package)
    page = render(
        "names.md.j2",
        interface=list(reference.interface()),
        packages=[(name, list(modules)) for name, modules in packages],
    )
    return page.rstrip("\n") + "\n"


def _files(package: Path) -> list[Path]:
    """Return the public modules of a package, a package before its modules."""
    files = [
        file
        for file in package.rglob("*.py")
        if not any(
            part.startswith("_") and part != "__init__.py"
            for part in file.relative_to(package).parts
        )
    ]
    return sorted(files, key=lambda file: _dotted(file, package))


def _dotted(file: Path, package: Path) -> str:
    parts = file.relative_to(package.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _module(file: Path, package: Path) -> ModuleNames:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    objects = [
        _class(node) if isinstance(node, ast.ClassDef) else _function(node)
        for node in tree.body
        if isinstance(node, ast.ClassDef | _Function) and _is_public(node.name)
    ]
    return ModuleNames(_dotted(file, package), _summary(tree), objects)


def _exports(file: Path) -> dict[str, str]:
    """Return the module of each name in `__all__` that a package re-exports."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    listed = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    homes = {
        alias.name: str(node.module)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return {name: homes[name] for name in listed}


def _class(node: ast.ClassDef) -> NamedObject:
    documented = described_attributes(ast.get_docstring(node) or "")
    members = {
        name: NamedObject(name, "attribute", capitalised(meaning))
        for name, meaning in documented.items()
    }
    for item in node.body:
        if isinstance(item, _Function) and _is_public(item.name):
            members[item.name] = _function(item)
    return NamedObject(
        node.name,
        "class",
        _summary(node),
        members=members,
        bases=[ast.unparse(base).partition("[")[0] for base in node.bases],
    )


def _function(node: _Function) -> NamedObject:
    decorators = {ast.unparse(item).rpartition(".")[-1] for item in node.decorator_list}
    kind = "attribute" if decorators & _PROPERTIES else "function"
    returns = "" if node.returns is None else ast.unparse(node.returns)
    return NamedObject(node.name, kind, _summary(node), returns=returns)


def _is_public(name: str) -> bool:
    return not name.startswith("_")


def _summary(node: ast.Module | ast.ClassDef | _Function) -> str:
    """Return the first paragraph of a docstring in one line."""
    return " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
