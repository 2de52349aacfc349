"""Tables of data and files of law, with one thing wrong or different.

What may be wrong with each file is listed in `tests/records/data_cases.py`; some of it
is tried here, and what no list foresees: signs put in, left out or exchanged anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import ClassVar

from hypothesis import strategies as st

from sim.records import Records, load_records
from sim.records.data_folder import SHIPPED
from sim.settings.scenario_files import ScenarioFiles
from sim.tasks.reading_checks import check_readings
from tests.fuzz.desk import shipped_records
from tests.fuzz.values import pick
from tests.fuzz.verdict import OPEN, Expected, Truth, WrongResultError
from tests.records.data_cases import READ, REFUSED, SAME, SOURCES, Case

_TRUTHS = {READ: Truth.OPEN, SAME: Truth.GOOD, REFUSED: Truth.WRONG}
_COPY = Path("data")


@dataclass(frozen=True)
class Scribble:
    """Signs in the place of others.

    Attributes:
        place: from 0 to 1, where in the file.
        length: how many signs are left out.
        signs: what is put in; escaped surrogates stand for other bytes.
    """

    place: float
    length: int
    signs: str


@dataclass(frozen=True)
class TableCase:
    """A file of a data folder that was changed, and what must become of the folder.

    Attributes:
        file: path in the folder.
        change: what is wrong with it, a case of `tests/records/data_cases.py` in words;
            empty if nothing is but for the scribbles.
        scribbles: what is changed besides.
    """

    kind: ClassVar[str] = "tables"

    file: str
    change: str = ""
    scribbles: tuple[Scribble, ...] = ()
    expected: Expected = OPEN

    def use(self) -> None:
        """Read the folder as a task that compares the model with history does."""
        path = _folder() / self.file
        shipped = (SHIPPED / self.file).read_bytes()
        path.unlink(missing_ok=True)
        content = self._content(shipped)
        if content is not None:
            path.write_bytes(content)
        try:
            records = load_records(_COPY)
            _ = records.posterior
            check_readings(records.facts, _scenarios())
        finally:
            path.write_bytes(shipped)
        if self.expected.truth is Truth.GOOD and not _same(records, shipped_records()):
            raise WrongResultError("what means nothing changes what is read")

    def _content(self, shipped: bytes) -> bytes | None:
        if self.change:
            case = cases(self.file)[self.change]
            content = None if case.content is None else case.content()
        else:
            content = shipped
        for scribble in self.scribbles:
            content = _scribbled(content or b"", scribble)
        return content


def _scribbled(content: bytes, scribble: Scribble) -> bytes:
    start = int(scribble.place * len(content))
    signs = scribble.signs.encode("utf-8", "surrogateescape")
    return content[:start] + signs + content[start + scribble.length :]


@cache
def cases(file: str) -> Mapping[str, Case]:
    """Return what may be wrong with a file, by what it is in words."""
    return {f"{case.kind}, {case.place}": case for case in SOURCES[file](file)}


@cache
def _scenarios() -> frozenset[str]:
    return frozenset(ScenarioFiles.find().files)


def _folder() -> Path:
    """Return the copy of the shipped data in the present folder."""
    if not _COPY.exists():
        copytree(SHIPPED, _COPY)
    return _COPY


def _same(records: Records, shipped: Records) -> bool:
    """Return whether two folders hold the same facts and the same law."""
    return (
        records.assumptions == shipped.assumptions
        and records.facts.tables == shipped.facts.tables
        and _law(records) == _law(shipped)
    )


def _law(records: Records) -> Mapping[str, str]:
    acts = {**records.law.instruments, **records.menu}
    return {key: act.identity for key, act in acts.items()}


_GONE = {"row removed", "row renamed", "act removed", "act renamed"}
"""What leaves a word without its meaning: a refusal names the file that has it."""

_FILES = st.sampled_from(sorted(SOURCES))


@st.composite
def _listed(draw: st.DrawFn) -> TableCase:
    file = draw(_FILES)
    change = pick(draw, list(cases(file)))
    case = cases(file)[change]
    name = Path(file).name
    names = () if case.kind in _GONE else (name, Path(file).stem)
    expected = Expected(_TRUTHS[case.due], f"{name} {case.kind}", names)
    return TableCase(file, change, expected=expected)


_SIGNS = st.sampled_from(
    [
        *'",;:\n\r\t .-+_#&*?{}[]|>=0159aé٣\x00\x07\ufeff\udcff',
        *("nan", "inf", "1e999", "''", '""', "\n\n", "null", "USA", "smic", "2025-01"),
    ]
)


@st.composite
def _with_scribbles(draw: st.DrawFn) -> TableCase:
    file = draw(_FILES)
    scribbles = st.builds(
        Scribble, st.floats(0.0, 1.0), st.integers(0, 4), _SIGNS | st.just("")
    )
    some = draw(st.lists(scribbles, min_size=1, max_size=3))
    expected = Expected(Truth.OPEN, f"{Path(file).name} scribbled")
    return TableCase(file, scribbles=tuple(some), expected=expected)


def tables() -> st.SearchStrategy[TableCase]:
    """Return data folders of which a file was changed."""
    return _listed() | _listed() | _with_scribbles()
