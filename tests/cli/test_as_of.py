"""`as_of`: whatever is known only later could be anything, and no number moves."""

import csv
import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import sim
from sim.domain.months import Month
from sim.records.data_folder import SHIPPED
from sim.records.facts import TABLES
from sim.records.pattern_rows import Pattern
from sim.records.plain_csv import read_table
from sim.records.row import Row
from sim.records.tables import FrontierRecordRow
from tests.cli.conftest import FEW

END = Month(2024, 12)
RUN = {"draws": 2, "horizon": "2025-09", "record": "all", "figures": False}
COMPARED = (
    "timeseries.parquet",
    "events.parquet",
    "quantiles.csv",
    "headline.csv",
    "law.csv",
    "network.graphml",
)

SHARES = {"approval", "permit", "share", "domestic_share"}
AMOUNTS = {
    "all_markets",
    "capacity",
    "china_revenue",
    "other_china",
    "other_revenue",
    "outside_china",
    "output",
    "price_usd",
    "raw_pct",
    "revenue",
    "row_data_centre",
    "row_system_revenue",
    "spending_usd_m",
    "tpp",
    "training_h100e",
}

Change = Callable[[dict[str, Any]], dict[str, Any] | None]
"""What becomes of a row or an act that was known only later; None deletes it."""


def deleted(_: dict[str, Any]) -> None:
    """Leave it out."""


def altered(content: dict[str, Any]) -> dict[str, Any]:
    """Change every number in it, and move what is dated further away."""
    moved = {key: _moved(key, value) for key, value in content.items()}
    return moved | ({"direction": "-"} if content.get("direction") == "+" else {})


def _moved(key: str, value: Any) -> Any:
    if key in {"effective", "end"} and isinstance(value, date):
        return value + timedelta(days=40)
    if key in SHARES:
        return 0.123
    # A share does not lose more than all.
    factor = 0.5 if key.endswith("_pct") else 7.0
    return str(factor * float(value)) if key in AMOUNTS and value else value


def corrupted(folder: Path, change: Change) -> None:
    """Change all that is in a data folder and was known only after the vintage."""
    for name, kind in TABLES.items():
        path = folder / f"{name}.csv"
        later = [
            (row.known_by is not None and row.known_by > END) or _of_a_later_day(row)
            for row in read_table(path, kind)
        ]
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
        kept = [
            change(row) if is_later else row
            for row, is_later in zip(rows, later, strict=True)
        ]
        if kind is FrontierRecordRow:
            kept = [_longer(row) for row in rows]
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, reader.fieldnames or ())
            writer.writeheader()
            writer.writerows(row for row in kept if row is not None)
    for path in sorted([*folder.glob("law/*.yaml"), *folder.glob("menu/*.yaml")]):
        acts = yaml.safe_load(path.read_text("utf-8"))
        kept = {key: _act(dict(act), change) for key, act in acts.items()}
        left = {key: act for key, act in kept.items() if act is not None}
        if left:
            path.write_text(yaml.safe_dump(left, sort_keys=False), "utf-8")
        else:
            path.unlink()


def _of_a_later_day(row: Row) -> bool:
    """Return whether a pattern is of the returns on a later day, named in the event."""
    day = str(getattr(row, "event", "")).partition("_")[2]
    return isinstance(row, Pattern) and day > str(END.last_day)


def _longer(row: dict[str, Any]) -> dict[str, Any]:
    """Let a record that goes beyond the vintage end still later."""
    return row | ({"value": "2027.25"} if row["quantity"] == "record_ends" else {})


def _act(act: dict[str, Any], change: Change) -> dict[str, Any] | None:
    if act["announced"] > END.last_day:
        return change(act)
    end = act.get("end")
    if isinstance(end, date) and end > END.last_day:
        # That it ends was known only later too.
        later = None if change is deleted else end + timedelta(days=90)
        return act | {"end": later}
    return act


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    """The shipped data as they are, and with what was known only later changed."""
    found = {}
    for name, change in (("whole", None), ("deleted", deleted), ("altered", altered)):
        place = tmp_path_factory.mktemp("vintage") / name
        found[name] = Path(shutil.copytree(SHIPPED, place))
        if change is not None:
            corrupted(found[name], change)
    return found


@pytest.fixture(scope="module")
def results(folders, tmp_path_factory):
    """Run a scenario and its baseline on a data folder; return what was written."""

    @cache
    def run(data: str, scenario: str, as_of: str | None) -> dict[str, bytes]:
        outputs = str(tmp_path_factory.mktemp("outputs"))
        where = {"data": str(folders[data]), "outputs": outputs}
        # What is known later moves numbers soon.
        run = RUN if as_of else RUN | {"horizon": "2025-03"}
        done = sim.run(scenario, quiet=True, as_of=as_of, **where, **run)
        return {name: (done.folder / name).read_bytes() for name in COMPARED}

    return run


@pytest.mark.parametrize("data", ["deleted", "altered"])
@pytest.mark.parametrize("scenario", ["service_ban", "decided_history"])
def test_no_bit_depends_on_what_was_known_only_later(results, scenario, data):
    """Neither of a scenario nor of its baseline, by the record or by decision."""
    whole, other = (results(x, scenario, str(END)) for x in ("whole", data))
    assert [name for name in COMPARED if whole[name] != other[name]] == []


@pytest.mark.parametrize("data", ["deleted", "altered"])
def test_without_a_vintage_the_same_corruption_moves_numbers(results, data):
    """So the test above is about something."""
    whole, other = (results(x, "service_ban", None) for x in ("whole", data))
    assert whole["headline.csv"] != other["headline.csv"]
    assert whole["timeseries.parquet"] != other["timeseries.parquet"]


def test_a_vintage_is_said_in_one_line_and_written_down(ask, desk):
    outcome = ask("scenario=service_ban", *FEW, "as_of=2024-12")
    assert outcome.status == 0
    said = " ".join(outcome.out.split())
    assert "As of 2024-12: later law, news and data are not seen. " in said
    (file,) = desk.rglob("provenance.json")
    vintage = json.loads(file.read_text("utf-8"))["vintage"]
    assert vintage["as_of"] == "2024-12"
    assert f"{len(vintage['assumptions_set_later'])} of " in said
    assert "us.leaning" in vintage["assumptions_set_later"]
    assert vintage["facts_set_later"]["prospects"] > 0


def test_a_run_that_sees_all_says_nothing_of_a_vintage(ask, desk):
    outcome = ask("scenario=service_ban", *FEW)
    assert "As of" not in outcome.out
    (file,) = desk.rglob("provenance.json")
    assert json.loads(file.read_text("utf-8"))["vintage"] is None


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("as_of=2024", "as_of=2024: 2024 is not a date; write one such as 2030-12"),
        ("as_of=soon", "as_of=soon: 'soon' is not a date; write 2025-07 or 2025-07-15"),
        ("as_of=[2024-12]", "as_of=[2024-12]: ['2024-12'] is not a date; write one"),
        ("as_of=true", "as_of=true: True is not a date; write one such as 2030-12"),
        ("as_of=2024-13", "as_of=2024-13: "),
        (
            "as_of=2022-06",
            "as_of=2022-06 lies before 2023-03, the first month by whose end each "
            "table of the record has a row",
        ),
        ("as_of.month=2024-12", "as_of.month=2024-12: as_of is a single value; "),
        ("asof=2024-12", "asof=2024-12: there is no setting 'asof'; did you mean 'as"),
    ],
)
def test_a_vintage_that_cannot_be_is_refused(refused, word, message):
    assert refused("scenario=service_ban", word).startswith(message)


def test_a_scenario_about_later_law_is_refused(refused):
    assert refused("scenario=h20_ban", "as_of=2024-12") == (
        "scenario h20_ban, regime.remove: us_2025_08_h20_licences was announced on "
        "2025-07-15 and is not known as of 2024-12"
    )
    assert refused("scenario=truce", "as_of=2024-12").startswith(
        "scenario truce, regime.add.wide_truce.suspends: us_2025_04_h20_letter was "
    )


def test_a_base_later_than_the_vintage_is_refused(refused):
    words = ("scenario=service_ban", "scenario.base={as_of: 2025-06}", "as_of=2024-12")
    assert refused(*words) == (
        "scenario service_ban, base.as_of: 2025-06 lies after as_of=2024-12, the last "
        "month that is known"
    )


def test_a_vintage_is_the_same_for_all_points_of_a_sweep(refused):
    message = refused("-m", "scenario=service_ban", "as_of=2024-06,2024-12")
    assert message.startswith("as_of=2024-06,2024-12: as_of cannot be swept; ")


def test_the_law_is_asked_as_it_was_known(ask):
    words = (
        "task=law",
        "query.chip=H20",
        "query.buyer=alibaba",
        "query.day=2025-06-01",
    )
    assert "us_2025_04_h20_letter" in ask(*words).out
    assert "us_2025_04_h20_letter" not in ask(*words, "as_of=2024-12").out
