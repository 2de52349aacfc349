"""A scan of the data: each row and cell is broken in turn, and the outcome judged.

    python -m tests.records.scan                      # all of it: half an hour of CPU
    python -m tests.records.scan chips law --every 10

A copy of `sim/data` with one thing wrong must be refused in one line, or be read and
run. What changes nothing (the order of rows, ends of lines) must be read as before;
what is surely wrong (a doubled row, a negative price, the year 20225) must be refused.
The last column of the summary counts what is neither.
"""

import argparse
import shutil
import sys
import tempfile
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import islice
from pathlib import Path

import numpy as np

from sim.assembly import first_month_world
from sim.domain.errors import RecordsError, SettingsError, one_line
from sim.domain.months import Month
from sim.outcomes.measures import MEASURES
from sim.records.data_folder import SHIPPED, Records, load_records
from sim.records.posterior import FOLDER
from sim.records.vintage import as_known
from sim.settings.scenario_files import ScenarioFiles
from sim.tasks.reading_checks import check_actors_read, check_readings
from tests.records.data_cases import READ, REFUSED, SAME, SOURCES, Case

WRONG = "wrong"
LONGEST_LINE = 600
VINTAGE = Month(2024, 12)


@dataclass(frozen=True)
class Outcome:
    """What came of a case, and the line or the error that says so."""

    case: Case
    result: str
    line: str = ""


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
            path.write_bytes(case.content())
        try:
            return self._outcome(case)
        finally:
            shutil.copy(SHIPPED / case.file, path)

    def _outcome(self, case: Case) -> Outcome:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                same = self._read(case.file)
        except RecordsError as refusal:
            return self._refused(case, str(refusal))
        except Exception as error:
            text = f"{type(error).__name__}: {one_line(str(error))[:200]}"
            return Outcome(case, WRONG, text)
        if case.due == REFUSED or (case.due == SAME and not same):
            return Outcome(case, WRONG, "is read as if nothing were wrong")
        return Outcome(case, SAME if same else READ)

    def _refused(self, case: Case, line: str) -> Outcome:
        is_line = line == one_line(line) and len(line) <= LONGEST_LINE
        names_no_folder = str(self.folder) not in line or case.content is None
        good = is_line and names_no_folder and case.due != SAME
        return Outcome(case, REFUSED if good else WRONG, line)

    def _read(self, file: str) -> bool:
        """Read the data, and run them if they differ; return whether they do not."""
        records = load_records(self.folder)
        check_readings(records.facts, _scenarios())
        if file.startswith(FOLDER):
            return _same_posterior(records)
        if _is_same(records):
            return True
        if not file.startswith("history"):
            self._run(records)
        elif self.months:
            check_actors_read(records)
        return False

    def _run(self, records: Records) -> None:
        try:
            vintage = as_known(records, VINTAGE)
            first_month_world(vintage, vintage.law)
        except SettingsError:
            pass
        world = first_month_world(records, records.law)
        for _ in range(self.months):
            world.step()
        for measure in MEASURES if self.months else ():
            for actor, value in measure.read(world).items():
                assert np.isfinite(value).all(), f"{measure.name} of {actor}: {value}"


@cache
def _scenarios() -> frozenset[str]:
    return frozenset(ScenarioFiles.find().files)


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


def _same_posterior(records: Records) -> bool:
    mine, whole = records.posterior, _shipped().posterior
    assert mine is not None
    assert whole is not None
    return mine.origin == whole.origin and all(
        np.array_equal(part[name], other[name])
        for part, other in (
            (mine.columns, whole.columns),
            (mine.discrepancy_columns, whole.discrepancy_columns),
        )
        for name in other
    )


def scanned(file: str, every: int, months: int) -> list[Outcome]:
    """Return what comes of the cases of a file, or of one in so many of them."""
    with tempfile.TemporaryDirectory() as folder:
        scan = Scan(Path(folder) / "data", months)
        cases = islice(SOURCES[file](file), 0, None, every)
        outcomes = map(scan.outcome, cases)
        # What a file held does not go from one process to another.
        return [replace(x, case=replace(x.case, content=None)) for x in outcomes]


def main() -> int:
    """Run the scan, print what is wrong and a summary; return 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", help="words of the files; all if none")
    parser.add_argument("--every", type=int, default=1, help="one case in so many")
    parser.add_argument("--months", type=int, default=2, help="that are run")
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    words = chosen.files or [""]
    files = [file for file in SOURCES if any(word in file for word in words)]
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
    _print_summary(counts)
    return int(any(result == WRONG for _, result in counts))


def _print_summary(counts: Counter[tuple[str, str]]) -> None:
    results = (REFUSED, SAME, READ, WRONG)
    print(f"{'':28}" + "".join(f"{result:>10}" for result in results))
    for kind in dict.fromkeys(kind for kind, _ in counts):
        print(f"{kind:28}" + "".join(f"{counts[kind, r]:10}" for r in results))
    totals = [
        sum(n for (_, r), n in counts.items() if r == result) for result in results
    ]
    print(f"{'all':28}" + "".join(f"{total:10}" for total in totals))


if __name__ == "__main__":
    sys.exit(main())
