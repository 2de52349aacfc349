"""A saved run is run again from its folder alone, and what differs is said."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
import yaml

import sim
from sim.__main__ import main
from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError
from sim.outcomes.folder_difference import (
    compare_folders,
    frame_difference,
    plain_frame,
)
from sim.outcomes.manifest import write_file_records
from sim.records.plain_yaml import read_mapping, write_mapping
from sim.records.scenarios import ScenarioError
from sim.settings.compose import compose_overrides
from sim.settings.hydra_composition import compose_scenario
from sim.settings.scenario_files import ScenarioFiles
from sim.tasks.verify import sample_blocks

pytestmark = pytest.mark.usefixtures("nothing_kept")

FEW = ("draws=2", "horizon=2022-12", "figures=false")

LATER = """
us_2022_06_letter:
  kind: performance_threshold
  title: Invented, before the horizon of these runs
  issuer: USA
  announced: 2022-06-01
  effective: 2022-06-15
  scope: {goods: [ai_chip], destinations: [CHN]}
  tests: [{tpp: 4800}]
  approval: 0.0
  reference: none
  source: a test
"""

SHIPPED = list(ScenarioFiles.find().files)
DATA = Path(sim.__file__).parent / "data"


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    """A run of a scenario that was changed, of folders and data that are gone."""
    here = tmp_path_factory.mktemp("saved")
    own = here / "own"
    own.mkdir()
    shutil.copytree(DATA, here / "data")
    text = ScenarioFiles.find().files["service_ban"].read_text("utf-8")
    return _saved(here, own, text)


def _saved(here: Path, own: Path, text: str) -> Path:
    (own / "mine.yaml").write_text(text, encoding="utf-8")
    law = here / "law"
    law.mkdir()
    (law / "later.yaml").write_text(LATER, encoding="utf-8")
    words = (
        "scenario=mine",
        f"scenario_folder={own}",
        f"law_folder={law}",
        "scenario.regime.add.service_ban.announced=2022-05",
        "scenario.regime.add.service_ban.effective=2022-10",
        "scenario.decisions.since=2022-05",
        "first_draw=3",
        f"outputs={here / 'outputs'}",
        "quiet=true",
        *FEW,
    )
    assert main(words) == 0
    shutil.rmtree(own)
    shutil.rmtree(law)
    (folder,) = (here / "outputs" / "mine").iterdir()
    return folder


@pytest.fixture
def copy(saved, tmp_path) -> Path:
    """The saved run at another place."""
    return Path(shutil.copytree(saved, tmp_path / "elsewhere" / "run"))


def damage(path: Path) -> None:
    table = pd.read_parquet(path)
    table.loc[5, "value"] *= 1.0 + 1e-9
    table.to_parquet(path)


def test_a_run_is_reproduced_to_the_byte_from_its_folder_alone(ask, copy):
    outcome = ask("task=rerun", f"folder={copy}")
    assert outcome.status == 0, outcome
    (again,) = set(copy.parent.iterdir()) - {copy}
    assert f"run again into {again}" in outcome.out
    assert outcome.out.splitlines()[-1].startswith(
        f"{copy} was reproduced to the byte: all "
    )
    assert "not as it was then" not in outcome.out
    provenance = json.loads((again / "provenance.json").read_text("utf-8"))
    assert provenance["command"] == ["python -m sim", "task=rerun", f"folder={copy}"]
    assert list(provenance["own_law"]) == ["later.yaml"]
    assert "us_2022_06_letter" in (again / "law.csv").read_text("utf-8")
    files = ("headline.csv", "events.parquet", "scenarios/mine.yaml")
    for name in (*files, "own_law/later.yaml"):
        assert (again / name).read_bytes() == (copy / name).read_bytes()


def test_the_scenario_in_the_folder_runs_as_it_is(saved):
    found = ScenarioFiles.find(saved / "scenarios")
    assert {"mine", "baseline"} <= found.files.keys()
    law = compose_scenario("mine", found).content["regime"]["add"]["service_ban"]
    assert law["effective"] == "2022-10"


def test_a_damaged_file_and_what_differs_most_are_named(ask, copy, desk):
    damage(copy / "timeseries.parquet")
    outcome = ask("task=rerun", f"folder={copy}", "outputs=again", "workers=1")
    assert outcome.status == 1
    assert "timeseries.parquet was changed after the run" in outcome.out
    assert "timeseries.parquet: 1 of " in outcome.out
    assert "largest relative difference is 1e-09, value of " in outcome.out
    assert outcome.err.startswith(f"error: {copy} was not reproduced: 1 of ")
    (again,) = (desk / "again").rglob("headline.csv")
    # Of the scenario, though the saved run was moved out of the folder of its name.
    assert again.parent.parent.name == "mine"


def test_data_that_changed_are_named(ask, copy, desk):
    data = desk / "data"
    shutil.copytree(DATA, data)
    chips = (data / "chips.csv").read_text("utf-8")
    (data / "chips.csv").write_text(chips + "\n", encoding="utf-8")
    outcome = ask("task=rerun", f"folder={copy}", f"data={data}")
    assert outcome.status == 0
    assert "not as it was then: data: chips.csv\n" in outcome.out


def test_some_draws_are_verified(ask, copy):
    outcome = ask("task=verify", f"folder={copy}", "quiet=true")
    assert outcome.status == 0, outcome
    assert "2 of 2 draws, run again, agree with what was saved" in outcome.out
    assert outcome.out.count("\n") == 1


def test_a_series_that_was_not_saved_is_one_of_zeros(ask, copy):
    """Draws that are run beside others have series that are zero in all of theirs."""
    table = pd.read_parquet(copy / "timeseries.parquet")
    is_zero = table.groupby(["scenario", "measure", "actor"], observed=True)["value"]
    without = table[is_zero.transform(lambda values: values.any()).astype(bool)]
    assert 0 < len(without) < len(table)
    without.to_parquet(copy / "timeseries.parquet")
    write_file_records(copy)
    assert ask("task=verify", f"folder={copy}", "quiet=true").status == 0


def test_draws_that_do_not_agree_are_reported_with_the_largest_difference(ask, copy):
    damage(copy / "timeseries.parquet")
    outcome = ask("task=verify", f"folder={copy}")
    assert outcome.status == 1
    assert (
        "timeseries.parquet was changed after the run; nothing was run" in outcome.err
    )
    write_file_records(copy)
    outcome = ask("task=verify", f"folder={copy}")
    assert outcome.status == 1
    assert "do not agree with what was saved; timeseries.parquet: 1 of" in outcome.err
    assert outcome.err.count("\n") == 1


def test_from_a_notebook_with_the_lag_split_and_everything_recorded(desk):
    run = sim.run(
        "decided_history", draws=2, horizon="2022-10", quiet=True, figures=False,
        record="all", attribution=True, attribution_draws=1,
    )  # fmt: skip
    again = sim.rerun(run.folder, quiet=True)
    assert again.same
    assert again.differences.empty
    assert (again.folder / "attribution.parquet").is_file()
    assert "was reproduced to the byte" in str(again)
    agreed = sim.verify(run.folder, quiet=True)
    assert agreed.same
    assert agreed.events > 0


def test_a_run_of_an_earlier_version_is_run_again_too(ask, copy):
    (copy / "manifest.json").unlink()
    shutil.rmtree(copy / "scenarios")
    path = copy / "provenance.json"
    provenance = json.loads(path.read_text("utf-8"))
    for name in ("manifest", "code"):
        del provenance[name]
    path.write_text(json.dumps(provenance))
    outcome = ask("task=verify", f"folder={copy}")
    assert outcome.status == 0, outcome
    assert "an earlier version wrote it, which kept no digests" in outcome.out


def test_a_folder_that_is_not_whole_is_refused_the_same_everywhere(refused, copy):
    shutil.rmtree(copy / "scenarios")
    with pytest.raises(OutputError, match=r"scenarios/\w+.yaml was removed after the"):
        sim.load(copy)
    assert len(sim.load(copy, check=False).headline)
    (copy / "manifest.json").unlink()
    for task in ("rerun", "verify"):
        assert refused(f"task={task}", f"folder={copy}") == (
            f"{copy} is not whole (manifest.json, which is written last, is missing)"
        )


def test_what_cannot_be_run_again_is_one_clear_line(refused, copy, desk):
    assert "which run? give folder=" in refused("task=rerun")
    assert "no such folder" in refused("task=verify", "folder=nowhere")
    message = refused("task=rerun", f"folder={copy}", "draws=5")
    assert message.startswith("draws=5: task=rerun takes its settings from the folder")
    message = refused("scenario=service_ban", f"folder={copy}")
    assert (
        "a setting of task=brief, task=rerun, task=verify and task=score, and the"
        in message
    )
    message = refused("match=smuggl")
    assert "task=assumptions, task=actors, task=measures, task=instru" in message
    config = copy / "config.yaml"
    config.write_text(config.read_text("utf-8") + "later: 1\n", encoding="utf-8")
    message = refused("task=rerun", f"folder={copy}")
    assert message.endswith("was changed after the run, so it cannot be trusted")
    write_file_records(copy)
    assert "config.yaml has later, which" in refused("task=rerun", f"folder={copy}")
    text = config.read_text("utf-8").replace("later: 1\n", "")
    for task, said in (
        ("rerun", "config.yaml does not say what was run"),
        ("network", "task=network writes no folder that could be run again"),
    ):
        config.write_text(text.replace("task: run\n", f"task: {task}\n"), "utf-8")
        write_file_records(copy)
        assert said in refused("task=rerun", f"folder={copy}", "outputs=again")
    (desk / "sweep").mkdir()
    (desk / "sweep" / "sweep.parquet").write_bytes(b"")
    assert "holds a sweep; the command in" in refused("task=rerun", "folder=sweep")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_scenario_that_was_composed_is_a_file_that_composes_the_same(tmp_path, name):
    composed = compose_overrides([f"scenario={name}"])
    config = composed.checked().resolved()
    block = config[config.index("\nscenario:\n") + 1 :]
    texts = {
        name: composed.scenario.text,
        "pasted": block,
        "pasted-without-its-heading": block.partition("\n")[2],
    }
    for file, text in texts.items():
        (tmp_path / f"{file}.yaml").write_text(text, encoding="utf-8")
    found = ScenarioFiles.find(tmp_path)
    for file in texts:
        # As text, so that true is not one and the order of instruments is kept.
        again = compose_scenario(file, found).content
        assert str(again) == str(composed.scenario.content)


def test_a_scenario_changed_on_the_command_line_is_a_file_too(tmp_path):
    words = [
        "scenario=service_ban",
        "scenario.regime.add.service_ban.reference='3E001'",
        "scenario.regime.add.service_ban.note='on'",
        "scenario.regime.add.service_ban.approval=1e-7",
        "scenario.regime.add.service_ban.title='1:30, # not - a: comment'",
        "+scenario.assumptions={fab.initial_slack: 1.1}",
        "+scenario.mechanisms={smuggling: off}",
    ]
    composed = compose_overrides(words)
    (tmp_path / "mine.yaml").write_text(composed.scenario.text, encoding="utf-8")
    again = compose_scenario("mine", ScenarioFiles.find(tmp_path))
    assert str(again.content) == str(composed.scenario.content)


@pytest.mark.parametrize(
    "text",
    ["3E001", "1e5", "on", "null", "~", "010", "2026-01-01", "a: b", "1_0", ".5"],
)
def test_a_text_is_read_as_it_was_written(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(write_mapping({"key": text, "list": [text]}), encoding="utf-8")
    assert read_mapping(path, ScenarioError) == {"key": text, "list": [text]}
    assert yaml.safe_load(path.read_text("utf-8"))["key"] == text


def test_draws_to_verify_are_spread_and_none_is_taken_twice():
    for count in (1, 20, 21, 24, 500):
        blocks = sample_blocks(Draws(count, 7))
        numbers = [number for block in blocks for number in block.numbers]
        assert len(numbers) == len(set(numbers)) == min(count, 20)
        assert numbers[0] == 7
        assert numbers[-1] == 6 + count


def test_the_largest_difference_comes_first(tmp_path):
    tables = {
        "small.csv": ([1.0, 2.0], [1.0, 2.0 + 1e-12]),
        "large.csv": ([1.0, None], [1.5, None]),
        "same.csv": ([1.0, 2.0], [1.0, 2.0]),
        "rows.csv": ([1.0], [1.0, 2.0]),
    }
    for side, folder in enumerate(("before", "after")):
        (tmp_path / folder).mkdir()
        for name, values in tables.items():
            frame = pd.DataFrame({"measure": "fear", "value": values[side]})
            frame.to_csv(tmp_path / folder / name, index=False)
    (tmp_path / "before" / "only.png").write_bytes(b"")
    differences, compared = compare_folders(tmp_path / "before", tmp_path / "after")
    assert compared == 5
    assert [one.file for one in differences] == [
        "only.png", "rows.csv", "large.csv", "small.csv",
    ]  # fmt: skip
    assert differences[1].what == "2 rows instead of 1"
    assert (
        "1 of 2 rows: value; the largest relative difference is 0.33, value of fear"
        in (differences[2].what)
    )


def test_columns_that_only_one_table_has_do_not_hide_the_others():
    old = pd.DataFrame({"event": ["a"], "value": [1.0]})
    words, _ = frame_difference(old, old.assign(share=[1.0]))
    assert words == "columns: share; the others: the same"
    words, _ = frame_difference(old, old.assign(share=[1.0], value=[2.0]))
    assert "largest relative difference is 0.5, value of a" in words


CELLS = {
    "number": (1.5, 2.5),
    "text": ("a", "b"),
    "day": (pd.Timestamp("2026-01-01"), pd.Timestamp("2026-02-01")),
    "truth": (True, False),
}


@pytest.mark.parametrize("column", CELLS)
def test_empty_cells_are_the_same_and_one_that_differs_is_named(tmp_path, column):
    old = pd.DataFrame(
        {"note": ["", None, None]}
        | {name: pd.Series([cells[0], None, None]) for name, cells in CELLS.items()}
    )
    assert frame_difference(old, old.copy()) == ("", 0.0)
    new = old.assign(**{column: pd.Series([CELLS[column][1], None, None])})
    assert frame_difference(old, new)[0].startswith(f"1 of 3 rows: {column}")
    old.to_csv(tmp_path / "old.csv")
    new.to_csv(tmp_path / "new.csv")
    read = [pd.read_csv(tmp_path / name) for name in ("old.csv", "new.csv")]
    assert frame_difference(*read)[0].startswith(f"1 of 3 rows: {column}")
    emptied = old.assign(**{column: None})
    assert frame_difference(old, emptied)[0].startswith(f"1 of 3 rows: {column}")


def test_names_with_numbers_are_compared_with_rows_that_have_none():
    kind = pa.map_(pa.string(), pa.float64())
    tables = [
        pa.table(
            {"event": ["a", "b", "c"], "input": pa.array([pairs, [], None], type=kind)}
        )
        for pairs in ([("x", 1.0)], [("x", 2.0)])
    ]
    words, largest = frame_difference(*map(plain_frame, tables))
    assert words.startswith("1 of 3 rows: input_value; the largest relative difference")
    assert largest == 0.5


def test_a_text_that_differs_hides_no_number():
    old = pd.DataFrame({"event": ["a", "b"], "value": [1.0, 2.0]})
    words, _ = frame_difference(old, old.assign(event=["a", "c"], value=[1.0, 4.0]))
    assert words == (
        "1 of 2 rows: event, value; the largest relative difference is 0.5, value of b"
    )


def test_a_text_that_differs_is_said_with_its_column():
    old = pd.DataFrame({"event": ["a", "b"], "value": [1.0, 2.0]})
    words, largest = frame_difference(old, old.assign(event=["a", "c"]))
    assert words == "1 of 2 rows: event"
    assert largest == float("inf")
