"""A run folder is written completely or not at all, and reads back as it was."""

import json
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.domain.errors import InvariantError, OutputError, SettingsError
from sim.outcomes import disk
from sim.outcomes.attribution import CHANNELS
from sim.outcomes.disk import WriteError
from sim.outcomes.folder_writer import RunMetadata, write_run
from sim.outcomes.headline import headline
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from tests.failing_disk import FailingDisk, content_of
from tests.outcomes.samples import narrowed, results, split

PAPERWORK = RunMetadata("scenario: service_ban\ndraws: 4\n", {"seed": 7, "draws": 4})


@pytest.fixture
def base():
    return results()


@pytest.fixture
def ban(base):
    return narrowed(base, [1.0, 2.0, -1.0, 0.0])


def afterwards(artist):
    """Return what draws figures when everything else is written."""

    @contextmanager
    def drawing(folder):
        yield
        artist(folder)

    return drawing


def artist(folder):
    with disk.writing(folder):
        disk.write_bytes(folder / "lag.png", b"png")


def everything_in(folder):
    return sorted(path.name for path in folder.rglob("*"))


def test_what_was_written_reads_back(tmp_path, ban, base):
    write_run(tmp_path / "run", RunTables.of(ban, base), PAPERWORK)
    run = RunFolder.read(tmp_path / "run")
    assert run.provenance == {"seed": 7, "draws": 4}
    assert run.config == {"scenario": "service_ban", "draws": 4}
    assert len(run.headline) == len(headline(ban, base))
    rows = run.timeseries
    assert len(rows) == 2 * 3 * 24 * 4
    assert list(rows) == [
        "scenario", "draw", "month", "actor", "measure", "unit", "value",
    ]  # fmt: skip
    assert rows["month"].dtype.kind == "M"


def test_every_draw_reads_back_bit_for_bit(tmp_path, ban, base):
    write_run(tmp_path / "run", RunTables.of(ban, base), PAPERWORK)
    axes = RunFolder.read(tmp_path / "run").to_xarray("frontier_lag_months")
    lag = axes["frontier_lag_months"].sel(scenario="service_ban", actor="china")
    expected = ban.of("frontier_lag_months", "china")
    np.testing.assert_array_equal(lag.transpose("month", "draw"), expected)
    assert lag.attrs == {
        "units": "months",
        "long_name": "Lag behind the frontier",
    }


def test_quantiles_are_of_all_draws_however_few_are_recorded(tmp_path, ban, base):
    write_run(tmp_path / "run", RunTables.of(ban, base), PAPERWORK, recorded_draws=1)
    run = RunFolder.read(tmp_path / "run")
    assert set(run.timeseries["draw"]) == {0}
    rows = run.quantiles.set_index(["scenario", "measure", "actor", "month"])
    lag = rows.loc[("baseline", "frontier_lag_months", "china", "2026-12-01")]
    assert lag["p50"] == 7.5
    assert lag["p25"] == 6.75


def test_events_name_the_draws_they_happened_in(tmp_path, ban, base):
    write_run(tmp_path / "run", RunTables.of(ban, base), PAPERWORK)
    events = RunFolder.read(tmp_path / "run").events
    milestone = events[events["event"] == "node milestone"]
    assert list(milestone["draw"]) == [0, 2, 0, 2]
    assert set(milestone["month"]) == {pd.Timestamp("2025-03-01")}


def test_an_event_free_run_has_an_empty_table(tmp_path, ban, base):
    from dataclasses import replace

    quiet = replace(base, events=())
    write_run(tmp_path / "run", RunTables.of(replace(ban, events=()), quiet), PAPERWORK)
    assert RunFolder.read(tmp_path / "run").events.empty


def test_figures_are_drawn_into_their_own_folder(tmp_path, ban, base):
    write_run(
        tmp_path / "run",
        RunTables.of(ban, base),
        PAPERWORK,
        draw_figures=afterwards(artist),
    )
    assert (tmp_path / "run" / "figures" / "lag.png").exists()


def test_the_summary_shows_the_figures_with_their_alt_text(tmp_path, ban, base):
    def artist_with_words(folder):
        artist(folder)
        disk.write_text(folder / "lag.txt", "The lag grows [a little].\n")

    write_run(
        tmp_path / "run",
        RunTables.of(ban, base),
        PAPERWORK,
        draw_figures=afterwards(artist_with_words),
        summary="# ban\n\n- It does little.\n",
    )
    page = (tmp_path / "run" / "summary.md").read_text("utf-8")
    assert page.startswith("# ban\n\n- It does little.\n")
    assert "![The lag grows (a little).](figures/lag.png)" in page


def test_a_split_lag_reads_back_by_channel_and_draw_by_draw(tmp_path, ban, base):
    parts = split(compute_denied=[3.0, 3.0, 1.0, 1.0], smuggling=[0.0, -2.0, 0.1, -2.0])
    write_run(tmp_path / "run", RunTables.of(ban, base, parts), PAPERWORK)
    run = RunFolder.read(tmp_path / "run")
    table = run.attribution.set_index(["when", "channel"])
    means = table.loc["horizon"]["mean"]
    assert means["smuggling"] == pytest.approx(-0.975)
    assert means.drop("whole").sum() == pytest.approx(means["whole"])
    assert table.loc[("horizon", "smuggling"), "narrows"] == 0.5
    assert table.loc[("horizon", "smuggling"), "widens"] == 0.25
    rows = run.attribution_draws
    assert len(rows) == 3 * (len(CHANNELS) + 1) * 4
    smuggled = rows[(rows["channel"] == "smuggling") & (rows["when"] == "2026")]
    np.testing.assert_array_equal(smuggled["months"], [0.0, -2.0, 0.1, -2.0])


def test_a_run_that_did_not_split_the_lag_says_how_to(tmp_path, ban, base):
    write_run(tmp_path / "run", RunTables.of(ban, base), PAPERWORK)
    with pytest.raises(OutputError, match="run it with attribution=true"):
        _ = RunFolder.read(tmp_path / "run").attribution


@pytest.mark.parametrize("lasting", [True, False])
def test_a_disk_that_is_full_at_any_write_leaves_nothing_behind(
    tmp_path, monkeypatch, ban, base, lasting
):
    place = tmp_path / "outputs" / "ban" / "run"
    room = FailingDisk()
    monkeypatch.setattr(disk, "carry_out", room)
    write_run(
        place, RunTables.of(ban, base), PAPERWORK, draw_figures=afterwards(artist)
    )
    whole = content_of(place)
    shutil.rmtree(tmp_path / "outputs")
    assert room.count > 40
    for number in range(1, room.count + 1):
        full = FailingDisk(number, None if lasting else number)
        monkeypatch.setattr(disk, "carry_out", full)
        with suppress(WriteError):
            write_run(
                place,
                RunTables.of(ban, base),
                PAPERWORK,
                draw_figures=afterwards(artist),
            )
            assert number == room.count  # the name could be lost by a power cut alone
            assert content_of(place) == whole
            return
        assert everything_in(tmp_path) == []
    raise AssertionError("the last write cannot fail")


@pytest.mark.parametrize("fault", [ValueError, OSError, MemoryError])
def test_figures_that_cannot_be_drawn_leave_the_numbers(tmp_path, ban, base, fault):
    def fail(folder: Path) -> None:
        disk.write_bytes(folder / "half.png", b"half a picture")
        raise fault("no\nfont")

    folder = tmp_path / "run"
    drawing = afterwards(fail)
    reason = write_run(folder, RunTables.of(ban, base), PAPERWORK, draw_figures=drawing)
    assert reason == f"{fault.__name__}: no font"
    run = RunFolder.read(folder)
    run.check_none_removed()
    assert len(run.headline)
    assert not (folder / "figures").exists()


def test_an_interruption_leaves_nothing_behind(tmp_path, ban, base):
    def artist(_: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_run(
            tmp_path / "run",
            RunTables.of(ban, base),
            PAPERWORK,
            draw_figures=afterwards(artist),
        )
    assert everything_in(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path, ban, base):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OutputError, match="cannot write .*file"):
        write_run(tmp_path / "file" / "run", RunTables.of(ban, base), PAPERWORK)
    assert everything_in(tmp_path) == ["file"]


def test_a_run_is_never_written_over(tmp_path, ban, base):
    write_run(tmp_path / "run", RunTables.of(ban, base), PAPERWORK)
    before = (tmp_path / "run" / "provenance.json").read_bytes()
    with pytest.raises(OutputError, match="already exists"):
        write_run(tmp_path / "run", RunTables.of(ban, base), PAPERWORK)
    assert (tmp_path / "run" / "provenance.json").read_bytes() == before


def test_an_empty_folder_may_be_filled(tmp_path, ban, base):
    (tmp_path / "run").mkdir()
    write_run(tmp_path / "run", RunTables.of(ban, base), PAPERWORK)
    assert (tmp_path / "run" / "headline.csv").exists()


def test_runs_that_do_not_pair_are_refused_before_anything_is_written(tmp_path, base):
    with pytest.raises(InvariantError):
        write_run(tmp_path / "run", RunTables.of(results(draws=3), base), PAPERWORK)
    assert everything_in(tmp_path) == []


def test_the_same_run_writes_the_same_bytes(tmp_path, ban, base):
    for name in ("one", "two"):
        write_run(tmp_path / name, RunTables.of(ban, base), PAPERWORK)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_folder_that_is_no_run_is_said_to_be_none(tmp_path):
    with pytest.raises(OutputError, match="no such folder"):
        RunFolder.read(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="holds no run"):
        RunFolder.read(tmp_path)


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "provenance.json").write_text("{")
    with pytest.raises(OutputError, match="provenance.json cannot be read"):
        RunFolder.read(tmp_path)
    with pytest.raises(OutputError, match="headline.csv is missing"):
        _ = RunFolder.read(tmp_path, check=False).headline


def test_a_broken_network_and_a_folder_in_the_place_of_a_table_are_named(tmp_path):
    (tmp_path / "provenance.json").write_text("{}")
    (tmp_path / "network.graphml").write_text("<graphml")
    (tmp_path / "timeseries.parquet").mkdir()
    run = RunFolder.read(tmp_path, check=False)
    with pytest.raises(OutputError, match="network.graphml cannot be read: "):
        _ = run.network
    with pytest.raises(OutputError, match="timeseries.parquet is missing"):
        _ = run.timeseries


def test_a_misspelt_measure_gets_the_nearest_right_word(tmp_path, ban, base):
    write_run(tmp_path / "run", RunTables.of(ban, base), PAPERWORK)
    with pytest.raises(SettingsError, match="did you mean 'hbm_stock'"):
        RunFolder.read(tmp_path / "run").to_xarray("hbm_stok")


def test_provenance_is_plain_json(tmp_path, ban, base):
    write_run(tmp_path / "run", RunTables.of(ban, base), PAPERWORK)
    text = (tmp_path / "run" / "provenance.json").read_text()
    assert json.loads(text) == {"seed": 7, "draws": 4}
