"""Every shipped table loads, and every number in it says where it is from."""

import csv
from shutil import copytree

import pytest

from sim.domain.errors import RecordsError
from sim.records.data_folder import SHIPPED, load_records
from sim.records.facts import TABLES
from sim.records.posterior import FOLDER

CONFIDENCES = {"seen", "derived", "memory", "judgement"}


@pytest.mark.parametrize("name", TABLES)
def test_every_number_is_sourced(records, name):
    for row in records.facts.tables[name]:
        assert row.source.strip(), row
        assert row.as_of.strip(), row
        assert row.confidence in CONFIDENCES, row


def test_every_assumption_is_sourced_and_has_a_unit_and_a_meaning(records):
    for row in records.assumptions:
        assert row.source.strip(), row.name
        assert row.as_of.strip(), row.name
        assert row.unit.strip(), row.name
        assert row.meaning.strip(), row.name
        assert row.confidence in CONFIDENCES, row.name
        assert row.low <= row.mid <= row.high, row.name


def test_no_table_stands_in_the_folder_that_nobody_reads():
    found = {
        path.relative_to(SHIPPED).with_suffix("").as_posix()
        for path in SHIPPED.rglob("*.csv")
    }
    calibrated = {f"{FOLDER}/draws", f"{FOLDER}/discrepancy"}
    assert found - calibrated == {*TABLES, "assumptions"}


def test_no_name_of_an_assumption_or_an_actor_stands_there_twice(records):
    names = [row.name for row in records.assumptions]
    assert len(names) == len(set(names))
    assert len(records.actors) == len(set(records.actors))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("order_shares", "share"),
        ("designer_shares", "wafer_share"),
        ("hubs", "capacity_share"),
        ("labs", "start_share"),
        ("clouds", "supply_share"),
        ("memory_makers", "share"),
    ],
)
def test_shares_of_one_whole_add_up_to_no_more_than_one(records, table, column):
    total = sum(getattr(row, column) for row in records.facts.tables[table])
    assert total <= 1.0 + 1e-9


def test_every_table_has_a_header_and_nothing_but_text():
    for path in SHIPPED.rglob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            widths = {len(row) for row in csv.reader(file)}
        assert len(widths) == 1, path.name


def test_a_folder_is_read_again_once_a_file_of_it_has_changed(tmp_path):
    data = tmp_path / "data"
    copytree(SHIPPED, data)
    first = load_records(data)
    assert load_records(data) is first
    (data / "law" / "more.yaml").write_text("", "utf-8")
    with pytest.raises(RecordsError, match=r"more\.yaml: is empty"):
        load_records(data)
