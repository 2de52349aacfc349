"""The picture of the layers in docs/architecture.md, drawn from import contracts."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.presentation.names import capitalised
from sim.presentation.rendering import render

CHECKOUT = Path(__file__).parents[2]

_PACKAGE = "sim."


@dataclass(frozen=True)
class Layer:
    """A package or module of `sim`, and the frameworks that are reserved for it."""

    name: str
    caption: str
    libraries: tuple[str, ...]


def architecture_svg(checkout: Path = CHECKOUT) -> str:
    """Return the picture of the layers as SVG, the command line at the top."""
    text = (checkout / "pyproject.toml").read_text("utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    [order] = [contract for contract in contracts if contract["type"] == "layers"]
    reserved = libraries_by_layer(contracts)
    rows = [
        [_layer(checkout / "sim", name.strip(), reserved) for name in names.split("|")]
        for names in order["layers"]
    ]
    return render("architecture.svg.j2", rows=rows)


def libraries_by_layer(
    contracts: Sequence[Mapping[str, Any]],
) -> dict[str, tuple[str, ...]]:
    """Return the frameworks that only some layers may import, by layer."""
    libraries: dict[str, tuple[str, ...]] = {}
    for layer, library in _reserved(contracts):
        libraries[layer] = (*libraries.get(layer, ()), library)
    return libraries


def _reserved(contracts: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for contract in contracts:
        if contract["type"] == "protected":
            for layer in contract["allowed_importers"]:
                for library in contract["protected_modules"]:
                    yield layer.removeprefix(_PACKAGE), library


def _layer(package: Path, name: str, reserved: Mapping[str, tuple[str, ...]]) -> Layer:
    folder, module = package / name / "__init__.py", package / f"{name}.py"
    source = (folder if folder.exists() else module).read_text("utf-8")
    caption = (ast.get_docstring(ast.parse(source)) or "").splitlines()[0]
    meaning = caption.partition(": ")[2] or caption
    return Layer(name, capitalised(meaning), reserved.get(name, ()))
