"""Copies of the data with one thing wrong or different, file by file."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import StringIO

import yaml

from sim.records.data_folder import SHIPPED
from sim.records.facts import TABLES

READ, SAME, REFUSED = "read", "the same", "refused"
"""What may come of a case; where it should be `READ`, all three may."""

FREE = {
    *("source", "note", "meaning", "title", "name", "statement", "what", "publisher"),
    *("reason", "confounded", "no_answer", "pattern", "subject", "chip"),
}
"""Columns of text that may be anything that can be printed."""

IDS = {"id", "event"}
"""Columns of words of which any would do, unless another row names it."""

EMPTY = {
    *("note", "designer", "start_kwpm", "ceiling_kwpm", "given", "confounded", "items"),
    *("low", "high", "abnormal_pct", "group", "origins", "destinations", "sellers"),
    *("against", "goods", "kinds"),
}
"""Columns of which some cells may be empty."""

SIGNED = {"low", "mid", "high", "abnormal_pct", "raw_pct", "row_growth_after"}
"""Columns of numbers that may be below 0."""

OPTIONAL = {"note", "event", "subject", "months", "base_first", "base_last"}
"""Columns that a table may lack."""

TIMES = {"as_of", "published", "announced", "launch", "quarter_end", "date"}
TIMES |= {"start", "end", "first", "last", "base_first", "base_last", "year"}

Table = list[list[str]]
Content = Callable[[], bytes]


@dataclass(frozen=True)
class Case:
    """One thing that is wrong, or different, in a file of the data.

    Attributes:
        file: path in the folder.
        kind: what sort of thing it is.
        place: where in the file it is.
        content: gives what the file then holds; None if it is gone.
        due: what must come of it.
    """

    file: str
    kind: str
    place: str
    content: Content | None
    due: str = READ

    def __str__(self) -> str:
        return f"{self.file}: {self.kind}, {self.place}"


OfFile = Callable[..., Case]
"""Makes the cases of one file, from the other fields of a case."""


# --- tables ---------------------------------------------------------------------------


def read(file: str) -> Table:
    with (SHIPPED / file).open(newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines))


def written(table: Iterable[Sequence[str]], end: str = "\n", sign: str = ",") -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator=end, delimiter=sign).writerows(table)
    return text.getvalue().encode()


def with_rows(table: Table, number: int, *rows: Sequence[str]) -> Content:
    """Give the table with other rows in the place of one."""
    return lambda: written([*table[:number], *rows, *table[number + 1 :]])


def with_cell(table: Table, number: int, column: int, cell: str) -> Content:
    """Give the table with another cell."""
    row = table[number]
    return with_rows(table, number, [*row[:column], cell, *row[column + 1 :]])


def cases_of_table(file: str) -> Iterator[Case]:
    """Yield the cases of a table of facts or of assumptions."""
    table = read(file)
    of_file = partial(Case, file)
    yield from _cases_of_file(of_file, table)
    numbers = range(1, len(table))
    for number in numbers:
        yield from _cases_of_row(of_file, table, number)
    for number in sorted({numbers[0], numbers[len(numbers) // 2], numbers[-1]}):
        row = dict(zip(table[0], table[number], strict=True))
        for column, name in enumerate(row):
            for kind, cell, due in _cases_of_cell(name, row):
                place = f"row {number + 1}, {name}: {cell[:20]!r}"
                yield of_file(kind, place, with_cell(table, number, column, cell), due)


def _cases_of_row(of_file: OfFile, table: Table, number: int) -> Iterator[Case]:
    place, row, later = f"row {number + 1}", table[number], table[number + 1 :]
    if len(table) > 2:
        yield of_file("row removed", place, with_rows(table, number))
    yield of_file(
        "row doubled", place, with_rows([*table, []], len(table), row), REFUSED
    )
    if later:
        swapped = [*table[:number], later[0], row, *later[1:]]
        yield of_file("rows swapped", place, partial(written, swapped), SAME)
    yield of_file("row renamed", place, with_cell(table, number, 0, f"{row[0]}x"))


def _cases_of_file(of_file: OfFile, table: Table) -> Iterator[Case]:
    """Yield what may be wrong with a file as a whole, or only different."""
    for kind, change in _SAME.items():
        yield of_file(kind, "the file", partial(change, table), SAME)
    for kind, change in _WRONG.items():
        yield of_file(kind, "the file", partial(change, table), REFUSED)
    yield of_file("gone", "the file", None, REFUSED)
    for column, name in enumerate(table[0]):
        without = partial(_without_column, table, column)
        due = READ if name in OPTIONAL else REFUSED
        yield of_file("column missing", name, without, due)
        if all(_is_number(row[column] or "1") for row in table[1:]):
            noughts = partial(_with_noughts, table, column)
            yield of_file("column of noughts", name, noughts)


def _without_column(table: Table, column: int) -> bytes:
    return written([*row[:column], *row[column + 1 :]] for row in table)


def _with_noughts(table: Table, column: int) -> bytes:
    header, *rows = table
    return written([header, *([*r[:column], "0", *r[column + 1 :]] for r in rows)])


def _all_quoted(table: Table) -> bytes:
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
    return text.getvalue().encode()


_SAME: dict[str, Callable[[Table], bytes]] = {
    "byte-order mark": lambda t: b"\xef\xbb\xbf" + written(t),
    "Windows line ends": lambda t: written(t, end="\r\n"),
    "old line ends": lambda t: written(t, end="\r"),
    "no last line end": lambda t: written(t).rstrip(b"\n"),
    "rows left empty": lambda t: written(t) + b"\n\n" + b"," * len(t[0]) + b"\n",
    "columns left empty": lambda t: written([*row, "", ""] for row in t),
    "line left empty": lambda t: written([*t[:2], [], *t[2:]]),
    "all quoted": _all_quoted,
    "columns reordered": lambda t: written(row[::-1] for row in t),
}

_WRONG: dict[str, Callable[[Table], bytes]] = {
    "empty": lambda _: b"",
    "blank": lambda _: b"\n,,\n \n",
    "header alone": lambda t: written(t[:1]),
    "semicolons": lambda t: written(t, sign=";"),
    "tabs": lambda t: written(t, sign="\t"),
    "not UTF-8": lambda t: written(t) + b"\xff\xfe\n",
    "UTF-16": lambda t: written(t).decode().encode("utf-16"),
    "NUL in the header": lambda t: written(t).replace(b",", b",\0", 1),
    "NUL in a row": lambda t: written(t)[:-1] + b"\0\n",
    "quote not closed": lambda t: written(t) + b'"',
    "quote inside": lambda t: written(t).rpartition(b",")[0] + b',"a"b\n',
    "column unknown": lambda t: written([[*t[0], "xyz"], *([*r, "1"] for r in t[1:])]),
    "column without a name": lambda t: written(
        [[*t[0], ""], *([*r, "1"] for r in t[1:])]
    ),
    "column doubled": lambda t: written([*row, row[0]] for row in t),
    "row cut": lambda t: written(t).rpartition(b",")[0],
    "cell too many": lambda t: written(t)[:-1] + b",1\n",
    "line break": lambda t: written([*t[:-1], [f"{t[-1][0]}\n", *t[-1][1:]]]),
}


def _cases_of_cell(name: str, row: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield what may stand in a cell instead: sort, text, and what must come of it."""
    cell = row[name]
    unread = name == "unit" and row.get("no_answer")
    text = READ if name in FREE | IDS or unread else REFUSED
    maybe_empty = READ if name in EMPTY else REFUSED
    yield "control character", f"{cell}\x1b[2J", REFUSED
    if not cell:
        return
    yield "cell emptied", "", maybe_empty
    yield "blanks alone", "  ", maybe_empty
    yield "letters added", f"{cell}x", text
    digit = next((sign for sign in cell if sign.isdigit()), "")
    if digit:
        yield "letter for a digit", cell.replace(digit, "O", 1), text
    if name in TIMES:
        for time in ("-5", "99999", "20225", "1902", "2200", "2200-01", "2200-01-01"):
            yield "impossible time", time, REFUSED
    if not _is_number(cell) or name in FREE:
        return
    negative = f"-{cell}" if float(cell) else "-1"
    yield "negative", negative, READ if name in SIGNED else REFUSED
    for number in ("0", "1e-29", "1e29"):
        yield "very small or large", number, READ
    for number in ("nan", "inf", "1e999", "1e300", f"{cell}_0", "٣", "1,5", "0x10"):
        yield "not a plain number", number, REFUSED


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


# --- law ------------------------------------------------------------------------------


def cases_of_law(file: str) -> Iterator[Case]:
    """Yield the cases of a file of law: acts and their fields, one by one."""
    text = (SHIPPED / file).read_bytes()
    of_file = partial(Case, file)
    for kind, content, due in (
        ("byte-order mark", b"\xef\xbb\xbf" + text, SAME),
        ("Windows line ends", text.replace(b"\n", b"\r\n"), SAME),
        ("empty", b"", REFUSED),
        ("not UTF-8", text + b"\xff\xfe\n", REFUSED),
        ("NUL in a row", text + b"\0", REFUSED),
        ("tabs", text.replace(b"  ", b"\t"), REFUSED),
    ):
        yield of_file(kind, "the file", partial(bytes, content), due)
    acts = yaml.load(text, Loader=_LOADER)
    for key, act in acts.items():
        yield from _cases_of_act(of_file, acts, key)
        for field, value in act.items():
            yield from _cases_of_field(of_file, acts, (key, field), value)


def _cases_of_act(
    of_file: OfFile, acts: Mapping[str, object], key: str
) -> Iterator[Case]:
    act = {key: acts[key]}
    rest = {name: other for name, other in acts.items() if name != key}
    renamed = {f"{key}x": acts[key]}
    yield of_file("act removed", key, partial(_dumped, rest) if rest else None)
    yield of_file("act renamed", key, partial(_dumped, {**rest, **renamed}))
    yield of_file("act doubled", key, lambda: _dumped(acts) + _dumped(act), REFUSED)
    yield of_file("acts reordered", key, partial(_dumped, {**rest, **act}), SAME)


def _cases_of_field(
    of_file: OfFile, acts: Mapping[str, dict], path: tuple[str, str], value: object
) -> Iterator[Case]:
    key, field = path
    others = {name: item for name, item in acts[key].items() if name != field}
    place = ".".join(path)
    yield of_file("field removed", place, partial(_dumped, {**acts, key: others}))
    for kind, item, due in _other_values(field, value):
        changed = {**acts, key: {**others, field: item}}
        yield of_file(kind, f"{place}: {item}", partial(_dumped, changed), due)


def _other_values(field: str, value: object) -> Iterator[tuple[str, object, str]]:
    """Yield what may be written in a field instead."""
    yield "field null", None, READ
    yield "field of lists", [[1]], REFUSED
    if field in {"announced", "effective", "end"}:
        for time in ("1902-01-01", "2200-01-01", "20225-01", "-5", "2023-13"):
            yield "impossible time", time, REFUSED
    elif isinstance(value, float):
        for number in (-5.0, float("nan"), float("inf"), "x"):
            yield "not a plain number", number, REFUSED
    elif field in {"kind", "issuer"}:
        yield "letters added", f"{value}x", REFUSED


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def _dumped(content: Mapping[str, object]) -> bytes:
    text = yaml.dump(content, Dumper=_DUMPER, sort_keys=False, allow_unicode=True)
    return str(text).encode()


# --- the posterior --------------------------------------------------------------------


def cases_of_draws(file: str) -> Iterator[Case]:
    """Yield the cases of a table of joint draws."""
    table = read(file)
    of_file = partial(Case, file)
    # Its columns have no fixed order, and its rows are numbered by their order.
    yield from _cases_of_file(of_file, table)
    for number in (1, len(table) // 2, len(table) - 1):
        place = f"row {number + 1}"
        yield of_file("row removed", place, with_rows(table, number), REFUSED)
        row = table[number]
        yield of_file("row doubled", place, with_rows(table, number, row, row), REFUSED)
    for column, name in enumerate(table[0]):
        for cell in ("", "x", "nan", "inf", "-1", "1e999", "1_0", "٣"):
            place = f"row 4, {name}: {cell!r}"
            content = with_cell(table, 3, column, cell)
            yield of_file("not a plain number", place, content, REFUSED)
        renamed = with_cell(table, 0, column, f"{name}x")
        yield of_file("column renamed", name, renamed, REFUSED)
        for number in (1, len(table) - 1):
            changed = with_cell(table, number, column, f"{table[number][column]}1")
            yield of_file("digit added", f"row {number + 1}, {name}", changed, REFUSED)


def cases_of_origin(file: str) -> Iterator[Case]:
    """Yield the cases of what a posterior says of itself."""
    content = yaml.load((SHIPPED / file).read_bytes(), Loader=_LOADER)
    of_file = partial(Case, file)
    for field in ("command", "seed", "made", "observations_to", "priors", "tables"):
        rest = {name: item for name, item in content.items() if name != field}
        yield of_file("field removed", field, partial(_dumped, rest), REFUSED)
        for item in (None, [[1]], "x", -5, float("nan")):
            due = READ if field == "command" and item == "x" else REFUSED
            changed = partial(_dumped, {**content, field: item})
            yield of_file("field changed", f"{field}: {item}", changed, due)
    for name, (low, *others) in content["priors"].items():
        rest = {key: item for key, item in content["priors"].items() if key != name}
        for kind, priors in (
            ("prior removed", rest),
            ("prior renamed", {**rest, f"{name}x": [low, *others]}),
            ("prior moved", {**rest, name: [low / 2.0, *others]}),
        ):
            changed = partial(_dumped, {**content, "priors": priors})
            yield of_file(kind, name, changed, REFUSED)


SOURCES: dict[str, Callable[[str], Iterator[Case]]] = {
    **{f"{name}.csv": cases_of_table for name in ("assumptions", *TABLES)},
    **{
        path.relative_to(SHIPPED).as_posix(): cases_of_law
        for name in ("law", "menu")
        for path in sorted((SHIPPED / name).glob("*.yaml"))
    },
    "posterior/draws.csv": cases_of_draws,
    "posterior/discrepancy.csv": cases_of_draws,
    "posterior/provenance.yaml": cases_of_origin,
}
"""What yields the cases of each file."""
