"""A scan of the data: each row and cell is broken in turn, and the outcome judged.

    python -m tests.records.scan                      # all of it: about an hour
    python -m tests.records.scan chips law --every 10

A copy of `sim/data` with one thing wrong must be refused in one line that names the
file, or be read and run. What changes nothing (the order of rows, ends of lines) must
be read as before; what is surely wrong (a doubled row, a negative price, the year
20225) must be refused. The last column of the summary counts what is neither.
"""

import argparse
import csv
import shutil
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from io import StringIO
from itertools import islice
from pathlib import Path

import numpy as np
import yaml

from sim.assembly import first_month_world
from sim.domain.errors import ChipWarError, RecordsError, one_line
from sim.domain.months import Month
from sim.experiments.hindcast.observed import ObservationRecord
from sim.outcomes.measures import MEASURES
from sim.records.data_folder import SHIPPED, Records, load_records
from sim.records.facts import TABLES
from sim.records.vintage import as_known

READ, SAME, REFUSED = "read", "the same", "refused"
"""What may come of a case; `READ` allows all three."""

WRONG = "wrong"

LONGEST_LINE = 600
LAST = Month(2026, 12)

FREE = {
    *("source", "note", "meaning", "title", "name", "statement", "what", "publisher"),
    *("reason", "confounded", "no_answer", "pattern", "event", "subject", "chip"),
}
"""Columns of text that may be anything that can be printed."""

EMPTY = {
    *("note", "designer", "start_kwpm", "ceiling_kwpm", "given", "confounded", "items"),
    *("low", "high", "abnormal_pct", "group", "origins", "destinations", "sellers"),
    *("against", "prospects", "goods", "kinds"),
}
"""Columns of which some cells may be empty."""

SIGNED = {
    *("low", "mid", "high", "abnormal_pct", "raw_pct", "row_growth_after"),
}
"""Columns of numbers that may be below 0."""

Table = list[list[str]]


@dataclass(frozen=True)
class Case:
    """One thing that is wrong, or different, in a file of the data.

    Attributes:
        file: path in the folder.
        kind: what sort of thing it is.
        place: where in the file it is.
        content: what the file then holds; None if it is gone.
        due: what must come of it.
    """

    file: str
    kind: str
    place: str
    content: bytes | None
    due: str = READ

    def __str__(self) -> str:
        return f"{self.file}: {self.kind}, {self.place}"


@dataclass(frozen=True)
class Outcome:
    """What came of a case, and the line or the error that says so."""

    case: Case
    result: str
    line: str = ""


# --- tables ---------------------------------------------------------------------------


def read(file: str) -> Table:
    with (SHIPPED / file).open(newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines))


def written(table: Iterable[Sequence[str]], **form: str) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator=form.pop("lineterminator", "\n"), **form).writerows(
        table
    )
    return text.getvalue().encode()


def cases_of_table(file: str) -> Iterator[Case]:
    """Yield the cases of a table of facts or assumptions."""
    table = read(file)
    header, *rows = table
    of_file = partial(Case, file)
    yield from _files(of_file, table)
    for number, row in enumerate(rows, start=1):
        place = f"row {number + 1}"
        rest = [*table[:number], *table[number + 1 :]]
        if len(rest) > 1:
            yield of_file("row removed", place, written(rest))
        yield of_file("row doubled", place, written([*table, row]), REFUSED)
        after = table[number + 1 : number + 2]
        swapped = [*table[:number], *after, row, *table[number + 2 :]]
        yield of_file("rows swapped", place, written(swapped), SAME)
        renamed = [*table[:number], [f"{row[0]}x", *row[1:]], *table[number + 1 :]]
        yield of_file("row renamed", place, written(renamed))
    for number in sorted({1, len(table) // 2, len(rows)}):
        for column, name in enumerate(header):
            for kind, cell, due in _cells(file, name, rows[number - 1][column]):
                changed = [list(row) for row in table]
                changed[number][column] = cell
                place = f"row {number + 1}, {name}: {cell[:20]!r}"
                yield of_file(kind, place, written(changed), due)


def _files(of_file: Callable[..., Case], table: Table) -> Iterator[Case]:
    """Yield what may be wrong with a file as a whole, or only different."""
    text = written(table)
    wide = [[*row, "", ""] for row in table]
    middle = len(table) // 2
    same = {
        "byte-order mark": b"\xef\xbb\xbf" + text,
        "Windows line ends": written(table, lineterminator="\r\n"),
        "no last line end": text.rstrip(b"\n"),
        "rows left empty": text + b"\n\n" + b"," * len(table[0]) + b"\n",
        "columns left empty": written(wide),
        "line left empty": written([*table[:middle], [], *table[middle:]]),
        "all quoted": _all_quoted(table),
        "columns reordered": written(row[::-1] for row in table),
    }
    wrong = {
        "gone": None,
        "empty": b"",
        "header alone": written(table[:1]),
        "semicolons": written(table, delimiter=";"),
        "tabs": written(table, delimiter="\t"),
        "not UTF-8": text + b"\xff\xfe\n",
        "UTF-16": text.decode().encode("utf-16"),
        "NUL": text.replace(b",", b",\0", 1),
        "NUL in a row": text[:-2] + b"\0" + text[-2:],
        "quote not closed": text + b'"',
        "quote inside": text.rstrip(b"\n") + b'"a"b\n',
        "column unknown": written(
            [[*table[0], "xyz"], *([*r, "1"] for r in table[1:])]
        ),
        "column doubled": written([*row, row[0]] for row in table),
        "row cut": text.rstrip(b"\n").rpartition(b",")[0],
        "cell too many": text.rstrip(b"\n") + b",1\n",
        "line break": _line_break(table),
    }
    for kind, content in same.items():
        yield of_file(kind, "the file", content, SAME)
    for kind, content in wrong.items():
        yield of_file(kind, "the file", content, REFUSED)
    for column, name in enumerate(table[0]):
        without = [[*row[:column], *row[column + 1 :]] for row in table]
        due = READ if name in {"note", "event", "hbm_stacks"} else REFUSED
        yield of_file("column missing", name, written(without), due)


def _all_quoted(table: Table) -> bytes:
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
    return text.getvalue().encode()


def _line_break(table: Table) -> bytes:
    *rows, last = table
    return written([*rows, [f"{last[0]}\n", *last[1:]]])


def _cells(file: str, name: str, cell: str) -> Iterator[tuple[str, str, str]]:
    """Yield what may stand in a cell instead: sort, text, and what must come of it."""
    text = READ if name in FREE else REFUSED
    yield "cell emptied", "", READ if name in EMPTY else REFUSED
    yield "control character", f"{cell}\x1b[2J", REFUSED
    if not cell:
        return
    yield "blanks alone", "  ", READ if name in EMPTY else REFUSED
    yield "letters added", f"{cell}x", text
    if any(sign.isdigit() for sign in cell):
        digit = next(sign for sign in cell if sign.isdigit())
        yield "letter for a digit", cell.replace(digit, "O", 1), text
    if not _is_number(cell) or name in {*FREE, "as_of", "published"}:
        if name in {"as_of", "announced", "launch", "start", "end", "date", "year"}:
            for time in ("-5", "99999", "20225", "1902", "2200-01", "2200-01-01"):
                yield "impossible time", time, REFUSED
        return
    signed = READ if name in SIGNED else REFUSED
    yield "negative", f"-{cell}" if float(cell) else "-1", signed
    yield "nought", "0", READ
    for kind, other in (
        ("not a number", "nan"),
        ("infinite", "inf"),
        ("infinite", "1e999"),
        ("too large", "1e300"),
        ("underscore", f"{cell}_0"),
        ("other digits", "٣"),
        ("decimal comma", "1,5"),
    ):
        yield kind, other, REFUSED
    if name == "year":
        for time in ("-5", "99999", "20225", "1902", "2200"):
            yield "impossible time", time, REFUSED


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
        ("NUL", text + b"\0", REFUSED),
        ("tabs", text.replace(b"  ", b"\t"), REFUSED),
    ):
        yield of_file(kind, "the file", content, due)
    acts = yaml.safe_load(text)
    for key, act in acts.items():
        rest = {name: other for name, other in acts.items() if name != key}
        yield of_file("act removed", key, _dumped(rest) if rest else None)
        yield of_file("act renamed", key, _dumped({**rest, f"{key}x": act}))
        yield of_file("act doubled", key, text + _dumped({key: act}), REFUSED)
        yield of_file("acts reordered", key, _dumped({**rest, key: act}), SAME)
        for field, value in act.items():
            others = {name: item for name, item in act.items() if name != field}
            yield of_file(
                "field removed", f"{key}.{field}", _dumped({**acts, key: others})
            )
            for kind, item, due in _fields(field, value):
                changed = {**acts, key: {**act, field: item}}
                yield of_file(kind, f"{key}.{field}: {item}", _dumped(changed), due)


def _fields(field: str, value: object) -> Iterator[tuple[str, object, str]]:
    """Yield what may be written in a field instead."""
    yield "field null", None, READ
    yield "field of a list in a list", [[1]], REFUSED
    if field in {"announced", "effective", "end"}:
        for time in ("1902-01-01", "2200-01-01", "20225-01", "-5", "2023-13"):
            yield "impossible time", time, REFUSED
    elif isinstance(value, float) and not isinstance(value, bool):
        for number in (-5.0, float("nan"), float("inf"), "x"):
            yield "impossible number", number, REFUSED
    elif field in {"kind", "issuer"}:
        yield "letters added", f"{value}x", REFUSED


_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def _dumped(content: Mapping[str, object]) -> bytes:
    text = yaml.dump(content, Dumper=_DUMPER, sort_keys=False, allow_unicode=True)
    return str(text).encode()


# --- the posterior --------------------------------------------------------------------


def cases_of_posterior(file: str) -> Iterator[Case]:
    """Yield the cases of a table of joint draws."""
    table = read(file)
    of_file = partial(Case, file)
    for case in _files(of_file, table):
        if case.kind != "columns reordered":
            yield case
    for number in (1, len(table) // 2, len(table) - 1):
        rest = [*table[:number], *table[number + 1 :]]
        yield of_file("row removed", f"row {number + 1}", written(rest), REFUSED)
        doubled = [*table, table[number]]
        yield of_file("row doubled", f"row {number + 1}", written(doubled), REFUSED)
    for column, name in enumerate(table[0]):
        for cell in ("", "x", "nan", "inf", "-1", "1e999", "1_0", "٣"):
            changed = [list(row) for row in table]
            changed[3][column] = cell
            place = f"row 4, {name}: {cell!r}"
            yield of_file("cell", place, written(changed), REFUSED)
        renamed = [[*table[0]], *table[1:]]
        renamed[0][column] = f"{name}x"
        yield of_file("column renamed", name, written(renamed), REFUSED)


def cases_of_origin(file: str) -> Iterator[Case]:
    """Yield the cases of what a posterior says of itself."""
    content = yaml.safe_load((SHIPPED / file).read_bytes())
    of_file = partial(Case, file)
    for field in ("command", "seed", "made", "observations_to", "priors"):
        rest = {name: item for name, item in content.items() if name != field}
        yield of_file("field removed", field, _dumped(rest), REFUSED)
        for item in (None, [[1]], "x", -5, float("nan")):
            due = READ if field == "command" and item == "x" else REFUSED
            changed = _dumped({**content, field: item})
            yield of_file("field changed", f"{field}: {item}", changed, due)
    for name, prior in content["priors"].items():
        rest = {key: item for key, item in content["priors"].items() if key != name}
        for kind, priors in (
            ("prior removed", rest),
            ("prior renamed", {**rest, f"{name}x": prior}),
            ("prior moved", {**rest, name: [prior[0] / 2.0, *prior[1:]]}),
        ):
            changed = _dumped({**content, "priors": priors})
            yield of_file(kind, name, changed, REFUSED)


# --- what comes of them ---------------------------------------------------------------


SOURCES: dict[str, Callable[[str], Iterator[Case]]] = {
    **{f"{name}.csv": cases_of_table for name in ("assumptions", *TABLES)},
    **{
        path.relative_to(SHIPPED).as_posix(): cases_of_law
        for name in ("law", "menu")
        for path in sorted((SHIPPED / name).glob("*.yaml"))
    },
    "posterior/draws.csv": cases_of_posterior,
    "posterior/discrepancy.csv": cases_of_posterior,
    "posterior/provenance.yaml": cases_of_origin,
}
"""What yields the cases of each file."""


class Scan:
    """A copy of the data in which one file at a time is changed.

    Attributes:
        folder: where it is.
        months: how many months are run of what is read.
    """

    def __init__(self, folder: Path, months: int = 2) -> None:
        self.folder, self.months = Path(shutil.copytree(SHIPPED, folder)), months

    def outcome(self, case: Case) -> Outcome:
        """Return what comes of a case; the copy is whole again afterwards."""
        path = self.folder / case.file
        if case.content is None:
            path.unlink()
        else:
            path.write_bytes(case.content)
        try:
            return self._outcome(case)
        finally:
            shutil.copy(SHIPPED / case.file, path)

    def _outcome(self, case: Case) -> Outcome:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                records = load_records(self.folder)
                if case.file.startswith("posterior"):
                    assert records.posterior is not None
                same = _is_same(records)
                if not same and case.due != REFUSED:
                    self._run(records, case.file)
        except RecordsError as refusal:
            return self._judged(case, str(refusal))
        except Exception as error:
            text = f"{type(error).__name__}: {one_line(str(error))[:200]}"
            return Outcome(case, WRONG, text)
        if case.due == REFUSED or (case.due == SAME and not same):
            return Outcome(case, WRONG, "is read as if nothing were wrong")
        return Outcome(case, SAME if same else READ)

    def _judged(self, case: Case, line: str) -> Outcome:
        is_line = line == one_line(line) and len(line) <= LONGEST_LINE
        if not is_line or case.due == SAME or str(self.folder) in line:
            return Outcome(case, WRONG, line)
        return Outcome(case, REFUSED, line)

    def _run(self, records: Records, file: str) -> None:
        """Read what no run reads, and run what it does."""
        if file.startswith("history"):
            record = ObservationRecord.of(records, LAST)
            assert all(series.errors(record.errors).size for series in record.series)
            return
        try:
            vintage = as_known(records, Month(2024, 12))
            first_month_world(vintage, vintage.law)
        except ChipWarError:
            pass
        world = first_month_world(records, records.law)
        for _ in range(self.months):
            world.step()
        for measure in MEASURES:
            for actor, value in measure.read(world).items():
                assert np.isfinite(value).all(), f"{measure.name} of {actor}: {value}"


@cache
def _shipped() -> Records:
    return load_records()


def _is_same(records: Records) -> bool:
    whole = _shipped()
    return (
        records.assumptions == whole.assumptions
        and records.facts.tables == whole.facts.tables
        and repr(records.law.instruments) == repr(whole.law.instruments)
        and repr(records.menu) == repr(whole.menu)
    )


def scanned(file: str, every: int, months: int) -> list[Outcome]:
    """Return what comes of the cases of a file, or of every so many of them."""
    with tempfile.TemporaryDirectory() as folder:
        scan = Scan(Path(folder) / "data", months)
        cases = islice(SOURCES[file](file), 0, None, every)
        return [scan.outcome(case) for case in cases]


def main() -> int:
    """Run the scan, print what is wrong and a summary; return 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", help="words of the files; all if none")
    parser.add_argument("--every", type=int, default=1, help="one case in so many")
    parser.add_argument("--months", type=int, default=2, help="that are run")
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    files = [
        file
        for file in SOURCES
        if not chosen.files or any(word in file for word in chosen.files)
    ]
    counts: Counter[tuple[str, str]] = Counter()
    with ProcessPoolExecutor(chosen.workers) as pool:
        scan = partial(scanned, every=chosen.every, months=chosen.months)
        for file, outcomes in zip(files, pool.map(scan, files), strict=True):
            results = Counter(outcome.result for outcome in outcomes)
            counts.update((outcome.case.kind, outcome.result) for outcome in outcomes)
            print(f"{file}: {dict(results)}", flush=True)
            for outcome in outcomes:
                if outcome.result == WRONG:
                    print(f"  WRONG {outcome.case}\n    {outcome.line}", flush=True)
    for kind in dict.fromkeys(kind for kind, _ in counts):
        row = [counts[kind, result] for result in (REFUSED, SAME, READ, WRONG)]
        print(f"{kind:28}" + "".join(f"{count:8}" for count in row))
    return int(any(result == WRONG for _, result in counts))


if __name__ == "__main__":
    sys.exit(main())
