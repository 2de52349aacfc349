"""The files of a run are read by readers other than those that wrote them."""

import csv
import json
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from pyarrow import dataset

from sim.outcomes import folder_writer as files
from sim.outcomes.csv_files import read_csv, write_csv
from sim.outcomes.folder_writer import RunMetadata, write_run
from sim.outcomes.run_tables import RunTables
from sim.policy.regime import Regime
from sim.presentation.written_run import load
from tests.outcomes.samples import narrowed, results
from tests.outcomes.small_world import BEFORE, SERVICE, world

FORMULA = '=HYPERLINK("http://example.org")'
XML = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A saved run of which actors and acts have the names that a stranger gave."""
    network = world().network
    network.nodes["asml"]["name"] = "ASML\x1b[31m & <sons>"
    act = replace(SERVICE, reference=FORMULA)
    ban = Regime("service_ban", {**BEFORE.instruments, act.id: act})
    base = replace(results(), regime=BEFORE, network=network)
    scenario = replace(narrowed(base, [1.0, 2.0, -1.0, 0.0]), regime=ban)
    named = {("=cmd" if x == "asml" else x, y): z for (y, x), z in base.series.items()}
    base, scenario = (
        replace(side, series={(y, x): z for (x, y), z in named.items()})
        for side in (base, scenario)
    )
    folder = tmp_path_factory.mktemp("exchange") / "run"
    write_run(
        folder, RunTables.of(scenario, base), RunMetadata("seed: 7\n", {"seed": 7})
    )
    return load(folder)


def rows_of(run, name):
    with (run.folder / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.mark.parametrize("name", [files.HEADLINE, files.QUANTILES, files.LAW])
def test_no_cell_of_a_table_is_a_formula(run, name):
    rows = rows_of(run, name)
    for cell in {cell for row in rows for cell in row.values()}:
        assert not cell.startswith(("=", "@", "+", "\t", "\r")), cell
        if cell.startswith("-"):
            float(cell)
    assert any(cell.startswith("'=") for row in rows for cell in row.values())


def test_what_a_stranger_wrote_reads_back(run):
    assert FORMULA in set(run.law["reference"])
    assert "=cmd" in set(run.headline["actor"]) & set(run.quantiles["actor"])


def test_numbers_of_a_csv_file_are_those_of_the_table(run):
    for column in ("p05", "p50", "p95"):
        read = [float(row[column]) for row in rows_of(run, files.QUANTILES)]
        np.testing.assert_array_equal(read, run.quantiles[column])


def test_a_table_with_odd_texts_and_headings_reads_back(tmp_path):
    table = pd.DataFrame({"-a": ["+1 or so", "'@x", None, "-1"], "b": [-1.0, 2, 3, 4]})
    write_csv(tmp_path / "odd.csv", table)
    back = read_csv(tmp_path / "odd.csv", dtype={"'-a": str})
    pd.testing.assert_frame_equal(back, table, check_dtype=False)


def test_parquet_is_read_without_pandas(run):
    table = dataset.dataset(run.folder / files.TIMESERIES).to_table()
    np.testing.assert_array_equal(table["value"].to_numpy(), run.timeseries["value"])
    assert table["actor"].to_pylist() == list(run.timeseries["actor"])
    events = dataset.dataset(run.folder / files.EVENTS).to_table()
    assert events.num_rows == len(run.events) > 0


def test_a_network_is_xml_in_which_every_line_has_an_id_of_its_own(run):
    graph = ET.parse(run.folder / files.NETWORK).getroot().find(f"{XML}graph")
    edges = graph.findall(f"{XML}edge")
    assert len({edge.get("id") for edge in edges}) == len(edges)
    assert len(edges) == run.network.number_of_edges()
    nodes = {node.get("id"): node for node in graph.findall(f"{XML}node")}
    assert nodes.keys() == set(run.network)
    texts = [item.text for item in nodes["asml"]]
    assert texts == ["ASML?[31m & <sons>", "tool maker", "NLD"]
    assert run.network.nodes["asml"]["name"] == texts[0]


def test_json_is_strict(run):
    def refuse(constant):
        raise AssertionError(constant)

    for file in run.folder.glob("*.json"):
        assert json.loads(file.read_bytes(), parse_constant=refuse)


def test_axes_go_through_a_netcdf_file(run):
    data = run.to_xarray()
    copy = xr.load_dataset(BytesIO(bytes(data.to_netcdf())), engine="h5netcdf")
    xr.testing.assert_equal(copy, data)
    assert copy["frontier_lag_months"].attrs["units"] == "months"
    assert copy.attrs["Conventions"] == "CF-1.11"
