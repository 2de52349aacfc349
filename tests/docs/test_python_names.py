"""What pages and notebooks call in Python exists."""

import dataclasses
import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import sim
from sim.presentation.written_run import Run
from sim.presentation.written_sweep import Sweep
from sim.tasks.diverge import DivergenceReport
from sim.tasks.replay import Replay

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))

_CODE = re.compile(r"^```python\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
_OF_SIM = re.compile(r"(?<![\w/.])sim\.([a-z_]+)(?:\.([a-z_]+))?")
_OF_RESULT = re.compile(r"(?<![\w/.])sim\.([a-z_]+)\([^()]*\)\.([a-z_]+)")
_OF_NAME = re.compile(r"(?<![\w/.])([a-z]+)\.([a-z_]+)\b(?!=)")
_FILES = {"lock", "py", "csv", "html", "md", "pdf"}
_NAMED = {
    "run": Run,
    "saved": Run,
    "old": Run,
    "later": Run,
    "story": Replay,
    "report": DivergenceReport,
}
"""What the variables of examples hold, wherever they stand."""


def path_of(page: Path) -> str:
    """Return the path of a page within the project."""
    return page.relative_to(ROOT).as_posix()


def code(page: Path) -> Iterator[str]:
    """Yield the code of a page or a notebook: its blocks, and what is in the text."""
    if page.suffix == ".ipynb":
        cells = json.loads(page.read_text("utf-8"))["cells"]
        yield from ("".join(x["source"]) for x in cells if x["cell_type"] == "code")
    else:
        for block, words in _CODE.findall(page.read_text("utf-8")):
            yield block or words


def has(kind: type, name: str) -> bool:
    """Return whether objects of a class, or of any of several, have an attribute."""
    if any(has(each, name) for each in get_args(kind)):
        return True
    fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
    return hasattr(kind, name) or name in {field.name for field in fields}


def is_name(first: str, second: str) -> bool:
    """Return whether `sim.first.second` is there, as a module or as what it holds."""
    if first not in sim.__all__:
        return find_spec(f"sim.{first}") is not None or hasattr(sim, first)
    return not second or first != "plot" or hasattr(sim.plot, second)


@pytest.mark.parametrize("page", [*PAGES, *NOTEBOOKS], ids=path_of)
def test_what_a_page_calls_in_python_exists(page):
    texts = list(code(page))
    missing = [
        f"sim.{first}.{second}"
        for text in texts
        for first, second in _OF_SIM.findall(text)
        if not is_name(first, second)
    ]
    missing += [
        f"sim.{function}(...).{name}"
        for text in texts
        for function, name in _OF_RESULT.findall(text)
        if not has(get_type_hints(getattr(sim, function))["return"], name)
    ]
    missing += [
        f"{variable}.{name}"
        for text in texts
        for variable, name in _OF_NAME.findall(text)
        if variable in _NAMED and name not in _FILES and not has(_NAMED[variable], name)
    ]
    assert not missing


def test_names_are_found_in_the_pages():
    """So that the test above is about something."""
    readme = "\n".join(code(ROOT / "README.md"))
    outputs = "\n".join(code(ROOT / "docs" / "outputs.md"))
    assert ("plot", "fan") in _OF_SIM.findall(readme)
    assert {"why", "to_xarray"} <= {name for _, name in _OF_NAME.findall(outputs)}
    assert not is_name("rnu", "")
    assert not is_name("plot", "fann")
    assert not has(Run, "headlines")


def test_every_function_has_a_place_in_the_documentation():
    pages = "\n".join(text for page in [*PAGES, *NOTEBOOKS] for text in code(page))
    told = {first for first, _ in _OF_SIM.findall(pages)}
    assert set(sim.__all__) <= told


def test_a_sweep_has_what_the_page_on_sweeps_promises():
    blocks = re.findall(
        r"^```python\n(.*?)^```",
        (ROOT / "docs" / "sweeps.md").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    names = re.findall(r"^sweep\.([a-z_]+)", "\n".join(blocks), re.MULTILINE)
    assert names
    assert all(has(Sweep, name) for name in names)
