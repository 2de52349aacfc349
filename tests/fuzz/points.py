"""Tables of points for sweeps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
from hypothesis import strategies as st
from pyarrow import parquet

from sim.experiments.sweep_design import Design
from sim.settings.sweep_command import SweepCommand, read_sweep
from sim.tasks.sweep.point_composer import PointComposer
from tests.fuzz.values import (
    ASSUMPTION_NAMES,
    FOREIGN_DIGITS,
    MANY_DIGITS,
    MECHANISM_NAMES,
    Values,
    assumed,
    assumptions,
    months,
    pick,
)
from tests.fuzz.verdict import OPEN, Expected, Truth, WrongResultError

_SCENARIO = "scenario=service_ban"
_ADDED = "scenario.regime.add.service_ban"


@dataclass(frozen=True)
class PointsCase:
    """A table of points, and what must become of it.

    Attributes:
        text: of a CSV file; escaped surrogates stand for other bytes.
        columns: of a Parquet file in its place: name, type and cells of each.
        twin: another CSV text that has the same points.
        fixed: what holds for all points.
    """

    kind: ClassVar[str] = "points"

    text: str
    expected: Expected = OPEN
    columns: tuple[tuple[str, str, tuple[Any, ...]], ...] = ()
    twin: str = ""
    fixed: tuple[str, ...] = (_SCENARIO,)

    def use(self) -> Design:
        """Read the table as a sweep does, and compose each point."""
        design = self._design(self.text)
        composer = PointComposer(self.fixed, design.keys)
        for point in design.points:
            composer.setup(composer.command(point))
        if self.twin and _points(self._design(self.twin)) != _points(design):
            raise WrongResultError("the same in other signs has other points")
        return design

    def _design(self, text: str) -> Design:
        name = "points.parquet" if self.columns else "points.csv"
        command = _sweep((*self.fixed, "sweep.design=table", f"sweep.table={name}"))
        if self.columns:
            arrays = {name: _array(kind, cells) for name, kind, cells in self.columns}
            parquet.write_table(pa.table(arrays), name)
        else:
            Path(name).write_bytes(text.encode("utf-8", "surrogateescape"))
        return command.design()


@cache
def _sweep(words: tuple[str, ...]) -> SweepCommand:
    return read_sweep(words)


def _points(design: Design) -> object:
    return design.keys, repr(design.points)


_TYPES: Mapping[str, pa.DataType] = {
    "seconds": pa.timestamp("ms"),
    "nanoseconds": pa.timestamp("ns"),
    "days": pa.date32(),
    "duration": pa.duration("s"),
    "decimal": pa.decimal128(38, 4),
    "bytes": pa.binary(),
    "list": pa.list_(pa.int64()),
    "mapping": pa.struct({"a": pa.int64()}),
    "nothing": pa.null(),
    "text": pa.string(),
    "whole": pa.int64(),
    "number": pa.float64(),
    "small": pa.float16(),
    "switch": pa.bool_(),
}


def _array(kind: str, cells: Sequence[Any]) -> pa.Array:
    of_time = kind in ("seconds", "nanoseconds", "days", "duration")
    if kind == "bytes":
        cells = [None if cell is None else cell.encode("latin-1") for cell in cells]
    if not of_time:
        return pa.array(list(cells), type=_TYPES[kind])
    whole = pa.int32() if kind == "days" else pa.int64()
    return pa.array(list(cells), type=whole).view(_TYPES[kind])


# --- columns, and what their cells may be ---------------------------------------------

_WORDLESS = (
    MANY_DIGITS,
    "",
    "nan",
    "inf",
    "-inf",
    "five",
    "0x10",
    "1_0",
    "1e999",
    *FOREIGN_DIGITS,
)


@st.composite
def _column(draw: st.DrawFn) -> tuple[str, Values]:
    """Return a setting that may be swept, and what a cell of it may be."""
    place = draw(st.integers(0, 5))
    if place == 0:
        name = draw(ASSUMPTION_NAMES)
        row = assumptions()[name]
        wrong = [*_WORDLESS, "true", "null", "[1]", "a b"]
        wrong += ["-0.1"] if row.bounds[0] == 0.0 else []
        return f"assumptions.{name}", Values(assumed(row).good, wrong)
    if place == 1:
        wrong = [*_WORDLESS, "1", "0", "0.5", "null", "maybe"]
        good = st.sampled_from(["true", "false", "TRUE", "False"])
        return f"mechanisms.{draw(MECHANISM_NAMES)}", Values(good, wrong)
    return pick(draw, list(_plain_columns().items()))


def _plain_columns() -> dict[str, Values]:
    day = st.builds("{}-{:02}".format, st.integers(2026, 2027), st.integers(1, 12))
    no_day = [
        text
        for text in months(2022, 2026).wrong
        if text[0] not in "'[" and text not in ("2100-12", "9999-12")
    ]
    share = st.floats(0.0, 1.0).map(repr)
    return {
        "seed": Values(
            st.integers(0, 2**40).map(str),
            (*_WORDLESS, "1.5", "-1", "true", "null", "1e3", "5.0", "007", "1 2"),
        ),
        "horizon": months(2028, 2035),
        "baseline": Values(st.just("baseline"), (*_WORDLESS, "no_such", "true", "5")),
        "assumptions": Values(
            st.sampled_from(["prior", "posterior"]), (*_WORDLESS, "no_such", "true")
        ),
        f"{_ADDED}.approval": Values(share, (*_WORDLESS, "-0.1", "1.1", "true")),
        f"{_ADDED}.effective": Values(day, [*no_day, "2019-06", "nan", "5"]),
        f"{_ADDED}.end": Values(
            day.map(lambda text: text.replace("202", "203")) | st.just("null"),
            [text for text in (*no_day, "5") if text != "null"],
        ),
    }


def _plain_horizons(values: Values) -> Values:
    """Return months as cells of a table have them, without quotes."""
    good = values.good.map(lambda text: text.strip("'"))
    return replace(values, good=good, wrong=[x for x in values.wrong if x[:1] != "'"])


Table = tuple[list[str], list[list[str]]]


@st.composite
def _tables(draw: st.DrawFn) -> tuple[Table, dict[str, Values]]:
    """Return a table that is right, and what its cells may be by column."""
    columns = dict(draw(st.lists(_column(), min_size=1, max_size=3)))
    columns = {name: _plain_horizons(values) for name, values in columns.items()}
    rows = [
        [draw(values.good) for values in columns.values()]
        for _ in range(draw(st.integers(1, 3)))
    ]
    return (list(columns), rows), columns


def _cell(text: str) -> str:
    special = any(sign in text for sign in ',"\n\r') or text != text.strip()
    return '"' + text.replace('"', '""') + '"' if special else text


def _text(table: Table) -> str:
    header, rows = table
    return "".join(f"{','.join(map(_cell, row))}\n" for row in [header, *rows])


@st.composite
def _right(draw: st.DrawFn) -> PointsCase:
    (header, rows), _ = draw(_tables())
    text = _text((header, rows))
    quoted = "".join(
        ",".join(f'"{cell}"' for cell in row) + "\n" for row in [header, *rows]
    )
    twin = pick(
        draw,
        [
            f"\ufeff{text}",
            text.replace("\n", "\r\n"),
            text.replace(",", " , "),
            text + "," * (len(header) - 1) + "\n",
            text + "\n\n",
            text.rstrip("\n"),
            quoted,
        ],
    )
    return PointsCase(text, Expected(Truth.GOOD, "good points"), twin=twin)


@st.composite
def _wrong_cell(draw: st.DrawFn) -> PointsCase:
    (header, rows), columns = draw(_tables())
    column = draw(st.integers(0, len(header) - 1))
    value = pick(draw, columns[header[column]].wrong)
    pick(draw, rows)[column] = value
    alone = not value and len(header) == 1
    name = header[column]
    root = name.split(".")[0] + ("..." if "." in name else "")
    expected = Expected(
        Truth.OPEN if alone else Truth.WRONG,
        f"{root} {value}",
        (name, name.split(".")[-1], value.strip() or "nan", "points.csv"),
    )
    return PointsCase(_text((header, rows)), expected)


_NO_COLUMNS = (
    *("no_such", "draws", "outputs", "record", "sweep.seed", "query.day", "task"),
    *("+seed", "~seed", "seed=1", "seed@x", "a b", "${seed}", "scenario.no_such"),
    *("assumptions.no_such", "mechanisms.no_such", "seed.x", "horizon.year", "5"),
    *("scenario.regime.add.no_such.approval", f"{_ADDED}.no_such", "mechanisms"),
    *("hydra.run.dir", "hydra/launcher", "-m", "=", ".", "scenario.", "seed.", "Seed"),
)


@st.composite
def _wrong_column(draw: st.DrawFn) -> PointsCase:
    (header, rows), _ = draw(_tables())
    name = pick(draw, _NO_COLUMNS)
    place = draw(st.integers(0, len(header)))
    header.insert(place, name)
    for row in rows:
        row.insert(place, "1")
    names = (name, name.strip("+~").split(".")[-1] or name, "column")
    return PointsCase(
        _text((header, rows)), Expected(Truth.WRONG, f"column {name}", names)
    )


_SPOILED: Mapping[str, Callable[[str], str]] = {
    "a column twice": lambda text: "".join(
        f"{line},{line}\n" for line in text.splitlines()
    ),
    "a column without a name": lambda text: "".join(
        f"{line},{'1' if number else ''}\n"
        for number, line in enumerate(text.splitlines())
    ),
    "a cell too many": lambda text: f"{text.rstrip()},5\n",
    "a row too short": lambda text: "a,b,c\n1,2\n",
    "no rows": lambda text: f"{text.splitlines()[0]}\n",
    "nothing": lambda _: "",
    "empty rows alone": lambda _: ",\n,\n",
    "semicolons": lambda _: "seed;horizon\n1;2030-01\n",
    "tabs": lambda _: "seed\thorizon\n1\t2030-01\n",
    "an open quote": lambda text: f'{text}"1\n',
    "signs after a quote": lambda text: f'{text}"1"2\n',
    "a NUL": lambda text: text.replace("\n", "\n\x00", 1),
    "another encoding": lambda text: f"{text}\udce9\n",
    "sixteen bits": lambda text: text.encode("utf-16").decode(
        "utf-8", "surrogateescape"
    ),
    "a huge cell": lambda text: f"{text}{'1' * 200_000}\n",
    "bytes": lambda _: "PAR1\udcff\udcfe\x00\x01",
}


@st.composite
def _spoiled(draw: st.DrawFn) -> PointsCase:
    table, _ = draw(_tables())
    fault = pick(draw, sorted(_SPOILED))
    expected = Expected(Truth.WRONG, fault, ("points.csv",))
    return PointsCase(_SPOILED[fault](_text(table)), expected)


_NUMBERS_OF_TIME = st.sampled_from(
    [0, 10**9, -(2**60), 2**60, 253402300800000, 2**31 - 1]
)


@st.composite
def _parquet(draw: st.DrawFn) -> PointsCase:
    """Return a Parquet file with a column of some type; most have none that fits."""
    kind = pick(draw, sorted(_TYPES))
    cell: Any = {
        "seconds": _NUMBERS_OF_TIME,
        "nanoseconds": _NUMBERS_OF_TIME,
        "days": st.sampled_from([0, 20_000, -(2**31), 2**31 - 1, 2932897]),
        "duration": _NUMBERS_OF_TIME,
        "decimal": st.sampled_from([1, 0, -5]),
        "bytes": st.sampled_from(["1", "ÿ", ""]),
        "list": st.sampled_from([[1], []]),
        "mapping": st.just({"a": 1}),
        "nothing": st.none(),
        "text": st.sampled_from(["1", "", "a", "2030-01", "\x07"]),
        "whole": st.sampled_from([1, -1, 2**62]),
        "number": st.sampled_from([1.0, 1.5, float("nan"), float("inf")]),
        "small": st.sampled_from([1.0, 1.5, float("nan")]),
        "switch": st.booleans(),
    }[kind]
    cells = tuple(draw(st.lists(cell | st.none(), min_size=1, max_size=2)))
    name, _ = draw(_column())
    wrong = kind in ("duration", "bytes", "list", "mapping", "nothing")
    wrong = wrong or None in cells
    expected = Expected(
        Truth.WRONG if wrong else Truth.OPEN,
        f"{kind} in a Parquet file",
        (name, name.split(".")[-1], name.split(".", 1)[-1], "points.parquet"),
    )
    return PointsCase("", expected, columns=((name, kind, cells),))


_SIGNS = st.sampled_from(
    [*'",;\n\r\t .=+-~@#0159ae_[]{}$\\\x00\x07\ufeff\udcff', "nan"]
)


@st.composite
def _scribbled(draw: st.DrawFn) -> PointsCase:
    """Return a table with a few signs put in, left out or exchanged anywhere."""
    text = _text(draw(_tables())[0])
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 3))
        text = text[:start] + draw(_SIGNS) + text[start + length :]
    return PointsCase(text, Expected(Truth.OPEN, "scribbled points"))


def points() -> st.SearchStrategy[PointsCase]:
    """Return tables of points, most of them wrong in one place."""
    return st.one_of(
        _wrong_cell(),
        _wrong_cell(),
        _wrong_column(),
        _spoiled(),
        _parquet(),
        _scribbled(),
        _right(),
    )
